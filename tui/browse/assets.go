package browse

import (
	"cmp"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/trust"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// assetKeys is how wide the keys of an asset's details are: beside them, a
// digest fits on a line of 80 columns.
const assetKeys = 12

// detailLeast is how many lines the lower part has at least, if the screen
// has them: the verdict with its checklist.
const detailLeast = 12

// assetsTab lists the files and what is known about each.
func assetsTab() versionTab {
	return versionTab{
		id: "assets", label: "Assets", copies: "copy digest", header: 1,
		count:  func(s *Version) string { return count(len(s.version.GetAssets())) },
		status: (*Version).assetStatus,
		view:   (*Version).assetsView, outline: (*Version).outlineAssets,
		cursor: func(s *Version) (*ui.List, int) { return &s.assets, len(s.files) },
		copied: (*Version).assetCopied,
	}
}

// assetCopied is the digest of the file under the cursor.
func (s *Version) assetCopied() (text, what string) {
	if len(s.files) == 0 {
		return "", ""
	}
	a := s.files[min(s.assets.Cursor(), len(s.files)-1)]
	return words.SHA256(a.GetSha256()), "the digest of " + a.GetFilename()
}

// assetStatus says which file the cursor is on, and whether checking here gave
// the same answer as the registry's.
func (s *Version) assetStatus(l ui.Look) ui.Text {
	at := ui.Facts(l.Theme, ui.Words(theme.Muted, position(s.assets.Cursor(), len(s.files))),
		agreement(l.Theme, s.version, s.here(), l.Now, s.width))
	more := ui.MoreBelow(l.Theme, s.below)
	if more != nil && !s.whole {
		more = ui.Words(theme.Muted, l.Theme.Glyph(theme.GlyphCut)+" goes on below, enter shows it")
	}
	if both := ui.Facts(l.Theme, at, more); both.Width() <= s.width-4 || s.here() == nil {
		return both
	}
	return at
}

// sortedAssets are the files in the order of the list: signatures and
// certificates, which speak for others and are not judged, come last.
func sortedAssets(v *registryv1.Version) []*registryv1.Asset {
	files := slices.Clone(v.GetAssets())
	slices.SortStableFunc(files, func(a, b *registryv1.Asset) int {
		return cmp.Compare(btoi(trust.IsMaterial(a.GetKind())), btoi(trust.IsMaterial(b.GetKind())))
	})
	return files
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// assetsView is the list of files; the lower part belongs to the one under
// the cursor, and takes the whole page when it is asked for.
func (s *Version) assetsView(l ui.Look, w, h int) []string {
	t := l.Theme
	if len(s.files) == 0 {
		return ui.Indent(t, []ui.Text{ui.Words(theme.Muted, "No file was announced yet.")}, w, h)
	}
	read := min(w-4, readMost)
	if s.whole {
		text := s.assetDetail(t, s.files[s.assets.Cursor()], read)
		s.scroll = max(0, min(s.scroll, len(text)-h))
		s.below = len(text) - h - s.scroll
		return ui.Indent(t, text[s.scroll:], w, h)
	}
	rows := s.assetRows(h)
	lines := ui.Indent(t, []ui.Text{assetHeader(t, w-4)}, w, 1)
	here := s.here()
	lines = append(lines, s.assets.View(t, w, rows, len(s.files), true, func(i, w int, chosen bool) []ui.Text {
		return []ui.Text{assetLine(t, s.files[i], here, w, chosen)}
	})...)
	detail := []ui.Text{nil}
	if h >= airyBody {
		detail = append(detail, nil)
	}
	detail = append(detail, s.assetDetail(t, s.files[s.assets.Cursor()], read)...)
	left := max(0, h-1-rows)
	s.below = len(detail) - left
	return append(lines, ui.Indent(t, detail, w, left)...)
}

// assetRows is how many files the list shows at once. What is judged should
// be in sight; what speaks for it may be scrolled to.
func (s *Version) assetRows(h int) int {
	judged := 0
	for _, a := range s.files {
		if !trust.IsMaterial(a.GetKind()) {
			judged++
		}
	}
	return max(0, min(len(s.files), judged+2, max(3, h-1-detailLeast), h-1))
}

// assetColumns are the widths of all columns with the air behind them. A
// narrow page keeps platform, file, size and signature, a very narrow one
// platform and signature.
type assetColumns struct{ platform, file, size, container, digest, signature int }

func assetColumnsOf(w int) assetColumns {
	c := assetColumns{platform: 15, size: 7, signature: 17}
	switch {
	case w >= 110:
		c = assetColumns{platform: 16, size: 8, container: 12, digest: 16, signature: 21}
	case w >= 90:
		c = assetColumns{platform: 16, size: 8, container: 12, signature: 21}
	case w < 60:
		return assetColumns{platform: 15, signature: max(0, w-15)}
	}
	c.file = max(8, w-c.platform-c.size-c.container-c.digest-c.signature-4)
	return c
}

// row puts cells beside each other in the columns there are.
func (c assetColumns) row(t *theme.Theme, platform ui.Span, file, size, container string, digest, signature ui.Text, role theme.Role) ui.Text {
	x := ui.Line(platform)
	if c.file > 0 {
		x = x.And(ui.Say(role, ui.Fit(t, file, c.file, ui.Left)+"  "+ui.Fit(t, size, c.size, ui.Right)+"  "))
	}
	if c.container > 0 {
		x = x.And(ui.Say(role, ui.Fit(t, container, c.container-2, ui.Left)+"  "))
	}
	if c.digest > 0 {
		x = x.And(padded(digest, c.digest)...)
	}
	return x.And(signature...)
}

func assetHeader(t *theme.Theme, w int) ui.Text {
	c := assetColumnsOf(w)
	return c.row(t, ui.Say(theme.Faint, ui.Fit(t, "platform", c.platform, ui.Left)), "file", "size", "container",
		ui.Words(theme.Faint, "sha256"), ui.Words(theme.Faint, "signature"), theme.Faint)
}

func assetLine(t *theme.Theme, a *registryv1.Asset, h *catalog.Here, w int, chosen bool) ui.Text {
	c := assetColumnsOf(w)
	first := ui.Say(theme.Text, ui.Fit(t, slugOf(a), c.platform, ui.Left))
	if trust.IsMaterial(a.GetKind()) {
		first.Style.Role = theme.Muted
	}
	if chosen {
		first = first.Bold()
	}
	digest := ui.Words(theme.Muted, words.Digest(a.GetSha256()))
	if len(a.GetSha256()) == 0 {
		digest = ui.Words(theme.Motion, "not here yet")
	}
	size := "-"
	if a.GetSizeBytes() > 0 {
		size = words.Bytes(a.GetSizeBytes())
	}
	name, inside := a.GetFilename(), container(a)
	if trust.IsMaterial(a.GetKind()) {
		// What it is stands in the last column; whose it is, at the name's end.
		name, inside = endOf(t, name, c.file), ""
	}
	return c.row(t, first, name, size, inside, digest, signatureCell(t, a, h), theme.Muted)
}

// endOf cuts a name that is too long at its beginning.
func endOf(t *theme.Theme, name string, w int) string {
	letters := []rune(name)
	if len(letters) <= w || w < 2 {
		return name
	}
	return t.Glyph(theme.GlyphCut) + string(letters[len(letters)-w+1:])
}

// slugOf is the platform of a file, or that it belongs to all.
func slugOf(a *registryv1.Asset) string {
	if slug := a.GetPlatform().Slug(); slug != "" {
		return slug
	}
	return "all"
}

// signatureCell is the verdict on a file, the worse of two. What speaks for
// other files says what it is instead: it is not judged itself.
func signatureCell(t *theme.Theme, a *registryv1.Asset, h *catalog.Here) ui.Text {
	if trust.IsMaterial(a.GetKind()) {
		return ui.Words(theme.Faint, "  "+words.Kind(a.GetKind()))
	}
	o := opinionsOf(a, h)
	v := o.worse()
	if v == nil {
		return nothing
	}
	return assetVerdictCell(t, v)
}

// assetDetail is all that is known about one file: what its signature is
// worth first, then what the file is.
func (s *Version) assetDetail(t *theme.Theme, a *registryv1.Asset, w int) []ui.Text {
	lines := append(s.assetVerdict(t, a, w), nil)
	lines = append(lines, ui.Heading("The file", w))
	lines = append(lines, assetFacts(a, w)...)
	return append(lines, checksOf(t, s.checked, a, w)...)
}

// assetVerdict explains what the signatures of a file are worth.
func (s *Version) assetVerdict(t *theme.Theme, a *registryv1.Asset, w int) []ui.Text {
	title := ui.Words(theme.Text, slugOf(a))
	if a.GetPlatform().Slug() == "" || trust.IsMaterial(a.GetKind()) {
		title = ui.Words(theme.Text, a.GetFilename())
	}
	o := opinionsOf(a, s.here())
	v := o.worse()
	switch {
	case trust.IsMaterial(a.GetKind()):
		title = title.And(ui.Say(theme.Muted, "   "+words.Kind(a.GetKind())))
		return append([]ui.Text{ui.Section(title, nil, w)}, s.speaksFor(t, a, w)...)
	case v == nil:
		said := "Its signature was not checked. The registry does that once all files are in."
		return append([]ui.Text{ui.Section(title, nil, w)}, ui.Wrap(ui.Words(theme.Muted, said), w)...)
	}
	mark := t.Verdict(v.GetStatus()).With(words.VerdictOf(v))
	title = title.And(ui.Say(theme.Muted, "   "), ui.Say(mark.Role, mark.Glyph+" "), ui.Say(mark.WordRole(), mark.Word).Bold())
	lines := []ui.Text{ui.Section(title, nil, w)}
	lines = append(lines, o.both(t, checkedAt(s.version), w)...)
	lines = append(lines, verdictLines(t, v, w)...)
	return append(lines, adviceLines(v, o.usually(), w)...)
}

// speaksFor says which file a signature was read for, and what came of it.
func (s *Version) speaksFor(t *theme.Theme, a *registryv1.Asset, w int) []ui.Text {
	var lines []ui.Text
	for _, each := range s.files {
		v := each.GetVerdict()
		if !slices.Contains(v.GetMaterial(), a.GetFilename()) || v.GetThrough() != "" {
			continue
		}
		said := ui.Words(theme.Muted, "Read for "+each.GetFilename()+": ")
		lines = append(lines, ui.Wrap(said.And(assetVerdictCell(t, v)...), w)...)
	}
	if len(lines) == 0 {
		return ui.Wrap(ui.Words(theme.Muted, "It is not judged itself: it speaks for the file that it is named after."), w)
	}
	return lines
}

// assetFacts is what a file is.
func assetFacts(a *registryv1.Asset, w int) []ui.Text {
	var details []ui.Detail
	add := func(key, value string) {
		if value != "" {
			details = append(details, ui.Detail{Key: key, Value: ui.Words(theme.Text, value)})
		}
	}
	add("name", a.GetFilename())
	add("sha256", strings.TrimPrefix(words.SHA256(a.GetSha256()), "sha256:"))
	if n := a.GetSizeBytes(); n > 0 {
		size := words.Bytes(n)
		if n >= 1000 {
			size += ", " + words.Count(n) + " bytes"
		}
		add("size", size)
	}
	add("media type", a.GetMediaType())
	add("url", a.GetUrl())
	if at := a.GetReceivedAt(); at != nil {
		add("received", words.Time(at.AsTime()))
	}
	f := a.GetFacts()
	if f.GetExecutableFormat() != "" {
		inside := []string{f.GetExecutableName(), f.GetExecutableFormat(), f.GetExecutablePlatform().Slug()}
		add("inside", strings.Join(slices.DeleteFunc(inside, func(s string) bool { return s == "" }), ", "))
		add("built with", f.GetGoVersion())
		add("module", strings.TrimSpace(f.GetModule()+" "+f.GetModuleVersion()))
		if r := f.GetVcsRevision(); r != "" && f.GetVcsModified() {
			add("commit", r+", with changes that were not committed")
		} else {
			add("commit", r)
		}
		if n := len(f.GetDependencies()); n > 0 {
			add("needs", words.Plural(n, "module", "modules"))
		}
	}
	return ui.Details(details, assetKeys, w)
}

// checksOf are the checks that are about one file; those of all platforms may
// have one name.
func checksOf(t *theme.Theme, checks []*registryv1.Check, a *registryv1.Asset, w int) []ui.Text {
	var lines []ui.Text
	for _, c := range checks {
		if c.GetFilename() == a.GetFilename() && c.GetPlatform() == a.GetPlatform() {
			lines = append(lines, checkLines(t, c, w, false)...)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]ui.Text{nil, ui.Heading("Checks of this file", w)}, lines...)
}
