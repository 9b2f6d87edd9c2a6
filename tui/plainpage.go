package tui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// outliner is a screen that says in lines what it shows. What is none is read
// as it is drawn.
type outliner interface {
	Outline(l ui.Look) (ui.Outline, bool)
}

// plainRows is how many rows are read at once.
const plainRows = 20

// told is the page as it was read last.
type told struct {
	screen Screen
	lines  []string // of the page itself
	labels []string // of the actions that were read
	header string
	// from is the first row that was read; ids are those of all numbers that
	// were read since the rows were counted anew.
	from int
	ids  map[int]int64
	// paged says that there are more rows than are read at once.
	paged bool
}

// outline is the page in sight, laid out once so that what depends on a
// layout is there.
func (p *plain) outline(l ui.Look) (ui.Outline, bool) {
	screen, is := p.app.top().(outliner)
	if !is {
		return ui.Outline{}, false
	}
	p.app.top().View(l, layoutWidth, drawnHeight)
	return screen.Outline(l)
}

// layoutWidth is as wide as pages get without a pane at their side.
const layoutWidth = 115

// readPage reads the page and what works on it, as far as either is not what
// was read last; again reads all of it.
func (p *plain) readPage(again bool) {
	if p.page.screen != p.app.top() {
		p.page = told{screen: p.app.top(), header: p.page.header, from: -1}
		again = true
	}
	if again {
		p.now = p.app.aged
		p.page.labels = nil
	}
	lines := p.pageLines()
	labels := p.labels()
	samePage, sameMenu := slices.Equal(lines, p.page.lines) && !again, slices.Equal(labels, p.page.labels)
	if !samePage {
		p.out.blank()
		p.sayHeader()
		p.sayAll(lines)
	}
	switch {
	case !sameMenu:
		p.out.blank()
		p.sayAll(p.menu())
	case !samePage:
		p.say("The actions are the same as before.")
	}
	p.page.lines, p.page.labels, p.changed = lines, labels, false
}

func (p *plain) sayAll(lines []string) {
	for _, line := range lines {
		if line == "" {
			p.out.blank()
			continue
		}
		p.say(line)
	}
}

// sayHeader says where one is connected, as whom, and how fresh the page is;
// what was said already is not said again.
func (p *plain) sayHeader() {
	if header := ui.Aloud(p.app.theme, p.app.standing(p.app.theme, p.app.width)); header != p.page.header {
		p.page.header = header
		p.say(header)
	}
}

// pageLines are the lines of the page: its title, then its outline, or else
// what it would draw.
func (p *plain) pageLines() []string {
	l, t := p.look(), p.app.theme
	o, outlined := p.outline(l)
	lines := p.title(l)
	if !outlined {
		p.page.from, p.page.ids, p.page.paged = -1, nil, false
		return append(lines, p.drawn(l)...)
	}
	add := func(all []ui.Text) {
		for _, x := range all {
			if line := ui.Aloud(t, x); line != "" {
				lines = append(lines, line)
			}
		}
	}
	add(o.Say)
	lines = append(lines, p.rows(o)...)
	add(o.Below)
	return lines
}

// title is where one is: the path, how much there is, counts and facts.
func (p *plain) title(l ui.Look) []string {
	t := p.app.theme
	c := p.app.top().Caption(l, p.app.placeName())
	lines := []string{ui.AloudLine(t, strings.Join(c.Path, " > ")+" "+c.Total)}
	var counts []ui.Text
	for _, tally := range c.Counts {
		counts = append(counts, tally.Text)
	}
	for _, x := range []ui.Text{ui.Facts(t, counts...), c.Facts} {
		if line := ui.Aloud(t, x); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// rows are the rows that are read now, with their numbers.
func (p *plain) rows(o ui.Outline) []string {
	if o.Rows == 0 {
		p.page.from, p.page.ids, p.page.paged = -1, nil, false
		return nil
	}
	if p.page.from < 0 || p.page.from >= o.Rows {
		p.page.from = max(0, o.Cursor) / plainRows * plainRows
		p.page.ids = map[int]int64{}
	}
	p.page.paged = o.Rows > plainRows
	to := min(p.page.from+plainRows, o.Rows)
	lines := []string{""}
	for i := p.page.from; i < to; i++ {
		row := o.Row(i)
		p.page.ids[i+1] = row.ID
		lines = append(lines, strconv.Itoa(i+1)+". "+ui.Aloud(p.app.theme, row.Text))
	}
	if p.page.paged {
		said := "Rows " + words.Count(p.page.from+1) + " to " + words.Count(to) + " of " + words.Count(o.Rows) + "."
		if to < o.Rows {
			said += " n reads on."
		}
		lines = append(lines, said)
	}
	return append(lines, "")
}

// drawn is the page as it would be drawn, line by line, with its status row.
func (p *plain) drawn(l ui.Look) []string {
	status := p.app.top().Status(l)
	var lines []string
	for _, line := range p.app.top().View(l, drawnWidth, drawnHeight) {
		lines = append(lines, ui.AloudLine(p.app.theme, ansi.Strip(line)))
	}
	lines = append(lines, ui.Aloud(p.app.theme, status))
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

// nextRows reads the rows that follow; it reports false on a page whose rows
// are read at once.
func (p *plain) nextRows() bool {
	if !p.page.paged {
		return false
	}
	o, outlined := p.outline(p.look())
	if !outlined || p.page.from+plainRows >= o.Rows {
		p.say("That was the last row.")
		return true
	}
	p.page.from += plainRows
	p.sayAll(p.rows(o))
	p.page.lines = p.pageLines()
	return true
}

// recount counts the rows anew, since what was done may have moved them.
func (p *plain) recount() { p.page.from = -1 }

// toldStep is what was said last of something that takes a while.
type toldStep struct {
	state   string
	text    string
	percent int
	at      time.Time
}

// stepRest is how long figures of the same thing are not told again.
const stepRest = 10 * time.Second

// news says what happened since the last message: sentences of the status
// row, how far tasks are, whether the registry answers, and once that the
// page is another one by now.
func (p *plain) news(msg any) {
	a := p.app
	if a.toast.number != p.toast {
		p.toast = a.toast.number
		lead := ""
		if a.toast.bad {
			lead = "! "
		}
		if a.toast.text != "" {
			p.say(lead + a.toast.text)
		}
	}
	p.sayTrouble()
	p.saySteps()
	p.followTalk()
	switch msg.(type) {
	case batch, taskDone:
		p.noticeChange()
	}
}

// sayTrouble says once that the registry does not answer, and once that it
// does again.
func (p *plain) sayTrouble() {
	down := p.app.live.down()
	switch {
	case down == p.down:
		return
	case down:
		p.say("! " + p.app.live.trouble())
	default:
		p.say(p.app.cfg.Client.Name() + " answers again.")
	}
	p.down = down
}

// noticeChange says once that the page changed while nobody read it. A task
// that took long ends with the page being read.
func (p *plain) noticeChange() {
	if p.prompt == "" || p.talk != nil || p.changed {
		return
	}
	if p.page.screen != p.app.top() {
		return
	}
	if slices.Equal(p.pageLines(), p.page.lines) {
		return
	}
	if p.app.top() == Screen(p.app.publish) {
		p.prompt = "" // the page says how it ended
		return
	}
	p.changed = true
	p.say("The page changed; an empty line reads it again.")
}

// saySteps says how far tasks are that take long: at once when they do
// something else, else now and then. When one ended, what became of its parts
// is said once more.
func (p *plain) saySteps() {
	slow, busy := p.app.tasks.slow()
	switch {
	case busy:
		p.slow = slow.task.ID
		p.sayEach(p.ownSteps(slow))
	case p.slow != "":
		if p.app.publish.Waits(p.slow) {
			p.sayEach(p.app.publish.Steps(p.look()))
		}
		p.slow = ""
		clear(p.steps)
	}
}

// sayEach says the steps that are news.
func (p *plain) sayEach(steps []ui.Step) {
	for _, step := range steps {
		before, known := p.steps[step.ID]
		text := ui.Aloud(p.app.theme, step.Text)
		same := known && before.state == step.State
		if same && (before.percent == step.Percent || p.app.now.Sub(before.at) < stepRest) || known && before.text == text {
			continue
		}
		p.steps[step.ID] = toldStep{state: step.State, text: text, percent: step.Percent, at: p.app.now}
		p.say(text)
	}
}

// ownSteps are those of the screen that shows the task, or the task's own.
func (p *plain) ownSteps(slow *running) []ui.Step {
	if p.app.publish.Waits(slow.task.ID) {
		return p.app.publish.Steps(p.look())
	}
	step := ui.Step{ID: slow.task.ID, State: slow.task.Start, Text: ui.Words(theme.Muted, ui.Sentence(slow.task.Start))}
	if fraction, known := slow.report.Fraction(); known {
		step.Percent = int(100 * fraction)
		step.Text = ui.Words(theme.Muted, slow.task.Start+": "+ui.Percent(fraction))
	}
	return []ui.Step{step}
}

// chooseRow puts the cursor on the row that was read under a number. It tells
// when the row is gone.
func (p *plain) chooseRow(number int) (chosen bool) {
	id, known := p.page.ids[number]
	if !known {
		p.say("There is no row " + strconv.Itoa(number) + ".")
		return false
	}
	p.app.local(action.Choose{ID: id})
	o, outlined := p.outline(p.look())
	if !outlined || o.Cursor < 0 || o.Cursor >= o.Rows || o.Row(o.Cursor).ID != id {
		p.say("Row " + strconv.Itoa(number) + " is not there any more; an empty line reads the page again.")
		return false
	}
	return true
}
