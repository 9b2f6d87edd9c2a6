package triage

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// YankFile asks for the file that names the versions to be yanked.
type YankFile struct {
	*ui.Dialog
	path  *ui.TextField
	asked int
	busy  bool
}

// faultsMost is how many lines of a file are named where they are wrong.
const faultsMost = 8

// NewYankFile makes the question; folder is where the console was started.
func NewYankFile(folder string) *YankFile {
	d := &YankFile{path: &ui.TextField{Name: "File", Needed: true}}
	d.path.Placeholder = "a path, seen from " + folder
	d.Dialog = ui.NewDialog(ui.Words(theme.Text, "Yank versions from a file"), ui.Button{ID: doButton, Label: "Read it", Off: d.incomplete})
	d.Say = []ui.Text{
		ui.Words(theme.Text, "One version a line, as ORG/NAME@VERSION. What follows a # is left out."),
		ui.Words(theme.Text, "Reading it changes nothing. What would happen is shown next."),
	}
	d.Fields = []ui.Field{d.path}
	return d
}

func (d *YankFile) incomplete() string {
	if strings.TrimSpace(d.path.Value()) == "" {
		return "name the file"
	}
	return ""
}

// Ask implements the console's Dialog.
func (d *YankFile) Ask() action.Action { return nil }

// Waits implements the console's Dialog.
func (d *YankFile) Waits(string) bool { return false }

// Pending reports whether the file is being read.
func (d *YankFile) Pending() bool { return d.busy }

// View implements the console's Dialog.
func (d *YankFile) View(l ui.Look, maxW, maxH int) []string {
	return d.Dialog.View(l.Theme, maxW, maxH)
}

// Inquiry is the dialog as it is asked question by question.
func (d *YankFile) Inquiry(ui.Look) ui.Inquiry { return d.Dialog.Inquiry() }

// Handle implements the console's Dialog.
func (d *YankFile) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	if read, is := msg.(catalog.VersionsRead); is {
		return d.read(read), nil
	}
	pressed, cmd := d.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case doButton:
		if d.busy {
			return nil, cmd
		}
		d.asked++
		d.busy, d.Note = true, nil
		return action.ReadVersions{Path: strings.TrimSpace(d.path.Value()), Asked: d.asked}, cmd
	default:
		return nil, cmd
	}
}

// read goes on with what the file names, or says all that is wrong with it.
func (d *YankFile) read(msg catalog.VersionsRead) action.Action {
	if msg.Asked != d.asked {
		return nil
	}
	d.busy = false
	switch {
	case msg.Err != nil:
		d.Note = ui.Words(theme.Bad, faultsOf(msg.Err))
		return nil
	case len(msg.Versions) == 0:
		d.Note = ui.Words(theme.Bad, "The file names no version.")
		return nil
	}
	all := make([]action.Version, len(msg.Versions))
	for i, ref := range msg.Versions {
		all[i] = action.VersionOf(ref)
	}
	return action.Close{Then: action.AskYanks{Versions: all}}
}

// faultsOf names all that is wrong, as far as it can be read at once.
func faultsOf(err error) string {
	known, is := errors.AsType[*client.Error](err)
	if !is || len(known.Faults) < 2 {
		return ui.Sentence(refusalOf(err))
	}
	said := []string{ui.Sentence(known.Message) + " Next: " + known.Next + "."}
	for i, fault := range known.Faults {
		if i == faultsMost {
			said = append(said, "And "+words.Plural(len(known.Faults)-i, "more line", "more lines")+".")
			break
		}
		said = append(said, fault.Field+": "+fault.Message+".")
	}
	return strings.Join(said, " ")
}
