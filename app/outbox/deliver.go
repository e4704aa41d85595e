package outbox

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

// delays are the times between the attempts to deliver a message: some three days in all.
var delays = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour,
	20 * time.Hour, 24 * time.Hour,
}

const (
	// lease is how long a server has a message for itself. It is longer than an attempt can take.
	lease = 2 * time.Minute

	// maxRetryAfter limits what a target asks for with Retry-After.
	maxRetryAfter = 24 * time.Hour

	// pollEvery is how long the sender rests when nothing is due.
	pollEvery = 2 * time.Second

	// pageSize is how many messages of a webhook are read at a time.
	pageSize = 50
)

// Store is where the messages are. *ledger.Store is one.
type Store interface {
	ReadDesk() ledger.Queries
	WriteTables() ledger.Queries
}

// Sender delivers messages.
type Sender struct {
	Box     *Box
	Store   Store
	Secrets Secrets
	Allowed []netip.Prefix // networks that are not public, and may be reached
	Log     *slog.Logger
}

// Run delivers messages until the context ends. Several servers on one database share them.
func (s *Sender) Run(ctx context.Context) {
	ticks := time.NewTicker(pollEvery)
	defer ticks.Stop()
	for {
		delivered, err := s.DeliverDue(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Error("webhooks could not be read: trying again", "error", err)
		}
		if delivered > 0 && err == nil {
			continue // more may be due
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

// message is a row of the outbox.
type message struct {
	id                               uuid.UUID
	site, target, url, kind, payload string
	attempts                         int
}

// DeliverDue tries each message that is due, once. It returns how many were delivered. One target's messages go one
// after another, so a target that hangs does not hold up the others.
func (s *Sender) DeliverDue(ctx context.Context) (delivered int, err error) {
	due, err := s.readDue(ctx)
	if err != nil {
		return 0, err
	}
	byTarget := map[string][]message{}
	for _, m := range due {
		key := m.site + "/" + m.target
		byTarget[key] = append(byTarget[key], m)
	}
	var sending sync.WaitGroup
	var mu sync.Mutex // guards delivered and err
	for _, messages := range byTarget {
		sending.Go(func() {
			client := newClient(messages[0].url, s.Allowed)
			defer client.CloseIdleConnections()
			for _, m := range messages {
				ok, failure := s.deliver(ctx, client, m)
				mu.Lock()
				if ok {
					delivered++
				}
				err = errors.Join(err, failure)
				mu.Unlock()
				if !ok || failure != nil {
					return // the next ones would fail, too; they are due at the next turn
				}
			}
		})
	}
	sending.Wait()
	return delivered, err
}

// readDue reads some messages of each webhook: those of one that fails, or that no site has any more, don't keep those
// of another waiting.
func (s *Sender) readDue(ctx context.Context) (due []message, err error) {
	now := s.Box.now().UTC().Format(timeFormat)
	err = s.Store.ReadDesk().Each(ctx, func(scan func(...any) error) error {
		var m message
		var id []byte
		if err := scan(&id, &m.site, &m.target, &m.kind, &m.payload, &m.attempts); err != nil {
			return err
		}
		copy(m.id[:], id)
		if hook, isKnown := s.Box.find(m.site, m.target); isKnown {
			m.url = hook.URL
			due = append(due, m)
		}
		return nil
	}, `SELECT id, site, target, type, payload, attempts FROM (
			SELECT id, site, target, type, payload, attempts, next_at,
				ROW_NUMBER() OVER (PARTITION BY site, target ORDER BY next_at, id) AS place
			FROM outbox WHERE state = 'waiting' AND next_at <= $1 AND lease_until < $1) AS waiting
		WHERE place <= $2 ORDER BY next_at, id`, now, pageSize)
	return due, err
}

// deliver takes a message for this server, and sends it.
func (s *Sender) deliver(ctx context.Context, client *http.Client, m message) (ok bool, err error) {
	now := s.Box.now().UTC()
	taken, err := s.Store.WriteTables().Exec(ctx, `UPDATE outbox SET lease_until = $1
		WHERE id = $2 AND target = $3 AND state = 'waiting' AND attempts = $4 AND lease_until < $5`,
		now.Add(lease).Format(timeFormat), m.id[:], m.target, m.attempts, now.Format(timeFormat))
	if err != nil || taken == 0 {
		return taken > 0, err // a different server has it
	}
	status, retryAfter, failure := s.post(ctx, client, m)
	if ctx.Err() != nil {
		return false, nil // this server ends: after the lease it is tried again, with the same id
	}
	if failure == nil && status >= 200 && status < 300 {
		_, err := s.Store.WriteTables().Exec(ctx, `DELETE FROM outbox WHERE id = $1 AND target = $2`, m.id[:], m.target)
		return err == nil, err
	}
	return false, s.postpone(ctx, m, status, retryAfter, failure)
}

// postpone notes a failure. The last one, and a target that is gone (410), make a message dead.
func (s *Sender) postpone(
	ctx context.Context, m message, status int, retryAfter time.Duration, failure error,
) error {
	state, wait := "waiting", retryAfter
	if isDead := m.attempts >= len(delays) || status == http.StatusGone; isDead {
		state = "dead"
	} else {
		delay := delays[m.attempts]
		wait = max(wait, delay-delay/5+rand.N(2*delay/5))
	}
	s.Log.Warn("a webhook was not delivered", "site", m.site, "webhook", m.target, "type", m.kind,
		"attempt", m.attempts+1, "status", status, "error", failure, "state", state)
	next := s.Box.now().UTC().Add(wait).Format(timeFormat)
	_, err := s.Store.WriteTables().Exec(ctx, `UPDATE outbox SET attempts = attempts + 1, lease_until = '',
			last_status = $1, state = $2, next_at = $3
		WHERE id = $4 AND target = $5`, status, state, next, m.id[:], m.target)
	return err
}

// post sends a message. Only the status of the answer counts.
func (s *Sender) post(
	ctx context.Context, client *http.Client, m message,
) (status int, retryAfter time.Duration, err error) {
	keys := s.Secrets[m.site+"/"+m.target]
	if len(keys) == 0 {
		return 0, 0, errors.New("it has no secret. Add a line to the file of --webhook-secrets")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.url, strings.NewReader(m.payload))
	if err != nil {
		return 0, 0, errors.New("its address is not valid")
	}
	now := s.Box.now()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "nod")
	r.Header.Set("webhook-id", m.id.String())
	r.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("webhook-signature", sign(keys, m.id.String(), now, m.payload))
	answer, err := client.Do(r)
	if err != nil {
		return 0, 0, err
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer)
	seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	if err == nil && seconds > 0 {
		retryAfter = min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	return answer.StatusCode, retryAfter, nil
}
