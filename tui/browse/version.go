package browse

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// The tabs of a version.
const (
	overviewTab = iota
	assetsTab
	checksTab
	tabCount
)

// tabRows is how many rows the tabs take: themselves and a blank.
const tabRows = 2

// Version is the page of one version.
type Version struct {
	catalog *catalog.Catalog
	ref     action.Version
	home    string
	version *registryv1.Version
	err     error
	gone    bool

	tab    int
	scroll int
	height int
	assets ui.List
	checks ui.List
	hits   []ui.Hit
}

// NewVersion makes the page of one version.
func NewVersion(c *catalog.Catalog, ref action.Version) *Version {
	return &Version{catalog: c, ref: ref, home: catalog.Home(ref.Org, ref.Name)}
}

// Open implements the console's Screen.
func (s *Version) Open() action.Action { return action.Show{Version: s.ref} }

// Typing implements the console's Screen.
func (s *Version) Typing() bool { return false }

// Title implements the console's Screen.
func (s *Version) Title(l ui.Look, place string) (left, right ui.Text) {
	t := l.Theme
	left = path(t, place, s.ref.Org+"/"+s.ref.Name, s.ref.Number)
	v := s.version.GetSummary()
	if v == nil {
		return left, nil
	}
	var facts []ui.Text
	if v.GetAttempt() > 1 || v.GetState() == registryv1.State_STATE_FAILED {
		facts = append(facts, ui.Words(theme.Muted, "attempt "+words.Count(v.GetAttempt())))
	}
	for _, pointer := range []struct {
		is   bool
		word string
	}{{v.GetStable(), "stable"}, {v.GetLatest(), "latest"}} {
		if pointer.is {
			facts = append(facts, ui.Words(theme.Muted, pointer.word))
		}
	}
	facts = append(facts, ui.Mark(t.State(v.GetState())))
	if v.GetVerdict() != registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		facts = append(facts, verdictCell(t, v.GetVerdict(), v.GetVerdictReason()))
	}
	return left, ui.Facts(t, facts...)
}

// Status implements the console's Screen.
func (s *Version) Status(l ui.Look) ui.Text {
	switch {
	case s.gone:
		return ui.Words(theme.Warn, "This version was removed meanwhile.")
	case s.version == nil:
		return nil
	case s.tab == assetsTab:
		return ui.Words(theme.Muted, position(s.assets.Cursor(), len(s.version.GetAssets())))
	case s.tab == checksTab:
		return ui.Words(theme.Muted, position(s.checks.Cursor(), len(s.version.GetChecks())))
	default:
		at, n := s.neighbours()
		if n < 2 {
			return nil
		}
		return ui.Facts(l.Theme, ui.Words(theme.Muted, position(at, n)), ui.Line(ui.Say(theme.Text, "[ ]").Bold(), ui.Say(theme.Muted, " previous and next version")))
	}
}

func position(at, n int) string {
	if n == 0 {
		return "nothing"
	}
	return words.Count(at+1) + " of " + words.Count(n)
}

// Bindings implements the console's Screen.
func (s *Version) Bindings() []ui.Binding {
	all := []ui.Binding{
		{ID: "version.tab", Label: "next tab", Help: "next tab", Keys: []string{"tab"}, Do: do(action.Tab{By: 1})},
		{ID: "version.tabback", Label: "previous tab", Help: "previous tab", Keys: []string{"shift+tab"}, Quiet: true, Do: do(action.Tab{By: -1})},
		{ID: "version.newer", Label: "newer", Help: "the next higher version", Keys: []string{"["}, Quiet: true, Do: do(action.Neighbour{By: -1})},
		{ID: "version.older", Label: "older", Help: "the next lower version", Keys: []string{"]"}, Quiet: true, Do: do(action.Neighbour{By: 1})},
		{ID: "page.up", Label: "up", Help: "one row up", Keys: []string{"up", "k"}, Quiet: true, Do: do(action.Move{By: -1})},
		{ID: "page.down", Label: "down", Help: "one row down", Keys: []string{"down", "j"}, Quiet: true, Do: do(action.Move{By: 1})},
		{ID: "page.pageup", Label: "page up", Help: "one page up", Keys: []string{"pgup", "ctrl+b"}, Quiet: true, Do: do(action.Page{By: -1})},
		{ID: "page.pagedown", Label: "page down", Help: "one page down", Keys: []string{"pgdown", "ctrl+f"}, Quiet: true, Do: do(action.Page{By: 1})},
		{ID: "page.first", Label: "first", Help: "first row", Keys: []string{"g", "home"}, Quiet: true, Do: do(action.Edge{})},
		{ID: "page.last", Label: "last", Help: "last row", Keys: []string{"G", "end"}, Quiet: true, Do: do(action.Edge{Last: true})},
	}
	return append(all, versionActions(s.chosen)...)
}

func (s *Version) chosen() (subject, bool) {
	v := s.version.GetSummary()
	if v == nil || s.gone {
		return subject{}, false
	}
	return subject{version: s.ref, state: v.GetState(), stable: v.GetStable()}, true
}

// Handle implements the console's Screen.
func (s *Version) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Shown:
		if msg.Org == s.ref.Org && msg.Name == s.ref.Name && msg.Number == s.ref.Number {
			s.shown(msg)
		}
	case catalog.Changed:
		if s.concerned(msg) {
			return s.Open(), nil
		}
	case action.Tab:
		s.tab, s.scroll = (s.tab+msg.By+tabCount)%tabCount, 0
	case action.Neighbour:
		return s.neighbour(msg.By)
	case action.Move:
		s.move(msg.By)
	case action.Page:
		s.move(msg.By * max(1, s.height-2))
	case action.Scroll:
		s.move(msg.By)
	case action.Edge:
		if msg.Last {
			s.move(1 << 20)
		} else {
			s.move(-1 << 20)
		}
	case action.Point:
		s.point(msg)
	}
	return nil, nil
}

// shown takes the version, or why it cannot be read.
func (s *Version) shown(msg catalog.Shown) {
	s.err = msg.Err
	if msg.Err == nil {
		s.version, s.gone = msg.Version, false
		return
	}
	if s.version != nil {
		// What is on the screen stays; the status row says it is gone.
		s.gone = true
	}
}

// concerned reports whether a change is about this version or its connector,
// whose pointers the page shows.
func (s *Version) concerned(msg catalog.Changed) bool {
	for _, change := range msg.Events {
		if e := change.GetEvent(); catalog.Home(e.GetOrg(), e.GetName()) == s.home {
			return true
		}
	}
	return false
}

// move scrolls the overview, or moves the cursor of the lists.
func (s *Version) move(by int) {
	key := "down"
	if by < 0 {
		key, by = "up", -by
	}
	switch s.tab {
	case assetsTab:
		n := len(s.version.GetAssets())
		for range min(by, n) {
			s.assets.Key(key, n)
		}
	case checksTab:
		n := len(s.version.GetChecks())
		for range min(by, n) {
			s.checks.Key(key, n)
		}
	default:
		if key == "up" {
			by = -by
		}
		s.scroll = max(0, s.scroll+by)
	}
}

// point shows the tab that was clicked, or moves the cursor of the lists.
func (s *Version) point(p action.Point) {
	if p.Y == 0 {
		for i, tab := range s.tabs() {
			if tab.ID == ui.HitAt(s.hits, p.X) {
				s.tab, s.scroll = i, 0
			}
		}
		return
	}
	switch s.tab {
	case assetsTab:
		s.assets.Click(p.Y - tabRows - 1)
	case checksTab:
		s.checks.Click(p.Y - tabRows)
	}
}

// siblings are the versions of the connector, highest first.
func (s *Version) siblings() []*catalog.Version {
	all := s.catalog.Of(s.home).All()
	return highest(all, len(all))
}

// neighbours tells which of its siblings the version is.
func (s *Version) neighbours() (at, n int) {
	siblings := s.siblings()
	for i, v := range siblings {
		if v.Number == s.ref.Number {
			return i, len(siblings)
		}
	}
	return 0, 0
}

// neighbour shows the next higher or lower version on the same page.
func (s *Version) neighbour(by int) (action.Action, tea.Cmd) {
	siblings := s.siblings()
	at, n := s.neighbours()
	if at+by < 0 || at+by >= n {
		return action.Tell{Text: "there is no other version on that side"}, nil
	}
	s.ref.Number = siblings[at+by].Number
	s.version, s.err, s.gone, s.scroll = nil, nil, false, 0
	return s.Open(), nil
}

func (s *Version) tabs() []ui.Tab {
	return []ui.Tab{
		{ID: "overview", Label: "Overview"},
		{ID: "assets", Label: "Assets", Count: count(len(s.version.GetAssets()))},
		{ID: "checks", Label: "Checks", Count: count(len(s.version.GetChecks()))},
	}
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return words.Count(n)
}

// View implements the console's Screen.
func (s *Version) View(l ui.Look, w, h int) []string {
	t := l.Theme
	tabs := s.tabs()
	row, hits := ui.Tabs(t, tabs, tabs[s.tab].ID, w)
	s.hits = hits
	lines := append([]string{row}, ui.Pane(t, nil, w, tabRows-1)...)
	rest := h - tabRows
	s.height = rest
	switch {
	case s.version == nil && s.err != nil:
		return append(lines, ui.Indent(t, ui.Wrap(ui.Words(theme.Bad, s.err.Error()), w-4), w, rest)...)
	case s.version == nil:
		return append(lines, ui.Indent(t, []ui.Text{ui.Words(theme.Muted, "loading")}, w, rest)...)
	case s.tab == assetsTab:
		return append(lines, s.assetsView(l, w, rest)...)
	case s.tab == checksTab:
		return append(lines, s.checksView(l, w, rest)...)
	default:
		return append(lines, s.overview(l, w, rest)...)
	}
}

// overview is everything one asks before trusting a version.
func (s *Version) overview(l ui.Look, w, h int) []string {
	inner := min(w-4, 170)
	text := []ui.Text{}
	text = append(text, track(l, s.version, inner)...)
	text = append(text, s.bad(inner)...)
	text = append(text, nil)
	if w >= 100 {
		left, right := (inner-4)/2, inner-4-(inner-4)/2
		text = append(text, columns(s.left(l, left), s.right(l, right), left)...)
	} else {
		text = append(append(append(text, s.right(l, inner)...), nil), s.left(l, inner)...)
	}
	text = append(text, s.changelog(inner)...)
	s.scroll = max(0, min(s.scroll, len(text)-h))
	return ui.Indent(l.Theme, text[s.scroll:], w, h)
}

// columns puts two texts beside each other; left is that many cells wide.
func columns(left, right []ui.Text, w int) []ui.Text {
	lines := make([]ui.Text, max(len(left), len(right)))
	for i := range lines {
		var x ui.Text
		if i < len(left) {
			x = left[i]
		}
		if i < len(right) {
			x = x.And(ui.Say(theme.Text, strings.Repeat(" ", max(0, w+4-x.Width())))).And(right[i]...)
		}
		lines[i] = x
	}
	return lines
}

// bad is why a version is FAILED or YANKED: it stands where nobody misses it.
func (s *Version) bad(w int) []ui.Text {
	var lines []ui.Text
	if f := s.version.GetFailure(); f != nil {
		lines = append(lines, nil)
		for _, line := range strings.Split(f.GetMessage(), "\n") {
			lines = append(lines, ui.Wrap(ui.Words(theme.Bad, line), w)...)
		}
	}
	if y := s.version.GetYank(); y != nil {
		said := strings.ToLower(words.Category(y.GetCategory())) + ": " + y.GetReason()
		lines = append(append(lines, nil), ui.Wrap(ui.Words(theme.Warn, said), w)...)
		by := "by " + y.GetBy() + " at " + words.Time(y.GetAt().AsTime())
		if r := y.GetReplacement(); r != "" {
			by += ", use " + r + " instead"
		}
		if a := y.GetAdvisory(); a != "" {
			by += ", " + a
		}
		if y.GetDownloadsBlocked() {
			by += ", downloads are blocked"
		}
		lines = append(lines, ui.Words(theme.Muted, by))
	}
	return lines
}

const detailKeys = 13

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
		add("asset set", "sha256:"+set)
	}
	lines = append(lines, ui.Details(about, detailKeys, w)...)
	lines = append(append(lines, nil), ui.Heading("Trust", w))
	return append(lines, s.trust(l.Theme, w)...)
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
				with += " baton-sdk " + m.GetVersion()
			}
		}
		return with
	}
	return ""
}

// trust sums up signature and checks.
func (s *Version) trust(t *theme.Theme, w int) []ui.Text {
	var lines []ui.Text
	key := func(name string) ui.Text { return ui.Words(theme.Faint, ui.Fit(t, name, detailKeys, ui.Left)) }
	if v := s.version.GetSummary(); v.GetVerdict() != registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		lines = append(lines, append(key("signature"), verdictCell(t, v.GetVerdict(), v.GetVerdictReason())...))
	}
	if len(s.version.GetChecks()) == 0 {
		return append(lines, append(key("checks"), ui.Say(theme.Muted, "not checked yet")))
	}
	tally := map[registryv1.CheckResult]int{}
	var worst []ui.Detail
	for _, c := range s.version.GetChecks() {
		tally[c.GetResult()]++
		if r := c.GetResult(); tally[r] == 1 && (r == registryv1.CheckResult_CHECK_RESULT_FAIL || r == registryv1.CheckResult_CHECK_RESULT_WARN) {
			worst = append(worst, ui.Detail{Value: ui.Words(theme.Muted, c.GetDetail())})
		}
	}
	sum := key("checks")
	for _, part := range []struct {
		result registryv1.CheckResult
		word   string
	}{
		{registryv1.CheckResult_CHECK_RESULT_PASS, "passed"},
		{registryv1.CheckResult_CHECK_RESULT_WARN, "warned"},
		{registryv1.CheckResult_CHECK_RESULT_FAIL, "failed"},
		{registryv1.CheckResult_CHECK_RESULT_SKIPPED, "skipped"},
	} {
		if n := tally[part.result]; n > 0 {
			sum = sum.And(ui.Mark(t.CheckResult(part.result).With(words.Count(n) + " " + part.word))...).And(ui.Say(theme.Text, "   "))
		}
	}
	return append(append(lines, sum), ui.Details(worst, detailKeys, w)...)
}

// right are the platforms and how to use the version.
func (s *Version) right(l ui.Look, w int) []ui.Text {
	t := l.Theme
	lines := []ui.Text{ui.Heading("Platforms", w)}
	for _, p := range s.version.GetSummary().GetPlatforms() {
		lines = append(lines, platformLine(t, s.version, p))
	}
	lines = append(append(lines, nil), ui.Heading("Use it", w))
	return append(lines, s.use(w)...)
}

// platformLine is one declared platform with its file.
func platformLine(t *theme.Theme, v *registryv1.Version, p registryv1.Platform) ui.Text {
	x := ui.Words(theme.Text, ui.Fit(t, p.Slug(), 16, ui.Left))
	a := fileOf(v, p)
	if a == nil {
		return x.And(ui.Mark(t.Mark(theme.GlyphDraft, theme.Muted, "no file yet"))...)
	}
	state := ui.Mark(t.Mark(theme.GlyphGood, theme.OK, "stored"))
	if len(a.GetSha256()) == 0 {
		state = ui.Mark(t.Mark(theme.GlyphUploading, theme.Motion, "uploading"))
	}
	if a.GetVerdict() != nil {
		state = verdictCell(t, a.GetVerdict().GetStatus(), a.GetVerdict().GetReason())
	}
	size := ui.Fit(t, words.Bytes(a.GetSizeBytes()), 9, ui.Right)
	return append(x, cellOf(t, state, 17)...).And(ui.Say(theme.Muted, ui.Fit(t, container(a), 12, ui.Left)+size))
}

// cellOf pads a text to w cells.
func cellOf(_ *theme.Theme, x ui.Text, w int) ui.Text {
	return x.And(ui.Say(theme.Text, strings.Repeat(" ", max(1, w-x.Width()))))
}

// fileOf is the file that serves a platform.
func fileOf(v *registryv1.Version, p registryv1.Platform) *registryv1.Asset {
	for _, a := range v.GetAssets() {
		if k := a.GetKind(); k != registryv1.AssetKind_ASSET_KIND_ARCHIVE && k != registryv1.AssetKind_ASSET_KIND_BINARY {
			continue
		}
		for _, serves := range a.GetPlatform().Serves() {
			if serves == p {
				return a
			}
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

// use says how to get the version, and which one a plain download takes.
func (s *Version) use(w int) []ui.Text {
	v := s.version.GetSummary()
	if v.GetState() != registryv1.State_STATE_PUBLISHED && v.GetState() != registryv1.State_STATE_YANKED {
		return ui.Wrap(ui.Words(theme.Muted, words.Standing(v)), w)
	}
	lines := []ui.Text{ui.Words(theme.Text, "registrar download "+s.ref.Org+"/"+s.ref.Name+" "+s.ref.Number)}
	c, known := s.catalog.Connector(s.home)
	switch {
	case !known:
		return lines
	case c.Stable == s.ref.Number:
		return append(lines, ui.Words(theme.Muted, "It is stable: a plain download takes it."))
	case c.Stable != "":
		return append(lines, ui.Wrap(ui.Words(theme.Muted, "Stable is "+c.Stable+", so a plain download takes that one."), w)...)
	case c.Latest == s.ref.Number:
		return append(lines, ui.Wrap(ui.Words(theme.Muted, "No version is stable, so a plain download takes this one, the latest."), w)...)
	default:
		return lines
	}
}

// changelog is what the publisher wrote about the version, as plain text.
func (s *Version) changelog(w int) []ui.Text {
	if s.version.GetChangelog() == "" {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("Changelog", w)}
	for _, line := range strings.Split(strings.TrimSpace(s.version.GetChangelog()), "\n") {
		lines = append(lines, ui.Wrap(ui.Words(theme.Text, line), min(w, 118))...)
	}
	return lines
}
