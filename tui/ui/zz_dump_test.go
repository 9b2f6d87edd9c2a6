package ui_test

import (
	"os"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

func TestDump(t *testing.T) {
	for _, l := range []struct {
		n string
		t *theme.Theme
	}{
		{"dark", theme.New(theme.Standard(), true, colorprofile.TrueColor, false)},
		{"light", theme.New(theme.Standard(), false, colorprofile.TrueColor, false)},
		{"nocolour", theme.New(theme.Standard(), true, colorprofile.ASCII, false)},
		{"ansi", theme.New(theme.Standard(), true, colorprofile.ANSI, false)},
		{"c256", theme.New(theme.Standard(), true, colorprofile.ANSI256, false)},
		{"ascii", theme.New(theme.Standard(), true, colorprofile.TrueColor, true)},
		{"blind", theme.New(theme.ColourBlind(), true, colorprofile.TrueColor, false)},
	} {
		for _, s := range []struct {
			n    string
			w, h int
		}{{"120", 120, 40}, {"80", 80, 24}, {"40", 40, 12}} {
			put := func(name string, lines []string) {
				os.WriteFile("/tmp/shots/"+name+"-"+s.n+"-"+l.n+".ansi", []byte(ui.Join(lines)), 0o644)
			}
			put("table", versionsPage(l.t, demoTable(), s.w, s.h))
			put("dialog", ui.Lay(l.t, versionsPage(l.t, demoTable(), s.w, s.h), typed(yankDialog(l.t), "v1.8.").View(l.t, s.w, s.h), s.w))
			list := &ui.List{}
			list.Goto(3)
			put("progress", uploadPage(l.t, list, s.w, s.h))
			put("sections", versionPage(l.t, s.w, s.h))
		}
	}
}
