package browse

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

var (
	dark = tuitest.Looks()[0].Theme
	noon = time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)
	look = ui.Look{Theme: dark, Now: noon}
	all  = catalog.List{All: true}
)

// version is a row whose age in hours is its id.
func version(id int64, name string, state registryv1.State) *registryv1.VersionSummary {
	return &registryv1.VersionSummary{
		Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-" + name, Version: "v1.0." + string(rune('0'+id))}, Id: id, Revision: 1,
		State: state, Author: "ines", UpdatedAt: timestamppb.New(noon.Add(-time.Duration(id) * time.Hour)),
	}
}

// newList is the list of all versions with five rows in it, newest first.
func newAll(t *testing.T) (*All, *catalog.Catalog) {
	t.Helper()
	c := catalog.New()
	c.Versions.Begin(false)
	s := NewAll(c)
	c.AddVersions(all, []*registryv1.VersionSummary{
		version(1, "one", registryv1.State_STATE_PUBLISHED), version(2, "two", registryv1.State_STATE_PUBLISHED),
		version(3, "three", registryv1.State_STATE_FAILED), version(4, "four", registryv1.State_STATE_PUBLISHED),
		version(5, "five", registryv1.State_STATE_YANKED),
	})
	c.Versions.End()
	return s, c
}

// rowsOf are the names that a list shows, the one under the cursor in brackets.
func rowsOf(s *All, h int) string {
	var names []string
	for _, line := range s.View(look, 100, h)[1:] {
		plain := ansi.Strip(line)
		words := strings.Fields(strings.TrimLeft(plain, "▐+ "))
		switch {
		case len(words) == 0:
		case strings.HasPrefix(plain, "▐"):
			names = append(names, "["+words[0]+"]")
		default:
			names = append(names, words[0])
		}
	}
	return strings.Join(names, " ")
}

func typing(s *All, text string) {
	s.Handle(action.Filter{})
	for _, r := range text {
		s.Handle(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// The cursor belongs to a row, wherever filter, order and others move it.
func TestTheCursorFollowsItsRow(t *testing.T) {
	t.Parallel()
	s, c := newAll(t)
	assert.Equal(t, "[one] two three four five", rowsOf(s, 8))
	s.Handle(action.Move{By: 3})
	assert.Equal(t, "one two three [four] five", rowsOf(s, 8))

	typing(s, "f")
	assert.Equal(t, "three [four] five", rowsOf(s, 8), "FAILED counts too")
	s.Handle(action.SetFilter{})
	assert.Equal(t, "one two three [four] five", rowsOf(s, 8))

	s.Handle(action.Sort{})
	assert.Equal(t, "five [four] three two one", rowsOf(s, 8), "oldest first")
	s.Handle(action.Sort{})
	assert.Equal(t, "five [four] one three two", rowsOf(s, 8), "by connector")
	s.Handle(action.Sort{})
	assert.Equal(t, "two three one [four] five", rowsOf(s, 8), "turned around")

	// Somebody changes another row, which moves.
	changed := version(2, "two", registryv1.State_STATE_YANKED)
	changed.Revision, changed.UpdatedAt = 2, timestamppb.New(noon)
	for s.order() != "newest first" {
		s.Handle(action.Sort{})
		rowsOf(s, 8)
	}
	assert.Equal(t, "one two three [four] five", rowsOf(s, 8))
	c.Apply([]*registryv1.Change{{Event: &registryv1.Event{}, Version: changed, VersionId: 2}})
	assert.Equal(t, "two one three [four] five", rowsOf(s, 8))
}

// The row under the cursor may be the one that somebody changes, and moves.
func TestTheRowUnderTheCursorMoves(t *testing.T) {
	t.Parallel()
	s, c := newAll(t)
	s.Handle(action.Move{By: 3})
	changed := version(4, "four", registryv1.State_STATE_YANKED)
	changed.Revision, changed.UpdatedAt = 2, timestamppb.New(noon)
	c.Apply([]*registryv1.Change{{Event: &registryv1.Event{}, Version: changed, VersionId: 4}})
	assert.Equal(t, "[four] one two three five", rowsOf(s, 8))
	changed = version(4, "four", registryv1.State_STATE_PUBLISHED)
	changed.Revision, changed.UpdatedAt = 3, timestamppb.New(noon.Add(-100*time.Hour))
	c.Apply([]*registryv1.Change{{Event: &registryv1.Event{}, Version: changed, VersionId: 4}})
	assert.Equal(t, "one two three five [four]", rowsOf(s, 8))
}

// A row that goes leaves the cursor where it stood.
func TestTheRowUnderTheCursorGoes(t *testing.T) {
	t.Parallel()
	s, c := newAll(t)
	s.Handle(action.Move{By: 2})
	rowsOf(s, 8)
	c.Apply([]*registryv1.Change{{Event: &registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED}, VersionId: 3}})
	assert.Equal(t, "one two [four] five", rowsOf(s, 8))
	s.Handle(action.Edge{Last: true})
	rowsOf(s, 8)
	c.Apply([]*registryv1.Change{{Event: &registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_VERSION_EXPIRED}, VersionId: 5}})
	assert.Equal(t, "one two [four]", rowsOf(s, 8))
}

// New rows on top are seen; the cursor stays on what it was on.
func TestNewRowsOnTop(t *testing.T) {
	t.Parallel()
	s, c := newAll(t)
	assert.Equal(t, "[one] two three", rowsOf(s, 4))
	added := version(6, "six", registryv1.State_STATE_PENDING)
	added.UpdatedAt = timestamppb.New(noon)
	c.Apply([]*registryv1.Change{{Event: &registryv1.Event{}, Version: added, VersionId: 6}})
	assert.Equal(t, "six [one] two", rowsOf(s, 4))
	// One who has scrolled down is left in peace.
	s.Handle(action.Edge{Last: true})
	assert.Equal(t, "three four [five]", rowsOf(s, 4))
	again := version(7, "seven", registryv1.State_STATE_PENDING)
	again.UpdatedAt = timestamppb.New(noon.Add(time.Minute))
	c.Apply([]*registryv1.Change{{Event: &registryv1.Event{}, Version: again, VersionId: 7}})
	assert.Equal(t, "three four [five]", rowsOf(s, 4))
}

func TestNextCare(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	s.Handle(action.NextCare{})
	assert.Equal(t, "one two [three] four five", rowsOf(s, 8))
	s.Handle(action.NextCare{})
	s.Handle(action.NextCare{})
	assert.Equal(t, "one two [three] four five", rowsOf(s, 8), "around the end")
}

// What cannot be understood is said; the rest of the filter holds, and esc
// clears all of it.
func TestAFilterWithAFault(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	typing(s, "stat:x")
	assert.Contains(t, s.Status(look).String(), `there is no key "stat"`)
	assert.Equal(t, "[one] two three four five", rowsOf(s, 8))
	s.Handle(action.KeepFilter{})
	assert.False(t, s.Typing())
	assert.Contains(t, s.Status(look).String(), "filter stat:x")
	_, bound := ui.FindID(s.Bindings(), "list.clear")
	assert.True(t, bound, "esc clears it before it leaves")
	s.Handle(action.SetFilter{})
	_, bound = ui.FindID(s.Bindings(), "list.clear")
	assert.False(t, bound)
}

// A click on a count filters by it, another one takes that back.
func TestCountsAreFilters(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	s.Handle(action.SetFilter{Text: "state:published"})
	assert.Equal(t, "[one] two four", rowsOf(s, 8))
	s.Handle(action.SetFilter{Text: "state:failed"})
	assert.Equal(t, "[three]", rowsOf(s, 8))
	s.Handle(action.SetFilter{Text: "state:failed"})
	assert.Equal(t, "[one] two three four five", rowsOf(s, 8))
}

// A row flashes until the calm of its own round, not of an earlier one.
func TestFlash(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	flashes := func() (n int) {
		for id := range int64(6) {
			if s.table.Flash(id) {
				n++
			}
		}
		return n
	}
	s.Handle(catalog.Changed{Versions: []int64{2}, Round: 1})
	s.Handle(catalog.Changed{Versions: []int64{2, 3}, Round: 2})
	assert.Equal(t, 2, flashes())
	s.Handle(catalog.Calm{Round: 1})
	assert.Equal(t, 2, flashes())
	s.Handle(catalog.Calm{Round: 2})
	assert.Zero(t, flashes())
}

// Clicks: the header sorts, a row gets the cursor, a second click opens it.
func TestClicks(t *testing.T) {
	t.Parallel()
	s, _ := newAll(t)
	rowsOf(s, 8)
	next, _ := s.Handle(action.Point{X: 10, Y: 3})
	assert.Nil(t, next)
	assert.Equal(t, "one two [three] four five", rowsOf(s, 8))
	next, _ = s.Handle(action.Point{X: 10, Y: 4, Open: true})
	assert.Equal(t, action.OpenVersion{Version: action.Version{Org: "acme", Name: "baton-four", Number: "v1.0.4"}}, next)
	s.Handle(action.Point{X: 3, Y: 0})
	assert.Equal(t, "five [four] one three two", rowsOf(s, 8))
	next, _ = s.Handle(action.Point{X: 3, Y: 7, Open: true})
	assert.Nil(t, next, "there is no row")
}

func TestActionsSayWhyTheyAreOff(t *testing.T) {
	t.Parallel()
	c := catalog.New()
	for _, each := range []struct {
		state  registryv1.State
		stable bool
		want   map[string]string
	}{
		{registryv1.State_STATE_PUBLISHED, false, map[string]string{"t": "", "u": "only YANKED versions, and v1.0.0 is PUBLISHED", "X": ""}},
		{registryv1.State_STATE_PUBLISHED, true, map[string]string{"t": "v1.0.0 is stable already", "X": ""}},
		{registryv1.State_STATE_FAILED, false, map[string]string{"t": "only PUBLISHED versions, and v1.0.0 is FAILED", "X": "only PUBLISHED versions, and v1.0.0 is FAILED"}},
		{registryv1.State_STATE_YANKED, false, map[string]string{"u": "", "X": "only PUBLISHED versions, and v1.0.0 is YANKED"}},
		{registryv1.State_STATE_UPLOADING, false, map[string]string{"X": ""}},
		{registryv1.State_STATE_VALIDATING, false, map[string]string{"X": ""}},
	} {
		subject := action.Subject{Version: action.Version{Org: "acme", Name: "baton-sample", Number: "v1.0.0"}, State: each.state, Stable: each.stable}
		bindings := versionActions(c, func() (action.Subject, bool) { return subject, true })
		for key, why := range each.want {
			b, known := ui.Find(bindings, key)
			assert.True(t, known)
			assert.Equal(t, why, b.Why(), "%s on %s", key, each.state)
		}
		b, _ := ui.Find(bindings, "X")
		label := map[registryv1.State]string{registryv1.State_STATE_UPLOADING: "abandon", registryv1.State_STATE_VALIDATING: "withdraw"}[each.state]
		if label == "" {
			label = "yank"
		}
		assert.Equal(t, label, b.Label)
	}
	c.Caller = &registryv1.GetCallerResponse{Roles: []*registryv1.RoleGrant{{Org: "acme", Role: registryv1.Role_ROLE_PUBLISHER}}}
	subject := action.Subject{Version: action.Version{Org: "acme", Number: "v1.0.0"}, State: registryv1.State_STATE_PUBLISHED}
	b, _ := ui.Find(versionActions(c, func() (action.Subject, bool) { return subject, true }), "t")
	assert.Equal(t, "set stable: that needs the maintainer role in acme; ask an admin", b.WhyText())
	b, _ = ui.Find(versionActions(c, func() (action.Subject, bool) { return action.Subject{}, false }), "X")
	assert.Equal(t, noVersion, b.Why())
	assert.Equal(t, action.Nothing{}, b.Do())
}

// An org is written only where it is not the one that most connectors have.
func TestOrgsGoWithoutSaying(t *testing.T) {
	t.Parallel()
	row := func(org string) *catalog.Connector { return &catalog.Connector{Org: org} }
	var o orgs
	assert.True(t, o.look(1, []*catalog.Connector{row("acme"), row("acme"), row("other")}))
	assert.Equal(t, "okta", o.called("acme", "baton-okta"))
	assert.Equal(t, "other/okta", o.called("other", "baton-okta"))
	assert.False(t, o.look(1, nil), "nothing changed")
	assert.False(t, o.look(2, []*catalog.Connector{row("acme")}))
	assert.True(t, o.look(3, []*catalog.Connector{row("other")}))
	assert.Equal(t, "baton", o.called("other", "baton"))
}

func TestPlatformCells(t *testing.T) {
	t.Parallel()
	cells := func(v *registryv1.VersionSummary) string {
		c := catalog.New()
		c.AddVersions(all, []*registryv1.VersionSummary{v})
		return platformCells(dark, c.Versions.At(0).Platforms, v.GetState()).String()
	}
	five := registryv1.Platforms()
	v := version(1, "one", registryv1.State_STATE_PUBLISHED)
	assert.Equal(t, "--  --  -", cells(v), "none is shipped")
	v.Platforms = five
	assert.Equal(t, "∙∙  ∙∙  ∙", cells(v), "nobody looked at signatures")
	for range five {
		v.PlatformVerdicts = append(v.PlatformVerdicts, registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED)
	}
	v.PlatformVerdicts[2], v.PlatformVerdicts[4] = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED, registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
	assert.Equal(t, "✓✓  ◊✓  ✗", cells(v))
	v.State, v.PlatformReceived = registryv1.State_STATE_UPLOADING, []bool{true, true, false, false, false}
	assert.Equal(t, "✓✓  ◔◔  ◔", cells(v))
	v.State, v.PlatformReceived = registryv1.State_STATE_PENDING, nil
	v.Platforms = five[1:4]
	assert.Equal(t, "-◌  ◌◌  -", cells(v))
}

func TestShort(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"baton-okta": "okta", "baton": "baton", "baton-": "baton-", "okta": "okta"} {
		assert.Equal(t, want, short(name))
	}
}

func TestAges(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "-", ageCell(noon, 0).String())
	assert.Equal(t, "3d", ageCell(noon, noon.Add(-72*time.Hour).UnixMicro()).String())
	assert.Equal(t, "<1m", ageCell(noon, noon.Add(time.Hour).UnixMicro()).String(), "clocks differ")
}
