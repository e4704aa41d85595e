package app

import (
	"sync"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/errors"
)

// errNoDevice is what everything answers that needs the visitor's device. The stores of the browser belong to the page:
// what Nod keeps there, it writes itself, under names that its documentation lists.
var errNoDevice = errors.New("this build keeps nothing on the device")

// memoryStorage is both the local and the session storage. It holds the values themselves, so nothing has to be
// encoded; what is read back must have the type that was written.
type memoryStorage struct {
	mu     sync.RWMutex
	keys   []string
	values map[string]any
}

func newMemoryStorage() *memoryStorage {
	return &memoryStorage{values: make(map[string]any)}
}

func newJSStorage(string) *memoryStorage {
	return newMemoryStorage()
}

func (s *memoryStorage) Set(key string, v any) error {
	s.mu.Lock()
	defer s.mu.Unlock()

	if _, known := s.values[key]; !known {
		s.keys = append(s.keys, key)
	}
	s.values[key] = v
	return nil
}

func (s *memoryStorage) Get(key string, recv any) error {
	s.mu.RLock()
	defer s.mu.RUnlock()

	v, known := s.values[key]
	if !known {
		return nil
	}
	return storeValue(recv, v)
}

func (s *memoryStorage) Del(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()

	delete(s.values, key)
	for i, k := range s.keys {
		if k == key {
			s.keys = append(s.keys[:i], s.keys[i+1:]...)
			return
		}
	}
}

func (s *memoryStorage) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()

	return len(s.keys)
}

func (s *memoryStorage) Key(i int) (string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	if i < 0 || i >= len(s.keys) {
		return "", errors.New("index out of range").WithTag("index", i).WithTag("len", len(s.keys))
	}
	return s.keys[i], nil
}

func (s *memoryStorage) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.keys = nil
	s.values = make(map[string]any)
}

func newStore(d Dispatcher) *store {
	return &store{
		states:           make(map[string]State),
		disp:             d,
		onBroadcastClose: func() {},
	}
}

// setPersistent keeps nothing: a state that is set with Persist lives as long as the page, like any other.
func (s *store) setPersistent(string, bool, time.Time, any) error { return nil }

func (s *store) getPersistent(string, any) error { return nil }

// expireExpriredPersistentValues (the name is go-app's) does nothing: go-app reads every key of localStorage here, once
// a minute, and deletes those of the host page that look like an expired state.
func (s *store) expireExpriredPersistentValues() {}

// broadcast sends nothing: a channel of go-app's would be open to every page of the origin.
func (s *store) broadcast(string, any) error { return nil }

// DeviceID is empty, since an id that is kept without being asked for is what Nod exists to prevent.
func (ctx uiContext) DeviceID() string { return "" }

func (ctx uiContext) Encrypt(any) ([]byte, error) { return nil, errNoDevice }

func (ctx uiContext) Decrypt([]byte, any) error { return errNoDevice }

func (s NotificationService) New(Notification) { Log(errNoDevice) }

func (s NotificationService) Subscribe(string) (NotificationSubscription, error) {
	return NotificationSubscription{}, errNoDevice
}
