package diff

import (
	"slices"
	"strings"
)

// section is what stands under one heading of a README.
type section struct {
	heading string
	lines   []string
}

// sections are the parts of a text, in order. What looks like a heading within
// fenced code is none.
func sections(text string) []section {
	all := []section{{}}
	fence := ""
	for raw := range strings.Lines(text) {
		l := strings.TrimSpace(raw)
		switch {
		case fence != "":
			if strings.HasPrefix(l, fence) {
				fence = ""
			}
		case strings.HasPrefix(l, "```"), strings.HasPrefix(l, "~~~"):
			fence = l[:3]
		case isHeading(l):
			all = append(all, section{heading: line(strings.Trim(l, "# "))})
			continue
		}
		if l != "" {
			last := &all[len(all)-1]
			last.lines = append(last.lines, l)
		}
	}
	return all
}

// isHeading reports whether a line begins a section: "## Usage".
func isHeading(l string) bool {
	rest := strings.TrimLeft(l, "#")
	return rest != l && len(l)-len(rest) <= 6 && strings.HasPrefix(rest, " ")
}

// readme compares the documentation line by line. Lines that moved within
// their section are not counted: what a person reads stayed the same.
func (r *Report) readme(before, after string) {
	before, after = strings.TrimSpace(before), strings.TrimSpace(after)
	switch {
	case before == "" && after == "":
		r.unknown(Readme, "neither version has a README", "")
		return
	case before == "":
		r.add(Change{Kind: Added, Subject: Readme, Detail: r.Old + " has no README"})
		return
	case after == "":
		r.add(Change{Kind: Removed, Subject: Readme, Detail: r.New + " has no README", Thought: "nothing says any more how to use it"})
		return
	}
	added, removed, where := readmeLines(sections(before), sections(after))
	if added+removed == 0 {
		r.add(Change{Kind: Same, Subject: Readme, Detail: "unchanged"})
		return
	}
	c := Change{Kind: Changed, Subject: Readme, Detail: linesChanged(added, removed)}
	if in := few(slices.DeleteFunc(slices.Clone(where), func(h string) bool { return h == "" })); in != "" {
		c.Detail += " in " + in
	}
	if slices.ContainsFunc(where, aboutPermissions) {
		c.Thought = "what it says about permissions changed"
	} else if slices.ContainsFunc(sections(after), func(s section) bool { return aboutPermissions(s.heading) }) {
		c.Detail += ", permissions unchanged"
	}
	r.add(c)
}

// linesChanged counts lines: "4 lines changed", "6 lines added, 2 removed".
func linesChanged(added, removed int) string {
	switch {
	case added == removed:
		return plural(added, "line", "lines") + " changed"
	case removed == 0:
		return plural(added, "line", "lines") + " added"
	case added == 0:
		return plural(removed, "line", "lines") + " removed"
	default:
		return plural(added, "line", "lines") + " added, " + count(removed) + " removed"
	}
}

// aboutPermissions reports whether a heading promises to say what an account
// in the target system needs.
func aboutPermissions(heading string) bool {
	return hasAny(strings.ToLower(heading), "permission", "scope", "privilege", "credential")
}

// readmeLines counts the lines that only one side has, heading by heading, and
// names the headings under which they stand.
func readmeLines(before, after []section) (added, removed int, where []string) {
	was, order := byHeading(before, nil)
	is, order := byHeading(after, order)
	for _, heading := range order {
		a, b := was[heading], is[heading]
		more, fewer := 0, 0
		for l, n := range b.lines {
			more += max(0, n-a.lines[l])
		}
		for l, n := range a.lines {
			fewer += max(0, n-b.lines[l])
		}
		// A heading is a line as well.
		more, fewer = more+max(0, b.times-a.times), fewer+max(0, a.times-b.times)
		if more+fewer > 0 {
			added, removed, where = added+more, removed+fewer, append(where, heading)
		}
	}
	return added, removed, where
}

// heap is all that stands under headings of one name, and how many there are.
type heap struct {
	lines map[string]int
	times int
}

// byHeading gathers sections, and adds their headings to an order.
func byHeading(all []section, order []string) (heaps map[string]heap, headings []string) {
	heaps = map[string]heap{}
	known := make(map[string]bool, len(order))
	for _, h := range order {
		known[h] = true
	}
	for _, s := range all {
		h, met := heaps[s.heading]
		if !met {
			h.lines = map[string]int{}
		}
		if s.heading != "" {
			h.times++
		}
		for _, l := range s.lines {
			h.lines[l]++
		}
		heaps[s.heading] = h
		if !known[s.heading] {
			known[s.heading] = true
			order = append(order, s.heading)
		}
	}
	return heaps, order
}
