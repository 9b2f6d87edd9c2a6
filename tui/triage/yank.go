package triage

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// reasonLimit is how long a reason may be: YankVersionRequest.reason.
const reasonLimit = 2000

// weighRest is how long nothing must change before the registry is asked what
// the form would do now.
const weighRest = 300 * time.Millisecond

// dryButton asks the registry whether it would accept the form as it is.
const dryButton = "dry run"

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
	credit      *ui.TextField // asked for where it is about security
	downloads   *ui.ChoiceField
	reportTo    string

	asked int // number of the last question to the registry
	// answered is the number of the last question that it answered.
	answered int
	weighed  action.Yank // what that question was about
	resting  int         // raised by each change that asks anew
	dry      bool
	// unjudged is why nobody knows what would happen; then nothing is sent.
	unjudged string
}

// weighNow tells that the form was not changed for a while.
type weighNow struct{ dialog, resting int }

// NewYank makes the dialog for one version. reportTo is where security
// problems are reported in private, or "".
func NewYank(s action.Subject, reportTo string) *Yank {
	v := s.Version
	y := &Yank{
		category:    categoryField(),
		reason:      reasonOfYank("everybody who looks at this version reads it"),
		replacement: &ui.TextField{Name: "Use instead"},
		advisory:    advisoryField(),
		credit:      creditField(),
		downloads:   downloadsField(),
		reportTo:    reportTo,
	}
	y.replacement.Placeholder = "none"
	y.question = question{subject: s, task: YankTask(v)}
	y.Dialog = ui.NewDialog(title("Yank", v),
		ui.Button{ID: dryButton, Label: "Dry run", Off: y.off},
		ui.Button{ID: doButton, Label: "Yank " + v.Number, Destroys: true, Off: y.incomplete},
	)
	y.Above = "What happens"
	y.arrange()
	y.Confirm = &ui.Confirmation{Want: v.Number}
	y.unjudged = "the registry was not asked yet"
	y.lines = []words.Line{{Text: "Asking the registry what depends on it."}}
	return y
}

// missing tells what the form still needs.
func (y *Yank) missing() string { return missing(y.category, y.reason) }

// security reports whether the form says that it is about security.
func (y *Yank) security() bool {
	return y.category.Chosen >= 0 && categories[y.category.Chosen] == registryv1.YankCategory_YANK_CATEGORY_SECURITY
}

// arrange asks for what the category makes worth asking.
func (y *Yank) arrange() {
	y.Fields = []ui.Field{y.category, y.reason, y.replacement, y.advisory, y.downloads}
	if y.security() {
		y.Fields = []ui.Field{y.category, y.reason, y.replacement, y.advisory, y.credit, y.downloads}
	}
}

// View implements the console's Dialog.
func (y *Yank) View(l ui.Look, maxW, maxH int) []string {
	y.fill(l)
	return y.Dialog.View(l.Theme, maxW, maxH)
}

// Inquiry is the dialog as it is asked question by question.
func (y *Yank) Inquiry(l ui.Look) ui.Inquiry {
	y.fill(l)
	return y.Dialog.Inquiry()
}

// fill puts what is known now into the dialog.
func (y *Yank) fill(l ui.Look) {
	y.arrange()
	y.question.fill(l)
	if y.security() && y.reportTo != "" {
		line := words.ReportFirst(y.reportTo)
		y.Say = append(y.Say, ui.Consequence(l.Theme, line.Caution, ui.Say(theme.Text, line.Text)))
	}
}

// incomplete tells why the button is off.
func (y *Yank) incomplete() string {
	switch {
	case y.off() != "":
		return y.off()
	case y.unjudged != "":
		return y.unjudged
	default:
		return y.missing()
	}
}

// answer is the form as it stands.
func (y *Yank) answer() action.Yank {
	answer := action.Yank{
		Version: y.subject.Version, Reason: strings.TrimSpace(y.reason.Value()),
		Advisory: strings.TrimSpace(y.advisory.Value()), Replacement: strings.TrimSpace(y.replacement.Value()),
		Block: y.downloads.Chosen == 1,
	}
	if y.category.Chosen >= 0 {
		answer.Category = categories[y.category.Chosen]
	}
	if y.security() {
		answer.Credit = strings.TrimSpace(y.credit.Value())
	}
	return answer
}

// Ask implements the console's Dialog: what depends on the version is read
// before anybody can judge.
func (y *Yank) Ask() action.Action { return y.weigh() }

// weigh asks what the form would do now; answers to earlier questions are
// dropped.
func (y *Yank) weigh() action.Action {
	y.asked++
	y.weighed = y.answer()
	return action.Weigh{Yank: y.weighed, Asked: y.asked}
}

// stale reports whether the consequences on the screen are about another form.
func (y *Yank) stale() bool {
	now := y.answer()
	return now.Block != y.weighed.Block || now.Replacement != y.weighed.Replacement
}

// Pending reports whether what is said about the form is about to change:
// the registry was asked and did not answer yet, or will be asked again.
func (y *Yank) Pending() bool { return y.off() == "" && (y.answered != y.asked || y.stale()) }

// rest waits until nothing changes any more, then asks anew.
func (y *Yank) rest() tea.Cmd {
	y.resting++
	msg := weighNow{dialog: y.number, resting: y.resting}
	return tea.Tick(weighRest, func(time.Time) tea.Msg { return msg })
}

// Handle implements the console's Dialog.
func (y *Yank) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Weighed:
		y.consequences(msg)
		return nil, nil
	case weighNow:
		if msg.dialog == y.number && msg.resting == y.resting && y.off() == "" {
			return y.weigh(), nil
		}
		return nil, nil
	case catalog.Back:
		return y.weigh(), nil
	case catalog.Changed:
		return nil, y.changed(msg)
	}
	if y.heard(msg) {
		return action.Back{}, nil
	}
	was := y.answer()
	pressed, cmd := y.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case dryButton:
		y.dry = true
		return y.weigh(), cmd
	case doButton:
		y.send()
		return y.answer(), cmd
	}
	if y.answer() != was && y.stale() {
		return nil, tea.Batch(cmd, y.rest())
	}
	return nil, cmd
}

// changed notices what others did: to this version, or to another one of the
// connector, after which the consequences may be others.
func (y *Yank) changed(msg catalog.Changed) tea.Cmd {
	y.heard(msg)
	if y.off() != "" {
		return nil
	}
	for _, change := range msg.Events {
		if y.about(change.GetEvent()) {
			return y.rest()
		}
	}
	return nil
}

// consequences shows what the registry answered.
func (y *Yank) consequences(weighed catalog.Weighed) {
	if weighed.Asked != y.asked || (action.Version{Org: weighed.Org, Name: weighed.Name, Number: weighed.Number}) != y.subject.Version || y.off() != "" {
		return
	}
	dry := y.dry
	y.dry, y.answered = false, weighed.Asked
	if weighed.Err != nil {
		y.unjudged = "the registry refuses it as it is"
		if y.asked == 1 {
			y.lines = []words.Line{{Text: "The registry did not say what depends on it.", Caution: true}}
		}
		y.refuse(weighed.Err)
		return
	}
	y.unjudged, y.note = "", nil
	y.lines = words.Yank(weighed.Consequences)
	y.replacement.Placeholder = "none"
	if s := weighed.Consequences.GetSuggestedReplacement(); s != "" {
		y.replacement.Placeholder = "none; " + s + " would be the next one"
	}
	switch missing := y.missing(); {
	case !dry:
	case missing != "":
		y.note = ui.Words(theme.Muted, "Dry run: the registry would accept it once the form is complete: "+missing+". Nothing was changed.")
	default:
		y.note = ui.Words(theme.OK, "Dry run: the registry accepts this. Nothing was changed.")
	}
}
