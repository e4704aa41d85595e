package outbox

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/policy"
)

// addTarget gives the site a second webhook, which gets answers to requests only. The first one gets the rest.
func (b *bench) addTarget() *target {
	b.t.Helper()
	other := startTarget(b.t)
	b.site.Webhooks[0].Events = []string{"request.created"}
	b.site.Webhooks = append(b.site.Webhooks,
		policy.Webhook{ID: "other", URL: other.URL, Events: []string{"request.answered"}})
	b.Secrets["shop/other"] = b.Secrets["shop/mailer"]
	b.Box.SetSites([]*policy.Site{b.site})
	return other
}

// run runs the sender until stop, which returns when the sender has ended.
func (b *bench) run() (stop func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-ended
	}
	b.t.Cleanup(stop)
	return stop
}

func TestATargetThatHangsHoldsUpNoOther(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"it does not answer": func(http.ResponseWriter) {},
		"its answer does not end": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusBadGateway)
			_ = http.NewResponseController(w).Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEngines(t, func(t *testing.T, b *bench) {
				other := b.addTarget()
				hangs, reached := make(chan struct{}, 10), make(chan struct{})
				b.to.answerWith(func(w http.ResponseWriter, r *http.Request) {
					hangs <- struct{}{}
					answer(w)
					<-r.Context().Done()
				})
				other.answerWith(func(http.ResponseWriter, *http.Request) { close(reached) })
				b.add("request.created")
				b.add("request.created")
				stop := b.run()
				<-hangs
				b.add("request.answered") // it comes while the first target hangs
				began := time.Now()
				<-reached
				stop()
				if took := time.Since(began); took > answerTimeout/2 {
					t.Errorf("the other target was reached after %s", took)
				}
			})
		})
	}
}

func TestTheMessagesOfOneTargetGoOneAfterAnother(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		came, goOn := make(chan string, pageSize+2), make(chan struct{})
		b.to.answerWith(func(_ http.ResponseWriter, r *http.Request) {
			came <- r.Header.Get("webhook-id")
			<-goOn
		})
		var want []string
		for range pageSize + 2 {
			want = append(want, b.add("request.created").String())
		}
		delivered := make(chan int)
		go func() {
			n, err := b.DeliverDue(t.Context())
			if err != nil {
				t.Error(err)
			}
			delivered <- n
		}()
		first := <-came
		b.deliver(0) // the next turn, while the first message is still on its way
		if len(came) > 0 {
			t.Errorf("%s came beside %s", <-came, first)
		}
		close(goOn)
		if n := <-delivered; n != len(want) {
			t.Errorf("%d delivered; want %d", n, len(want))
		}
		got := []string{first}
		for len(came) > 0 {
			got = append(got, <-came)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("came as %v; want %v", got, want)
		}
	})
}

func TestTheSenderEndsWhileATargetHangsAndTheMessageComesAgain(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		hangs := make(chan struct{})
		b.to.answerWith(func(_ http.ResponseWriter, r *http.Request) {
			close(hangs)
			<-r.Context().Done()
		})
		id := b.add("request.created").String()
		stop := b.run()
		<-hangs
		began := time.Now()
		stop()
		if took := time.Since(began); took > answerTimeout/2 {
			t.Errorf("ended after %s", took)
		}
		b.to.answerWith(func(http.ResponseWriter, *http.Request) {})
		b.now = b.now.Add(lease + time.Second)
		b.deliver(1)
		for _, r := range b.to.all() {
			if got := r.header.Get("webhook-id"); got != id {
				t.Errorf("came as %s; want %s", got, id)
			}
		}
	})
}

func TestOnlyTheStatusOfAnAnswerIsWaitedFor(t *testing.T) {
	for name, writeBody := range map[string]func(w io.Writer, r *http.Request){
		"a body that never comes": func(_ io.Writer, r *http.Request) { <-r.Context().Done() },
		"a body that drips": func(w io.Writer, r *http.Request) {
			drops := time.NewTicker(answerTimeout / 200)
			defer drops.Stop()
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("."))
				_ = http.NewResponseController(w.(http.ResponseWriter)).Flush()
				<-drops.C
			}
		},
		"a body without end": func(w io.Writer, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write(make([]byte, maxAnswer))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, testEngines["sqlite"](t))
			b.to.answerWith(func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(http.StatusOK)
				_ = http.NewResponseController(w).Flush()
				writeBody(w, r)
			})
			b.add("request.created")
			began := time.Now()
			b.deliver(1)
			if took := time.Since(began); took > answerTimeout/2 {
				t.Errorf("delivered after %s", took)
			}
		})
	}
}

func TestTheManyMessagesOfOneTargetHoldUpNoOther(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		for range pageSize + 1 {
			b.add("request.created")
		}
		b.site.Webhooks = append(b.site.Webhooks, policy.Webhook{ID: "other", URL: b.to.URL})
		b.Secrets["shop/other"] = b.Secrets["shop/mailer"]
		b.Box.SetSites([]*policy.Site{b.site})
		last := b.add("request.answered")
		for name, webhooks := range map[string][]policy.Webhook{
			"a target that fails":        b.site.Webhooks,
			"a target that is not known": b.site.Webhooks[1:],
		} {
			b.to.answerWith(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/hook" {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
			})
			b.Box.SetSites([]*policy.Site{{ID: "shop", Webhooks: webhooks}})
			b.deliver(1)
			isLast := func(r received) bool { return r.header.Get("webhook-id") == last.String() }
			if !slices.ContainsFunc(b.to.all(), isLast) {
				t.Errorf("%s: the other target's message was not delivered", name)
			}
			last = b.add("request.answered")
		}
	})
}

func TestOneConnectionTakesAllMessagesOfATurn(t *testing.T) {
	b := newBench(t, testEngines["sqlite"](t))
	connections := make(chan string, 5)
	b.to.answerWith(func(_ http.ResponseWriter, r *http.Request) { connections <- r.RemoteAddr })
	for range cap(connections) {
		b.add("request.created")
	}
	b.deliver(cap(connections))
	first := <-connections
	for len(connections) > 0 {
		if c := <-connections; c != first {
			t.Errorf("a message came by %s, the first by %s", c, first)
		}
	}
}

func TestTwoServersDeliverAMessageOnce(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		b.add("request.created")
		due, err := b.readPage(t.Context(), queue{"shop", "mailer"})
		if err != nil || len(due) != 1 {
			t.Fatal(due, err)
		}
		b.to.answerWith(func(http.ResponseWriter, *http.Request) {
			client := newClient(b.to.URL, b.Allowed)
			ok, err := b.Sender.deliver(t.Context(), client, b.to.URL, due[0]) // the second server, meanwhile
			if ok || err != nil {
				t.Errorf("delivered twice: %v, error %v", ok, err)
			}
		})
		b.deliver(1)
		if got := len(b.to.all()); got != 1 {
			t.Errorf("%d were received", got)
		}
	})
}

func TestAServerThatDiesLeavesTheMessageToTheNext(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		id := b.add("request.created")
		_, err := b.store.WriteTables().Exec(t.Context(), `UPDATE outbox SET lease_until = $1`, // it died while it sent
			b.now.Add(lease).Format(timeFormat))
		if err != nil {
			t.Fatal(err)
		}
		b.deliver(0)
		b.now = b.now.Add(lease + time.Second)
		b.deliver(1)
		if b.to.all()[0].header.Get("webhook-id") != id.String() {
			t.Error("the id changed")
		}
	})
}
