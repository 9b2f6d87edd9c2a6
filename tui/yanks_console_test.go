package tui_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// bold moves the focus to a field of the dialog in sight.
func bold(term *tuitest.Terminal, label string) {
	term.Insist("tab", "has the focus at "+label, func(s tuitest.Screen) bool {
		style, _ := s.StyleOf(label)
		return strings.Contains(style, "bold")
	})
}

// A maintainer withdraws a release train: the versions of several connectors
// are found by a filter, marked, tried dry, yanked at once and seen in the log.
func TestAMaintainerYanksAReleaseTrain(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	mara := h.connect("mara", maintainer)
	for _, name := range []string{"baton-desk", "baton-sample", "baton-other"} {
		publishes(t, ines, name, "v1.0.0")
		publishes(t, ines, name, "v1.1.0")
	}
	for _, number := range []string{"v1.0.0", "v1.1.0"} {
		_, err := mara.Registry.SetStableVersion(t.Context(), &registryv1.SetStableVersionRequest{Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: number}})
		require.NoError(t, err)
	}
	term := console(t, mara, func(c *tui.Config) { c.Start = action.Versions })
	term.Expect("✓ live").Expect("Versions 6")
	term.Key("/").Type("version:v1.1.0").Expect("3 of 6").Key("enter")
	term.Key("*").Expect("3 marked").Key("X")
	term.Expect("Yank 3 versions?").Expect("3 versions of 3 connectors leave.").Expect("baton-sample: stable v1.1.0 -> v1.0.0.")
	bold(term, "Category")
	term.Key("right", "right")
	bold(term, "Reason")
	term.Type("loops on empty pages")
	bold(term, "Use instead")
	term.Key("right").Expect("use v1.0.0 instead")
	// Enter in a field leads to Cancel, beside which the dry run is.
	term.Key("enter", "right", "enter").Expect("Dry run: the registry accepts all 3. Nothing was changed.")
	assert.Equal(t, published, state(t, mara, "baton-sample", "v1.1.0"))

	bold(term, "Advisory")
	term.Key("tab", "tab").Type("yank 3").Expect("✓ matches").Key("tab", "tab", "enter")
	term.Expect("What became of 3 versions").Expect("3 versions are YANKED.").ExpectLine("baton-sample v1.1.0", "⊖ YANKED", "stable v1.1.0 -> v1.0.0")
	for _, name := range []string{"baton-desk", "baton-sample", "baton-other"} {
		assert.Equal(t, yanked, state(t, mara, name, "v1.1.0"), name)
	}
	cancel(term, "esc", "What became of")
	term.Key("7").ExpectLine("mara", "yank", "baton-desk v1.1.0", "loops on empty pages")

	// The results can be looked at again.
	term.Key("ctrl+k").Type("results of").Expect("Results of the last yank")
	term.Insist("enter", "shows the results", func(s tuitest.Screen) bool { return s.Contains("What became of 3 versions") })
}

const (
	published = registryv1.State_STATE_PUBLISHED
	yanked    = registryv1.State_STATE_YANKED
)

// An admin takes a yank back, from the list and from the page of the version;
// for others it is off and says why.
func TestAnAdminTakesYanksBack(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	root := h.connect("root", registryv1.Role_ROLE_ADMIN)
	for _, number := range []string{"v1.0.0", "v1.1.0"} {
		publishes(t, ines, "baton-sample", number)
		yank(t, ines, "baton-sample", number)
	}
	other := console(t, ines, func(c *tui.Config) { c.Start = action.Versions })
	other.ExpectLine("sample", "v1.1.0", "YANKED").Key("u").Expect("only an admin may")

	term := console(t, root, func(c *tui.Config) { c.Start = action.Versions })
	term.ExpectLine("sample", "v1.1.0", "⊖ YANKED").Key("u").Expect("Take back the yank of baton-sample v1.1.0?")
	term.Expect("v1.1.0 is PUBLISHED again. Its yank stays in the audit log.")
	bold(term, "Reason")
	term.Type("another connector was meant").Key("tab", "enter").ExpectNot("Take back")
	term.ExpectLine("sample", "v1.1.0", "✓ PUBLISHED")
	term.Key("/").Type("version:v1.0.0").Key("enter", "enter").Expect("loops on empty pages").Key("u").Expect("Take back the yank of baton-sample v1.0.0?")
	bold(term, "Reason")
	term.Type("so was this one").Key("tab", "enter").ExpectNot("Take back").Expect("PUBLISHED")
	assert.Equal(t, published, state(t, root, "baton-sample", "v1.0.0"))
	assert.Equal(t, published, state(t, root, "baton-sample", "v1.1.0"))
}

// Versions that a file names: all that is wrong with it at once, then the same
// page, where what cannot be yanked is left out and says why.
func TestYankingWhatAFileNames(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-sample", "v1.1.0")
	yank(t, ines, "baton-sample", "v1.1.0")
	list := filepath.Join(t.TempDir(), "list.txt")
	write := func(text string) { require.NoError(t, os.WriteFile(list, []byte(text), 0o600)) }
	write("acme/baton-sample@v1.0.0\nnonsense\nacme/x\n")
	term := console(t, ines)
	term.Expect("✓ live").Key("ctrl+k").Type("yank from").Expect("Yank from a file")
	term.Insist("enter", "asks for the file", func(s tuitest.Screen) bool { return s.Contains("Yank versions from a file") })
	bold(term, "File")
	term.Type(list).Key("enter", "right", "enter").Expect("list.txt:2").Expect("list.txt:3")
	write("# the bad train\nacme/sample@v1.0.0 # this one\nacme/baton-sample v1.1.0\nacme/baton-none@v1.0.0\n")
	term.Key("enter").Expect("Yank 3 versions?").Expect("2 versions are left out; the list says why.").Expect("Type yank 1 to confirm")
	term.ExpectLine("baton-none v1.0.0", "✗ refused")
	cancel(term, "esc", "Yank 3 versions?")
	assert.Equal(t, published, state(t, ines, "baton-sample", "v1.0.0"))
}

// The same without a screen, question by question.
func TestYankingSeveralInPlainWords(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-desk", "v1.0.0")
	list := filepath.Join(t.TempDir(), "list.txt")
	require.NoError(t, os.WriteFile(list, []byte("acme/baton-sample@v1.0.0\nacme/baton-desk@v1.0.0\n"), 0o600))
	r := plainly(t, ines)
	r.Expect("Choose:").Type("yank from a file").Expect("File").Type(list).Expect("1: Read it").Type("1")
	r.Expect("2 versions of 2 connectors leave.", "Category").Type("broken").Expect("Reason").Type("loops").Expect("Use instead").Type("")
	r.Expect("Advisory").Type("").Expect("Downloads").Type("").Expect("Type yank 2: Yank them").Type("yank 2")
	r.Expect("2 versions are YANKED.", "YANKED", "Choose, empty closes:").Type("")
	assert.Equal(t, yanked, state(t, ines, "baton-desk", "v1.0.0"))
}
