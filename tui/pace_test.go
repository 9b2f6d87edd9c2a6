//go:build unix

package tui_test

import (
	"context"
	"math/rand/v2"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// What these tests and benchmarks are about happens between the program and
// its terminal, so that a real pseudo-terminal is between them.

// counted is a console whose views are counted.
type counted struct {
	*tui.App
	views *atomic.Int64
}

// Update implements tea.Model.
func (c counted) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := c.App.Update(msg)
	return c, cmd
}

// View implements tea.Model.
func (c counted) View() tea.View {
	c.views.Add(1)
	return c.App.View()
}

// paced is a network over which uploads go slowly, in small steps.
type paced struct {
	net.Conn
	transfer bool
}

// Each step of an upload, and what it waits before the next one: five files
// of a megabyte take more than ten seconds.
const (
	paceBytes = 4 << 10
	paceWait  = 40 * time.Millisecond
)

func pace(dial func(ctx context.Context) (net.Conn, error)) func(ctx context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		return &paced{Conn: conn}, nil
	}
}

// Write implements net.Conn.
func (c *paced) Write(p []byte) (n int, err error) {
	c.transfer = c.transfer || len(p) > 3 && string(p[:4]) == "PUT "
	for c.transfer && len(p)-n > paceBytes {
		wrote, err := c.Conn.Write(p[n : n+paceBytes])
		if n += wrote; err != nil {
			return n, err
		}
		time.Sleep(paceWait)
	}
	wrote, err := c.Conn.Write(p[n:])
	return n + wrote, err
}

// still is a clock that stands, so that no age grows.
func still(c *tui.Config) {
	now := time.Now()
	c.Now = func() time.Time { return now }
}

// Nobody does anything, and nothing is written: an open console costs no
// battery, and nothing of the connection that it is used over.
func TestAnIdleConsoleWritesNothing(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	term := console(t, h.connect("mara", maintainer), still)
	term.Expect("✓ live").ExpectLine("sample", "v1.0.0").Expect("linux")
	for _, page := range []struct{ key, shows string }{{"", ""}, {"3", "Versions 1"}, {"enter", "Platforms"}} {
		if page.key != "" {
			term.Key(page.key).Expect(page.shows)
		}
		term.Settle(500 * time.Millisecond)
		before := term.Written()
		time.Sleep(2 * time.Second)
		t.Logf("%d bytes in 2 s after %q", term.Written()-before, page.key)
		assert.Equal(t, before, term.Written(), "bytes written by an idle console after %q", page.key)
	}
}

// Five files on their way draw at the pace of the tick, however often each of
// them moves.
func TestUploadsDrawSeldom(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	dir := project(t, "baton-sample", "v1.0.0", 1<<20)
	cfg := tui.Config{Client: h.dial("ines", publisher, pace(h.server.Dial)), Now: time.Now, Palette: theme.Standard(), Directory: dir}
	app := counted{App: tui.New(t.Context(), cfg), views: &atomic.Int64{}}
	t.Cleanup(app.Close)
	term := tuitest.Run(t, tuitest.Options{Wait: patience}, app)
	term.Expect("no connectors yet").Key("p").ToConfirm("v1.0.0").Key("enter").Expect("Uploading 5 files").ExpectLine("darwin-amd64", "UPLOADING")

	const seconds = 2
	time.Sleep(500 * time.Millisecond)
	views, bytes := app.views.Load(), term.Written()
	time.Sleep(seconds * time.Second)
	views, bytes = app.views.Load()-views, term.Written()-bytes
	t.Logf("%.1f views and %d bytes a second", float64(views)/seconds, bytes/seconds)
	assert.LessOrEqual(t, views, int64(15*seconds))
	assert.Positive(t, bytes, "it does show how far it is")
	term.Expect("Uploading 5 files")
	term.Key("e").Expect("is not published")
}

// empty is the least there is of a program: a number that keys change.
type empty struct{ n int }

func (empty) Init() tea.Cmd { return nil }

func (e empty) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, pressed := msg.(tea.KeyPressMsg); pressed {
		e.n++
	}
	return e, nil
}

func (e empty) View() tea.View {
	v := tea.NewView(strconv.Itoa(e.n))
	v.AltScreen = true
	return v
}

// BenchmarkKeyToFrame is how long it takes from a key to the first byte of
// the frame it causes, with 100,000 versions and in an empty program at the
// same number of frames a second, by turns. Goal: at most 1.1 times as long.
func BenchmarkKeyToFrame(b *testing.B) {
	options := tuitest.Options{Width: 200, Height: 60, Wait: patience}
	app := tui.Crowded(b, 100_000)
	full := tuitest.Run(b, options, app, tea.WithFPS(120))
	full.Expect("1 of 100,000").Settle(500 * time.Millisecond)
	bare := tuitest.Run(b, options, empty{}, tea.WithFPS(120))
	bare.Expect("0").Settle(500 * time.Millisecond)
	var with, without []time.Duration
	keys := []string{"down", "down", "down", "up"}
	// People do not type in step with the frames.
	random := rand.New(rand.NewPCG(1, 2))
	rest := func() { time.Sleep(15*time.Millisecond + time.Duration(random.Int64N(int64(20*time.Millisecond)))) }
	for b.Loop() {
		for i := range 200 {
			rest()
			with = append(with, full.Time(keys[i%len(keys)]))
			rest()
			without = append(without, bare.Time("down"))
		}
	}
	b.ReportMetric(milliseconds(with, 50), "p50-ms")
	b.ReportMetric(milliseconds(with, 99), "p99-ms")
	b.ReportMetric(milliseconds(without, 50), "empty-p50-ms")
	b.ReportMetric(milliseconds(without, 99), "empty-p99-ms")
	b.ReportMetric(milliseconds(with, 50)/milliseconds(without, 50), "ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFirstFrame is how long it takes from starting the program to its
// first frame. The registry takes connections and never answers: what is drawn
// first waits for nobody. Goal: 60 ms.
func BenchmarkFirstFrame(b *testing.B) {
	program := filepath.Join(b.TempDir(), "registrar")
	built, err := exec.Command("go", "build", "-o", program, "../cmd/registrar").CombinedOutput()
	require.NoError(b, err, string(built))
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	b.Cleanup(func() { _ = mute.Close() })
	var all []time.Duration
	for b.Loop() {
		began := time.Now()
		term := tuitest.Start(b, tuitest.Options{Wait: patience}, program, "--registry", "http://"+mute.Addr().String())
		term.Expect("connecting")
		all = append(all, time.Since(began))
		term.Key("q")
		require.NoError(b, term.ExpectEnd())
	}
	b.ReportMetric(milliseconds(all, 50), "p50-ms")
	b.ReportMetric(milliseconds(all, 99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// milliseconds returns the p-th percentile.
func milliseconds(all []time.Duration, p int) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return float64(sorted[min(len(sorted)*p/100, len(sorted)-1)].Microseconds()) / 1000
}
