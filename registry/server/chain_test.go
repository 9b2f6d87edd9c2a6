package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// observed serves one handler through the chain of plain HTTP.
func observed(t *testing.T, h http.HandlerFunc) (*Server, *httptest.Server) {
	t.Helper()
	s := &Server{log: slog.New(slog.DiscardHandler), counters: newCounters()}
	web := httptest.NewServer(s.observe(h))
	t.Cleanup(web.Close)
	return s, web
}

func TestHTTPPanicBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	s, web := observed(t, func(http.ResponseWriter, *http.Request) { panic("inside") })
	for range 2 {
		answer, err := http.Get(web.URL)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, http.StatusInternalServerError, answer.StatusCode)
	}
	assert.EqualValues(t, 2, s.counters.Panics(), "the second request was served, too")
	assert.EqualValues(t, 2, s.counters.Calls("http", "500"))
}

func TestHTTPPanicInTheAnswerDoesNotLookComplete(t *testing.T) {
	t.Parallel()
	_, web := observed(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half of the"))
		_ = http.NewResponseController(w).Flush()
		panic("inside")
	})
	answer, err := http.Get(web.URL)
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	var body [64]byte
	n := 0
	for err == nil {
		var more int
		more, err = answer.Body.Read(body[n:])
		n += more
	}
	require.ErrorContains(t, err, "unexpected EOF")
}

func TestCountersAreSafeForManyCalls(t *testing.T) {
	t.Parallel()
	c := newCounters()
	done := make(chan struct{})
	for range 8 {
		go func() {
			for range 1000 {
				c.addHTTP(http.StatusOK)
			}
			done <- struct{}{}
		}()
	}
	for range 8 {
		<-done
	}
	assert.EqualValues(t, 8000, c.Calls("http", "200"))
	assert.EqualValues(t, 8000, c.Total())
	assert.Zero(t, c.Calls("http", "500"))
}
