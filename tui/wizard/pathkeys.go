package wizard

import (
	"strconv"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// bindings implements step. The commands of a way have digits: the tenth is 0.
func (p *pathStep) bindings() []ui.Binding {
	if p.at == atSystem {
		return []ui.Binding{{ID: "path.ways", Label: "the ways", Help: "go to the ways to publish", Keys: []string{"tab"}, Do: do(action.Focus{By: 1})}}
	}
	label := "read on"
	if p.at == atText {
		label = "the system"
	}
	all := []ui.Binding{
		{ID: "path.part", Label: label, Help: "go to the next part of the page", Keys: []string{"tab"}, Do: do(action.Focus{By: 1})},
		{ID: "path.system", Label: "other system", Help: "type which system it is for", Keys: []string{"e", "shift+tab"}, Do: do(action.Focus{By: -int(p.at)})},
		{ID: "path.issue", Label: "issue text", Help: "copy the text of an issue that asks for official hosting", Keys: []string{"h"}, Off: p.noIssue, Do: func() action.Action {
			return action.Copy{Text: publish.IssueText(p.typed()), What: "the text of the issue"}
		}},
		{ID: "path.pageup", Label: "page up", Help: "what is told of the way, a page up", Keys: []string{"pgup", "ctrl+b"}, Quiet: true, Do: do(action.Page{By: -1})},
		{ID: "path.pagedown", Label: "page down", Help: "what is told of the way, a page down", Keys: []string{"pgdown", "ctrl+f"}, Quiet: true, Do: do(action.Page{By: 1})},
	}
	for i, line := range p.chosen().Commands {
		if i == len(digits) {
			break
		}
		all = append(all, ui.Binding{
			ID: "path.copy" + strconv.Itoa(i+1), Label: "copy", Help: "copy: " + line, Keys: []string{digits[i : i+1]}, Quiet: true,
			Do: do(action.Copy{Text: line, What: line}),
		})
	}
	return all
}

// digits are the keys that copy lines.
const digits = "1234567890"

// noIssue is why there is no issue to write.
func (p *pathStep) noIssue() string {
	if p.chosen().ID != publish.PathOfficial {
		return "an issue asks for official hosting, and this is another way"
	}
	return ""
}
