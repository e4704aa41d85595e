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

	// pollEvery is how often the sender looks for what is due.
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

	busy sync.Map // of queue: those that are being sent to
}

// queue is what waits for one webhook of a site.
type queue struct{ site, target string }

// message is a row of the outbox.
type message struct {
	queue
	id            uuid.UUID
	kind, payload string
	attempts      int
}

// Run delivers messages until the context ends. Several servers on one database share them.
func (s *Sender) Run(ctx context.Context) {
	var sending sync.WaitGroup
	defer sending.Wait() // every attempt ends with the context
	logFailure := func(_ int, err error) {
		if err != nil && ctx.Err() == nil {
			s.Log.Error("webhooks could not be read or stored: trying again", "error", err)
		}
	}
	polls, deletions := time.NewTicker(pollEvery), time.NewTimer(0)
	defer polls.Stop()
	defer deletions.Stop()
	for {
		s.startDue(ctx, &sending, logFailure)
		select {
		case <-ctx.Done():
			return
		case <-polls.C:
		case <-deletions.C:
			logFailure(0, s.deleteOld(ctx))
			deletions.Reset(deleteEvery)
		}
	}
}

// DeliverDue tries what is due now, and waits for it. It returns how many messages were delivered.
func (s *Sender) DeliverDue(ctx context.Context) (delivered int, err error) {
	var sending sync.WaitGroup
	var mu sync.Mutex // guards the results
	s.startDue(ctx, &sending, func(n int, failure error) {
		mu.Lock()
		defer mu.Unlock()
		delivered += n
		err = errors.Join(err, failure)
	})
	sending.Wait()
	return delivered, err
}

// startDue starts to send to each webhook for which messages are due. Each has a sender of its own, for which nobody
// waits here: a webhook that hangs holds up no other. One that is still being sent to is left out, so its messages go
// one after another. ended is called with the result of each.
func (s *Sender) startDue(ctx context.Context, sending *sync.WaitGroup, ended func(delivered int, err error)) {
	queues, err := s.readQueues(ctx)
	if err != nil {
		ended(0, err)
		return
	}
	for _, q := range queues {
		if _, isBusy := s.busy.LoadOrStore(q, true); isBusy {
			continue
		}
		sending.Go(func() {
			defer s.busy.Delete(q)
			ended(s.deliverQueue(ctx, q))
		})
	}
}

// readQueues lists the webhooks for which messages are due. Those that no site has any more are left out.
func (s *Sender) readQueues(ctx context.Context) (queues []queue, err error) {
	now := s.Box.now().UTC().Format(timeFormat)
	err = s.Store.ReadDesk().Each(ctx, func(scan func(...any) error) error {
		var q queue
		if err := scan(&q.site, &q.target); err != nil {
			return err
		}
		if _, isKnown := s.Box.find(q.site, q.target); isKnown {
			queues = append(queues, q)
		}
		return nil
	}, `SELECT DISTINCT site, target FROM outbox WHERE state = 'waiting' AND next_at <= $1 AND lease_until < $1`, now)
	return queues, err
}

// deliverQueue sends what is due for a webhook, until nothing is left or one message fails: the next ones would fail,
// too. They are due at the next turn.
func (s *Sender) deliverQueue(ctx context.Context, q queue) (delivered int, err error) {
	for {
		hook, isKnown := s.Box.find(q.site, q.target)
		if !isKnown {
			return delivered, nil
		}
		page, err := s.readPage(ctx, q)
		if err != nil || len(page) == 0 {
			return delivered, err
		}
		n, err := s.deliverPage(ctx, hook.URL, page)
		delivered += n
		if err != nil || n < len(page) {
			return delivered, err
		}
	}
}

// readPage reads the first messages that are due for a webhook.
func (s *Sender) readPage(ctx context.Context, q queue) (page []message, err error) {
	now := s.Box.now().UTC().Format(timeFormat)
	err = s.Store.ReadDesk().Each(ctx, func(scan func(...any) error) error {
		m := message{queue: q}
		var id []byte
		if err := scan(&id, &m.kind, &m.payload, &m.attempts); err != nil {
			return err
		}
		copy(m.id[:], id)
		page = append(page, m)
		return nil
	}, `SELECT id, type, payload, attempts FROM outbox
		WHERE site = $1 AND target = $2 AND state = 'waiting' AND next_at <= $3 AND lease_until < $3
		ORDER BY next_at, id LIMIT $4`, q.site, q.target, now, pageSize)
	return page, err
}

// deliverPage sends messages until one fails. It returns how many were delivered.
func (s *Sender) deliverPage(ctx context.Context, url string, page []message) (delivered int, err error) {
	client := newClient(url, s.Allowed)
	defer client.CloseIdleConnections()
	for _, m := range page {
		ok, err := s.deliver(ctx, client, url, m)
		if !ok || err != nil {
			return delivered, err
		}
		delivered++
	}
	return delivered, nil
}

// deliver takes a message for this server, and sends it.
func (s *Sender) deliver(ctx context.Context, client *http.Client, url string, m message) (ok bool, err error) {
	now := s.Box.now().UTC()
	taken, err := s.Store.WriteTables().Exec(ctx, `UPDATE outbox SET lease_until = $1
		WHERE id = $2 AND target = $3 AND state = 'waiting' AND attempts = $4 AND lease_until < $5`,
		now.Add(lease).Format(timeFormat), m.id[:], m.target, m.attempts, now.Format(timeFormat))
	if err != nil || taken == 0 {
		return taken > 0, err // a different server has it
	}
	status, retryAfter, failure := s.post(ctx, client, url, m)
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
		state, wait = "dead", 0 // the row has the time of death
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
	ctx context.Context, client *http.Client, url string, m message,
) (status int, retryAfter time.Duration, err error) {
	keys := s.Secrets[m.site+"/"+m.target]
	if len(keys) == 0 {
		return 0, 0, errors.New("it has no secret. Add a line to the file of --webhook-secrets")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(m.payload))
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
	// A body that was read to its end leaves the connection to the next message. One that drips is not waited for.
	defer time.AfterFunc(bodyTimeout, cancel).Stop()
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer)
	seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	if err == nil && seconds > 0 {
		retryAfter = min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	return answer.StatusCode, retryAfter, nil
}
