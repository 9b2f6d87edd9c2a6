package browse

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// detailKeys is how wide the keys of details are.
const detailKeys = 13

// The widths of text: the overview as a whole, a text to read, and from which
// width on it has two halves.
const (
	overviewMost = 170
	readMost     = 118
	halvesFrom   = 100
	halvesAir    = 4
)

// airyBody is from how many lines on the overview has more air.
const airyBody = 28

// overviewTab is what the page opens with.
func overviewTab() versionTab {
	return versionTab{
		id: "overview", label: "Overview", copies: "copy",
		status: (*Version).overviewStatus,
		view:   (*Version).overview, outline: (*Version).outlineOverview,
		copied: func(s *Version) (text, what string) {
			return words.SHA256(s.version.GetAssetSet()), "the digest of the asset set"
		},
		text: func(v *registryv1.Version) string { return v.GetChangelog() },
	}
}

// overviewStatus says which of its siblings the version is.
func (s *Version) overviewStatus(l ui.Look) ui.Text {
	var facts []ui.Text
	if at, n := s.neighbours(); n > 1 {
		facts = append(facts, ui.Words(theme.Muted, position(at, n)), ui.Line(ui.Say(theme.Text, "[ ]").Bold(), ui.Say(theme.Muted, " higher, lower")))
	}
	return ui.Facts(l.Theme, append(facts, ui.MoreBelow(l.Theme, s.below))...)
}

// overview is everything one asks before trusting a version.
func (s *Version) overview(l ui.Look, w, h int) []string {
	inner := min(w-4, overviewMost)
	var text []ui.Text
	if h >= airyBody {
		text = append(text, nil)
	}
	text = append(text, track(l, s.version, inner)...)
	if h >= airyBody {
		text = append(text, nil)
	}
	text = append(text, nil)
	if bad := s.bad(l.Theme, inner); len(bad) > 0 {
		text = append(append(text, bad...), nil)
	}
	if w >= halvesFrom {
		left := (inner - halvesAir) / 2
		text = append(text, ui.Abreast(s.left(l, left), s.right(l, inner-halvesAir-left), left+halvesAir)...)
	} else {
		text = append(append(append(text, s.right(l, inner)...), nil), s.left(l, inner)...)
	}
	changelog := s.changelog(inner)
	if len(changelog) > 0 && len(text)+len(changelog) < h {
		text = append(text, nil)
	}
	text = append(text, changelog...)
	s.scroll = max(0, min(s.scroll, len(text)-h))
	s.below = len(text) - h - s.scroll
	return ui.Indent(l.Theme, text[s.scroll:], w, h)
}

// bad is why a version is FAILED or YANKED: it stands where nobody misses it.
func (s *Version) bad(t *theme.Theme, w int) []ui.Text {
	if f := s.version.GetFailure(); f != nil {
		return s.failed(t, f, w)
	}
	if y := s.version.GetYank(); y != nil {
		return yanked(t, y, w)
	}
	return nil
}

// failed are the failed checks with what to do about each; an attempt may
// fail without them, when it was withdrawn.
func (s *Version) failed(t *theme.Theme, f *registryv1.Failure, w int) []ui.Text {
	lines := []ui.Text{ui.Heading("Why it failed", w)}
	read := min(w, readMost)
	for _, c := range s.checked {
		if c.GetResult() == registryv1.CheckResult_CHECK_RESULT_FAIL {
			lines = append(lines, checkLines(t, c, read, false)...)
		}
	}
	if len(lines) > 1 {
		return lines
	}
	for line := range strings.SplitSeq(f.GetMessage(), "\n") {
		lines = append(lines, ui.Hanging(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "), ui.Words(theme.Text, line), read)...)
	}
	return lines
}

// yanked is what everybody must know who looks at a yanked version.
func yanked(t *theme.Theme, y *registryv1.Yank, w int) []ui.Text {
	read := min(w, readMost)
	lines := []ui.Text{ui.Heading("Why it was yanked", w)}
	said := ui.Line(ui.Say(theme.Warn, strings.ToLower(words.Category(y.GetCategory()))+"  "), ui.Say(theme.Text, y.GetReason()))
	lines = append(lines, ui.Hanging(ui.Say(theme.Warn, t.Glyph(theme.GlyphWithdrawn)+" "), said, read)...)
	details := []ui.Detail{{Key: "  by", Value: ui.Words(theme.Muted, y.GetBy()+" at "+words.Time(y.GetAt().AsTime()))}}
	if r := y.GetReplacement(); r != "" {
		details = append(details, ui.Detail{Key: "  use instead", Value: ui.Words(theme.Text, r)})
	}
	if a := y.GetAdvisory(); a != "" {
		details = append(details, ui.Detail{Key: "  advisory", Value: ui.Words(theme.Text, a)})
	}
	if c := y.GetCredit(); c != "" {
		details = append(details, ui.Detail{Key: "  thanks to", Value: ui.Words(theme.Text, c)})
	}
	downloads := "go on by exact version, with this reason as a warning"
	if y.GetDownloadsBlocked() {
		downloads = "are refused, by exact version too"
	}
	details = append(details, ui.Detail{Key: "  downloads", Value: ui.Words(theme.Muted, downloads)})
	return append(lines, ui.Details(details, detailKeys+2, read)...)
}

// left is what the version says of itself, and what was found out about it.
func (s *Version) left(l ui.Look, w int) []ui.Text {
	v := s.version
	lines := []ui.Text{ui.Heading("About", w)}
	var about []ui.Detail
	add := func(key, value string) {
		if value != "" {
			about = append(about, ui.Detail{Key: key, Value: ui.Words(theme.Text, value)})
		}
	}
	add("description", v.GetDescription())
	add("author", v.GetSummary().GetAuthor())
	add("license", v.GetLicense())
	add("source", strings.TrimPrefix(v.GetRepository(), "https://"))
	add("commit", v.GetCommit())
	add("built with", builtWith(v))
	if set := words.Digest(v.GetAssetSet()); set != "" {
		about = append(about, ui.Detail{Key: "asset set", Value: ui.Line(ui.Say(theme.Text, "sha256:"+set), ui.Say(theme.Accent, "  c").Bold(), ui.Say(theme.Muted, " copies all of it"))})
	}
	lines = append(lines, ui.Details(about, detailKeys, w)...)
	lines = append(append(lines, nil), ui.Heading("Trust", w))
	return append(lines, s.trust(l, w)...)
}

// builtWith is the Go version of the executables, and the SDK's if they use it.
func builtWith(v *registryv1.Version) string {
	for _, a := range v.GetAssets() {
		f := a.GetFacts()
		if f.GetGoVersion() == "" {
			continue
		}
		with := f.GetGoVersion()
		for _, m := range f.GetDependencies() {
			if strings.HasSuffix(m.GetPath(), "/baton-sdk") {
				return with + " baton-sdk " + m.GetVersion()
			}
		}
		return with
	}
	return ""
}

// right are the platforms, what changed, and how to use the version.
func (s *Version) right(l ui.Look, w int) []ui.Text {
	t := l.Theme
	lines := []ui.Text{ui.Heading("Platforms", w)}
	lines = append(lines, s.platformLines(t, w)...)
	lines = append(lines, s.since.lines(t, w)...)
	heading := "Use it"
	if v := s.version.GetSummary().GetState(); v != registryv1.State_STATE_PUBLISHED && v != registryv1.State_STATE_YANKED {
		heading = "What next"
	}
	lines = append(append(lines, nil), ui.Heading(heading, w))
	return append(lines, s.use(w)...)
}

// platformLines are the declared platforms with their files. Columns are as
// wide as what stands in them.
func (s *Version) platformLines(t *theme.Theme, w int) []ui.Text {
	const slug, size, air, least = 15, 10, 3, 7
	platforms := s.version.GetSummary().GetPlatforms()
	states, holds := make([]ui.Text, len(platforms)), make([]string, len(platforms))
	state, hold := 0, 0
	for i, p := range platforms {
		a := fileOf(s.version, p)
		states[i], holds[i] = fileState(t, a, s.here()), ""
		if a != nil {
			holds[i] = container(a)
		}
		state, hold = max(state, states[i].Width()), max(hold, ui.Width(holds[i]))
	}
	if slug+state+air+hold+size > w {
		hold = 0
	}
	lines := make([]ui.Text, 0, len(platforms))
	for i, p := range platforms {
		x := ui.Words(theme.Text, ui.Fit(t, p.Slug(), slug, ui.Left))
		a := fileOf(s.version, p)
		if a == nil {
			lines = append(lines, x.And(states[i]...))
			continue
		}
		x = append(x, padded(states[i], state+air)...)
		if hold > 0 {
			x = x.And(ui.Say(theme.Muted, ui.Fit(t, holds[i], hold, ui.Left)))
		}
		if room := min(size, w-x.Width()); room >= least {
			x = x.And(ui.Say(theme.Muted, ui.Fit(t, words.Bytes(a.GetSizeBytes()), room, ui.Right)))
		}
		lines = append(lines, x)
	}
	return lines
}

// fileState is what the file of a platform is worth, or where it is.
func fileState(t *theme.Theme, a *registryv1.Asset, h *catalog.Here) ui.Text {
	switch {
	case a == nil:
		return ui.Mark(t.Mark(theme.GlyphDraft, theme.Muted, "no file yet"))
	case a.GetVerdict() != nil:
		return assetVerdictCell(t, opinionsOf(a, h).worse())
	case len(a.GetSha256()) == 0 || a.GetReceivedAt() == nil && a.GetSource() == registryv1.AssetSource_ASSET_SOURCE_UPLOADED:
		return ui.Mark(t.Mark(theme.GlyphUploading, theme.Motion, "awaited"))
	default:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, "stored"))
	}
}

// fileOf is the file that serves a platform.
func fileOf(v *registryv1.Version, p registryv1.Platform) *registryv1.Asset {
	for _, a := range v.GetAssets() {
		if k := a.GetKind(); k != registryv1.AssetKind_ASSET_KIND_ARCHIVE && k != registryv1.AssetKind_ASSET_KIND_BINARY {
			continue
		}
		if slices.Contains(a.GetPlatform().Serves(), p) {
			return a
		}
	}
	return nil
}

// container is what a file is, by its bytes if they were looked at.
func container(a *registryv1.Asset) string {
	if c := a.GetFacts().GetContainer(); c != "" {
		return c
	}
	return words.Kind(a.GetKind())
}

// use says how to get the version, which one a plain download takes, or, for
// one that is not public, what comes next.
func (s *Version) use(w int) []ui.Text {
	v := s.version.GetSummary()
	muted := func(text string) []ui.Text { return ui.Wrap(ui.Words(theme.Muted, text), w) }
	publish := ui.Words(theme.Text, "registrar publish --version "+s.ref.Number)
	switch v.GetState() {
	case registryv1.State_STATE_PENDING, registryv1.State_STATE_UPLOADING:
		return append(append(muted(words.Standing(v)), publish), muted("Run in the project, it sends what is still missing.")...)
	case registryv1.State_STATE_FAILED:
		next := "The number stays free. Publish it again as attempt " + words.Count(v.GetAttempt()+1) + ", once this is mended."
		return append(muted(next), publish)
	case registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_YANKED:
		return append([]ui.Text{ui.Words(theme.Text, "registrar download "+s.ref.Org+"/"+s.ref.Name+" "+s.ref.Number)}, muted(s.plain())...)
	default:
		return muted(words.Standing(v))
	}
}

// plain says which version a download without a number takes.
func (s *Version) plain() string {
	c, known := s.catalog.Connector(s.home)
	switch {
	case !known:
		return ""
	case c.Stable == s.ref.Number:
		return "It is stable: a plain download takes it."
	case c.Stable != "":
		return "Stable is " + c.Stable + ", so a plain download takes that one."
	case c.Latest == s.ref.Number:
		return "No version is stable, so a plain download takes this one, the latest."
	case c.Latest != "":
		return "No version is stable, so a plain download takes the latest, " + c.Latest + "."
	default:
		return "A plain download finds nothing: no version is public."
	}
}

// changelogMost is how many lines of the changelog the overview shows.
const changelogMost = 8

// changelog is how the changelog begins.
func (s *Version) changelog(w int) []ui.Text {
	if s.text.source == "" {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("Changelog", w)}
	if !s.text.ready {
		return append(lines, ui.Words(theme.Muted, "rendering"))
	}
	all := s.text.document.Lines
	lines = append(lines, all[:min(len(all), changelogMost)]...)
	if len(all) > changelogMost {
		lines = append(lines, ui.Words(theme.Muted, "Changelog tab shows all"))
	}
	return lines
}
