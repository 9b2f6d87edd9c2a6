package store

import (
	"context"
	"sync"
)

// Memo keeps what was read from the store for as long as nothing at all is
// committed there, by whichever process: then every one of its values is what
// reading again would give. It is bounded.
type Memo[V any] struct {
	store *Store
	limit int

	mu   sync.Mutex
	at   Generation
	kept map[string]sized[V]
	size int
}

type sized[V any] struct {
	value V
	size  int
}

// keptCost is what keeping a value costs besides its bytes and its key's: its
// place in the map, and the values of a map that is not full.
const keptCost = 160

// NewMemo makes one for what is read from a store, which takes at most limit
// bytes.
func NewMemo[V any](s *Store, limit int) *Memo[V] { return &Memo[V]{store: s, limit: limit} }

// Remembered gives what is kept under a key, or reads it and keeps it. The
// generation is asked for before reading, so that what a commit in between
// changes is kept under a generation that is over. A read says how many bytes
// its value takes. The value is shared: nobody may change it.
func (m *Memo[V]) Remembered(ctx context.Context, key string, read func() (v V, size int, err error)) (V, error) {
	at, err := m.store.Generation(ctx)
	if err != nil {
		v, _, err := read() // it says better what is wrong, if anything is
		return v, err
	}
	if v, ok := m.get(at, key); ok {
		return v, nil
	}
	v, size, err := read()
	if err == nil {
		m.put(at, key, v, size)
	}
	return v, err
}

// get returns what is kept under a key for exactly this generation.
func (m *Memo[V]) get(at Generation, key string) (v V, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != at {
		return v, false
	}
	found, ok := m.kept[key]
	return found.value, ok
}

// put keeps a value that was read after this generation was asked for, unless
// others have seen a newer one meanwhile: nobody would ever find it. What takes
// a large part of all that may be kept is not kept: it would push out the rest.
func (m *Memo[V]) put(at Generation, key string, v V, size int) {
	size += len(key) + keptCost
	if size > m.limit/8 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if at.before(m.at) {
		return
	}
	if m.at != at {
		m.at, m.kept, m.size = at, map[string]sized[V]{}, 0
	}
	m.drop(key)
	for other := range m.kept { // whichever comes first: all are equally fresh
		if m.size+size <= m.limit {
			break
		}
		m.drop(other)
	}
	m.kept[key] = sized[V]{value: v, size: size}
	m.size += size
}

func (m *Memo[V]) drop(key string) {
	if old, known := m.kept[key]; known {
		m.size -= old.size
		delete(m.kept, key)
	}
}
