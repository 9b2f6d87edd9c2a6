package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/tuitest"
)

// picturesDir is where make pictures wants them; without it nothing is drawn.
const picturesDir = "REGISTRAR_PICTURES"

// The pictures of the documents are what the program shows on its own demo.
func TestPictures(t *testing.T) {
	dir := os.Getenv(picturesDir)
	if dir == "" {
		t.Skipf("%s names no folder: make pictures draws them", picturesDir)
	}
	require.NoError(t, os.MkdirAll(dir, 0o750))
	for _, look := range []struct {
		name, foreground, background string
		light                        bool
	}{{"dark", "#dcdde6", "#15161c", false}, {"light", "#20212b", "#fcfcfd", true}} {
		term := newDesk(t).console(t, tuitest.Options{Width: 120, Height: 36, Light: look.light}, "demo")
		picture := func(name string) {
			path := filepath.Join(dir, name+"-"+look.name+".svg")
			require.NoError(t, os.WriteFile(path, []byte(term.Screen().SVG(look.foreground, look.background)), 0o600))
		}
		term.Expect("✓ live").ExpectLine("sample", "PENDING")
		term.Type("/sample").Key("enter").Key("esc").Expect("1 of 2")
		picture("connectors")
		term.ClickOn("sample").Key("enter").ExpectLine("v1.1.0", "stable").ExpectLine("v1.2.0", "FAILED")
		picture("versions")
		term.Key("down", "down", "down", "enter").Expect("Platforms").Expect("platform-match")
		picture("version")
		term.Key("esc").Key("down", "X").Expect("can never be used again")
		picture("yank")
		term.Key("esc").Key("q")
		require.NoError(t, term.ExpectEnd())
	}
}
