package browse

import (
	"time"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// VerifyTask is the id of the task that verifies a version here.
func VerifyTask(v action.Version) string { return "verify " + v.String() }

// opinions are what registry and this computer think of one file.
type opinions struct {
	registry, here *registryv1.Verdict
	// at is when it was checked here.
	at time.Time
}

// opinionsOf are those on a file; h is nil where nothing was checked here.
func opinionsOf(a *registryv1.Asset, h *catalog.Here) opinions {
	o := opinions{registry: a.GetVerdict()}
	if h != nil {
		o.here, o.at = h.Files[catalog.FileOf(a)], h.At
	}
	return o
}

// differ reports whether both looked and do not agree.
func (o opinions) differ() bool {
	return o.registry != nil && o.here != nil &&
		(o.registry.GetStatus() != o.here.GetStatus() || o.registry.GetReason() != o.here.GetReason())
}

// worse is the verdict that a person must know of. Between equals it is the
// registry's, and between two reasons the one found here, which is newer.
func (o opinions) worse() *registryv1.Verdict {
	switch {
	case o.here == nil:
		return o.registry
	case o.registry == nil, severity(o.here) > severity(o.registry):
		return o.here
	case severity(o.here) == severity(o.registry) && o.differ():
		return o.here
	default:
		return o.registry
	}
}

// severity orders verdicts, the worst highest.
func severity(v *registryv1.Verdict) int {
	switch v.GetStatus() {
	case registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
		return 3
	case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
		return 2
	default:
		return 1
	}
}

// both are the two verdicts below each other, where they do not agree; the
// worse one is in the colour of what is bad.
func (o opinions) both(t *theme.Theme, checked time.Time, w int) []ui.Text {
	if !o.differ() {
		return nil
	}
	const keys, verdicts = 12, 22
	lines := ui.Wrap(ui.Words(theme.Bad, "Checked here, the answer is another one than the registry's."), w)
	for _, each := range []struct {
		key     string
		verdict *registryv1.Verdict
		at      time.Time
	}{{"  here", o.here, o.at}, {"  registry", o.registry, checked}} {
		cell := assetVerdictCell(t, each.verdict)
		if each.verdict == o.worse() {
			for i := range cell {
				cell[i].Style.Role = theme.Bad
			}
			cell[len(cell)-1] = cell[len(cell)-1].Bold()
		}
		x := ui.Words(theme.Faint, ui.Fit(t, each.key, keys, ui.Left)).And(padded(cell, verdicts)...)
		lines = append(lines, x.And(ui.Say(theme.Muted, words.Time(each.at))))
	}
	return append(lines, nil)
}

// usually is where it mostly comes from that a file which was good at the
// registry is not the same here; "" for everything else.
func (o opinions) usually() string {
	if !o.differ() || o.worse() != o.here || o.registry.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED ||
		o.here.GetReason() != string(signing.DigestMismatch) {
		return ""
	}
	return "What the registry stores was damaged or altered after it was published: a disk that fails, or somebody with access to it."
}

// checkedAt is when the registry checked a version: the latest of its checks,
// since they run together.
func checkedAt(v *registryv1.Version) time.Time {
	var last time.Time
	for _, c := range v.GetChecks() {
		if at := c.GetAt(); at != nil && at.AsTime().After(last) {
			last = at.AsTime()
		}
	}
	return last
}

// agreement says whether registry and this computer agree on all files, for
// the status row; it is empty while nobody checked here.
func agreement(t *theme.Theme, v *registryv1.Version, h *catalog.Here, now time.Time, w int) ui.Text {
	if h == nil {
		return nil
	}
	n := differing(v, h)
	said := "here " + clock(h.At, now)
	if at := checkedAt(v); !at.IsZero() {
		said = "registry " + at.UTC().Format("2006-01-02 15:04 UTC") + ", " + said
	}
	switch {
	case w < 76 && n == 0:
		return ui.Words(theme.Muted, "same answer here")
	case n == 0 && w < halvesFrom:
		return ui.Words(theme.Muted, said+": same answer")
	case n == 0:
		return ui.Words(theme.Muted, "checked by the "+said+": same answer")
	case w < halvesFrom:
		return ui.Line(otherAnswer(t, " another answer here"))
	default:
		return ui.Line(ui.Say(theme.Muted, "checked by the "+said+": "), otherAnswer(t, " another answer for "+words.Plural(n, "file", "files")))
	}
}

// otherAnswer says in the colour of what is bad that two answers differ.
func otherAnswer(t *theme.Theme, said string) ui.Span {
	return ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+said).Bold()
}

// differing is for how many files the answers are not the same.
func differing(v *registryv1.Version, h *catalog.Here) int {
	n := 0
	for _, a := range v.GetAssets() {
		if opinionsOf(a, h).differ() {
			n++
		}
	}
	return n
}

// clock is a time of the same day, or else the whole time.
func clock(at, now time.Time) string {
	at, now = at.UTC(), now.UTC()
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return words.Clock(at) + " UTC"
	}
	return at.Format("2006-01-02 15:04 UTC")
}
