package ui_test

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// The pages of these tests are made of the widgets alone, with data made up,
// in the shapes the console's screens have.

// release is a row of the made-up tables.
type release struct {
	id       int64
	revision int64
	name     string
	note     string
	state    registryv1.State
	verdict  registryv1.VerdictStatus
	reason   string
	size     int
	author   string
	age      int // hours
}

// releases is the table's data.
type releases []release

func (rs releases) id(pos int32) int64     { return rs[pos].id }
func (rs releases) row(pos int32) *release { return &rs[pos] }

// sampleReleases has every state and verdict near the top.
func sampleReleases() releases {
	const (
		published  = registryv1.State_STATE_PUBLISHED
		verified   = registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED
		unsigned   = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
		unverified = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
	)
	rs := releases{
		{name: "v1.9.0-rc.1", state: registryv1.State_STATE_VALIDATING, verdict: verified, size: 212, author: "ines"},
		{name: "v1.8.2", note: "latest", state: published, verdict: verified, size: 211, author: "ines", age: 15},
		{name: "v1.8.1", note: "stable", state: published, verdict: verified, size: 211, author: "release.yaml", age: 72},
		{name: "v1.8.0", state: registryv1.State_STATE_YANKED, verdict: unverified, reason: "REVOKED KEY", size: 210, author: "tomas", age: 240},
		{name: "v1.7.9", state: published, verdict: verified, size: 168, author: "tomas", age: 408},
		{name: "v1.7.8", state: registryv1.State_STATE_FAILED, verdict: unverified, reason: "DIGEST MISMATCH", size: 210, author: "tomas", age: 456},
		{name: "v1.7.7", state: registryv1.State_STATE_PENDING, size: 0, author: "juno", age: 460},
		{name: "v1.7.6", state: registryv1.State_STATE_UPLOADING, size: 80, author: "juno", age: 470},
		{name: "v1.7.5", state: published, verdict: unsigned, size: 207, author: "juno", age: 1056},
	}
	for i := 4; i >= 0; i-- {
		rs = append(rs, release{
			name: "v1.6." + strconv.Itoa(i), state: published, verdict: verified,
			size: 200 + i, author: "release.yaml", age: 2000 - 10*i,
		})
	}
	for i := range rs {
		rs[i].id, rs[i].revision = int64(100+i), 1
	}
	return rs
}

// manyReleases has n rows.
func manyReleases(n int) releases {
	rs := make(releases, n)
	states := []registryv1.State{
		registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_PUBLISHED,
		registryv1.State_STATE_FAILED, registryv1.State_STATE_YANKED,
	}
	for i := range rs {
		rs[i] = release{
			id: int64(i + 1), revision: 1, name: "connector-" + strconv.Itoa(i*7919%n),
			state: states[i%len(states)], verdict: registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED,
			size: i * 31 % 997, author: "person-" + strconv.Itoa(i%50), age: i % 5000,
		}
	}
	return rs
}

// age writes hours as lists do.
func age(hours int) string {
	switch {
	case hours < 1:
		return "22m"
	case hours < 48:
		return strconv.Itoa(hours) + "h"
	case hours < 1440:
		return strconv.Itoa(hours/24) + "d"
	default:
		return strconv.Itoa(hours/720) + "mo"
	}
}

// releaseColumns are those of a page of versions.
func releaseColumns() []ui.Column[*release] {
	return []ui.Column[*release]{
		{
			ID: "version", Title: "version", Width: 14, Flex: true, Most: 18, Name: true,
			Cell: func(_ *theme.Theme, r *release) ui.Text {
				name := ui.Say(theme.Text, r.name)
				if r.state == registryv1.State_STATE_YANKED {
					name = ui.Say(theme.Muted, r.name).Struck()
				}
				return ui.Line(name)
			},
			Compare: func(a, b *release) int { return cmp.Compare(a.name, b.name) },
		},
		{
			ID: "mark", Title: "mark", Width: 8, Drop: 3,
			Cell: func(_ *theme.Theme, r *release) ui.Text {
				if r.note == "stable" {
					return ui.Line(ui.Say(theme.Text, r.note).Bold())
				}
				return ui.Words(theme.Muted, r.note)
			},
		},
		{
			ID: "state", Title: "state", Width: 13,
			Cell:    func(t *theme.Theme, r *release) ui.Text { return ui.Mark(t.State(r.state)) },
			Compare: func(a, b *release) int { return cmp.Compare(a.state, b.state) },
		},
		{
			ID: "platforms", Title: "dar lin win", Width: 13, Drop: 4,
			Cell: func(t *theme.Theme, r *release) ui.Text {
				m := t.Verdict(r.verdict)
				return ui.Words(m.Role, m.Glyph+m.Glyph+"  "+m.Glyph+m.Glyph+"  "+m.Glyph)
			},
		},
		{
			ID: "signature", Title: "signature", Width: 18, Drop: 2,
			Cell: func(t *theme.Theme, r *release) ui.Text {
				m := t.Verdict(r.verdict)
				if r.reason != "" {
					m = m.With(r.reason)
				}
				return ui.Mark(m)
			},
		},
		{
			ID: "size", Title: "size", Width: 8, Drop: 6, Align: ui.Right,
			Cell: func(_ *theme.Theme, r *release) ui.Text {
				return ui.Words(theme.Muted, strconv.Itoa(r.size)+" MB")
			},
			Compare: func(a, b *release) int { return cmp.Compare(a.size, b.size) },
		},
		{
			ID: "author", Title: "author", Width: 14, Drop: 5,
			Cell:    func(_ *theme.Theme, r *release) ui.Text { return ui.Words(theme.Muted, r.author) },
			Compare: func(a, b *release) int { return cmp.Compare(a.author, b.author) },
		},
		{
			ID: "age", Title: "age", Width: 4, Align: ui.Right,
			Cell:    func(_ *theme.Theme, r *release) ui.Text { return ui.Words(theme.Muted, age(r.age)) },
			Compare: func(a, b *release) int { return cmp.Compare(b.age, a.age) },
			Reverse: true,
		},
	}
}

// releaseTable makes the table over rows.
func releaseTable(rs releases) *ui.Table[*release] {
	index := ui.NewIndex(rs.id)
	index.Reset(len(rs))
	table := ui.NewTable(releaseColumns(), index, rs.row, func(r *release) int64 { return r.revision })
	table.Marks = true
	return table
}

// places is the first row of every page.
func places(t *theme.Theme, w int) string {
	var x ui.Text
	if w >= 100 {
		x = append(x, ui.Say(theme.Accent, "registrar").Bold(), ui.Say(theme.Text, "    "))
	}
	x = append(
		x, ui.Say(theme.Muted, "Home "), ui.Say(theme.Accent, "7").Bold(), ui.Say(theme.Text, "   "),
		ui.Say(theme.Text, "Connectors").Bold().Underline(), ui.Say(theme.Muted, "   Activity"),
	)
	live := ui.Facts(t, ui.Words(theme.Muted, "mara"), ui.Line(ui.Say(theme.OK, t.Glyph(theme.GlyphGood)), ui.Say(theme.Muted, " live")))
	return ui.Spread(t, x, live, w)
}

// page is the frame of the console around a body.
func page(t *theme.Theme, w, h int, title string, status ui.Text, keys []ui.Binding, body func(h int) []string) []string {
	var lines []string
	air := h >= 30
	put := func(line string) {
		lines = append(lines, line)
		if air {
			lines = append(lines, strings.Repeat(" ", w))
		}
	}
	put(places(t, w))
	put(title)
	room := h - len(lines) - 2
	if air {
		room--
	}
	lines = append(lines, body(max(0, room))...)
	if air {
		lines = append(lines, strings.Repeat(" ", w))
	}
	footer, _ := ui.Footer(t, keys, w)
	lines = append(lines, ui.Spread(t, status, nil, w), footer)
	return lines[:min(len(lines), h)]
}

// versionKeys are bindings of a page of versions.
func versionKeys() []ui.Binding {
	back := func() action.Action { return action.Back{} }
	key := func(id, key, label string) ui.Binding {
		return ui.Binding{ID: id, Keys: []string{key}, Label: label, Help: label, Do: back}
	}
	keys := []ui.Binding{
		key("open", "enter", "open"), key("mark", "space", "mark"), key("range", ".", "range"),
		key("compare", "=", "compare 2"), key("stable", "t", "set stable"), key("download", "d", "download"),
		key("yank", "X", "yank"), key("filter", "/", "filter"), key("help", "?", "help"),
	}
	keys[8].Stays = true
	keys[4].Off = func() string { return "only PUBLISHED versions, and v1.7.8 is FAILED" }
	return keys
}

// versionsPage is a page with a table on it.
func versionsPage(t *theme.Theme, table *ui.Table[*release], w, h int) []string {
	facts := ui.Facts(
		t, ui.Words(theme.Muted, "14 versions"),
		ui.Line(ui.Say(theme.Muted, "stable "), ui.Say(theme.Text, "v1.8.1")),
		ui.Line(ui.Say(theme.Muted, "latest "), ui.Say(theme.Text, "v1.8.2")),
	)
	title := ui.Title(t, []string{"Connectors", "acme/baton-harbour"}, facts, w)
	marked, _ := table.Index.Marks()
	status := ui.Facts(
		t, ui.Words(theme.Muted, fmt.Sprintf("%d of %d", table.Index.Cursor()+1, table.Index.Len())),
		ui.Line(ui.Say(theme.Accent, "+ ").Bold(), ui.Say(theme.Text, strconv.Itoa(marked)+" marked").Bold()),
	)
	return page(t, w, h, title, status, versionKeys(), func(h int) []string { return table.View(t, w, h, true) })
}

// yankDialog is the dialog that destroys.
func yankDialog(t *theme.Theme) *ui.Dialog {
	d := ui.NewDialog(
		ui.Words(theme.Text, "Yank baton-harbour v1.8.1?"),
		ui.Button{ID: "dry", Label: "Dry run"},
		ui.Button{ID: "yank", Label: "Yank v1.8.1", Destroys: true},
	)
	d.Above = "What happens"
	d.Say = []ui.Text{
		ui.Consequence(t, true, ui.Say(theme.Text, "It is "), ui.Say(theme.Text, "stable").Bold(), ui.Say(theme.Text, ". Stable moves to v1.7.9, the most recent earlier stable.")),
		ui.Consequence(t, false, ui.Say(theme.Text, "Downloads by exact version go on, with your reason as a warning.")),
		ui.Consequence(t, true, ui.Say(theme.Text, "The number "), ui.Say(theme.Text, "v1.8.1").Bold(), ui.Say(theme.Text, " can never be used again, not even after an unyank.")),
	}
	reason := &ui.TextField{Name: "Reason", Input: ui.Input{Rows: 2}}
	reason.SetValue("Sync stops after the first page of groups on tenants with more than 200 groups.")
	reason.Hint = func() ui.Text {
		return ui.Words(theme.Faint, fmt.Sprintf("everybody who looks at this version reads it, %d of 2,000", reason.Count()))
	}
	d.Fields = []ui.Field{
		&ui.ChoiceField{Name: "Category", Options: []string{"security", "broken", "wrong artifact", "license", "superseded", "other"}, Chosen: 1},
		reason,
		&ui.TextField{Name: "Advisory", Input: ui.Input{Placeholder: "none, for example GHSA-xxxx-xxxx-xxxx"}},
		&ui.ChoiceField{Name: "Downloads", Options: []string{"keep, with warning", "block"}},
	}
	d.Confirm = &ui.Confirmation{Want: "v1.8.1"}
	return d
}

// uploadPage is a page with progress rows on it.
func uploadPage(t *theme.Theme, list *ui.List, w, h int) []string {
	title := ui.Title(t, []string{"Drafts", "acme/baton-harbour"}, ui.Words(theme.Muted, "version v1.9.0"), w)
	rows := []ui.Progress{
		{Label: "darwin-amd64", Fraction: 1, Mark: t.Mark(theme.GlyphGood, theme.OK, "STORED"), Amount: "14.1 MB in 2.1 s", Brief: "14.1 MB", Note: ui.Words(theme.Muted, "digest agrees")},
		{Label: "darwin-arm64", Fraction: 1, Mark: t.Mark(theme.GlyphGood, theme.OK, "ALREADY THERE"), Amount: "13.2 MB kept from the draft", Brief: "13.2 MB", Note: ui.Words(theme.Muted, "digest agrees")},
		{Label: "linux-amd64", Fraction: 0.723, Mark: t.Mark(theme.GlyphUploading, theme.Motion, "UPLOADING"), Amount: "10.2 of 14.1 MB, 3.9 MB/s", Note: ui.Words(theme.Muted, "attempt 1"), When: "1 s left", Brief: "72 %  1 s left"},
		{Label: "linux-arm64", Fraction: 0.28, Mark: t.Mark(theme.GlyphCaution, theme.Warn, "WAITING"), Amount: "3.7 of 13.0 MB", Note: ui.Words(theme.Muted, "attempt 3 of 6: the registry answered 503, asked for 5 s; goes on at byte 3,670,016"), When: "retry in 4 s", Brief: "28 %  retry in 4 s"},
		{Label: "windows-amd64", Mark: t.Mark(theme.GlyphFailed, theme.Bad, "STOPPED"), Amount: "0 of 14.6 MB", Note: ui.Line(ui.Say(theme.Muted, "the file changed while it was read: digest was 7d40 f2c9, now e912 0b6a. "), ui.Say(theme.Accent, "r").Bold(), ui.Say(theme.Muted, " reads it again")), Brief: "file changed"},
	}
	status := ui.Facts(t, ui.Words(theme.Muted, "4 of 5"), ui.Words(theme.Muted, "2 stored, 1 uploading, 1 waiting, 1 stopped"))
	return page(t, w, h, title, status, versionKeys()[7:], func(h int) []string {
		head := ui.Indent(t, []ui.Text{
			ui.Line(ui.Say(theme.Text, "Uploading five files to hub.example.org").Bold(), ui.Say(theme.Muted, " 41 of 69 MB, 6.2 MB/s, about 5 s left")),
			nil, ui.ProgressBar(t, 0.594, w-4, theme.Accent), nil,
		}, w, min(h, 4))
		list.Gap = 1
		if h < 20 {
			list.Gap = 0
		}
		return append(head, list.View(t, w, h-len(head), len(rows), true, func(i, w int, chosen bool) []ui.Text {
			lines := rows[i].Lines(t, w-2, chosen)
			for j := range lines {
				lines[j] = append(ui.Line(ui.Say(theme.Text, "  ")), lines[j]...)
			}
			return lines
		})...)
	})
}

// versionPage is a page of sections in two halves.
func versionPage(t *theme.Theme, w, h int) []string {
	state, verdict := t.State(registryv1.State_STATE_PUBLISHED), t.Verdict(registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED)
	facts := ui.Facts(t, ui.Words(theme.Muted, "latest"), ui.Mark(state), ui.Mark(verdict))
	title := ui.Title(t, []string{"Connectors", "acme/baton-harbour", "v1.8.2"}, facts, w)
	tabs, _ := ui.Tabs(t, []ui.Tab{{ID: "o", Label: "Overview"}, {ID: "a", Label: "Assets"}, {ID: "c", Label: "Checks", Count: "14"}}, "o", w)
	return page(t, w, h, title, nil, versionKeys(), func(h int) []string {
		if h < 2 {
			return []string{tabs}[:h]
		}
		left, right := ui.Halves(w, 56)
		about := append([]ui.Text{ui.Heading("About", left-4)}, ui.Details([]ui.Detail{
			{Key: "description", Value: ui.Words(theme.Text, "Ships, berths and crews of Harbour, with the entitlements of each port.")},
			{Key: "author", Value: ui.Line(ui.Say(theme.Text, "ines"), ui.Say(theme.Muted, " as publisher of acme"))},
			{Key: "license", Value: ui.Words(theme.Text, "Apache-2.0")},
		}, 13, left-4)...)
		platforms := []ui.Text{
			ui.Section(ui.Line(ui.Say(theme.Text, "Platforms "), ui.Say(theme.Accent, "2").Bold()), ui.Words(theme.Muted, "all verified"), right-4),
			append(ui.Words(theme.Text, "darwin-amd64   "), ui.Mark(verdict)...),
			append(ui.Words(theme.Text, "linux-arm64    "), ui.Mark(verdict)...),
		}
		body := ui.Beside(ui.Indent(t, about, left, h-2), ui.Indent(t, platforms, right, h-2))
		return append([]string{tabs, strings.Repeat(" ", w)}, body...)
	})
}
