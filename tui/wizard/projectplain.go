package wizard

import (
	"strings"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// outline implements step; the page is asked question by question instead.
func (p *projectStep) outline(ui.Look) ui.Outline { return ui.Outline{Say: p.question(outlineWidth)} }

// inquiry implements step. Where there is no connector.yaml, the last question
// stands in for the key that writes one.
func (p *projectStep) inquiry(l ui.Look) (ui.Inquiry, bool) {
	last := len(p.fields) - 1
	q := ui.Inquiry{Title: ui.Words(theme.Text, strings.TrimSpace(p.question(0)[0].String())), Say: p.notes(l.Theme, outlineWidth), Fields: p.fields[:last:last]}
	if p.unread() == "" && !p.folder.described {
		q.Fields = append(q.Fields, p.describe)
	}
	return q, true
}

// The answers to the question whether to write connector.yaml.
const (
	describeNot = iota
	describeNow
)

// newDescribe makes that question.
func newDescribe() *ui.ChoiceField {
	return &ui.ChoiceField{Name: "No " + project.DescriptionFile, Options: []string{"leave it so", "write it with what was answered; with one, registries need not guess"}, Chosen: describeNot}
}

// answerDescribe takes the answer, which counts once.
func (p *projectStep) answerDescribe(text string) action.Action {
	p.describe.Take(text)
	chosen := p.describe.Chosen
	p.describe.Chosen = describeNot
	switch why := p.noFile(); {
	case chosen != describeNow:
		return nil
	case why != "":
		return action.Tell{Text: project.DescriptionFile + " was not written: " + why + ".", Bad: true}
	default:
		return p.write()
	}
}
