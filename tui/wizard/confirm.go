package wizard

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/trust"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// confirmStep shows once more what would be published, what it does, who
// signs and where it goes. Nothing was sent before it.
type confirmStep struct {
	*shared
	asked   int
	looking bool
	faults  []client.Fault
	dry     *registryv1.CreateVersionResponse
	before  *registryv1.Version
	changes []publish.Change
	err     error
	page    scrolled
}

func newConfirmStep(s *shared) step { return &confirmStep{shared: s} }

// weighPlan makes the plan of the answers, asks the registry for a dry run of
// all of it, and what the version before could do.
type weighPlan struct {
	asked   int
	answers publish.Answers
	earlier publish.Plan
	known   *publish.Digests
}

// planWeighed is the answer to weighPlan.
type planWeighed struct {
	asked   int
	plan    publish.Plan
	faults  []client.Fault
	dry     *registryv1.CreateVersionResponse
	before  *registryv1.Version
	changes []publish.Change
	err     error
}

// Ask implements action.Question.
func (q weighPlan) Ask(ctx context.Context, calls *client.Client) any {
	p := planWeighed{asked: q.asked}
	p.plan, p.faults, p.err = publish.Prepare(ctx, calls, q.answers, q.known)
	p.plan = p.plan.Knowing(q.earlier)
	if p.err == nil && len(p.faults) == 0 {
		p.dry, p.err = publish.DryRun(ctx, calls, p.plan)
	}
	if p.err == nil && publish.Already(p.dry) == registryv1.State_STATE_UNSPECIFIED {
		// What is new against the version before is a help, not a condition.
		next, err := publish.FindNext(ctx, calls, p.plan.Ref, p.plan.Describe.Capabilities)
		if err == nil {
			p.before, p.changes = next.Previous, next.Changes
		}
	}
	return p
}

// enter implements step.
func (c *confirmStep) enter() action.Action {
	c.asked++
	c.looking, c.err, c.page = true, nil, scrolled{}
	return action.Ask{Question: weighPlan{asked: c.asked, answers: c.answers, earlier: c.plan, known: c.Journal.Digests()}}
}

// handle implements step.
func (c *confirmStep) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case planWeighed:
		if msg.asked == c.asked {
			c.looking, c.faults, c.dry, c.before, c.changes, c.err = false, msg.faults, msg.dry, msg.before, msg.changes, msg.err
			c.plan = msg.plan
		}
	case action.Move:
		c.page.move(msg.By)
	case action.Scroll:
		c.page.move(msg.By)
	case action.Again:
		return c.enter()
	}
	return nil
}

// bindings implements step.
func (c *confirmStep) bindings() []ui.Binding {
	command := c.answers.Command()
	return []ui.Binding{
		{ID: "confirm.look", Label: "look again", Help: "look at the files and ask the registry again", Keys: []string{"r"}, Do: do(action.Again{})},
		{ID: "confirm.copy", Label: "copy command", Help: "copy the command that does the same", Keys: []string{"c"}, Do: do(action.Copy{Text: command, What: "the command"})},
	}
}

// off implements step.
func (c *confirmStep) off() string {
	switch {
	case c.looking:
		return "until the registry has answered"
	case len(c.faults) > 0:
		return "until what is listed is mended"
	case c.err != nil:
		return "until what the registry found is mended"
	default:
		return ""
	}
}

func (c *confirmStep) leave()                             {}
func (c *confirmStep) typing() bool                       { return false }
func (c *confirmStep) inquiry(ui.Look) (ui.Inquiry, bool) { return ui.Inquiry{}, false }

// status implements step.
func (c *confirmStep) status(l ui.Look) ui.Text { return ui.MoreBelow(l.Theme, c.page.below) }

// view implements step.
func (c *confirmStep) view(l ui.Look, w, h int) []string {
	return c.page.view(l.Theme, c.lines(l.Theme, max(1, w-pageMargins)), w, h)
}

// outline implements step.
func (c *confirmStep) outline(l ui.Look) ui.Outline {
	return ui.Outline{Say: c.lines(l.Theme, outlineWidth)}
}

// lines are the page: what keeps it from being published, files, what is new,
// remarks, consequences, the command.
func (c *confirmStep) lines(t *theme.Theme, w int) []ui.Text {
	w = min(w, readMost)
	if c.looking {
		return []ui.Text{ui.Words(theme.Muted, "Looking at the files and asking "+c.Registry+".")}
	}
	lines := append(ui.Wrap(c.head(), w), nil)
	if len(c.faults) > 0 {
		for _, fault := range c.faults {
			lines = append(lines, faultLines(t, fault, w)...)
		}
		lines = append(lines, nil)
	}
	if c.err != nil {
		lines = append(append(lines, failed(t, c.err, w)[1:]...), nil)
	}
	if len(c.plan.Files) > 0 {
		lines = append(lines, planHeader(t, w))
		for _, file := range c.plan.Files {
			if !isMaterial(file) {
				lines = append(lines, planFile(t, file, w))
			}
		}
		lines = append(lines, c.signatureLines(w)...)
	}
	return slices.Concat(lines, c.newLines(t, w), noteLines(t, c.plan.Notes, w), c.happens(t, w), c.command(w))
}

// head says in one sentence how far the plan is from being published.
func (c *confirmStep) head() ui.Text {
	ref := c.plan.Ref
	name := strings.TrimSpace(ref.Org + "/" + ref.Name + " " + ref.Version)
	if n := len(c.faults); n > 0 {
		return ui.Line(
			ui.Say(theme.Text, words.Plural(n, "thing keeps ", "things keep ")).Bold(), ui.Say(theme.Text, name).Bold(),
			ui.Say(theme.Text, " from being published.").Bold(), ui.Say(theme.Muted, " Nothing was sent."),
		)
	}
	if c.err != nil {
		return ui.Line(ui.Say(theme.Text, name+" cannot be published like this.").Bold(), ui.Say(theme.Muted, " Nothing was sent."))
	}
	if already := publish.Already(c.dry); already != registryv1.State_STATE_UNSPECIFIED {
		return ui.Line(
			ui.Say(theme.Text, name+" is "+words.State(already)+" with exactly these files.").Bold(),
			ui.Say(theme.Muted, " Going on sends nothing again and shows what became of it."),
		)
	}
	return ui.Line(
		ui.Say(theme.Text, "Ready to publish "+name).Bold(),
		ui.Say(theme.Muted, " "+words.Plural(len(c.plan.Platforms()), "platform", "platforms")+", "+words.Bytes(c.plan.Size())+", to "+c.Registry+"."),
	)
}

// newLines are what is new against the version before.
func (c *confirmStep) newLines(t *theme.Theme, w int) []ui.Text {
	if c.before == nil {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("What is new since "+c.before.GetSummary().GetRef().GetVersion(), w)}
	for _, change := range c.changes {
		glyph := ui.Say(theme.OK, "+  ")
		if change.Size == publish.SizeMajor {
			glyph = ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+"  ")
		}
		lines = append(lines, ui.Hanging(glyph, ui.Words(theme.Text, change.Text), w)...)
	}
	if len(c.changes) == 0 {
		lines = append(lines, ui.Words(theme.Muted, "=  the capabilities are the same, as far as both files say"))
	}
	for _, platform := range c.before.GetSummary().GetPlatforms() {
		if !slices.Contains(c.plan.Platforms(), platform) {
			lines = append(lines, ui.Hanging(ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+"  "), ui.Words(theme.Text, platform.Slug()+" is not shipped any more"), w)...)
		}
	}
	return lines
}

// happens is what publishing does.
func (c *confirmStep) happens(t *theme.Theme, w int) []ui.Text {
	if c.dry == nil || publish.Already(c.dry) != registryv1.State_STATE_UNSPECIFIED {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("What happens", w)}
	for _, line := range words.Publish(c.dry.GetConsequences(), c.plan.Stable) {
		sign := ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)+"  ")
		if line.Caution {
			sign = ui.Say(theme.Bad, t.Glyph(theme.GlyphCaution)+"  ")
		}
		lines = append(lines, ui.Hanging(sign, ui.Words(theme.Text, line.Text), w)...)
	}
	return lines
}

// command is the same without a screen.
func (c *confirmStep) command(w int) []ui.Text {
	lines := []ui.Text{nil, ui.Heading("The same without a screen", w)}
	return append(lines, ui.Wrap(ui.Words(theme.Muted, c.answers.Command()), w)...)
}

// planRow lays out one line of the table of files; a narrow page has neither
// container nor digest nor where it was found.
func planRow(t *theme.Theme, role theme.Role, w int, platform, size, container, digest, found, file string) ui.Text {
	x := ui.Line(
		ui.Say(role, ui.Fit(t, platform, aboutWidth, ui.Left)),
		ui.Say(theme.Muted, ui.Fit(t, size, 8, ui.Right)+"  "),
	)
	if w >= 90 {
		x = x.And(ui.Say(theme.Muted, ui.Fit(t, container, 12, ui.Left)+ui.Fit(t, digest, 16, ui.Left)+ui.Fit(t, found, 16, ui.Left)))
	}
	return x.And(ui.Say(theme.Muted, file))
}

func planHeader(t *theme.Theme, w int) ui.Text {
	x := planRow(t, theme.Faint, w, "platform", "size", "container", "sha256", "found by", "file")
	for i := range x {
		x[i].Style.Role = theme.Faint
	}
	return x
}

// isMaterial reports whether a file only speaks for another one.
func isMaterial(file publish.File) bool {
	kind, _ := registryv1.FromShort[registryv1.AssetKind](file.Asset.Kind)
	return trust.IsMaterial(kind)
}

// signatureLines say in one sentence which signatures go along, and when they
// are looked at.
func (c *confirmStep) signatureLines(w int) []ui.Text {
	n, made := 0, 0
	for _, file := range c.plan.Files {
		if file.Made {
			made++
		}
		if isMaterial(file) {
			n++
		}
	}
	said := words.Plural(n, "signature file was", "signature files were") + " found beside them. They are checked before anything is created."
	switch {
	case n > 0 && publish.Already(c.dry) != registryv1.State_STATE_UNSPECIFIED:
		said = words.Plural(n, "signature file is", "signature files are") + " part of it."
	case made > 0:
		said = words.Plural(n, "signature file goes", "signature files go") + " along; those that were made here are used as they are."
	case n == 0 && c.plan.Sign == publish.SignNone:
		said = "No signature goes along, as you chose."
	case n == 0:
		said = "No signature goes along: none was found, and none was made."
	}
	return append([]ui.Text{nil}, ui.Wrap(ui.Words(theme.Muted, said), w)...)
}

// planFile is one file of the plan.
func planFile(t *theme.Theme, file publish.File, w int) ui.Text {
	platform := file.Asset.Platform
	if platform == "" {
		platform = "all"
	}
	return planRow(t, theme.Text, w, platform, words.Bytes(file.Stamp.Size), file.Container, shortDigest(file.SHA256), file.FoundBy, file.Asset.Filename)
}

// shortDigest is the form of a digest for reading: "91c0 5e7a d1f3".
func shortDigest(hex string) string {
	const group, groups = 4, 3
	if len(hex) < group*groups {
		return ""
	}
	return hex[:group] + " " + hex[group:2*group] + " " + hex[2*group:3*group]
}

// noteLines are the remarks that refuse nothing, those that caution first.
func noteLines(t *theme.Theme, notes []publish.Note, w int) []ui.Text {
	if len(notes) == 0 {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("Worth knowing", w)}
	for _, caution := range []bool{true, false} {
		for _, note := range gathered(notes) {
			if note.Caution != caution {
				continue
			}
			sign := ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)+"  ")
			if caution {
				sign = ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+"  ")
			}
			lines = append(lines, ui.Hanging(sign, ui.Words(theme.Text, noteText(note)), w)...)
		}
	}
	return lines
}

// gathered says once what holds for several platforms in the same words.
func gathered(notes []publish.Note) []publish.Note {
	var all []publish.Note
	for _, note := range notes {
		same := func(n publish.Note) bool { return n.Text == note.Text && n.Caution == note.Caution }
		if i := slices.IndexFunc(all, same); i >= 0 && strings.ContainsAny(note.About, ".-") {
			all[i].About += ", " + note.About
			continue
		}
		all = append(all, note)
	}
	return all
}

// noteText names the file or the platform that a remark is about, unless its
// text does; remarks about the project speak for themselves.
func noteText(n publish.Note) string {
	if !strings.ContainsAny(n.About, ".-") || strings.Contains(n.Text, n.About) {
		return ui.Sentence(n.Text)
	}
	return n.About + ": " + ui.Sentence(n.Text)
}
