package server

import (
	"strconv"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Counters count calls by method and outcome. They are for people who look at
// a running registry and for tests; nothing is decided by them.
type Counters struct {
	// calls holds a *atomic.Int64 for each outcome; there are as many as
	// methods times codes, whatever callers send.
	calls     sync.Map
	total     atomic.Int64
	panics    atomic.Int64
	anonymous atomic.Int64
}

// outcome is one line of the table.
type outcome struct {
	method string
	code   string
}

func newCounters() *Counters { return &Counters{} }

func (c *Counters) add(method string, code codes.Code) { c.count(outcome{method, code.String()}) }

func (c *Counters) addHTTP(status int) { c.count(outcome{"http", strconv.Itoa(status)}) }

func (c *Counters) count(o outcome) {
	c.total.Add(1)
	counter, ok := c.calls.Load(o)
	if !ok {
		counter, _ = c.calls.LoadOrStore(o, new(atomic.Int64))
	}
	counter.(*atomic.Int64).Add(1)
}

// Total is the number of calls that ended.
func (c *Counters) Total() int64 { return c.total.Load() }

// Calls is how often a method ended with a code; method "http" counts plain
// requests by their status.
func (c *Counters) Calls(method, code string) int64 {
	counter, ok := c.calls.Load(outcome{method, code})
	if !ok {
		return 0
	}
	return counter.(*atomic.Int64).Load()
}

// Panics is how many calls ended in a panic.
func (c *Counters) Panics() int64 { return c.panics.Load() }

// AnonymousRefused is how many calls were refused for want of a valid token.
func (c *Counters) AnonymousRefused() int64 { return c.anonymous.Load() }

func codeOf(err error) codes.Code { return status.Code(err) }
