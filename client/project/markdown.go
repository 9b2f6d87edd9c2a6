package project

import "strings"

// part is one line of a Markdown text, and what it is.
type part struct {
	line int
	kind partKind
	text string
}

type partKind uint8

const (
	prose partKind = iota
	heading
	code
)

// parts takes a Markdown text apart as far as headings and code matter. What
// looks like a heading within a fence is code: comments of shell scripts begin
// with # too.
func parts(text string) []part {
	var out []part
	fence := ""
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, " \t\r\n")
		trimmed := strings.TrimLeft(line, " ")
		indent := len(line) - len(trimmed)
		switch {
		case fence != "":
			if closes(trimmed, fence) && indent < 4 {
				fence = ""
				continue
			}
			out = append(out, part{number, code, line})
		case indent < 4 && opens(trimmed) != "":
			fence = opens(trimmed)
		case indent >= 4 || strings.HasPrefix(line, "\t"):
			out = append(out, part{number, code, strings.TrimSpace(line)})
		case isHeading(trimmed):
			out = append(out, part{number, heading, strings.Trim(trimmed, "# ")})
		case underlines(trimmed) && len(out) > 0 && out[len(out)-1].kind == prose && out[len(out)-1].line == number-1:
			out[len(out)-1].kind = heading
		case trimmed != "":
			out = append(out, part{number, prose, trimmed})
		}
	}
	return out
}

// opens is the fence that a line opens, or "".
func opens(line string) string {
	for _, mark := range []string{"`", "~"} {
		rest := strings.TrimLeft(line, mark)
		if n := len(line) - len(rest); n >= 3 && (mark == "~" || !strings.Contains(rest, "`")) {
			return line[:n]
		}
	}
	return ""
}

func closes(line, fence string) bool {
	return len(line) >= len(fence) && strings.Trim(line, fence[:1]) == ""
}

func isHeading(line string) bool {
	rest := strings.TrimLeft(line, "#")
	level := len(line) - len(rest)
	return level >= 1 && level <= 6 && strings.HasPrefix(rest, " ")
}

// underlines makes the line before it a heading.
func underlines(line string) bool {
	return line != "" && (strings.Trim(line, "=") == "" || len(line) > 1 && strings.Trim(line, "-") == "")
}
