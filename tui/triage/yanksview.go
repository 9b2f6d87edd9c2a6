package triage

import (
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// How many rows of the list are shown: on high screens, on low ones, and
// where nothing else is asked any more.
const (
	highScreen  = 34
	listHigh    = 7
	listLow     = 3
	listResults = 8 // how many rows results leave to everything else
	aloudMost   = 20
	// On wide screens the text is wider than that of other dialogs, so that
	// rows are whole.
	wideScreen = 100
	wideText   = 98
	wideAir    = 12
)

// View implements the console's Dialog.
func (y *Yanks) View(l ui.Look, maxW, maxH int) []string {
	y.list.Rows = listLow
	switch {
	case y.run != nil:
		y.list.Rows = max(listLow, min(maxH-listResults-len(y.says())-2, 24))
	case maxH >= highScreen:
		y.list.Rows = listHigh
	}
	y.fill(l)
	y.Width = 0
	if maxW >= wideScreen {
		y.Width = min(maxW-wideAir, wideText)
	}
	return y.Dialog.View(l.Theme, maxW, maxH)
}

// Inquiry is the page as it is asked question by question: the list is read
// first, as far as one can listen to it.
func (y *Yanks) Inquiry(l ui.Look) ui.Inquiry {
	y.fill(l)
	q := y.Dialog.Inquiry()
	for i, r := range y.shown {
		if i == aloudMost {
			q.Say = append(q.Say, ui.Words(theme.Muted, "And "+words.Count(len(y.shown)-i)+" more."))
			break
		}
		line := y.name(r.Version)
		if fate := y.fate(l.Theme, r); fate.Width() > 0 {
			line += ": " + fate.String()
		}
		if r.Err != nil {
			line = y.name(r.Version) + ": refused: " + whyOf(r)
		}
		q.Say = append(q.Say, ui.Words(theme.Text, line))
	}
	q.Over = y.run != nil
	return q
}

// fill puts what is known now into the dialog.
func (y *Yanks) fill(l ui.Look) {
	y.shown = y.results()
	y.list.Len = len(y.shown)
	y.Say = y.Say[:0]
	lines := y.says
	switch {
	case y.run == nil:
		y.Fields = []ui.Field{y.list, y.category, y.reason, y.replacement, y.advisory}
		if y.security() {
			y.Fields = append(y.Fields, y.credit)
		}
		y.Fields = append(y.Fields, y.downloads)
		lines = y.foretold
	case y.going:
		y.Title, y.Fields = ui.Words(theme.Text, "Yanking "+words.Plural(len(y.run.Results()), "version", "versions")), []ui.Field{y.list}
	default:
		y.Title, y.Fields = ui.Words(theme.Text, "What became of "+words.Plural(y.list.Len, "version", "versions")), []ui.Field{y.list}
	}
	for _, line := range lines() {
		y.Say = append(y.Say, ui.Consequence(l.Theme, line.Caution, ui.Say(theme.Text, line.Text)))
	}
}

// security reports whether the form says that it is about security.
func (y *Yanks) security() bool {
	return y.category.Chosen >= 0 && categories[y.category.Chosen] == registryv1.YankCategory_YANK_CATEGORY_SECURITY
}

// foretold is what happens to all of them together.
func (y *Yanks) foretold() []words.Line {
	switch {
	case y.busy() != "" && y.answered == 0:
		done, of := 0, len(y.refs)
		if y.weighing != nil {
			done, of = y.weighing.Done()
		}
		return []words.Line{{Text: "Asking the registry what depends on them: " + words.Count(done) + " of " + words.Count(of) + "."}}
	case y.err != nil:
		return []words.Line{{Text: "The registry did not say what depends on them.", Caution: true}}
	}
	n := y.weighed.Accepted()
	var lines []words.Line
	if refused := len(y.rows) - n; refused > 0 {
		lines = append(lines, words.Line{Text: words.Plural(refused, "version is", "versions are") + " left out; the list says why.", Caution: true})
	}
	if n == 0 {
		return lines
	}
	lines = append(lines, words.YankTogether(n, y.weighed.Facts(), y.downloads.Chosen == 1)...)
	if y.security() && y.reportTo != "" {
		lines = append(lines, words.ReportFirst(y.reportTo))
	}
	return lines
}

// name is a version as rows show it: without the org where there is one only.
func (y *Yanks) name(ref *registryv1.VersionRef) string {
	name := ref.GetName() + " " + ref.GetVersion()
	if y.orgs {
		return ref.GetOrg() + "/" + name
	}
	return name
}

// Names take what the longest needs, within bounds.
const nameLeast, nameMost = 20, 42

// nameWidth is the column of names.
func (y *Yanks) nameWidth() int {
	if y.wide == 0 {
		for _, ref := range y.refs {
			y.wide = max(y.wide, ui.Width(y.name(ref)))
		}
		y.wide = min(max(y.wide, nameLeast), nameMost)
	}
	return y.wide
}

// row is one version with what happens to it, or happened.
func (y *Yanks) row(t *theme.Theme, i int) ui.Text {
	r := y.shown[i]
	name := ui.Say(theme.Text, ui.Fit(t, y.name(r.Version), y.nameWidth(), ui.Left)+" ")
	return append(ui.Line(name), y.fate(t, r)...)
}

// fate is what happens to one version, or happened.
func (y *Yanks) fate(t *theme.Theme, r yank.Result) ui.Text {
	switch r.Outcome {
	case yank.Ready:
		x := y.foretells(t, r)
		if set, known := y.weighed.Set(r.Version); known && set.Replacement != "" {
			x = x.And(ui.Say(theme.Muted, "  use "+set.Replacement+" instead"))
		}
		return x
	case yank.Done:
		x := ui.Mark(t.State(registryv1.State_STATE_YANKED))
		if moved := words.StableMoves(r.Facts); moved != "" {
			x = x.And(ui.Say(theme.Muted, "  "+moved))
		}
		return x
	case yank.Already:
		return ui.Mark(t.Mark(theme.GlyphWithdrawn, theme.Warn, "YANKED before, same words"))
	case yank.Refused:
		return ui.Mark(t.Mark(theme.GlyphFailed, theme.Bad, "refused: "+r.Err.Message))
	default:
		if y.run == nil {
			return nil
		}
		return ui.Mark(t.Mark(theme.GlyphPast, theme.Muted, map[bool]string{true: "waits", false: "not tried"}[y.going]))
	}
}

// foretells says what becomes stable if the stable version leaves.
func (y *Yanks) foretells(t *theme.Theme, r yank.Result) ui.Text {
	set, known := y.weighed.Set(r.Version)
	switch {
	case !known:
		return nil
	case y.stable(r) && set.Facts.GetStableAfter() == "":
		return ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, "stable -> none"))
	case y.stable(r):
		return ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, "stable -> "+set.Facts.GetStableAfter()))
	case r.Facts.GetLatestBefore() == r.Version.GetVersion() && set.Facts.GetLatestAfter() != "":
		return ui.Words(theme.Muted, "  latest -> "+set.Facts.GetLatestAfter())
	default:
		return nil
	}
}

// detail is the whole of what a row says, where that is long.
func (y *Yanks) detail(_ *theme.Theme, i int) ui.Text {
	r := y.shown[i]
	if why := whyOf(r); why != "" {
		return ui.Words(theme.Muted, why)
	}
	return ui.Words(theme.Muted, r.Version.GetOrg()+"/"+r.Version.GetName()+"@"+r.Version.GetVersion())
}
