package markdown

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// component is one that is open. What stands in it is indented to its column,
// and becomes markdown by what leads each row.
type component struct {
	name   string
	column int
	first  string // leads the first row, once
	lead   string // leads the others
	steps  int    // items so far, of a list of steps
}

// maxOpen is how deep components are followed.
const maxOpen = 16

// callouts are the components that set text apart, by what they are called
// where markdown has a word for it.
var callouts = map[string]string{
	"Note": "NOTE", "Info": "NOTE", "Tip": "TIP", "Check": "TIP", "Warning": "WARNING", "Danger": "CAUTION", "Callout": "NOTE",
}

// components takes the tags from the ends of a row; done tells that nothing of
// it is left.
func (p *preparer) components(row string) (rest string, done bool) {
	column := len(row) - len(strings.TrimLeft(row, " "))
	text := strings.TrimSpace(row)
	seen := false
	for strings.HasPrefix(text, "<") {
		tag, after, ok := tagOf(text)
		if !ok || !tag.component() || after != "" && !tag.known() {
			break
		}
		seen, text = true, strings.TrimSpace(after)
		p.tag(tag, column)
	}
	if ending := p.ending(text); ending != "" {
		inner := strings.TrimSpace(strings.TrimSuffix(text, ending))
		if inner != "" {
			p.put(inner)
		}
		p.tag(tag{name: ending[2 : len(ending)-1], closing: true}, column)
		return "", true
	}
	switch {
	case !seen:
		return row, false
	case text == "":
		return "", true
	default:
		return text, false
	}
}

// ending is the closing tag of the innermost component at the end of a row.
func (p *preparer) ending(text string) string {
	if n := len(p.open); n > 0 {
		if tag := "</" + p.open[n-1].name + ">"; strings.HasSuffix(text, tag) {
			return tag
		}
	}
	return ""
}

// tag opens or closes a component.
func (p *preparer) tag(t tag, column int) {
	switch {
	case t.closing:
		p.close(t.name)
	case t.empty:
		if title := t.title(); title != "" {
			p.blank = true
			p.put("**" + title + "**")
		}
	case len(p.open) < maxOpen:
		p.begin(t, column)
	}
}

// begin opens a component.
func (p *preparer) begin(t tag, column int) {
	c := component{name: t.name, column: column}
	says := ""
	switch callout, title := callouts[t.name], t.title(); {
	case callout != "":
		c.lead = "> "
		says = "[!" + callout + "]"
		p.blank = true
	case t.name == "Step":
		number := p.step()
		c.first = strconv.Itoa(number) + ". "
		c.lead = strings.Repeat(" ", len(c.first))
		if title != "" {
			says = "**" + title + "**"
		}
		// Items stand together, unless one has paragraphs of its own.
		p.blank = p.blank || number == 1
	default:
		if title != "" {
			says = "### " + title
		}
		p.blank = true
	}
	p.flush()
	p.open = append(p.open, c)
	if says != "" {
		p.put(says)
		p.blank = true
	}
}

// step is the number of the next step.
func (p *preparer) step() int {
	for i := len(p.open) - 1; i >= 0; i-- {
		if p.open[i].name == "Steps" {
			p.open[i].steps++
			return p.open[i].steps
		}
	}
	return 1
}

// close closes the innermost component of a name, with what is still open in it.
func (p *preparer) close(name string) {
	for i, c := range slices.Backward(p.open) {
		if c.name != name {
			continue
		}
		p.open = p.open[:i]
		p.blank = p.blank || name != "Step"
		return
	}
}

// tag is one tag of a component.
type tag struct {
	name, attributes string
	closing, empty   bool
}

// component reports whether it is one: those of HTML are lower case.
func (t tag) component() bool { return t.name[0] >= 'A' && t.name[0] <= 'Z' }

// known reports whether text may stand behind it on the same row.
func (t tag) known() bool {
	return t.closing || callouts[t.name] != "" || t.name == "Step" || t.name == "Tab" || t.name == "Frame" || t.name == "Card"
}

var titled = regexp.MustCompile(`\btitle=(?:"([^"]*)"|'([^']*)')`)

// title is what the component is headed by.
func (t tag) title() string {
	found := titled.FindStringSubmatch(t.attributes)
	if found == nil {
		return ""
	}
	return strings.TrimSpace(found[1] + found[2])
}

// tagOf reads the tag that a text begins with.
func tagOf(text string) (t tag, rest string, ok bool) {
	s := text[1:]
	s, t.closing = strings.CutPrefix(s, "/")
	n := 0
	for n < len(s) && (letter(s[n]) || n > 0 && (s[n] >= '0' && s[n] <= '9' || s[n] == '.')) {
		n++
	}
	if n == 0 {
		return t, "", false
	}
	t.name, s = s[:n], s[n:]
	end := tagEnd(s)
	if end < 0 || end > 0 && s[0] != ' ' && s[0] != '\t' && s[0] != '/' {
		return t, "", false
	}
	t.attributes, t.empty = strings.CutSuffix(s[:end], "/")
	return t, s[end+1:], true
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// tagEnd is where a tag ends, outside of quotes and braces.
func tagEnd(s string) int {
	quote, braces := byte(0), 0
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			braces++
		case c == '}':
			braces--
		case c == '>' && braces <= 0:
			return i
		}
	}
	return -1
}
