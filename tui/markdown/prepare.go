package markdown

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// The bounds of a source. Real documents stay far below; beyond them the
// parser can be made to take minutes, or all memory.
const (
	maxSource  = 256 << 10
	maxRows    = 10_000
	maxRow     = 8 << 10
	maxQuotes  = 32
	maxIndent  = 64
	maxColumns = 32
)

// prepare bounds a source and puts what MDX adds to markdown into markdown's
// own words; cut tells that its end was left out.
func prepare(source string) (prepared string, cut bool) {
	source, cut = bounded(source)
	title, rest, mdx := frontmatter(source)
	p := &preparer{mdx: mdx}
	if title != "" {
		p.put("# " + title)
		p.blank = true
	}
	for row := range strings.SplitSeq(rest, "\n") {
		p.row(row)
	}
	return p.out.String(), cut
}

// bounded cuts a source to the size that is looked at, at the end of a line if
// one is near, and breaks lines that are longer than anybody writes.
func bounded(source string) (text string, cut bool) {
	source = strings.ReplaceAll(source, "\r\n", "\n")
	if len(source) > maxSource {
		cut = true
		source = source[:runeStart(source, maxSource)]
		if at := strings.LastIndexByte(source, '\n'); at > maxSource-maxRow {
			source = source[:at]
		}
	}
	var b strings.Builder
	b.Grow(len(source))
	rows := 0
	for row := range strings.SplitSeq(source, "\n") {
		for first := true; first || row != ""; first = false {
			if rows == maxRows {
				return b.String(), true
			}
			at := len(row)
			if at > maxRow {
				at = runeStart(row, maxRow)
			}
			if rows > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(row[:at])
			row = row[at:]
			rows++
		}
	}
	return b.String(), cut
}

// runeStart is the last place at or before a byte where a character begins.
func runeStart(s string, at int) int {
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}

// frontmatter takes the block of keys away that documentation pages begin
// with; the title in it is the heading of the page.
func frontmatter(source string) (title, rest string, found bool) {
	head, isBlock := strings.CutPrefix(source, "---\n")
	if !isBlock {
		return "", source, false
	}
	keys, rest, ended := strings.Cut(head, "\n---\n")
	if !ended || strings.Contains(keys, "\n\n") {
		return "", source, false
	}
	for line := range strings.SplitSeq(keys, "\n") {
		key, value, isKey := strings.Cut(line, ":")
		if !isKey && line != "" && line[0] != ' ' && line[0] != '-' && line[0] != '#' {
			return "", source, false
		}
		if strings.TrimSpace(key) == "title" && title == "" {
			title = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return title, rest, true
}

// preparer goes through the rows of a document and keeps which components are
// open, so that what stands in them becomes a quotation or an item of a list.
type preparer struct {
	out     strings.Builder
	mdx     bool
	open    []component
	fence   string // what ends the block of code that one is in
	comment bool   // inside of {/* and */}
	blank   bool   // a blank row is due before the next one
	run     int    // bytes since the last blank row
}

// module is a row of program text that MDX allows.
var module = regexp.MustCompile(`^(import\s.*['"];?\s*|export\s+(const|default|function)\s.*)$`)

// row takes one row of the source.
func (p *preparer) row(row string) {
	switch {
	case p.fence != "":
		p.put(row)
		if closes(row, p.fence) {
			p.fence = ""
		}
		return
	case !p.comment && fenceOf(row) != "":
		p.fence = fenceOf(row)
		p.put(row)
		return
	}
	row, dropped := p.uncommented(row)
	if dropped && strings.TrimSpace(row) == "" || p.mdx && module.MatchString(row) {
		return
	}
	row, done := p.components(row)
	switch {
	case done:
	case strings.TrimSpace(row) == "":
		p.blank = true
	case tooWide(row):
	case p.run > maxInline && strings.Trim(row, " \t>=-") == "":
		// Nothing that large is a heading.
		p.blank = true
	default:
		p.put(shallow(row))
	}
}

// put writes one row within what is open.
func (p *preparer) put(row string) {
	if n := len(p.open); n > 0 {
		row = dedent(row, p.open[n-1].column)
		p.blank = p.blank && p.open[n-1].first == ""
	}
	p.flush()
	p.write(row)
	p.run += len(row)
}

// flush writes the blank row that is due.
func (p *preparer) flush() {
	if p.blank && p.out.Len() > 0 {
		p.write("")
		p.run = 0
	}
	p.blank = false
}

func (p *preparer) write(row string) {
	var lead strings.Builder
	for i := range p.open {
		c := &p.open[i]
		if c.first != "" && row != "" {
			lead.WriteString(c.first)
			c.first = ""
			continue
		}
		lead.WriteString(c.lead)
	}
	p.out.WriteString(strings.TrimRight(lead.String()+row, " \t"))
	if strings.HasSuffix(row, "  ") {
		p.out.WriteString("  ") // a line break
	}
	p.out.WriteByte('\n')
}

// uncommented takes {/* comments */} out of a row.
func (p *preparer) uncommented(row string) (rest string, dropped bool) {
	var kept strings.Builder
	for {
		if p.comment {
			_, after, ended := strings.Cut(row, "*/}")
			if !ended {
				return kept.String(), true
			}
			p.comment, dropped, row = false, true, after
		}
		before, after, begun := strings.Cut(row, "{/*")
		kept.WriteString(before)
		if !begun {
			return kept.String(), dropped
		}
		p.comment, dropped, row = true, true, after
	}
}

// fenceOf is what begins a block of code on a row, or "".
func fenceOf(row string) string {
	text := strings.TrimLeft(row, " \t")
	for _, sign := range []string{"`", "~"} {
		n := len(text) - len(strings.TrimLeft(text, sign))
		if n >= 3 && (sign == "~" || !strings.Contains(text[n:], sign)) {
			return text[:n]
		}
	}
	return ""
}

// closes reports whether a row ends a block of code.
func closes(row, fence string) bool {
	text := strings.TrimSpace(row)
	return len(text) >= len(fence) && strings.Trim(text, fence[:1]) == ""
}

// tooWide reports whether a row asks for a table of more columns than fit on
// any screen: every row below it would be filled up to them.
func tooWide(row string) bool {
	return strings.Count(row, "|") > maxColumns && strings.Trim(row, "|:->\t ") == ""
}

// shallow takes the signs and blanks away that quote or indent deeper than
// anybody follows.
func shallow(row string) string {
	if text := strings.TrimLeft(row, " \t"); len(row)-len(text) > maxIndent {
		row = row[:maxIndent] + text
	}
	quotes := 0
	for i := range len(row) {
		switch row[i] {
		case ' ', '\t':
		case '>':
			if quotes++; quotes > maxQuotes {
				return row[:i] + strings.TrimLeft(row[i:], "> \t")
			}
		default:
			return row
		}
	}
	return row
}

// dedent takes up to n blanks from the beginning of a row.
func dedent(row string, n int) string {
	for n > 0 && strings.HasPrefix(row, " ") {
		row, n = row[1:], n-1
	}
	return row
}
