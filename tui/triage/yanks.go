package triage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// YanksTask is the id of the task that yanks several versions: one at a time.
const YanksTask = "yank several"

// The buttons of the page besides those of all dialogs.
const (
	stopButton  = "stop"
	againButton = "again"
	copyButton  = "copy"
)

// countTime is how often a question to the registry shows how far it is.
const countTime = 250 * time.Millisecond

// countNow tells that it may be further by now.
type countNow struct{ dialog, asked int }

// Yanks is the page about several versions: what happens to all of them
// together, why, and then what became of each. It can be left while the run
// goes on, and opened again.
type Yanks struct {
	*ui.Dialog
	number   int
	refs     []*registryv1.VersionRef
	of       map[string]bool // the connectors, as catalog.Home names them
	reportTo string
	orgs     bool // they are of several orgs
	wide     int  // the column of names, once it is known

	list        *ui.ListField
	category    *ui.ChoiceField
	reason      *ui.TextField
	replacement *ui.ChoiceField
	advisory    *ui.TextField
	credit      *ui.TextField
	downloads   *ui.ChoiceField

	asked, answered int
	weighing        *yank.Weighing
	resting         int
	dry             bool
	weighed         yank.Weighed
	rows            []yank.Result // what the registry would do with each
	shown           []yank.Result // as the list was drawn last
	err             error         // why the registry could not be asked

	run   *yank.Run
	going bool
	ended error // why the run could not go on
}

// The choices of what to use instead.
var replacements = []string{"none", "what the registry suggests for each"}

// NewYanks makes the page. reportTo is where security problems are reported
// in private, or "".
func NewYanks(versions []action.Version, reportTo string) *Yanks {
	y := &Yanks{
		of: map[string]bool{}, reportTo: reportTo,
		list:        &ui.ListField{Name: "Versions"},
		category:    categoryField(),
		replacement: &ui.ChoiceField{Name: "Use instead", Options: replacements},
		advisory:    advisoryField(),
		credit:      creditField(),
		downloads:   downloadsField(),
	}
	y.reason = reasonOfYank("everybody who looks at one of them reads it")
	for _, v := range versions {
		y.refs = append(y.refs, v.Ref())
		y.of[catalog.Home(v.Org, v.Name)] = true
	}
	y.refs = yank.Unique(y.refs)
	for _, ref := range y.refs {
		y.rows = append(y.rows, yank.Result{Version: ref})
		y.orgs = y.orgs || !strings.EqualFold(ref.GetOrg(), y.refs[0].GetOrg())
	}
	y.list.Row, y.list.Detail = y.row, y.detail
	y.form()
	return y
}

// form is the page while it asks.
func (y *Yanks) form() {
	n := words.Plural(len(y.refs), "version", "versions")
	y.Dialog = ui.NewDialog(ui.Words(theme.Text, "Yank "+n+"?"),
		ui.Button{ID: dryButton, Label: "Dry run"},
		ui.Button{ID: doButton, Label: "Yank them", Destroys: true, Off: y.incomplete},
	)
	y.Above = "What happens to all of them together"
	y.Confirm = &ui.Confirmation{Want: y.confirms(len(y.refs))}
}

// confirms is what is to be typed: how many leave.
func (y *Yanks) confirms(n int) string { return "yank " + words.Count(n) }

// busy tells why nothing can be asked now.
func (y *Yanks) busy() string {
	if y.asked != y.answered {
		return "the registry is being asked"
	}
	return ""
}

// incomplete tells why the button is off.
func (y *Yanks) incomplete() string {
	switch {
	case y.busy() != "":
		return y.busy()
	case y.err != nil:
		return "the registry was not asked"
	case y.weighed.Accepted() == 0:
		return "the registry would refuse all of them"
	default:
		return missing(y.category, y.reason)
	}
}

// order is the form as it stands, about some versions.
func (y *Yanks) order(of []*registryv1.VersionRef) yank.Order {
	o := yank.Order{
		Versions: of, Reason: strings.TrimSpace(y.reason.Value()), Advisory: strings.TrimSpace(y.advisory.Value()), Block: y.downloads.Chosen == 1,
	}
	if y.category.Chosen >= 0 {
		o.Category = categories[y.category.Chosen]
	}
	if o.Category == registryv1.YankCategory_YANK_CATEGORY_SECURITY {
		o.Credit = strings.TrimSpace(y.credit.Value())
	}
	if y.replacement.Chosen == 1 {
		o.Replacement = yank.Suggested
	}
	return o
}

// Open implements the console's Dialog.
func (y *Yanks) Open(number int, key string) tea.Cmd {
	y.number = number
	if y.run != nil {
		return y.Dialog.Open(number, key)
	}
	return tea.Batch(y.Dialog.Open(number, key), y.count())
}

// Ask implements the console's Dialog: what happens is asked before anybody
// can judge. A page that is opened again shows what became of its run.
func (y *Yanks) Ask() action.Action {
	if y.run != nil {
		return nil
	}
	return y.weigh()
}

// weigh asks what the form would do now; answers to earlier questions are
// dropped.
func (y *Yanks) weigh() action.Action {
	y.asked++
	o := y.order(y.refs)
	if o.Category == registryv1.YankCategory_YANK_CATEGORY_UNSPECIFIED {
		o.Category = registryv1.YankCategory_YANK_CATEGORY_OTHER
	}
	o.Reason = cmp.Or(o.Reason, "not said yet")
	y.weighing = yank.NewWeighing(o)
	return action.WeighYanks{Weighing: y.weighing, Asked: y.asked}
}

// count looks again soon how far the question is.
func (y *Yanks) count() tea.Cmd {
	msg := countNow{dialog: y.number, asked: y.asked}
	return tea.Tick(countTime, func(time.Time) tea.Msg { return msg })
}

// Waits implements the console's Dialog.
func (y *Yanks) Waits(task string) bool { return task == YanksTask }

// Pending reports whether what is said is about to change.
func (y *Yanks) Pending() bool { return y.going || y.run == nil && y.busy() != "" }

// Going reports whether the run is under way.
func (y *Yanks) Going() bool { return y.going }

// Handle implements the console's Dialog.
func (y *Yanks) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.WeighedAll:
		y.consequences(msg)
		return nil, nil
	case catalog.Done:
		return nil, y.done(msg)
	case catalog.Changed, catalog.Back, weighNow, countNow:
		return y.later(msg)
	}
	was := y.replacement.Chosen
	pressed, cmd := y.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case dryButton:
		y.dry = true
		return y.weigh(), tea.Batch(cmd, y.count())
	case doButton:
		y.run = yank.NewRun(y.order(y.accepted()), y.weighed)
		return y.start(cmd)
	case againButton:
		return y.start(cmd)
	case stopButton:
		return action.StopTask{Task: YanksTask}, cmd
	case copyButton:
		return action.Copy{Text: y.copied(), What: words.Plural(len(y.results()), "result", "results")}, cmd
	}
	if y.run == nil && y.replacement.Chosen != was {
		return nil, tea.Batch(cmd, y.rest())
	}
	return nil, cmd
}

// later takes what may make what is said untrue, and asks anew once nothing
// changes any more.
func (y *Yanks) later(msg tea.Msg) (action.Action, tea.Cmd) {
	if y.run != nil {
		return nil, nil
	}
	switch msg := msg.(type) {
	case catalog.Back:
		return y.weigh(), y.count()
	case catalog.Changed:
		for _, change := range msg.Events {
			if y.of[catalog.Home(change.GetEvent().GetOrg(), change.GetEvent().GetName())] {
				return nil, y.rest()
			}
		}
	case weighNow:
		if msg.dialog == y.number && msg.resting == y.resting {
			return y.weigh(), y.count()
		}
	case countNow:
		if msg.dialog == y.number && msg.asked == y.asked && y.busy() != "" {
			return nil, y.count()
		}
	}
	return nil, nil
}

// rest waits until nothing changes any more.
func (y *Yanks) rest() tea.Cmd {
	y.resting++
	msg := weighNow{dialog: y.number, resting: y.resting}
	return tea.Tick(weighRest, func(time.Time) tea.Msg { return msg })
}

// consequences shows what the registry answered.
func (y *Yanks) consequences(msg catalog.WeighedAll) {
	if msg.Weighing != y.weighing || y.run != nil {
		return
	}
	dry := y.dry
	y.dry, y.answered, y.err, y.Note = false, msg.Asked, msg.Err, nil
	if msg.Err != nil {
		y.weighed = yank.Weighed{}
		y.Note = ui.Words(theme.Bad, refusalOf(msg.Err))
		return
	}
	y.weighed = msg.Weighed
	for _, s := range y.weighed.Sets { // under the names that events have, however a file spells them
		y.of[catalog.Home(s.Facts.GetRef().GetOrg(), s.Facts.GetRef().GetName())] = true
	}
	y.rows = slices.Clone(msg.Weighed.Results)
	slices.SortStableFunc(y.rows, func(a, b yank.Result) int { return y.rank(a) - y.rank(b) })
	if n := y.weighed.Accepted(); n > 0 {
		y.Confirm.Want = y.confirms(n)
	}
	if !dry {
		return
	}
	refused := len(y.rows) - y.weighed.Accepted()
	switch missing := missing(y.category, y.reason); {
	case missing != "":
		y.Note = ui.Words(theme.Muted, "Dry run: "+missing+", then the registry would answer as the list says. Nothing was changed.")
	case refused > 0:
		y.Note = ui.Words(theme.Warn, fmt.Sprintf("Dry run: the registry accepts %s of %s. Nothing was changed.", words.Count(y.weighed.Accepted()), words.Count(len(y.rows))))
	default:
		y.Note = ui.Words(theme.OK, "Dry run: the registry accepts all "+words.Count(len(y.rows))+". Nothing was changed.")
	}
}

// rank puts first what one should look at: refusals, then what is stable.
func (y *Yanks) rank(r yank.Result) int {
	switch {
	case r.Outcome == yank.Refused:
		return 0
	case r.Outcome == yank.Already:
		return 1
	case y.stable(r):
		return 2
	case r.Outcome == yank.Open:
		return 3
	default:
		return 4
	}
}

// stable reports whether a version that leaves is the stable one.
func (y *Yanks) stable(r yank.Result) bool {
	return r.Outcome == yank.Ready && r.Facts.GetStableBefore() == r.Version.GetVersion()
}

// accepted are the versions that the registry would yank.
func (y *Yanks) accepted() []*registryv1.VersionRef {
	var all []*registryv1.VersionRef
	for _, r := range y.weighed.Results {
		if r.Outcome == yank.Ready {
			all = append(all, r.Version)
		}
	}
	return all
}
