package triage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// train are n versions of a few connectors.
func train(n int) []action.Version {
	all := make([]action.Version, n)
	for i := range all {
		all[i] = action.Version{Org: "acme", Name: fmt.Sprintf("baton-sample%d", i%4), Number: fmt.Sprintf("v1.%d.0", i/4)}
	}
	return all
}

// answer is what a registry says of the versions: some are refused, and one of
// each connector is stable.
func answer(versions []action.Version, refused int) yank.Weighed {
	var w yank.Weighed
	at := map[string]int{}
	for i, v := range versions {
		if i < refused {
			w.Results = append(w.Results, yank.Result{Version: v.Ref(), Outcome: yank.Refused, Err: &client.Error{
				Reason: registryv1.Reason_REASON_WRONG_STATE, Message: v.Number + " is FAILED: only PUBLISHED versions can be yanked", Next: "nothing needs to be done: it was never public",
			}})
			continue
		}
		facts := &registryv1.Consequences{Ref: v.Ref(), StableBefore: "v1.1.0", StableAfter: "v1.0.0", LatestBefore: "v1.9.0", LatestAfter: "v1.9.0", PublishedAfter: 3}
		w.Results = append(w.Results, yank.Result{Version: v.Ref(), Outcome: yank.Ready, Facts: facts})
		n, known := at[v.Name]
		if !known {
			n = len(w.Sets)
			at[v.Name] = n
			w.Sets = append(w.Sets, yank.Set{Facts: &registryv1.Consequences{Ref: v.Ref(), StableBefore: "v1.1.0", StableAfter: "v0.9.0", LatestBefore: "v1.9.0", LatestAfter: "v1.9.0", PublishedAfter: 1}})
		}
		w.Sets[n].Numbers = append(w.Sets[n].Numbers, v.Number)
	}
	return w
}

// judgedYanks is the page about n versions once the registry answered.
func judgedYanks(t *testing.T, n, refused int) *Yanks {
	t.Helper()
	y := NewYanks(train(n), "security@acme.example")
	next, is := y.Ask().(action.WeighYanks)
	require.True(t, is)
	quiet(y)
	y.Handle(catalog.WeighedAll{Weighing: next.Weighing, Asked: next.Asked, Weighed: answer(train(n), refused)})
	text(y)
	return y
}

// quiet lets the time pass before which no key counts.
func quiet(y *Yanks) {
	for _, cmd := range batch(y.Dialog.Open(1, "")) {
		y.Handle(cmd())
	}
}

// fill answers everything but the confirmation, which it ends at.
func fill(y *Yanks) {
	press(y, "tab", "tab", "right", "right", "tab", "loops", "tab", "tab", "tab", "tab")
}

func TestManyAreYankedByTypingHowMany(t *testing.T) {
	t.Parallel()
	y := judgedYanks(t, 5, 2)
	said := text(y)
	assert.Contains(t, said, "3 versions of 3 connectors leave.")
	assert.Contains(t, said, "2 versions are left out; the list says why.")
	assert.Contains(t, said, "The 3 numbers can never be used again")
	assert.Contains(t, said, "Type yank 3 to confirm")
	fill(y)
	assert.NotContains(t, fmt.Sprintf("%T", press(y, "tab", "tab", "enter")), "Yanks", "nothing is typed yet")
	y = judgedYanks(t, 5, 2)
	fill(y)
	next, is := press(y, "yank 3", "tab", "tab", "enter").(action.Yanks)
	require.True(t, is)
	assert.Len(t, next.Run.Order().Versions, 3, "what would be refused is left out")
	assert.Equal(t, "loops", next.Run.Order().Reason)
	assert.True(t, y.Waits(YanksTask))
	assert.Contains(t, text(y), "0 of 3 are done.")
	assert.Contains(t, text(y), "Leaving this page does not stop it.")
	assert.Equal(t, action.StopTask{Task: YanksTask}, pressOn(y, stopButton))
}

// pressOn presses a button as the questions of the plain console do.
func pressOn(y *Yanks, id string) action.Action {
	quiet(y)
	next, _ := y.Handle(ui.Press{ID: id})
	return next
}

// TestStableIsToldOfTheWholeSet: not of the version alone, which may move to
// another one that leaves as well.
func TestStableIsToldOfTheWholeSet(t *testing.T) {
	t.Parallel()
	y := judgedYanks(t, 8, 0)
	said := text(y)
	assert.Contains(t, said, "stable -> v0.9.0")
	assert.NotContains(t, said, "stable -> v1.0.0")
	assert.Contains(t, said, "4 connectors lose their stable version:")
}

func TestResultsReplaceTheList(t *testing.T) {
	t.Parallel()
	y := judgedYanks(t, 4, 1)
	fill(y)
	next := press(y, "yank 3", "tab", "tab", "enter").(action.Yanks)
	stopped := &client.Error{Reason: registryv1.Reason_REASON_UNAVAILABLE, Message: "hub.example.org does not answer", Next: "try again"}
	y.Handle(catalog.Done{ID: YanksTask, Err: stopped})
	said := text(y)
	assert.Contains(t, said, "What became of 4 versions")
	assert.Contains(t, said, "3 versions were not tried.")
	assert.Contains(t, said, "1 version was refused.")
	assert.Contains(t, said, "hub.example.org does not answer. Next: try again.")
	assert.Contains(t, said, "Try 3 again")
	assert.Contains(t, said, "esc closes")
	copied := pressOn(y, copyButton).(action.Copy)
	assert.Contains(t, copied.Text, "acme/baton-sample0@v1.0.0\trefused\tv1.0.0 is FAILED: only PUBLISHED versions can be yanked. Next: nothing needs to be done: it was never public.")
	assert.Len(t, strings.Split(copied.Text, "\n"), 4)
	again := pressOn(y, againButton).(action.Yanks)
	assert.Same(t, next.Run, again.Run, "the same run, and so the same request ids")
	assert.Contains(t, text(y), "Yanking 3 versions")
}

// TestAnswersToEarlierQuestionsAreDropped, as those after a change by others.
func TestAnswersToEarlierQuestionsAreDropped(t *testing.T) {
	t.Parallel()
	y := NewYanks(train(4), "")
	first := y.Ask().(action.WeighYanks)
	quiet(y)
	_, rest := y.Handle(catalog.Changed{Events: []*registryv1.Change{{Event: &registryv1.Event{Org: "ACME", Name: "baton-sample1"}}}})
	require.NotNil(t, rest)
	next, _ := y.Handle(rest())
	second, is := next.(action.WeighYanks)
	require.True(t, is)
	y.Handle(catalog.WeighedAll{Weighing: first.Weighing, Asked: first.Asked, Weighed: answer(train(4), 4)})
	assert.Contains(t, text(y), "Asking the registry what depends on them: 0 of 4.")
	y.Handle(catalog.WeighedAll{Weighing: second.Weighing, Asked: second.Asked, Weighed: answer(train(4), 0)})
	assert.Contains(t, text(y), "4 versions of 4 connectors leave.")
}

func TestSecurityAsksWhomToThankAndSaysWhereToReport(t *testing.T) {
	t.Parallel()
	y := judgedYanks(t, 4, 0)
	assert.NotContains(t, text(y), "Thanks to")
	press(y, "tab", "tab", "right")
	said := text(y)
	assert.Contains(t, said, "Thanks to")
	assert.Contains(t, said, "security@acme.example")
	press(y, "tab", "leaks", "tab", "tab", "tab", "juno", "tab", "tab", "yank 4")
	next := press(y, "tab", "tab", "enter").(action.Yanks)
	assert.Equal(t, "juno", next.Run.Order().Credit)

	one := NewYank(subject, "security@acme.example")
	one.Ask()
	seen(t, one)
	one.Handle(weighed(1, "v1.0.0"))
	press(one, "tab", "right")
	assert.Contains(t, text(one), "security@acme.example.")
	assert.Contains(t, text(one), "Thanks to")
}

func TestAllRefusedCannotBeSent(t *testing.T) {
	t.Parallel()
	y := judgedYanks(t, 3, 3)
	fill(y)
	press(y, "yank 3")
	assert.Nil(t, pressOn(y, doButton))
	assert.Equal(t, "the registry would refuse all of them", y.incomplete())
	press(y, "enter", "right", "enter")
	assert.NotContains(t, text(y), "\x1b")
}

func TestVersionsOfAFile(t *testing.T) {
	t.Parallel()
	d := NewYankFile("/src")
	seen(t, d)
	press(d, "tab", "list.txt")
	next := press(d, "enter", "right", "enter")
	assert.Equal(t, action.ReadVersions{Path: "list.txt", Asked: 1}, next)
	d.Handle(catalog.VersionsRead{Asked: 1, Err: &client.Error{Message: "2 things are wrong", Next: "write one version a line as ORG/NAME@VERSION", Faults: []client.Fault{
		{Field: "list.txt:2", Message: `"nonsense" does not name a version`}, {Field: "list.txt:4", Message: `"acme/x" names no version`},
	}}})
	said := text(d)
	assert.Contains(t, said, "list.txt:2")
	assert.Contains(t, said, "list.txt:4")
	press(d, "enter")
	then, _ := d.Handle(catalog.VersionsRead{Asked: 2, Versions: []*registryv1.VersionRef{v.Ref()}})
	assert.Equal(t, action.Close{Then: action.AskYanks{Versions: []action.Version{v}}}, then)
}

// TestHostileTextOfAYank: a registry, a file and a person may say anything.
func TestHostileTextOfAYank(t *testing.T) {
	t.Parallel()
	evil := "a\x1b[2J\u202eb\u0007"
	y := NewYanks([]action.Version{{Org: "acme", Name: evil, Number: evil}, v}, evil)
	next := y.Ask().(action.WeighYanks)
	quiet(y)
	y.Handle(catalog.WeighedAll{Weighing: next.Weighing, Asked: 1, Weighed: yank.Weighed{Results: []yank.Result{
		{Version: &registryv1.VersionRef{Org: "acme", Name: evil, Version: evil}, Outcome: yank.Refused, Err: &client.Error{Message: evil, Next: evil}},
		{Version: v.Ref(), Outcome: yank.Refused, Err: &client.Error{Message: strings.Repeat("x", 10_000)}},
	}}})
	press(y, "tab")
	for _, line := range y.View(look, 120, 40) {
		assert.NotContains(t, line, "\x1b[2J")
		assert.NotContains(t, line, "\u202e")
		assert.NotContains(t, line, "\a")
	}
}

func TestYanksScreens(t *testing.T) {
	t.Parallel()
	pages := map[string]func(t *testing.T) *Yanks{
		"yanks-5":    func(t *testing.T) *Yanks { t.Helper(); return judgedYanks(t, 5, 1) },
		"yanks-1000": func(t *testing.T) *Yanks { t.Helper(); return judgedYanks(t, 1000, 12) },
		"yanks-security": func(t *testing.T) *Yanks {
			t.Helper()
			y := judgedYanks(t, 2, 0)
			press(y, "tab", "tab", "right")
			return y
		},
		"yanks-results": func(t *testing.T) *Yanks {
			t.Helper()
			y := judgedYanks(t, 30, 3)
			fill(y)
			press(y, "yank 27", "tab", "tab", "enter")
			y.Handle(catalog.Done{ID: YanksTask, Err: &client.Error{Message: "it was stopped"}})
			return y
		},
	}
	ascii := theme.New(theme.Standard(), true, colorprofile.ASCII, true)
	for name, page := range pages {
		draw := func(th *theme.Theme, w, h int) string { return ui.Join(page(t).View(ui.Look{Theme: th}, w, h)) }
		tuitest.Goldens(t, name, draw)
		t.Run(name+"-ascii", func(t *testing.T) {
			t.Parallel()
			tuitest.Golden(t, name+"-80x24-ascii", tuitest.Parse(draw(ascii, 80, 24), 80, 24))
		})
	}
}
