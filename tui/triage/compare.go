package triage

import (
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/changes"
	"github.com/registrar-console/registrar/tui/ui"
)

// compareMost is how wide the page becomes, compareAiry from how many lines on
// it has more air.
const (
	compareMost = 118
	compareAiry = 28
)

// Compare is the page of what changed between two versions of a connector.
type Compare struct {
	catalog      *catalog.Catalog
	older, newer action.Version
	home         string
	asked        int // number of the last question to the registry
	report       diff.Report
	known        bool
	err          error

	scroll   int
	below    int   // lines that are out of sight below
	height   int   // of the body, when it was drawn last
	thoughts []int // lines on which something deserves a thought
}

// NewCompare makes the page.
func NewCompare(c *catalog.Catalog, next action.Compare) *Compare {
	return &Compare{catalog: c, older: next.Old, newer: next.New, home: catalog.Home(next.New.Org, next.New.Name)}
}

// Open implements the console's Screen: both versions, and the neighbours of
// the older one.
func (s *Compare) Open() []action.Action {
	return []action.Action{s.ask(), action.Load{Org: s.newer.Org, Name: s.newer.Name}}
}

// ask asks what changed; answers to earlier questions are dropped.
func (s *Compare) ask() action.Action {
	s.asked++
	return action.Contrast{Old: s.older, New: s.newer, Asked: s.asked}
}

// Typing implements the console's Screen.
func (s *Compare) Typing() bool { return false }

// Caption implements the console's Screen.
func (s *Compare) Caption(l ui.Look, place string) ui.Caption {
	caption := ui.Caption{Path: []string{place, s.newer.Org + "/" + s.newer.Name, s.older.Number + " -> " + s.newer.Number}}
	if !s.known {
		return caption
	}
	facts := []ui.Text{ui.Words(theme.Muted, words.Plural(len(s.report.Different()), "change", "changes"))}
	if n := s.report.Thoughts(); n > 0 {
		facts = append(facts, ui.Mark(l.Theme.Mark(theme.GlyphCaution, theme.Warn, words.Count(n)+" to think about")))
	}
	caption.Facts = ui.Facts(l.Theme, facts...)
	return caption
}

// Status implements the console's Screen.
func (s *Compare) Status(l ui.Look) ui.Text {
	switch {
	case !s.known && s.err == nil:
		return ui.Words(theme.Muted, "loading")
	case !s.known:
		return nil
	case s.err != nil:
		return ui.Words(theme.Warn, "It could not be read again; ctrl+r tries.")
	default:
		steps := ui.Line(ui.Say(theme.Text, "[ ]").Bold(), ui.Say(theme.Muted, " from a higher, lower version"))
		return ui.Facts(l.Theme, steps, ui.MoreBelow(l.Theme, s.below))
	}
}

// Bindings implements the console's Screen.
func (s *Compare) Bindings() []ui.Binding {
	do := func(next action.Action) func() action.Action { return func() action.Action { return next } }
	return []ui.Binding{
		{ID: "compare.copy", Label: "copy command", Help: "copy the command that says the same", Keys: []string{"c"}, Do: s.copy},
		{ID: "compare.open", Label: "open " + s.newer.Number, Help: "all about the newer version", Keys: []string{"enter"}, Do: do(action.OpenVersion{Version: s.newer})},
		{ID: "compare.thought", Label: "next to think about", Help: "next change that deserves a thought", Keys: []string{"n"}, Off: s.thoughtless, Do: do(action.NextCare{})},
		{ID: "compare.higher", Label: "from higher", Help: "compare with the next higher version", Keys: []string{"["}, Quiet: true, Do: do(action.Neighbour{By: -1})},
		{ID: "compare.lower", Label: "from lower", Help: "compare with the next lower version", Keys: []string{"]"}, Quiet: true, Do: do(action.Neighbour{By: 1})},
		{ID: "list.up", Label: "up", Help: "one line up", Keys: []string{"up", "k"}, Quiet: true, Do: do(action.Move{By: -1})},
		{ID: "list.down", Label: "down", Help: "one line down", Keys: []string{"down", "j"}, Quiet: true, Do: do(action.Move{By: 1})},
		{ID: "list.pageup", Label: "page up", Help: "one page up", Keys: []string{"pgup", "ctrl+b"}, Quiet: true, Do: do(action.Page{By: -1})},
		{ID: "list.pagedown", Label: "page down", Help: "one page down", Keys: []string{"pgdown", "ctrl+f"}, Quiet: true, Do: do(action.Page{By: 1})},
		{ID: "list.first", Label: "first", Help: "to the beginning", Keys: []string{"g", "home"}, Quiet: true, Do: do(action.Edge{})},
		{ID: "list.last", Label: "last", Help: "to the end", Keys: []string{"G", "end"}, Quiet: true, Do: do(action.Edge{Last: true})},
	}
}

// thoughtless is why there is nothing to go to that deserves a thought.
func (s *Compare) thoughtless() string {
	switch {
	case !s.known:
		return "it is not read yet"
	case s.report.Thoughts() == 0:
		return "nothing here deserves one"
	default:
		return ""
	}
}

// copy copies the command that says the same.
func (s *Compare) copy() action.Action {
	command := "registrar compare " + s.newer.Org + "/" + s.newer.Name + " " + s.older.Number + " " + s.newer.Number
	return action.Copy{Text: command, What: command}
}

// Handle implements the console's Screen.
func (s *Compare) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Contrasted:
		if msg.Asked == s.asked && msg.Old == s.older.Number && msg.New == s.newer.Number && catalog.Home(msg.Org, msg.Name) == s.home {
			s.take(msg)
		}
	case catalog.Changed:
		if slices.ContainsFunc(msg.Events, s.concerned) {
			return s.ask(), nil
		}
	case catalog.Back:
		if s.err != nil {
			return s.ask(), nil
		}
	case action.Local:
		return s.act(msg), nil
	}
	return nil, nil
}

// concerned reports whether a change is about one of the two versions.
func (s *Compare) concerned(change *registryv1.Change) bool {
	e := change.GetEvent()
	return catalog.Home(e.GetOrg(), e.GetName()) == s.home && (e.GetVersion() == s.older.Number || e.GetVersion() == s.newer.Number)
}

// take keeps the answer. What is on the screen stays where it cannot be read
// again; the status row says that it is old.
func (s *Compare) take(msg catalog.Contrasted) {
	if s.err = msg.Err; s.err == nil {
		s.report, s.known = msg.Report, true
	}
}

// act carries out what concerns the page only. View keeps the lines within
// what there is.
func (s *Compare) act(next action.Local) action.Action {
	const all = 1 << 20
	switch next := next.(type) {
	case action.Move:
		s.scroll += next.By
	case action.Scroll:
		s.scroll += next.By
	case action.Page:
		s.scroll += next.By * max(1, s.height-2)
	case action.Edge:
		if s.scroll = 0; next.Last {
			s.scroll = all
		}
	case action.NextCare:
		s.think()
	case action.Neighbour:
		return s.neighbour(next.By)
	}
	s.scroll = max(0, s.scroll)
	return nil
}

// think moves to the next line that deserves a thought, and after the last one
// to the first.
func (s *Compare) think() {
	if len(s.thoughts) == 0 {
		return
	}
	next := slices.IndexFunc(s.thoughts, func(line int) bool { return line > s.scroll })
	if next < 0 || s.below <= 0 {
		next = 0
	}
	s.scroll = s.thoughts[next]
}

// neighbour compares with the next higher or lower version instead.
func (s *Compare) neighbour(by int) action.Action {
	numbers := s.numbers()
	at := slices.Index(numbers, s.older.Number)
	switch next := at + by; {
	case at < 0:
		return action.Tell{Text: "The other versions are not read yet."}
	case next >= len(numbers):
		return action.Tell{Text: s.older.Number + " is the lowest version."}
	case next < 0 || numbers[next] == s.newer.Number:
		return action.Tell{Text: "No version is between " + s.older.Number + " and " + s.newer.Number + "."}
	default:
		s.older.Number = numbers[next]
	}
	s.known, s.err, s.scroll = false, nil, 0
	return s.ask()
}

// numbers are those of all versions of the connector, the highest first.
func (s *Compare) numbers() []string {
	rows := slices.Clone(s.catalog.Of(s.home).All())
	slices.SortStableFunc(rows, func(a, b *catalog.Version) int { return catalog.CompareNumbers(b, a) })
	numbers := make([]string, len(rows))
	for i, v := range rows {
		numbers[i] = v.Number
	}
	return numbers
}

// View implements the console's Screen.
func (s *Compare) View(l ui.Look, w, h int) []string {
	inner := min(w-4, compareMost)
	s.height = h
	lines := s.lines(l, inner, h >= compareAiry)
	s.scroll = max(0, min(s.scroll, len(lines)-h))
	s.below = len(lines) - h - s.scroll
	return ui.Indent(l.Theme, lines[s.scroll:], w, h)
}

// lines are the two versions, and what changed from one to the other.
func (s *Compare) lines(l ui.Look, w int, airy bool) []ui.Text {
	var lines []ui.Text
	if airy {
		lines = append(lines, nil)
	}
	lines = append(lines, s.side(l, "from", s.older, w), s.side(l, "to", s.newer, w), nil)
	switch {
	case !s.known && s.err != nil:
		next := ""
		if known, is := errors.AsType[*client.Error](s.err); is {
			next = known.Next
		}
		return append(lines, ui.Refusal(l.Theme, s.err.Error(), next, min(w, 100))...)
	case !s.known:
		return lines
	}
	list, thoughts := changes.Page(l.Theme, s.report, w)
	s.thoughts = s.thoughts[:0]
	for _, at := range thoughts {
		s.thoughts = append(s.thoughts, len(lines)+at)
	}
	return append(lines, list...)
}

// side is one of the two versions: where it stands, as far as that is known.
func (s *Compare) side(l ui.Look, key string, v action.Version, w int) ui.Text {
	x := ui.Line(ui.Say(theme.Faint, ui.Fit(l.Theme, key, changes.KeyCells(w), ui.Left)))
	facts := []ui.Text{ui.Line(ui.Say(theme.Text, v.Number).Bold())}
	if row, read := s.catalog.Version(s.home, v.Number); read {
		facts = append(facts, ui.Mark(l.Theme.State(row.State)))
		if row.Verdict != registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
			facts = append(facts, ui.Mark(l.Theme.Verdict(row.Verdict).With(words.Verdict(row.Verdict, row.VerdictReason))))
		}
		if row.Stable {
			facts = append(facts, ui.Words(theme.Text, "stable"))
		}
		if row.Latest {
			facts = append(facts, ui.Words(theme.Muted, "latest"))
		}
		facts = append(facts, ui.Words(theme.Muted, words.Age(l.Now.Sub(time.UnixMicro(row.Updated)))))
	}
	return x.And(ui.Facts(l.Theme, facts...)...)
}

// Outline is the page as it is read line by line.
func (s *Compare) Outline(l ui.Look) (ui.Outline, bool) {
	if !s.known {
		return ui.Outline{}, false
	}
	o := ui.Outline{Say: []ui.Text{s.side(l, "from", s.older, compareMost), s.side(l, "to", s.newer, compareMost)}}
	o.Say = append(o.Say, changes.Spoken(l.Theme, s.report)...)
	return o, true
}
