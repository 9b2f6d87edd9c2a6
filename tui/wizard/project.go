package wizard

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// projectStep asks which folder is published, and what the connector in it is
// called. It proposes what the project says, with where it says so.
type projectStep struct {
	*shared
	fieldset
	directory *ui.TextField
	said      []*saidField
	file      *fileField
	// describe asks whether to write connector.yaml, where the page is asked
	// question by question and has no key for it.
	describe *ui.ChoiceField
	latest   latest
	folder   folderRead
	// shown says that the fields show the answers; shorten, that nobody typed
	// the folder yet, so that it may be written with ~.
	shown, shorten bool
	page           scrolled
	lines          []int // on which line of the page each field begins, as drawn last
}

// saidField is a field that the project proposes something for.
type saidField struct {
	*ui.TextField
	about string
	// unread says that the project was not read yet, or is none.
	unread   bool
	proposed project.Proposal
	notes    []project.Note
	// wrong tells why a text cannot be, or ""; nil: anything can.
	wrong func(text string) string
	// answer is where the answer is kept.
	answer func(s *shared) *string
}

func newProjectStep(s *shared) step {
	p := &projectStep{shared: s, directory: &ui.TextField{Name: "Folder", Needed: true}, file: &fileField{unread: true}, describe: newDescribe()}
	p.directory.Hint = p.folderHint
	p.fields = []ui.Field{p.directory}
	for _, each := range []*saidField{
		{about: "org", TextField: &ui.TextField{Name: "Organization"}, wrong: wrongOrg, answer: func(s *shared) *string { return &s.answers.Org }},
		{about: "name", TextField: &ui.TextField{Name: "Connector"}, wrong: wrongName, answer: func(s *shared) *string { return &s.answers.Name }},
		{about: "description", TextField: &ui.TextField{Name: "Description"}, answer: func(s *shared) *string { return &s.answers.Description }},
		{about: "license", TextField: &ui.TextField{Name: "License"}, answer: func(s *shared) *string { return &s.answers.License }},
		{about: "homepage", TextField: &ui.TextField{Name: "Homepage"}, wrong: wrongHomepage, answer: func(s *shared) *string { return &s.answers.Homepage }},
	} {
		each.Hint, each.unread = each.hint, true
		p.said = append(p.said, each)
		p.fields = append(p.fields, each.TextField)
	}
	p.said[0].Needed, p.said[1].Needed = true, true
	p.fields = append(p.fields, p.file)
	return p
}

// wrongOrg and the others tell why a text cannot be what its field is for.
func wrongOrg(text string) string { return wrongBy(artifact.ParseOrg, text) }

func wrongName(text string) string { return wrongBy(artifact.ParseConnector, strings.ToLower(text)) }

func wrongBy[T any](parse func(string) (T, error), text string) string {
	_, err := parse(text)
	if bad, is := errors.AsType[*artifact.InvalidError](err); is && len(bad.Faults) > 0 {
		return bad.Faults[0].String()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func wrongHomepage(text string) string {
	if text == "" || strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://") {
		return ""
	}
	return "an address begins with https://"
}

// value is what stands in a field.
func (f *saidField) value() string { return strings.TrimSpace(f.Value()) }

// why tells what is wrong with what stands there, or "".
func (f *saidField) why() string {
	if f.wrong == nil {
		return ""
	}
	return f.wrong(f.value())
}

// readFolder reads the folder that a person types.
type readFolder struct{ typed string }

// folderRead is what is in it.
type folderRead struct {
	typed     string
	directory string
	// short is the folder as people write it, with ~.
	short   string
	project project.Project
	// described says that it has a connector.yaml.
	described bool
	err       error
}

// Ask implements action.Question.
func (q readFolder) Ask(context.Context, *client.Client) any {
	a := folderRead{typed: q.typed}
	directory := q.typed
	home, err := os.UserHomeDir()
	if err == nil && (directory == "~" || strings.HasPrefix(directory, "~"+string(filepath.Separator))) {
		directory = home + directory[1:]
	}
	if a.directory, a.err = filepath.Abs(directory); a.err != nil {
		return a
	}
	a.short = a.directory
	if rest, inside := strings.CutPrefix(a.directory, home+string(filepath.Separator)); inside && home != "" {
		a.short = filepath.Join("~", rest)
	}
	a.project, a.err = project.Find(a.directory)
	a.described = a.err == nil && project.HasDescription(a.directory)
	return a
}

// enter implements step: what a draft or another screen answered is shown, and
// the folder is read anew.
func (p *projectStep) enter() action.Action {
	if !p.shown || p.folder.directory != p.answers.Directory {
		p.directory.SetValue(p.answers.Directory)
		for _, f := range p.said {
			f.SetValue(*f.answer(p.shared))
			f.proposed = project.Proposal{}
		}
	}
	p.shown, p.shorten = true, true
	return p.look()
}

// typed is the folder in its field.
func (p *projectStep) typed() string { return strings.TrimSpace(p.directory.Value()) }

// look reads the folder in the field, unless one is being read.
func (p *projectStep) look() action.Action {
	if p.typed() == "" {
		p.folder = folderRead{}
		return nil
	}
	if !p.latest.ask(p.typed()) {
		return nil
	}
	return action.Ask{Question: readFolder{typed: p.typed()}}
}

// handle implements step.
func (p *projectStep) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case folderRead:
		return p.read(msg)
	case catalog.Done:
		if msg.ID == (describing{directory: p.folder.directory}).Task() {
			return p.look()
		}
	case action.Focus:
		p.move(msg.By)
	case action.Move:
		p.move(msg.By)
	case action.Scroll:
		p.page.move(msg.By)
	case action.Point:
		p.point(msg.Y - p.above + p.page.top)
	case action.Mend:
		return p.write()
	case ui.Answer:
		if msg.Field == len(p.fields)-1 {
			return p.answerDescribe(msg.Text)
		}
		p.take(msg)
		return p.changed()
	case tea.KeyPressMsg, tea.PasteMsg:
		p.shorten = false
		p.fieldset.handle(msg)
		return p.changed()
	}
	return nil
}

// changed reads another folder.
func (p *projectStep) changed() action.Action {
	if p.typed() == p.folder.typed {
		return nil
	}
	return p.look()
}

// read takes what a folder says. What a person typed over a proposal stays.
func (p *projectStep) read(msg folderRead) action.Action {
	taken, again := p.latest.answered(msg.typed, p.typed())
	if !taken {
		return nil
	}
	p.folder = msg
	if again {
		return p.look()
	}
	if p.shorten && msg.short != "" {
		p.directory.SetValue(msg.short)
		p.folder.typed, p.shorten = p.typed(), false
	}
	p.file.unread = msg.err != nil
	for _, f := range p.said {
		f.unread = msg.err != nil
	}
	if msg.err != nil {
		return nil
	}
	p.project = msg.project
	proposals := map[string]project.Proposal{
		"org": msg.project.Org, "name": msg.project.Name, "description": msg.project.Description,
		"license": msg.project.License, "homepage": msg.project.Homepage,
	}
	for _, f := range p.said {
		if f.value() == "" || f.value() == f.proposed.Value {
			f.SetValue(proposals[f.about].Value)
		}
		f.proposed, f.notes = proposals[f.about], nil
		for _, note := range msg.project.Notes {
			if note.About == f.about {
				f.notes = append(f.notes, note)
			}
		}
	}
	p.file.described = msg.described
	return nil
}

// point puts the focus on the field at a line of the page.
func (p *projectStep) point(line int) {
	for i, from := range p.lines {
		if line >= from {
			p.focus = i
		}
	}
}

// bindings implements step.
func (p *projectStep) bindings() []ui.Binding {
	all := fieldKeys()
	if p.typing() {
		return all
	}
	return append(all, ui.Binding{
		ID: "project.describe", Label: "write connector.yaml", Help: "write a connector.yaml with what stands above", Keys: []string{"w"}, Risk: ui.Changes,
		Off: p.noFile, Do: do(action.Mend{}),
	})
}

// typing implements step: the last row is no field.
func (p *projectStep) typing() bool { return p.focus < len(p.fields)-1 }

// unread is why nothing can be said of the folder yet.
func (p *projectStep) unread() string {
	switch {
	case p.typed() == "":
		return "until there is a folder"
	case p.latest.busy || p.folder.typed != p.typed():
		return "until the folder is read"
	case p.folder.err != nil:
		return "until the folder holds a connector's project"
	default:
		return ""
	}
}

// off implements step.
func (p *projectStep) off() string {
	if why := p.unread(); why != "" {
		return why
	}
	for _, f := range p.said {
		switch {
		case f.value() == "" && f.Needed:
			return "until " + f.Name + " is there"
		case f.why() != "":
			return "until " + f.Name + " can be: " + f.why()
		}
	}
	return ""
}

// note writes down what is typed so far, once the folder was read: before that
// the fields do not say what is in it.
func (p *projectStep) note() {
	if p.unread() != "" {
		return
	}
	p.answers.Directory = p.folder.directory
	p.keepSaid()
}

// leave implements step. What the project says by itself is read from it again
// when it is published; only org and name are kept as they are.
func (p *projectStep) leave() {
	p.answers.Directory = p.folder.directory
	p.keepSaid()
}

// keepSaid writes down what the fields say and the project does not.
func (p *projectStep) keepSaid() {
	for _, f := range p.said {
		value := f.value()
		if !f.Needed && value == f.proposed.Value {
			value = ""
		}
		*f.answer(p.shared) = value
	}
}
