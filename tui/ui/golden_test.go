package ui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// demoTable is the table of the golden screens: some rows marked, the cursor
// on one of them, sorted by age.
func demoTable() *ui.Table[*release] {
	table := releaseTable(sampleReleases())
	table.SortBy("age")
	table.Index.Goto(5)
	table.Index.Toggle()
	table.Move(-1)
	table.Index.Toggle()
	return table
}

// typed opens a dialog and types into its confirmation.
func typed(d *ui.Dialog, text string) *ui.Dialog {
	ui.Quiet(d)
	for range len(d.Fields) + 1 {
		d.Handle(tea.KeyPressMsg{Code: tea.KeyTab})
	}
	for _, r := range text {
		d.Handle(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return d
}

// TestPages keeps what the widgets look like together, in every look.
func TestPages(t *testing.T) {
	t.Parallel()
	t.Run("table", func(t *testing.T) {
		t.Parallel()
		tuitest.Goldens(t, "table", func(look *theme.Theme, w, h int) string {
			return ui.Join(versionsPage(look, demoTable(), w, h))
		})
	})
	t.Run("dialog", func(t *testing.T) {
		t.Parallel()
		tuitest.Goldens(t, "dialog", func(look *theme.Theme, w, h int) string {
			behind := versionsPage(look, demoTable(), w, h)
			return ui.Join(ui.Lay(look, behind, typed(yankDialog(look), "v1.8.").View(look, w, h), w))
		})
	})
	t.Run("progress", func(t *testing.T) {
		t.Parallel()
		tuitest.Goldens(t, "progress", func(look *theme.Theme, w, h int) string {
			list := &ui.List{}
			list.Goto(3)
			return ui.Join(uploadPage(look, list, w, h))
		})
	})
	t.Run("sections", func(t *testing.T) {
		t.Parallel()
		tuitest.Goldens(t, "sections", func(look *theme.Theme, w, h int) string {
			return ui.Join(versionPage(look, w, h))
		})
	})
}

// TestPagesAtAnySize sweeps through sizes: no page is wider or higher than
// its screen, and nothing of uncertain width is drawn.
func TestPagesAtAnySize(t *testing.T) {
	t.Parallel()
	for _, look := range tuitest.Looks() {
		t.Run(look.Name, func(t *testing.T) {
			t.Parallel()
			table, list := demoTable(), &ui.List{}
			dialog := typed(yankDialog(look.Theme), "v1.8.")
			tuitest.Sweep(t, func(w, h int) string { return ui.Join(versionsPage(look.Theme, table, w, h)) }, "")
			tuitest.Sweep(t, func(w, h int) string { return ui.Join(uploadPage(look.Theme, list, w, h)) }, "")
			tuitest.Sweep(t, func(w, h int) string { return ui.Join(versionPage(look.Theme, w, h)) }, "")
			tuitest.Sweep(t, func(w, h int) string {
				return ui.Join(ui.Lay(look.Theme, versionsPage(look.Theme, table, w, h), dialog.View(look.Theme, w, h), w))
			}, "")
		})
	}
}
