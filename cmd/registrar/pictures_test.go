package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/tuitest"
)

// picturesDir names the folder where make pictures wants them; without it
// nothing is drawn.
const picturesDir = "REGISTRAR_PICTURES"

// rests reports whether the page stays as it is: it may be drawn in pieces.
func rests() func(tuitest.Screen) bool {
	last := ""
	return func(s tuitest.Screen) bool {
		time.Sleep(300 * time.Millisecond)
		same := s.Text() == last
		last = s.Text()
		return same
	}
}

// pictureLook is how a terminal looks in which a picture is taken.
type pictureLook struct {
	name, foreground, background string
	light                        bool
}

var pictureLooks = []pictureLook{{"dark", "#dcdde6", "#15161c", false}, {"light", "#20212b", "#fcfcfd", true}}

// pictureFolder is where pictures go; without one the test is skipped.
func pictureFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv(picturesDir)
	if dir == "" {
		t.Skipf("%s names no folder: make pictures draws them", picturesDir)
	}
	require.NoError(t, os.MkdirAll(dir, 0o750))
	return dir
}

// take draws a page once it rests.
func (l pictureLook) take(t *testing.T, term *tuitest.Terminal, dir, name string) {
	t.Helper()
	term.Until("a page that rests", rests())
	path := filepath.Join(dir, name+"-"+l.name+".svg")
	require.NoError(t, os.WriteFile(path, []byte(term.Screen().SVG(l.foreground, l.background)), 0o600))
}

// The pictures of the documents are what the program shows on its own demo.
func TestPictures(t *testing.T) {
	dir := pictureFolder(t)
	for _, look := range pictureLooks {
		term := newDesk(t).console(t, tuitest.Options{Width: 120, Height: 36, Light: look.light}, "demo")
		picture := func(name string) { look.take(t, term, dir, name) }
		term.Expect("✓ live").Expect("things need you")
		picture("home")
		term.Key("7").Expect("chain verified")
		picture("activity")
		term.Key("5").ExpectLine("registry only", "PENDING")
		picture("drafts")
		term.Key("3").ExpectLine("sample", "FAILED")
		picture("all-versions")
		term.Key("2").ExpectLine("sample", "PENDING").Expect("Before")
		picture("connectors")
		term.Type("?").Expect("type to search")
		picture("help")
		term.Key("esc").ExpectNot("type to search").Key("ctrl+k").Expect("tab complete").Type("ya").Expect("state:yanked")
		picture("palette")
		term.Key("esc").ExpectNot("tab complete")
		term.ClickOn("sample").Key("enter").ExpectLine("v1.1.0", "stable").ExpectLine("v1.2.0", "FAILED")
		picture("versions")
		term.Key("/").Type("v1.2.0").Key("enter", "enter").Expect("Platforms").Expect("linux-arm64")
		picture("version")
		term.Key("=").Expect("v1.1.0 -> v1.2.0")
		picture("compare")
		term.Key("esc").Expect("Platforms").Key("tab").ExpectLine("platform", "file", "sha256")
		picture("assets")
		term.Key("tab").ExpectLine("platform-match")
		picture("checks")
		term.Key("shift+tab", "shift+tab").Expect("Platforms")
		term.Key("esc").ExpectNot("Overview").Key("esc").ExpectLine("v1.1.0", "stable")
		term.Key("/").Type("v1.1.0").Key("enter").ExpectNot("v1.0.0 ")
		term.Key("X").Expect("can never be used again")
		picture("yank")
		time.Sleep(time.Second) // a dialog that is new takes no answer
		term.Key("esc").ExpectNot("Cancel")
		term.Key("3").ExpectLine("sample", "FAILED").Key("/").Type("state:published").Key("enter").Key("*").Expect("marked")
		term.Key("X").Expect("numbers can never be used again")
		picture("yank-many")
		time.Sleep(time.Second)
		term.Key("esc").ExpectNot("Cancel").Key("q")
		require.NoError(t, term.ExpectEnd())
		reviewPictures(t, look.light, func(term *tuitest.Terminal, name string) { look.take(t, term, dir, name) })
	}
}
