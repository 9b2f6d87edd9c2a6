package triage

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// reasonLimit is how long a yank's reason may be: YankVersionRequest.reason.
const reasonLimit = 2000

// The ids of the buttons.
const (
	yankButton = "yank"
	dryButton  = "dry run"
	doButton   = "do"
)

// categories are in the order in which the dialog offers them.
var categories = []registryv1.YankCategory{
	registryv1.YankCategory_YANK_CATEGORY_SECURITY, registryv1.YankCategory_YANK_CATEGORY_BROKEN,
	registryv1.YankCategory_YANK_CATEGORY_WRONG_ARTIFACT, registryv1.YankCategory_YANK_CATEGORY_LICENSE,
	registryv1.YankCategory_YANK_CATEGORY_SUPERSEDED, registryv1.YankCategory_YANK_CATEGORY_OTHER,
}

// Yank asks before a version is withdrawn: what happens, why, what to use
// instead, and the version typed.
type Yank struct {
	question
	category    *ui.ChoiceField
	reason      *ui.TextField
	replacement *ui.TextField
	advisory    *ui.TextField
	downloads   *ui.ChoiceField
	// weighed is what the consequences on the screen are about.
	weighed action.Yank
	dry     bool
}

// NewYank makes the dialog for one version.
func NewYank(_ *catalog.Catalog, v action.Version) *Yank {
	y := &Yank{
		category:    &ui.ChoiceField{Name: "Category", Chosen: -1},
		reason:      &ui.TextField{Name: "Reason"},
		replacement: &ui.TextField{Name: "Use instead"},
		advisory:    &ui.TextField{Name: "Advisory"},
		downloads:   &ui.ChoiceField{Name: "Downloads", Options: []string{"keep, with warning", "block"}},
	}
	for _, c := range categories {
		y.category.Options = append(y.category.Options, words.Category(c))
	}
	y.reason.Rows, y.reason.Limit = 2, reasonLimit
	y.reason.Hint = func() ui.Text {
		return ui.Words(theme.Faint, fmt.Sprintf("everybody who looks at this version reads it, %d of %s", y.reason.Count(), words.Count(reasonLimit)))
	}
	y.replacement.Placeholder = "none"
	y.advisory.Placeholder = "none, for example GHSA-xxxx-xxxx-xxxx"
	y.question = question{version: v, task: "yank " + v.String()}
	y.Dialog = ui.NewDialog(title("Yank", v),
		ui.Button{ID: dryButton, Label: "Dry run", Off: y.off},
		ui.Button{ID: yankButton, Label: "Yank " + v.Number, Destroys: true, Off: y.incomplete},
	)
	y.Above = "What happens"
	y.Fields = []ui.Field{y.category, y.reason, y.replacement, y.advisory, y.downloads}
	y.Confirm = &ui.Confirmation{Want: v.Number}
	y.lines = []words.Line{{Text: "Asking the registry what depends on it."}}
	return y
}

// incomplete tells what the form still needs.
func (y *Yank) incomplete() string {
	switch {
	case y.off() != "":
		return y.off()
	case y.category.Chosen < 0:
		return "choose a category"
	case strings.TrimSpace(y.reason.Value()) == "":
		return "say why"
	default:
		return ""
	}
}

// answer is the form as it stands.
func (y *Yank) answer() action.Yank {
	answer := action.Yank{
		Version: y.version, Reason: strings.TrimSpace(y.reason.Value()),
		Advisory: strings.TrimSpace(y.advisory.Value()), Replacement: strings.TrimSpace(y.replacement.Value()),
		Block: y.downloads.Chosen == 1,
	}
	if y.category.Chosen >= 0 {
		answer.Category = categories[y.category.Chosen]
	}
	return answer
}

// Ask implements the console's Dialog: what depends on the version is read
// before anybody can judge.
func (y *Yank) Ask() action.Action { return y.weigh() }

func (y *Yank) weigh() action.Action {
	y.weighed = y.answer()
	return action.Weigh{Yank: y.weighed}
}

// Handle implements the console's Dialog.
func (y *Yank) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	if weighed, ours := msg.(catalog.Weighed); ours && weighed.Number == y.version.Number && weighed.Name == y.version.Name {
		y.consequences(weighed)
		return nil, nil
	}
	if y.heard(msg) {
		return action.Back{}, nil
	}
	pressed, cmd := y.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case dryButton:
		y.dry = true
		return y.weigh(), cmd
	case yankButton:
		y.sent = true
		return y.answer(), cmd
	}
	if now := y.answer(); y.moved == "" && (now.Block != y.weighed.Block || now.Replacement != y.weighed.Replacement) {
		return y.weigh(), cmd
	}
	return nil, cmd
}

// consequences shows what the registry answered.
func (y *Yank) consequences(weighed catalog.Weighed) {
	switch {
	case weighed.Err != nil:
		y.refuse(weighed.Err.Error())
	default:
		y.lines = words.Yank(weighed.Consequences)
		y.note = nil
		if s := weighed.Consequences.GetSuggestedReplacement(); s != "" {
			y.replacement.Placeholder = "none; " + s + " would be the next one"
		}
		if y.dry {
			y.note = ui.Words(theme.OK, "Dry run: the registry accepts this. Nothing was changed.")
		}
	}
	y.dry = false
}
