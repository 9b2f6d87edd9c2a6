package wizard

import (
	"strings"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/trust"
	"github.com/registrar-console/registrar/tui/ui"
)

// wideRows is from how many columns on a file takes two lines and a blank.
const wideRows = 100

// head is what stands above the files: a sentence and the overall bar.
func (r *runPages) head(p progress, w int) []ui.Text {
	lines := []ui.Text{r.headline(p, w), nil}
	if p.transfer.Total > 0 {
		return append(lines, nil, nil)
	}
	return lines
}

// runView is the run: head, overall bar, a row for each file, then the checks.
func (r *runPages) runView(t *theme.Theme, w, h int) []string {
	inner := max(1, w-pageMargins)
	p := r.run.snapshot()
	head := r.head(p, w)
	if p.transfer.Total > 0 {
		head[2] = ui.ProgressBar(t, float64(p.transfer.Done)/float64(p.transfer.Total), inner, theme.Accent)
	}
	perRow := 1
	r.list.Gap = 0
	if w >= wideRows && h >= 2*len(p.transfer.Rows)+len(head) {
		perRow, r.list.Gap = 2, 0
		if h >= 3*len(p.transfer.Rows)+len(head)+4 {
			perRow, r.list.Gap = 3, 1
		}
	}
	tail := r.tail(t, p, min(inner, readMost), perRow == 1)
	rows := max(0, min(len(p.transfer.Rows)*perRow, h-len(head)-min(len(tail), 8)))
	r.listAt += len(head)
	lines := ui.Indent(t, head, w, min(h, len(head)))
	lines = append(lines, r.list.View(t, w, rows, len(p.transfer.Rows), true, func(i, w int, chosen bool) []ui.Text {
		return fileRow(t, p.transfer.Rows[i], p.signed).Lines(t, w, chosen)
	})...)
	return append(lines, ui.Indent(t, tail, w, max(0, h-len(lines)))...)
}

// headline is one sentence on where the run stands.
func (r *runPages) headline(p progress, w int) ui.Text {
	files := words.Plural(len(p.transfer.Rows), "file", "files")
	if w >= wideRows {
		files += " to " + r.Registry
	}
	switch p.step {
	case publish.StepUpload:
		if p.transfer.Total == 0 {
			return ui.Line(ui.Say(theme.Text, "Asking "+r.Registry+" where the files go.").Bold())
		}
		x := ui.Line(ui.Say(theme.Text, "Uploading "+files).Bold(), ui.Say(theme.Muted, " "+words.BytesOf(p.transfer.Done, p.transfer.Total)))
		if p.transfer.Rate > 0 && p.transfer.Left > 0 {
			x = x.And(ui.Say(theme.Muted, ", "+words.Rate(p.transfer.Rate)+", about "+words.Left(p.transfer.Left)+" left"))
		}
		return x
	case publish.StepFinalize, publish.StepValidate:
		if len(p.checks) == 0 {
			return ui.Words(theme.Muted, r.Registry+" looks at it")
		}
		return ui.Words(theme.Muted, words.Plural(len(p.checks), "check", "checks")+" so far")
	case publish.StepStable:
		return ui.Line(ui.Say(theme.Text, "Moving stable to "+r.plan.Ref.Version+".").Bold())
	case publish.StepSign:
		return ui.Line(ui.Say(theme.Text, "Checking the signatures.").Bold(), ui.Say(theme.Muted, " Nothing was sent yet."))
	case publish.StepHash:
		return ui.Line(ui.Say(theme.Text, "Reading the files.").Bold())
	default:
		return ui.Line(ui.Say(theme.Text, "Publishing "+r.plan.Ref.Org+"/"+r.plan.Ref.Name+" "+r.plan.Ref.Version+".").Bold())
	}
}

// tail is what stands below the files: the checks, and what leaving means.
// On a narrow page it names what waits and what stopped, which the rows have
// no room for.
func (r *runPages) tail(t *theme.Theme, p progress, w int, narrow bool) []ui.Text {
	lines := []ui.Text{nil}
	for _, row := range p.transfer.Rows {
		if narrow && (row.State == publish.RowWaiting || row.State == publish.RowStopped) {
			lines = append(lines, ui.Line(ui.Say(theme.Text, label(row.Asset)).Bold()))
			lines = append(append(lines, ui.Wrap(fileRow(t, row, p.signed).Note, w)...), nil)
		}
	}
	if len(p.checks) > 0 {
		lines = append(append(append(lines, passed(t, p.checks)), findings(t, p.checks, w)...), nil)
	}
	promise := "Nothing is public before all files are in and the checks have passed. You can leave this screen; it goes on."
	for _, row := range p.transfer.Rows {
		if row.State == publish.RowStopped {
			promise = "The others go on. What stopped waits until it is sent again."
		}
	}
	return append(lines, ui.Wrap(ui.Words(theme.Muted, promise), w)...)
}

// passed says how many checks passed.
func passed(t *theme.Theme, checks []*registryv1.Check) ui.Text {
	n := 0
	for _, c := range checks {
		if c.GetResult() == registryv1.CheckResult_CHECK_RESULT_PASS {
			n++
		}
	}
	return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, words.Plural(n, "check passed", "checks passed")))
}

// findings are the checks that failed, then those that warn, with what to do
// about each.
func findings(t *theme.Theme, checks []*registryv1.Check, w int) []ui.Text {
	var lines []ui.Text
	for _, result := range []registryv1.CheckResult{registryv1.CheckResult_CHECK_RESULT_FAIL, registryv1.CheckResult_CHECK_RESULT_WARN} {
		for _, c := range checks {
			if c.GetResult() != result {
				continue
			}
			about := c.GetPlatform().Slug()
			if about == "" {
				about = "version"
			}
			finding := ui.Finding{Result: t.CheckResult(result), Name: c.GetName(), About: about, Detail: c.GetDetail(), Fix: c.GetFix()}
			lines = append(lines, finding.Lines(t, w, false)...)
		}
	}
	return lines
}

// label names a file on its way: by its platform, and what speaks for the file
// of a platform by what it is too. Signatures of several platforms may have
// one file name.
func label(k publish.AssetKey) string {
	kind, _ := registryv1.FromShort[registryv1.AssetKind](k.Kind)
	switch {
	case !trust.IsMaterial(kind):
		return k.String()
	case k.Platform == "":
		return k.Filename
	default:
		return k.Platform + " " + strings.ToLower(registryv1.Short(kind))
	}
}

// arrived is the note of a file that is there, with what its signature is worth.
func arrived(t *theme.Theme, v *registryv1.Verdict) ui.Text {
	said := ui.Words(theme.Muted, "digest agrees")
	if v == nil {
		return said
	}
	return ui.Facts(t, said, ui.Mark(t.Verdict(v.GetStatus()).With(words.VerdictOf(v))))
}

// fileRow is one file on its way.
func fileRow(t *theme.Theme, r publish.Row, signed map[publish.AssetKey]*registryv1.Verdict) ui.Progress {
	p := ui.Progress{Label: label(r.Asset), Amount: words.BytesOf(r.Done, r.Total), Brief: words.Percent(r.Done, r.Total)}
	if r.Total > 0 {
		p.Fraction = float64(r.Done) / float64(r.Total)
	}
	switch r.State {
	case publish.RowStored:
		p.Mark = t.Mark(theme.GlyphGood, theme.OK, "STORED")
		p.Fraction, p.Amount, p.Brief = 1, words.Bytes(r.Total)+" in "+words.Duration(r.Took), words.Bytes(r.Total)
		p.Note = arrived(t, signed[r.Asset])
	case publish.RowHave:
		p.Mark = t.Mark(theme.GlyphGood, theme.OK, "ALREADY THERE")
		p.Fraction, p.Amount, p.Brief = 1, words.Bytes(r.Total)+" not sent again", words.Bytes(r.Total)
		p.Note = arrived(t, signed[r.Asset])
	case publish.RowUploading:
		p.Mark = t.Mark(theme.GlyphUploading, theme.Motion, "UPLOADING")
		if r.Rate > 0 {
			p.Amount += ", " + words.Rate(r.Rate)
		}
		p.Note = ui.Words(theme.Muted, "attempt "+words.Count(max(1, r.Attempt)))
		if r.Left > 0 {
			p.When = words.Left(r.Left) + " left"
			p.Brief += "  " + p.When
		}
	case publish.RowWaiting:
		p.Mark = t.Mark(theme.GlyphCaution, theme.Warn, "WAITING")
		p.Note = ui.Words(theme.Muted, "attempt "+words.Count(r.Attempt)+" of "+words.Count(r.Attempts)+": "+r.Reason)
		p.When = "retry in " + words.Left(r.Wait)
		p.Brief += "  " + p.When
	case publish.RowStopped:
		p.Mark = t.Mark(theme.GlyphFailed, theme.Bad, "STOPPED")
		p.Note = ui.Line(ui.Say(theme.Text, ui.Sentence(r.Reason)+" "), ui.Say(theme.Accent, "r").Bold(), ui.Say(theme.Text, " sends it again."))
	default:
		p.Mark = t.Mark(theme.GlyphDraft, theme.Muted, "QUEUED")
	}
	return p
}
