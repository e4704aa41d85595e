package loader_test

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// chance makes random cases, the same in every run.
type chance struct{ *rand.Rand }

func (c chance) of(n int) bool { return c.IntN(n) == 0 }

func (c chance) state() consent.State {
	if c.of(2) {
		return consent.Granted
	}
	return consent.Denied
}

func (c chance) hash() policy.Hash {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	h := make([]byte, policy.HashLen)
	for i := range h {
		h[i] = letters[c.IntN(len(letters))]
	}
	return policy.Hash(h)
}

func (c chance) uuid(version byte, ms int64) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:], c.Uint64())
	binary.BigEndian.PutUint64(id[8:], c.Uint64())
	if version == 7 {
		var time [8]byte
		binary.BigEndian.PutUint64(time[:], uint64(ms))
		copy(id[:6], time[2:])
	}
	id[6] = id[6]&0x0f | version<<4
	id[8] = id[8]&0x3f | 0x80
	return id
}

const dayMS = 86_400_000

// day is near the edges of the terms more often than not, and sometimes from a wrong clock.
func (c chance) day(today int, form consent.Form) int {
	switch c.IntN(10) {
	case 0:
		return c.IntN(60_000)
	case 1, 2:
		return today + c.IntN(4) - 1
	case 3, 4:
		return today - form.GrantedDays + c.IntN(3) - 1
	case 5, 6:
		days := form.DeniedDays
		for _, p := range form.Purposes {
			if p.Rest > 0 && c.of(2) {
				days = p.Rest
			}
		}
		return today - days + c.IntN(3) - 1
	}
	return today - c.IntN(min(today, 500))
}

func (c chance) form(hasEquivalents bool) consent.Form {
	form := consent.Form{GrantedDays: 1 + c.IntN(400), DeniedDays: 1 + c.IntN(200), Purposes: []consent.Item{}}
	purposes := c.IntN(5)
	if c.of(20) {
		purposes = 30
	}
	for i := range purposes {
		p := consent.Item{ID: fmt.Sprintf("p%d", i), Hash: c.hash(), Required: c.of(6), Separate: c.of(5), GPC: c.of(2)}
		if c.of(4) {
			p.Rest = 1 + c.IntN(200)
		}
		if c.of(20) && i == 0 {
			p.ID = "constructor"
		}
		if p.Required {
			p.Separate, p.GPC = false, false
		}
		for j := range c.IntN(4) {
			p.Services = append(p.Services, consent.Item{ID: fmt.Sprintf("p%d-service-%d", i, j), Hash: c.hash()})
		}
		if p.Required && hasEquivalents {
			p.WasRefusable = !c.of(3)
			for j := range p.Services {
				p.Services[j].WasRefusable = !c.of(3)
			}
		}
		form.Purposes = append(form.Purposes, p)
		for _, item := range append([]consent.Item{p}, p.Services...) {
			for hasEquivalents && c.of(3) { // earlier contents
				if form.Equivalents == nil {
					form.Equivalents = map[policy.Hash]policy.Hash{}
				}
				form.Equivalents[c.hash()] = item.Hash
			}
		}
	}
	return form
}

func (c chance) stored(form consent.Form, today int) consent.Stored {
	if c.of(8) {
		return consent.Stored{}
	}
	decided := int64(max(0, c.day(today, form)))*dayMS + c.Int64N(dayMS)
	s := consent.Stored{Decision: c.uuid(7, decided), Subject: c.uuid(4, 0)}
	add := func(item consent.Item) {
		if c.of(4) {
			return
		}
		a := consent.Answer{ID: item.ID, Hash: item.Hash, State: c.state(), Day: max(0, c.day(today, form)), GPC: c.of(3)}
		if c.of(4) {
			a.ID = ""
		}
		for _, earlier := range slices.Sorted(maps.Keys(form.Equivalents)) {
			if form.Equivalents[earlier] == item.Hash && c.of(2) {
				a.Hash = earlier
			}
		}
		if c.of(6) {
			a.Hash = c.hash() // the content was another
		}
		s.Answers = append(s.Answers, a)
	}
	for _, p := range form.Purposes {
		add(p)
		for _, v := range p.Services {
			add(v)
		}
	}
	c.Shuffle(len(s.Answers), func(i, j int) { s.Answers[i], s.Answers[j] = s.Answers[j], s.Answers[i] })
	return s
}

func (c chance) decision(form consent.Form, s consent.Stored, today int) randomDecision {
	d := randomDecision{
		ID: c.uuid(7, int64(max(0, today+c.IntN(3)-1))*dayMS+c.Int64N(dayMS)), Subject: c.uuid(4, 0),
		Answers: map[string]consent.State{}, GPC: c.of(3),
	}
	switch {
	case c.of(3):
		other := c.uuid(7, c.Int64N(1<<40))
		d.Previous = &other
	case s.Decision != uuid.Nil && !c.of(5):
		d.Previous = &s.Decision
	}
	for _, p := range form.Purposes {
		if c.of(2) {
			d.Answers[p.ID] = c.state()
		}
		for _, v := range p.Services {
			if c.of(2) {
				if d.Services == nil {
					d.Services = map[string]consent.State{}
				}
				d.Services[v.ID] = c.state()
			}
		}
	}
	return d
}

// broken changes one character.
func (c chance) broken(value string) string {
	const characters = "019AZazgdGDQ-_.:+/= \n\x00é\u212a"
	runes := []rune(characters)
	at := c.IntN(len(value))
	return value[:at] + string(runes[c.IntN(len(runes))]) + value[at+1:]
}
