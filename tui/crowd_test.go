package tui_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// A registry of 100,000 versions: something shows at once, keys are obeyed
// while the rest is read, and what is kept is bounded.
func TestAHundredThousandVersions(t *testing.T) {
	if os.Getenv("REGISTRAR_SOAK") == "" {
		t.Skip("REGISTRAR_SOAK runs it: it makes a registry of 100,000 versions")
	}
	dir := t.TempDir()
	registrytest.Seed(t, dir, registrytest.Catalogue{Connectors: 400, Versions: 250})
	h := newHall(t, registrytest.In(dir))
	calls := h.connect("mara", maintainer)
	term := console(t, calls)
	term.Expect("✓ live").ExpectLine("Connectors 400")
	before := heap()

	began := time.Now()
	term.Key("3").Until("shows the first page", func(s tuitest.Screen) bool { return s.Contains("signature") && s.Contains("1 of ") })
	first := time.Since(began)
	// Moving and filtering do not wait for the rest.
	pressed := time.Now()
	term.Key("down").Until("moved", func(s tuitest.Screen) bool { return s.Contains("2 of ") })
	moved := time.Since(pressed)
	term.ExpectNot("so far").Expect("of 100,000")
	whole := time.Since(began)
	each := (heap() - before) / 100_000
	t.Logf("first page after %s, a key obeyed after %s, all after %s, %d bytes a row", first, moved, whole, each)
	assert.Less(t, each, uint64(700))

	pressed = time.Now()
	term.Key("/").Type("c00123").Expect("250 of 100,000")
	t.Logf("filtered after %s", time.Since(pressed))
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
