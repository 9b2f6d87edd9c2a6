package wizard

import (
	"slices"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// From which size on the ways and what is told of one stand beside each other,
// and how wide the ways are then.
const (
	pathWide  = 92
	pathTall  = 18
	pathWays  = 46
	pathFound = 5
)

// pathQuestion is what is asked.
const pathQuestion = "Which system is it for?"

// view implements step.
func (p *pathStep) view(l ui.Look, w, h int) []string {
	inner := min(max(1, w-pageMargins), readMost)
	head := p.head(l.Theme, inner, h)
	lines := ui.Indent(l.Theme, head, w, min(h, len(head)))
	h -= len(lines)
	p.listAt, p.textAt, p.textFrom = len(lines), len(lines)+h, 0
	if w >= pathWide && h >= pathTall {
		p.textFrom = pathWays + pageMargins
		left := p.ways(l.Theme, p.textFrom, h)
		right := p.told(l.Theme, w-p.textFrom, h)
		return append(lines, ui.Beside(left, right)...)
	}
	if p.at == atText {
		p.textAt = p.listAt
		return append(lines, p.told(l.Theme, w, h)...)
	}
	ways := min(h, len(p.paths))
	if rest := h - ways - 1; rest >= 3 {
		lines = append(lines, p.ways(l.Theme, w, ways)...)
		lines = append(lines, ui.Indent(l.Theme, nil, w, 1)...)
		p.textAt = p.listAt + ways + 1
		return append(lines, p.told(l.Theme, w, rest)...)
	}
	return append(lines, p.ways(l.Theme, w, h)...)
}

// head is the question with its answer, and what the registry knows.
func (p *pathStep) head(t *theme.Theme, w, h int) []ui.Text {
	const least = 60
	field := onPage(t, p.system.Input.View(t, max(12, min(w-len(pathQuestion)-2, 44)), p.at == atSystem)[0])
	name := ui.Say(theme.Muted, pathQuestion+"  ")
	if p.at == atSystem {
		name = ui.Say(theme.Accent, pathQuestion+"  ").Bold()
	}
	if w < least {
		name.Text = "For  "
		field = onPage(t, p.system.Input.View(t, max(4, w-5), p.at == atSystem)[0])
	}
	lines := []ui.Text{append(ui.Line(name), field...)}
	if h < fieldHints {
		if h >= 6 {
			lines = append(lines, p.summary(t, w)[0])
		}
		return lines
	}
	lines = append(lines, append(ui.Line(ui.Say(theme.Text, blank(len(pathQuestion)+3))), p.hint()...), nil)
	lines = append(lines, p.summary(t, w)...)
	most := 2
	if h >= fieldAiry {
		most = pathFound
	}
	lines = append(lines, p.existingLines(t, w, most)...)
	return append(lines, nil)
}

// blank is so many blanks.
func blank(n int) string { return ui.Fit(nil, "", n, ui.Left) }

// hint says where the system comes from, or what to type.
func (p *pathStep) hint() ui.Text {
	switch {
	case p.proposed != "" && p.typed() == p.proposed:
		return ui.Words(theme.Faint, "from the name of the project")
	case p.typed() == "":
		return ui.Words(theme.Faint, "its name as people write it, such as Google Workspace")
	default:
		return ui.Words(theme.Faint, "names, aliases and descriptions were searched")
	}
}

// summary says in a sentence or two what the registry knows.
func (p *pathStep) summary(t *theme.Theme, w int) []ui.Text {
	switch {
	case p.err != nil:
		lines := failed(t, p.err, w)[1:]
		return append(lines, ui.Wrap(ui.Words(theme.Muted, "Whether there is a connector already could not be looked up. Everything below holds all the same."), w)...)
	case p.known == nil:
		return []ui.Text{ui.Words(theme.Muted, "Asking "+p.Registry+" which connectors there are.")}
	case p.typed() == "":
		return ui.Wrap(ui.Words(theme.Muted, p.Registry+" is searched for it as you type."), w)
	}
	if c := p.existing(); c != nil && p.subject().Own() {
		name := c.GetRef().GetOrg() + "/" + c.GetRef().GetName()
		return ui.Wrap(ui.Line(ui.Say(theme.Text, name).Bold(), ui.Say(theme.Muted, " is the connector of this project. It goes on with its next version.")), w)
	}
	found := p.found
	found.System = p.typed()
	role := theme.Text
	if len(found.Found) == 0 {
		role = theme.Muted
	}
	return ui.Wrap(ui.Words(role, ui.Sentence(found.Summary(p.Guide))), w)
}

// existingLines are the connectors that may be for the system, and how each was
// found.
func (p *pathStep) existingLines(t *theme.Theme, w, most int) []ui.Text {
	var lines []ui.Text
	for i, e := range p.found.Found {
		if i == most {
			lines = append(lines, ui.Words(theme.Faint, "  and "+words.Count(len(p.found.Found)-most)+" more; registrar paths names them"))
			break
		}
		lines = append(lines, existingLine(t, e, w))
	}
	return lines
}

// existingLine is one of them: name, version, how it was found, what it says.
func existingLine(t *theme.Theme, e publish.Existing, w int) ui.Text {
	c := e.Connector
	name := c.GetRef().GetOrg() + "/" + c.GetRef().GetName()
	sign := ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)+" ")
	if e.Exact {
		sign = ui.Say(theme.OK, t.Glyph(theme.GlyphGood)+" ")
	}
	version := c.GetStable()
	if version == "" {
		version = c.GetLatest()
	}
	how := e.How
	if c.GetDeprecation() != nil {
		how = "deprecated; " + how
	}
	if w < pathWide {
		return ui.Line(sign, ui.Say(theme.Text, name), ui.Say(theme.Muted, "  "+how))
	}
	return ui.Line(sign, ui.Say(theme.Text, ui.Fit(t, name, 36, ui.Left)), ui.Say(theme.Muted, "  "+ui.Fit(t, version, 10, ui.Left)+"  "+ui.Fit(t, how, 30, ui.Left)+"  "),
		ui.Say(theme.Muted, c.GetDescription()))
}

// ways draws the list of the ways.
func (p *pathStep) ways(t *theme.Theme, w, h int) []string {
	p.list.Gap = 0
	if h >= 3*len(p.paths) {
		p.list.Gap = 1
	}
	return p.list.View(t, w, h, len(p.paths), p.at == atWays, func(i, _ int, chosen bool) []ui.Text {
		return []ui.Text{wayLine(t, p.paths[i], chosen)}
	})
}

// wayLine is one way.
func wayLine(t *theme.Theme, path publish.Path, chosen bool) ui.Text {
	title := ui.Say(theme.Text, path.Title)
	if chosen {
		title = title.Bold()
	}
	sign := ui.Say(theme.Text, "  ")
	if path.Suggested {
		sign = ui.Say(theme.Accent, t.Glyph(theme.GlyphMarked)+" ").Bold()
	}
	return ui.Line(sign, title)
}

// told draws what is told of the chosen way.
func (p *pathStep) told(t *theme.Theme, w, h int) []string {
	p.page = h
	return p.text.view(t, p.chapter(t, min(max(1, w-pageMargins), readMost)), w, h)
}

// chapter is what is told of the chosen way: what it means, needs and leads
// to, and the commands.
func (p *pathStep) chapter(t *theme.Theme, w int) []ui.Text {
	path := p.chosen()
	title := ui.Line(ui.Say(theme.Text, path.Title))
	if p.at == atText {
		title[0] = ui.Say(theme.Accent, path.Title).Bold()
	}
	var right ui.Text
	if path.Suggested {
		right = ui.Words(theme.Accent, "fits what was found")
	}
	lines := append([]ui.Text{ui.Section(title, right, w)}, ui.Wrap(ui.Words(theme.Text, path.Meaning), w)...)
	lines = append(lines, nil)
	lines = append(lines, points(t, "You need", path.Needs, w)...)
	lines = append(lines, points(t, "Then", path.Consequences, w)...)
	lines = append(lines, ui.Line(ui.Say(theme.Faint, "A digit copies its line")))
	for i, line := range path.Commands {
		digit := ui.Say(theme.Text, "   ")
		if i < len(digits) {
			digit = ui.Say(theme.Accent, digits[i:i+1]+"  ").Bold()
		}
		lines = append(lines, ui.Hanging(digit, ui.Words(theme.Text, line), w)...)
	}
	if p.noIssue() == "" {
		lines = append(lines, ui.Line(ui.Say(theme.Accent, "h  ").Bold(), ui.Say(theme.Muted, "copies the text of the issue alone, for a browser")))
	}
	lines = append(append(lines, nil), ui.Wrap(ui.Words(theme.Muted, p.Guide.SecurityNote()), w)...)
	if !path.Publishes {
		lines = append(lines, ui.Wrap(ui.Words(theme.Warn, "This way ends here: it publishes nothing on "+p.Registry+"."), w)...)
	}
	return lines
}

// points are sentences below each other, each with its sign.
func points(t *theme.Theme, name string, all []string, w int) []ui.Text {
	lines := []ui.Text{ui.Words(theme.Faint, name)}
	for _, each := range all {
		lines = append(lines, ui.Hanging(ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)+"  "), ui.Words(theme.Text, each), w)...)
	}
	return append(lines, nil)
}

// status implements step.
func (p *pathStep) status(l ui.Look) ui.Text {
	if p.at == atSystem {
		return nil
	}
	at := ui.Words(theme.Muted, words.Count(p.list.Cursor()+1)+" of "+words.Count(len(p.paths)))
	if p.text.below == 0 || p.at == atText {
		return ui.Facts(l.Theme, at, ui.MoreBelow(l.Theme, p.text.below))
	}
	return ui.Facts(l.Theme, at, ui.Words(theme.Muted, l.Theme.Glyph(theme.GlyphCut)+" goes on below, pgdown shows it"))
}

// outline implements step: the ways are rows, and what is told of the chosen
// one stands below them.
func (p *pathStep) outline(l ui.Look) ui.Outline {
	say := append([]ui.Text{ui.Words(theme.Text, "For "+p.typed()+".")}, p.summary(l.Theme, outlineWidth)...)
	say = append(say, p.existingLines(l.Theme, outlineWidth, len(p.found.Found))...)
	return ui.Outline{
		Say: say, Rows: len(p.paths), Cursor: p.list.Cursor(), Below: p.chapter(l.Theme, outlineWidth),
		Row: func(i int) ui.Row {
			text := ui.Words(theme.Text, p.paths[i].Title)
			if p.paths[i].Suggested {
				text = text.And(ui.Say(theme.Muted, ", fits what was found"))
			}
			return ui.Row{ID: int64(i), Text: text}
		},
	}
}

// inquiry implements step: the system is asked for, the ways are a list.
func (p *pathStep) inquiry(l ui.Look) (ui.Inquiry, bool) {
	if p.at != atSystem {
		return ui.Inquiry{}, false
	}
	return ui.Inquiry{Title: ui.Words(theme.Text, pathQuestion), Say: slices.Clone(p.summary(l.Theme, outlineWidth)), Fields: []ui.Field{p.system}}, true
}
