package wizard

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// plainStep is a step of fields only.
type plainStep struct {
	*shared
	fieldset
	title string
	write func(*shared, []ui.Field)
	read  func(*shared, []ui.Field)
}

func newPathStep(s *shared) step {
	return text(s, "Which system is it for?", "System", func(s *shared) *string { return &s.answers.System })
}
func newPreflightStep(s *shared) step {
	return text(s, "Preflight", "Why", func(s *shared) *string { return &s.answers.Description })
}

func text(s *shared, title, name string, of func(*shared) *string) step {
	p := &plainStep{shared: s, title: title}
	p.fields = []ui.Field{&ui.TextField{Name: name}}
	p.write = func(s *shared, f []ui.Field) { *of(s) = strings.TrimSpace(f[0].(*ui.TextField).Value()) }
	p.read = func(s *shared, f []ui.Field) { f[0].(*ui.TextField).SetValue(*of(s)) }
	return p
}

func newProjectStep(s *shared) step {
	p := &plainStep{shared: s, title: "Which project?"}
	p.fields = []ui.Field{&ui.TextField{Name: "Project"}, &ui.TextField{Name: "Connector"}}
	p.write = func(s *shared, f []ui.Field) {
		s.answers.Directory = f[0].(*ui.TextField).Value()
		s.answers.Org, s.answers.Name, _ = strings.Cut(f[1].(*ui.TextField).Value(), "/")
	}
	p.read = func(s *shared, f []ui.Field) {
		f[0].(*ui.TextField).SetValue(s.answers.Directory)
		f[1].(*ui.TextField).SetValue(strings.Trim(s.answers.Org+"/"+s.answers.Name, "/"))
	}
	return p
}

func (p *plainStep) enter() action.Action { p.read(p.shared, p.fields); return nil }
func (p *plainStep) leave()               { p.write(p.shared, p.fields) }
func (p *plainStep) typing() bool         { return true }
func (p *plainStep) off() string          { return "" }
func (p *plainStep) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case action.Focus:
		p.move(msg.By)
	case ui.Answer:
		p.take(msg)
	case tea.KeyPressMsg, tea.PasteMsg:
		p.fieldset.handle(msg)
	}
	return nil
}
func (p *plainStep) bindings() []ui.Binding { return fieldKeys() }
func (p *plainStep) view(l ui.Look, w, h int) []string {
	lines, _ := p.fieldset.view(l.Theme, w-4, h)
	return ui.Indent(l.Theme, append([]ui.Text{ui.Words(theme.Text, p.title), nil}, lines...), w, h)
}
func (p *plainStep) status(ui.Look) ui.Text     { return nil }
func (p *plainStep) outline(ui.Look) ui.Outline { return ui.Outline{} }
func (p *plainStep) inquiry(ui.Look) (ui.Inquiry, bool) {
	return ui.Inquiry{Title: ui.Words(theme.Text, p.title), Fields: p.fields}, true
}
