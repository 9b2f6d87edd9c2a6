package wizard

import (
	"cmp"
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// versionStep asks for the number and for what is new. It proposes both: the
// number from what is published and what changed, the changelog from the
// project's file or its history. Then the registry says what it thinks of it.
type versionStep struct {
	*shared
	fieldset
	number, changelog *ui.TextField
	source            *ui.ChoiceField

	asked     int
	looking   bool
	next      publish.Next
	proposals []project.Proposal
	err       error
	// said is what the registry says to the number that was asked about.
	said verdictOfNumber
	page scrolled
}

// verdictOfNumber is the registry's own dry run.
type verdictOfNumber struct {
	number  string
	waiting bool
	answer  *registryv1.CreateVersionResponse
	faults  []client.Fault
	err     error
}

func newVersionStep(s *shared) step {
	v := &versionStep{
		shared: s, number: &ui.TextField{Name: "Version", Needed: true},
		source: &ui.ChoiceField{Name: "Taken from", Options: []string{typedBelow}}, changelog: &ui.TextField{Name: "Changelog"},
	}
	v.number.Hint = hint("a number that was public is never free again")
	v.changelog.Hint = hint("what is new, for people who decide whether to take it")
	v.changelog.Rows, v.changelog.Limit = 5, 10_000
	v.fields = []ui.Field{v.number, v.source, v.changelog}
	return v
}

// lookForNumber asks which number is next and what could be said of it.
type lookForNumber struct {
	asked        int
	directory    string
	ref          publish.Ref
	capabilities string
}

// numberFound is the answer to lookForNumber.
type numberFound struct {
	asked     int
	next      publish.Next
	proposals []project.Proposal
	err       error
}

// Ask implements action.Question.
func (q lookForNumber) Ask(ctx context.Context, calls *client.Client) any {
	found := numberFound{asked: q.asked}
	found.next, found.err = publish.FindNext(ctx, calls, q.ref, q.capabilities)
	found.proposals = project.Changelogs(ctx, q.directory, cmp.Or(q.ref.Version, found.next.Proposed()))
	return found
}

// weighNumber asks the registry for its dry run.
type weighNumber struct {
	asked   int
	answers publish.Answers
}

// numberWeighed is the answer to weighNumber.
type numberWeighed struct {
	asked int
	said  verdictOfNumber
}

// Ask implements action.Question.
func (q weighNumber) Ask(ctx context.Context, calls *client.Client) any {
	said := verdictOfNumber{number: q.answers.Version}
	said.answer, said.faults, said.err = publish.Weigh(ctx, calls, q.answers)
	return numberWeighed{asked: q.asked, said: said}
}

// enter implements step.
func (v *versionStep) enter() action.Action {
	v.asked++
	v.looking, v.err = true, nil
	if v.answers.Version != "" {
		v.number.SetValue(v.answers.Version)
	}
	capabilities := v.project.Capabilities.Text
	return action.Ask{Question: lookForNumber{asked: v.asked, directory: v.answers.Directory, ref: v.ref(), capabilities: capabilities}}
}

// handle implements step.
func (v *versionStep) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case numberFound:
		if msg.asked == v.asked {
			return v.found(msg)
		}
	case numberWeighed:
		if msg.asked == v.asked && msg.said.number == v.typed() {
			v.said = msg.said
		}
	case action.Focus:
		v.move(msg.By)
		return v.weigh()
	case action.Tab:
		return v.otherStep()
	case action.Move:
		v.move(msg.By)
	case action.Scroll:
		v.page.move(msg.By)
	case ui.Answer:
		v.take(msg)
		v.sourced()
		return v.weigh()
	case tea.KeyPressMsg, tea.PasteMsg:
		v.fieldset.handle(msg)
		v.sourced()
		if v.typed() != v.said.number {
			v.said = verdictOfNumber{}
		}
	}
	return nil
}

// found takes the proposals over where nothing was answered yet.
func (v *versionStep) found(msg numberFound) action.Action {
	v.looking, v.next, v.proposals, v.err = false, msg.next, msg.proposals, msg.err
	if v.typed() == "" {
		v.number.SetValue(msg.next.Proposed())
	}
	v.offer(msg.proposals)
	return v.weigh()
}

// typedBelow is the source of a changelog that is typed here.
const typedBelow = "what is typed below"

// offer takes over what could be said of the version. What was answered before
// stays chosen; else it is the first proposal.
func (v *versionStep) offer(proposals []project.Proposal) {
	v.proposals = slices.Clone(proposals)
	chosen := cmp.Or(strings.TrimSpace(v.changelog.Value()), v.answers.Changelog)
	same := func(p project.Proposal) bool { return p.Value == chosen }
	if strings.Contains(chosen, "\n") && !slices.ContainsFunc(v.proposals, same) {
		v.proposals = append(v.proposals, project.Proposal{Value: chosen, From: "this draft"})
	}
	v.source.Options = []string{typedBelow}
	for _, p := range v.proposals {
		v.source.Options = append(v.source.Options, p.From)
	}
	v.source.Chosen = min(1, len(v.proposals))
	if chosen != "" {
		v.source.Chosen = 1 + slices.IndexFunc(v.proposals, same)
		v.changelog.SetValue(chosen)
	}
	v.sourced()
}

// sourced shows the field to type into only where it counts.
func (v *versionStep) sourced() {
	v.fields = []ui.Field{v.number, v.source}
	if v.source.Chosen <= 0 {
		v.fields = append(v.fields, v.changelog)
	}
	v.focus = min(v.focus, len(v.fields)-1)
}

// text is what is new, as it was chosen or typed.
func (v *versionStep) text() string {
	if i := v.source.Chosen - 1; i >= 0 && i < len(v.proposals) {
		return v.proposals[i].Value
	}
	return strings.TrimSpace(v.changelog.Value())
}

// otherStep takes the next number of the table.
func (v *versionStep) otherStep() action.Action {
	at := slices.IndexFunc(v.next.Choices, func(c publish.NumberChoice) bool { return c.Number.String() == v.typed() })
	v.number.SetValue(v.next.Choices[(at+1)%len(v.next.Choices)].Number.String())
	return v.weigh()
}

// typed is the number in the field.
func (v *versionStep) typed() string {
	number := strings.TrimSpace(v.number.Value())
	if number != "" && number[0] >= '0' && number[0] <= '9' {
		return "v" + number
	}
	return number
}

// weigh asks the registry about the number, once for each.
func (v *versionStep) weigh() action.Action {
	number := v.typed()
	if number == "" || v.said.number == number && v.said.err == nil {
		return nil
	}
	v.said = verdictOfNumber{number: number, waiting: true}
	answers := v.answers
	answers.Version, answers.Changelog = number, v.text()
	return action.Ask{Question: weighNumber{asked: v.asked, answers: answers}}
}

// bindings implements step.
func (v *versionStep) bindings() []ui.Binding {
	return append(fieldKeys(), ui.Binding{
		ID: "number.choose", Label: "other step", Help: "take the next number of the table", Keys: []string{"ctrl+n"}, Off: v.noChoice, Do: do(action.Tab{By: 1}),
	})
}

func (v *versionStep) noChoice() string {
	if len(v.next.Choices) < 2 {
		return "there is no other to choose from"
	}
	return ""
}

func (v *versionStep) typing() bool { return true }

// off implements step.
func (v *versionStep) off() string {
	switch {
	case v.typed() == "":
		return "until there is a version, such as v1.0.0"
	case len(v.said.faults) > 0 || v.said.err != nil:
		return "until what the registry found is mended"
	default:
		return ""
	}
}

// leave implements step.
func (v *versionStep) leave() {
	v.answers.Version = v.typed()
	v.answers.Changelog = v.text()
}

// note writes down what is typed so far.
func (v *versionStep) note() {
	if v.looking {
		v.answers.Version = v.typed() // the changelog is not chosen yet
		return
	}
	v.leave()
}

// status implements step.
func (v *versionStep) status(l ui.Look) ui.Text {
	if v.looking {
		return ui.Words(theme.Muted, "looking for the next number")
	}
	return ui.MoreBelow(l.Theme, v.page.below)
}

// question says what is asked, and what was found out.
func (v *versionStep) question(w int) []ui.Text {
	lines := []ui.Text{ui.Line(ui.Say(theme.Text, "Which number is it, and what is new?").Bold())}
	said := "The registry knows no version yet."
	if p := v.next.Previous; p != nil {
		said = p.GetSummary().GetRef().GetVersion() + " is published."
		if n := len(v.next.Changes); n > 0 {
			said += " Against it, " + words.Plural(n, "thing changed", "things changed") + " in what the connector can do."
		} else {
			said += " What the connector can do is the same, as far as its capabilities file says."
		}
	}
	if v.looking {
		said = "Asking " + v.Registry + " which numbers are used."
	}
	return append(lines, ui.Wrap(ui.Words(theme.Muted, said), w)...)
}

// view implements step.
func (v *versionStep) view(l ui.Look, w, h int) []string {
	inner := min(max(1, w-pageMargins), readMost)
	lines := append(v.question(inner), nil)
	fields, here := v.fieldset.view(l.Theme, inner, h)
	here += len(lines)
	lines = append(lines, fields...)
	lines = append(lines, v.preview(inner)...)
	lines = append(lines, v.table(l.Theme, inner)...)
	lines = append(lines, v.registrySays(l.Theme, inner)...)
	if here < v.page.top || here >= v.page.top+h-1 {
		v.page.top = max(0, here-2)
	}
	return v.page.view(l.Theme, lines, w, h)
}

// previewMost is how many lines of a changelog the page shows.
const previewMost = 6

// preview is the beginning of a changelog that is taken from somewhere.
func (v *versionStep) preview(w int) []ui.Text {
	if v.source.Chosen <= 0 {
		return nil
	}
	var lines []ui.Text
	all := strings.Split(v.text(), "\n")
	name := ui.Say(theme.Muted, "Changelog    ")
	for i, line := range all {
		if i == previewMost {
			lines = append(lines, ui.Line(name, ui.Say(theme.Faint, words.Count(len(all)-i)+" more lines")))
			break
		}
		lines = append(lines, ui.Hanging(name, ui.Words(theme.Text, line), w)...)
		name = ui.Say(theme.Muted, "             ")
	}
	return lines
}

// table is which step fits which changes.
func (v *versionStep) table(t *theme.Theme, w int) []ui.Text {
	if len(v.next.Choices) == 0 {
		return failed(t, v.err, w)
	}
	lines := []ui.Text{nil, ui.Heading("Which step it is", w)}
	for _, c := range v.next.Choices {
		mine := c.Number.String() == v.typed()
		number, why := ui.Say(theme.Muted, ui.Fit(t, c.Number.String(), 16, ui.Left)), c.When
		if mine {
			number = ui.Say(theme.Text, number.Text).Bold()
		}
		line := ui.Line(number, ui.Say(theme.Muted, ui.Fit(t, c.Kind, 13, ui.Left)), ui.Say(theme.Muted, why))
		if c.Proposed {
			line = line.And(ui.Say(theme.Accent, "  proposed"))
		}
		lines = append(lines, line)
	}
	for _, change := range v.next.Changes {
		lines = append(lines, ui.Hanging(ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)+"  "), ui.Words(theme.Muted, change.Size.String()+": "+change.Text), w)...)
	}
	return lines
}

// registrySays is the dry run.
func (v *versionStep) registrySays(t *theme.Theme, w int) []ui.Text {
	s := v.said
	if s.number == "" {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("What "+v.Registry+" says to "+s.number, w)}
	switch {
	case s.waiting:
		return append(lines, ui.Words(theme.Muted, "asked, and nothing was sent"))
	case s.err != nil:
		return append(lines, failed(t, s.err, w)[1:]...)
	case len(s.faults) > 0:
		for _, fault := range s.faults {
			lines = append(lines, faultLines(t, fault, w)...)
		}
		return lines
	}
	for _, line := range words.Publish(s.answer.GetConsequences(), v.answers.Stable) {
		sign := ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)+"  ")
		if line.Caution {
			sign = ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+"  ")
		}
		lines = append(lines, ui.Hanging(sign, ui.Words(theme.Text, line.Text), w)...)
	}
	return lines
}

// outline implements step.
func (v *versionStep) outline(l ui.Look) ui.Outline {
	return ui.Outline{Say: slices.Concat(v.question(outlineWidth), v.table(l.Theme, outlineWidth), v.registrySays(l.Theme, outlineWidth))}
}

// inquiry implements step.
func (v *versionStep) inquiry(l ui.Look) (ui.Inquiry, bool) {
	return ui.Inquiry{
		Title: ui.Words(theme.Text, "Which number is it, and what is new?"), Say: slices.Concat(v.question(outlineWidth)[1:], v.table(l.Theme, outlineWidth)), Fields: v.fields,
	}, true
}
