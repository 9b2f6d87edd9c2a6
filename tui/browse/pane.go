package browse

import (
	"slices"
	"time"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// paneFrom is from how many columns on the side pane is shown, paneMost how
// wide its text becomes, paneAir what lies on either side of it.
const (
	paneFrom = 116
	paneMost = 60
	paneAir  = 2
)

// paneKeys is how wide the keys of the pane's details are.
const paneKeys = 10

// paneCells is how many cells of text the side pane has.
func paneCells(w int) int { return min(paneMost, w*22/100) }

// pane shows the connector under the cursor in so many cells of text.
func (s *Connectors) pane(l ui.Look, w, h int) []string {
	r, ok := s.current()
	if !ok {
		return ui.Pane(l.Theme, nil, w+2*paneAir, h)
	}
	lines := []ui.Text{ui.Heading(r.Name, w), ui.Words(theme.Muted, r.Org)}
	if r.Deprecated {
		lines = append(lines, ui.Wrap(ui.Words(theme.Warn, "deprecated: "+r.DeprecationReason), w)...)
	}
	lines = append(lines, nil)
	lines = append(lines, ui.Details(pointers(r), paneKeys, w)...)
	if n := r.Newest; n.Number != "" {
		lines = append(lines, nil, ui.Heading("Newest, "+n.Number, w))
		if why := words.Clauses(n.Why, n.Instead); why != "" {
			lines = append(lines, ui.Wrap(ui.Words(theme.Warn, why), w)...)
		}
		lines = append(lines, ui.Details(newestDetails(l.Theme, n), paneKeys, w)...)
		lines = append(lines, platformLines(l.Theme, n, paneKeys)...)
	}
	recent := s.recent(l, r, w)
	if news := s.newest(l.Theme, r, w); len(lines)+len(news)+len(recent) <= h {
		lines = append(lines, news...)
	}
	lines = append(lines, recent...)
	return ui.Indent(l.Theme, lines, w+2*paneAir, h)
}

// newest is what is new in the newest version. Its lines are kept free as soon
// as it is known to follow another one.
func (s *Connectors) newest(t *theme.Theme, r *catalog.Connector, w int) []ui.Text {
	if s.catalog.Of(r.Home).Len() == 0 {
		return nil
	}
	recent := action.Version{Org: r.Org, Name: r.Name, Number: r.Newest.Number}
	if s.since.recent == recent {
		return s.since.news(t, w)
	}
	var soon since
	soon.of(s.catalog, recent, false)
	return soon.news(t, w)
}

// pointers are what a connector says of itself.
func pointers(r *catalog.Connector) []ui.Detail {
	versions := ui.Words(theme.Text, words.Count(r.Total()))
	if r.Created != 0 {
		versions = versions.And(ui.Say(theme.Muted, " since "+time.UnixMicro(r.Created).UTC().Format("2006")))
	}
	details := []ui.Detail{
		{Key: "stable", Value: orNone(theme.Text, r.Stable)},
		{Key: "latest", Value: orNone(theme.Text, r.Latest)},
		{Key: "versions", Value: versions},
	}
	if r.License != "" {
		details = append(details, ui.Detail{Key: "license", Value: ui.Words(theme.Text, r.License)})
	}
	return details
}

// newestDetails are the state of the newest version and its platforms.
func newestDetails(t *theme.Theme, n catalog.Newest) []ui.Detail {
	details := []ui.Detail{{Key: "state", Value: stateCell(t, n.State)}}
	if n.Attempt > 1 {
		details = append(details, ui.Detail{Key: "attempt", Value: ui.Words(theme.Text, words.Count(n.Attempt))})
	}
	if n.Verdict != registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		details = append(details, ui.Detail{Key: "signature", Value: verdictCell(t, n.Verdict, n.Reason)})
	}
	if n.Author != "" {
		details = append(details, ui.Detail{Key: "author", Value: ui.Words(theme.Text, n.Author)})
	}
	return details
}

// platformLines are the platforms by system, left amd64, right arm64.
func platformLines(t *theme.Theme, n catalog.Newest, keys int) []ui.Text {
	var lines []ui.Text
	for _, group := range []struct {
		key  string
		from int
		arch []string
	}{{"darwin", 0, []string{"amd64", "arm64"}}, {"linux", 2, []string{"amd64", "arm64"}}, {"windows", 4, []string{"amd64"}}} {
		line := ui.Words(theme.Faint, ui.Fit(t, group.key, keys, ui.Left))
		for i, arch := range group.arch {
			glyph, role := platformGlyph(t, n.Platforms, group.from+i, n.State)
			if i > 0 {
				line = line.And(ui.Say(theme.Text, "  "))
			}
			line = line.And(ui.Say(role, glyph+" "), ui.Say(theme.Muted, arch))
		}
		lines = append(lines, line)
	}
	return lines
}

// recentVersions is how many versions the pane lists.
const recentVersions = 8

// recent are the versions before the newest, once they were read.
func (s *Connectors) recent(l ui.Look, r *catalog.Connector, w int) []ui.Text {
	versions := byNumber(s.catalog.Of(r.Home).All())
	versions = slices.DeleteFunc(versions, func(v *catalog.Version) bool { return v.Number == r.Newest.Number })
	if len(versions) == 0 {
		return nil
	}
	number, state := 9, 13
	if spare := w - number - state - ageWidth; spare > 0 {
		number += min(spare, 6)
	}
	lines := []ui.Text{nil, ui.Heading("Before", w)}
	for _, v := range versions[:min(len(versions), recentVersions)] {
		x := ui.Words(theme.Text, ui.Fit(l.Theme, v.Number, number-1, ui.Left)+" ")
		x = x.And(padded(stateCell(l.Theme, v.State), state)...)
		age := ageCell(l.Now, v.Updated)
		lines = append(lines, x.And(ui.Say(theme.Muted, ui.Fit(l.Theme, age.String(), min(ageWidth, max(0, w-x.Width())), ui.Right))))
	}
	return lines
}

// byNumber returns the versions with the highest number first.
func byNumber(versions []*catalog.Version) []*catalog.Version {
	sorted := slices.Clone(versions)
	slices.SortStableFunc(sorted, func(a, b *catalog.Version) int { return catalog.CompareNumbers(b, a) })
	return sorted
}
