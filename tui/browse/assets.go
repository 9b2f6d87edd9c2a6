package browse

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// assetKeys is how wide the keys of an asset's details are: beside them, a
// digest fits on a line of 80 columns.
const assetKeys = 12

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
	detail := []ui.Text{nil}
	if h >= airyBody {
		detail = append(detail, nil)
	}
	detail = append(detail, assetDetail(t, s.checked, assets[s.assets.Cursor()], min(w-4, readMost))...)
	return append(lines, ui.Indent(t, detail, w, max(0, h-1-rows))...)
}

// assetColumns are the widths of all columns with the air behind them. A
// narrow page keeps platform, file and size.
type assetColumns struct{ platform, file, size, container, digest int }

func assetColumnsOf(w int) assetColumns {
	c := assetColumns{platform: 15, size: 7}
	if w >= 90 {
		c = assetColumns{platform: 18, size: 9, container: 13, digest: 14}
	}
	c.file = max(8, w-c.platform-c.size-c.container-c.digest-4)
	return c
}

func assetHeader(t *theme.Theme, w int) ui.Text {
	c := assetColumnsOf(w)
	return ui.Words(theme.Faint, ui.Fit(t, "platform", c.platform, ui.Left)+ui.Fit(t, "file", c.file, ui.Left)+"  "+
		ui.Fit(t, "size", c.size, ui.Right)+"  "+ui.Fit(t, "container", c.container, ui.Left)+ui.Fit(t, "sha256", c.digest, ui.Left))
}

func assetLine(t *theme.Theme, a *registryv1.Asset, w int, chosen bool) ui.Text {
	c := assetColumnsOf(w)
	slug := a.GetPlatform().Slug()
	if slug == "" {
		slug = "all"
	}
	first := ui.Say(theme.Text, ui.Fit(t, slug, c.platform, ui.Left))
	if chosen {
		first = first.Bold()
	}
	digest := ui.Say(theme.Muted, ui.Fit(t, words.Digest(a.GetSha256()), c.digest, ui.Left))
	if len(a.GetSha256()) == 0 {
		digest = ui.Say(theme.Motion, ui.Fit(t, "not here yet", c.digest, ui.Left))
	}
	size := "-"
	if a.GetSizeBytes() > 0 {
		size = words.Bytes(a.GetSizeBytes())
	}
	return ui.Line(first,
		ui.Say(theme.Muted, ui.Fit(t, a.GetFilename(), c.file, ui.Left)+"  "+ui.Fit(t, size, c.size, ui.Right)+"  "),
		ui.Say(theme.Muted, ui.Fit(t, container(a), c.container, ui.Left)), digest)
}

// assetDetail is all that is known about one file.
func assetDetail(t *theme.Theme, checks []*registryv1.Check, a *registryv1.Asset, w int) []ui.Text {
	lines := []ui.Text{ui.Heading(a.GetFilename(), w)}
	var details []ui.Detail
	add := func(key, value string) {
		if value != "" {
			details = append(details, ui.Detail{Key: key, Value: ui.Words(theme.Text, value)})
		}
	}
	add("sha256", strings.TrimPrefix(words.SHA256(a.GetSha256()), "sha256:"))
	if n := a.GetSizeBytes(); n > 0 {
		add("size", words.Bytes(n)+", "+words.Count(n)+" bytes")
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
	lines = append(lines, ui.Details(details, assetKeys, w)...)
	return append(lines, checksOf(t, checks, a, w)...)
}

// checksOf are the checks that are about one file.
func checksOf(t *theme.Theme, checks []*registryv1.Check, a *registryv1.Asset, w int) []ui.Text {
	var lines []ui.Text
	for _, c := range checks {
		if c.GetFilename() == a.GetFilename() {
			lines = append(lines, checkLines(t, c, w, false)...)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]ui.Text{nil, ui.Heading("Checks of this file", w)}, lines...)
}
