package browse

import (
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// assetsView is the list of files; the lower part belongs to the one under
// the cursor.
func (s *Version) assetsView(l ui.Look, w, h int) []string {
	t := l.Theme
	assets := s.version.GetAssets()
	if len(assets) == 0 {
		return ui.Indent(t, []ui.Text{ui.Words(theme.Muted, "No file was announced yet.")}, w, h)
	}
	rows := min(len(assets), max(3, h/2))
	lines := ui.Indent(t, []ui.Text{assetHeader(t, w-4)}, w, 1)
	lines = append(lines, s.assets.View(t, w, rows, len(assets), true, func(i, w int, chosen bool) []ui.Text {
		return []ui.Text{assetLine(t, assets[i], w, chosen)}
	})...)
	rest := h - 1 - rows
	detail := append([]ui.Text{nil}, assetDetail(t, s.version, assets[s.assets.Cursor()], min(w-4, 118))...)
	return append(lines, ui.Indent(t, detail, w, max(0, rest))...)
}

// assetColumns are the widths of all columns but the file's name.
func assetColumns(w int) (platform, size, kind, digest int) {
	if w < 90 {
		return 15, 9, 0, 0
	}
	return 17, 10, 12, 16
}

func assetHeader(t *theme.Theme, w int) ui.Text {
	platform, size, kind, digest := assetColumns(w)
	name := w - platform - size - kind - digest
	return ui.Words(theme.Faint, ui.Fit(t, "platform", platform, ui.Left)+ui.Fit(t, "file", name, ui.Left)+
		ui.Fit(t, "size", size-2, ui.Right)+"  "+ui.Fit(t, "container", kind, ui.Left)+ui.Fit(t, "sha256", digest, ui.Left))
}

func assetLine(t *theme.Theme, a *registryv1.Asset, w int, chosen bool) ui.Text {
	platform, size, kind, digest := assetColumns(w)
	name := w - platform - size - kind - digest
	slug := a.GetPlatform().Slug()
	if slug == "" {
		slug = "all"
	}
	first := ui.Say(theme.Text, ui.Fit(t, slug, platform, ui.Left))
	if chosen {
		first = first.Bold()
	}
	sum := words.Digest(a.GetSha256())
	if sum == "" {
		sum = "not here yet"
	}
	return ui.Line(first,
		ui.Say(theme.Muted, ui.Fit(t, a.GetFilename(), name-2, ui.Left)+"  "+ui.Fit(t, words.Bytes(a.GetSizeBytes()), size-2, ui.Right)+"  "),
		ui.Say(theme.Muted, ui.Fit(t, container(a), kind, ui.Left)+ui.Fit(t, sum, digest, ui.Left)))
}

// assetDetail is all that is known about one file.
func assetDetail(t *theme.Theme, v *registryv1.Version, a *registryv1.Asset, w int) []ui.Text {
	lines := []ui.Text{ui.Heading(a.GetFilename(), w)}
	var details []ui.Detail
	add := func(key, value string) {
		if value != "" {
			details = append(details, ui.Detail{Key: key, Value: ui.Words(theme.Text, value)})
		}
	}
	add("sha256", words.SHA256(a.GetSha256()))
	add("size", words.Bytes(a.GetSizeBytes())+", "+words.Count(a.GetSizeBytes())+" bytes")
	add("media type", a.GetMediaType())
	if at := a.GetReceivedAt(); at != nil {
		add("received", words.Time(at.AsTime()))
	}
	f := a.GetFacts()
	if f.GetExecutableFormat() != "" {
		add("inside", strings.Join(nonEmpty(f.GetExecutableName(), f.GetExecutableFormat(), f.GetExecutablePlatform().Slug()), ", "))
		add("built with", f.GetGoVersion())
		add("module", strings.TrimSpace(f.GetModule()+" "+f.GetModuleVersion()))
		if r := f.GetVcsRevision(); r != "" {
			dirty := ""
			if f.GetVcsModified() {
				dirty = ", with changes that were not committed"
			}
			add("commit", r+dirty)
		}
		if n := len(f.GetDependencies()); n > 0 {
			add("modules", words.Plural(n, "dependency", "dependencies"))
		}
	}
	lines = append(lines, ui.Details(details, detailKeys, w)...)
	return append(lines, checksOf(t, v, a, w)...)
}

// checksOf are the checks that are about one file.
func checksOf(t *theme.Theme, v *registryv1.Version, a *registryv1.Asset, w int) []ui.Text {
	var lines []ui.Text
	for _, c := range v.GetChecks() {
		if c.GetFilename() == a.GetFilename() {
			lines = append(lines, checkLines(t, c, w, false)...)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]ui.Text{nil, ui.Heading("Checks of this file", w)}, lines...)
}

func nonEmpty(parts ...string) []string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// checksView is the list of checks with what to do about each.
func (s *Version) checksView(l ui.Look, w, h int) []string {
	t := l.Theme
	checks := s.version.GetChecks()
	if len(checks) == 0 {
		return ui.Indent(t, []ui.Text{ui.Words(theme.Muted, "Nothing was checked yet. The registry checks a version once all its files are in.")}, w, h)
	}
	return s.checks.View(t, w, h, len(checks), true, func(i, w int, chosen bool) []ui.Text {
		return checkLines(t, checks[i], w, chosen)
	})
}

// checkLines is one check: result, name, what it is about, detail, and below
// it what to do.
func checkLines(t *theme.Theme, c *registryv1.Check, w int, chosen bool) []ui.Text {
	const result, name, about = 11, 18, 16
	title := ui.Say(theme.Text, ui.Fit(t, c.GetName(), name, ui.Left))
	if chosen {
		title = title.Bold()
	}
	head := cellOf(t, ui.Mark(t.CheckResult(c.GetResult())), result).And(title, ui.Say(theme.Muted, ui.Fit(t, subjectOf(c), about, ui.Left)))
	indent := strings.Repeat(" ", result+name+about)
	room := w - len(indent)
	if room < 30 {
		head, indent, room = cellOf(t, ui.Mark(t.CheckResult(c.GetResult())), result).And(title, ui.Say(theme.Muted, subjectOf(c))), strings.Repeat(" ", result), w-result
		return append([]ui.Text{head}, says(c, indent, room)...)
	}
	lines := says(c, indent, room)
	if len(lines) == 0 {
		return []ui.Text{head}
	}
	lines[0] = append(head, lines[0][1:]...)
	return lines
}

// says are detail and fix of a check, below each other.
func says(c *registryv1.Check, indent string, room int) []ui.Text {
	var lines []ui.Text
	for _, line := range ui.Wrap(ui.Words(theme.Muted, c.GetDetail()), room) {
		lines = append(lines, append(ui.Line(ui.Say(theme.Text, indent)), line...))
	}
	if c.GetFix() != "" {
		for i, line := range ui.Wrap(ui.Words(theme.Text, c.GetFix()), room-5) {
			lead := ui.Say(theme.Faint, "fix  ")
			if i > 0 {
				lead = ui.Say(theme.Faint, "     ")
			}
			lines = append(lines, append(ui.Line(ui.Say(theme.Text, indent), lead), line...))
		}
	}
	return lines
}

// subjectOf is what a check is about: a platform, or the whole version.
func subjectOf(c *registryv1.Check) string {
	if p := c.GetPlatform().Slug(); p != "" {
		return p
	}
	return "version"
}
