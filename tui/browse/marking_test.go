package browse

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// press does what a key is bound to, and tells why it is off.
func press(t *testing.T, s *All, key string) (why string) {
	t.Helper()
	b, bound := ui.Find(s.Bindings(), key)
	require.True(t, bound, "%q is bound to nothing", key)
	if why := b.WhyText(); why != "" {
		return why
	}
	next := b.Do()
	if _, local := next.(action.Local); local {
		s.Handle(next)
	}
	return ""
}

// marked are the names of the marked rows, in the order of the list.
func marked(s *All) []string {
	s.sync()
	names := []string{}
	for _, pos := range s.index.Marked() {
		names = append(names, short(s.rows.At(pos).Name))
	}
	return names
}

func said(s *All) string { return s.Status(look).String() }

// Marks belong to rows: filters hide them, orders move them, others change
// them, and each of them keeps its mark.
func TestMarksStayOnTheirRows(t *testing.T) {
	t.Parallel()
	s, c := newAll(t)
	s.View(look, 120, 8)
	assert.Contains(t, said(s), "1 of 5 ∙ newest first ∙ nothing marked")
	press(t, s, "space")
	assert.Equal(t, "+ 1 marked", said(s)[len("2 of 5 ∙ newest first ∙ "):], "the cursor moved on")
	press(t, s, "j")
	press(t, s, "space")
	assert.Equal(t, []string{"one", "three"}, marked(s))

	s.Handle(action.SetFilter{Text: "one"})
	assert.Contains(t, said(s), "+ 2 marked, 1 hidden by the filter")
	s.Handle(action.SetFilter{Text: "nothing like it"})
	assert.Contains(t, said(s), "+ 2 marked, 2 hidden by the filter")
	s.Handle(action.SetFilter{})
	assert.Contains(t, said(s), "+ 2 marked")
	assert.NotContains(t, said(s), "hidden")

	s.Handle(action.Sort{})
	assert.Equal(t, []string{"three", "one"}, marked(s))
	changed := version(3, "three", registryv1.State_STATE_YANKED)
	changed.Revision, changed.UpdatedAt = 2, timestamppb.New(noon)
	c.Apply([]*registryv1.Change{{Event: &registryv1.Event{}, Version: changed, VersionId: 3}})
	assert.Equal(t, []string{"one", "three"}, marked(s), "three is the newest now")

	// A row that goes takes its mark with it.
	c.Apply([]*registryv1.Change{{Event: &registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED}, VersionId: 3}})
	assert.Contains(t, said(s), "+ 1 marked")
	press(t, s, "G")
	press(t, s, "space")
	assert.Empty(t, marked(s), "space takes a mark back as well")
}

func TestRanges(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	assert.Equal(t, "range: space marks where it begins", press(t, s, "."))
	press(t, s, "j")
	press(t, s, "space")
	press(t, s, "j")
	assert.Equal(t, "one two three [four] five", rowsOf(s, 8))
	assert.Empty(t, press(t, s, "."))
	assert.Equal(t, []string{"two", "three", "four"}, marked(s))
	press(t, s, "g")
	press(t, s, ".")
	assert.Equal(t, []string{"one", "two", "three", "four"}, marked(s), "from where the range ended")
	// Rows that a filter hides between the ends are not meant.
	press(t, s, "esc")
	press(t, s, "space")
	s.Handle(action.SetFilter{Text: "state:published"})
	assert.Equal(t, "one [two] four", rowsOf(s, 8))
	press(t, s, "G")
	press(t, s, ".")
	assert.Equal(t, []string{"one", "two", "four"}, marked(s))
	s.Handle(action.SetFilter{Text: "five"})
	assert.Equal(t, "range: the last mark is not in sight; space marks one", press(t, s, "."))
}

func TestMarkingAllThatMatch(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	press(t, s, "space")
	s.Handle(action.SetFilter{Text: "state:published"})
	press(t, s, "*")
	assert.Equal(t, []string{"one", "two", "four"}, marked(s))
	press(t, s, "*")
	assert.Empty(t, marked(s))
	s.Handle(action.SetFilter{Text: "nothing"})
	assert.Equal(t, "mark all: there is no version here", press(t, s, "*"))
	assert.Equal(t, "mark: there is no version here", press(t, s, "space"))
}

// Esc takes back one thing after the other: the filter, the marks, and then
// it leaves.
func TestTheOrderOfEsc(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	press(t, s, "space")
	s.Handle(action.SetFilter{Text: "four"})
	press(t, s, "esc")
	assert.False(t, s.filtered())
	assert.Len(t, marked(s), 1)
	press(t, s, "esc")
	assert.Empty(t, marked(s))
	_, bound := ui.Find(s.Bindings(), "esc")
	assert.False(t, bound, "it is the console's, which leaves")
	require.NoError(t, ui.CheckBindings(s.Bindings()))
}

// What destroys is about all marked rows while several are, whatever the
// filter hides.
func TestMarksAndWhatDestroys(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	press(t, s, "space")
	assert.Empty(t, press(t, s, "X"))
	press(t, s, "space")
	press(t, s, "g")
	b, _ := ui.Find(s.Bindings(), "X")
	assert.Equal(t, "yank 2 marked", b.Label)
	assert.Empty(t, b.Why())
	s.Handle(action.SetFilter{Text: "four"})
	assert.Equal(t, action.AskYanks{Versions: []action.Version{
		{Org: "acme", Name: "baton-one", Number: "v1.0.1"}, {Org: "acme", Name: "baton-two", Number: "v1.0.2"},
	}}, b.Do())
	s.Handle(action.SetFilter{})
	assert.Empty(t, press(t, s, "t"), "the dialog names the one that it is about")
	press(t, s, "esc")
	assert.Empty(t, press(t, s, "X"))
}

func TestCopyingMarkedRows(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	copied := func() action.Action {
		b, _ := ui.Find(s.Bindings(), "c")
		return b.Do()
	}
	assert.Equal(t, action.Copy{Text: "acme/baton-one@v1.0.1", What: "acme/baton-one@v1.0.1"}, copied())
	press(t, s, "G")
	press(t, s, "space")
	press(t, s, "g")
	assert.Equal(t, action.Copy{Text: "acme/baton-five@v1.0.5", What: "acme/baton-five@v1.0.5"}, copied(), "the marked one, not the cursor's")
	press(t, s, "space")
	s.Handle(action.SetFilter{Text: "four"})
	assert.Equal(t, action.Copy{Text: "acme/baton-one v1.0.1\nacme/baton-five v1.0.5", What: "2 marked versions"}, copied(), "in the order of the list")

	c := catalog.New()
	c.AddConnectors([]*registryv1.Connector{
		{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-one"}, Id: 1}, {Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-two"}, Id: 2},
	})
	connectors := NewConnectors(c, Welcome{})
	connectors.Handle(action.MarkAll{})
	b, _ := ui.Find(connectors.Bindings(), "c")
	assert.Equal(t, action.Copy{Text: "acme/baton-one\nacme/baton-two", What: "2 marked connectors"}, b.Do())
}

// The mark stands in a column of its own: no text moves when rows are marked.
func TestMarksMoveNoText(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	before := rowsOf(s, 8)
	lines := s.View(look, 100, 8)
	press(t, s, "*")
	after := s.View(look, 100, 8)
	assert.Len(t, after, len(lines))
	assert.Contains(t, after[1], "+")
	press(t, s, "esc")
	assert.Equal(t, before, rowsOf(s, 8))
	assert.Equal(t, lines, s.View(look, 100, 8))
}
