package words

import (
	"cmp"
	"slices"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// YankTogether says what yanking n versions does, from the consequences for
// each of their connectors, the worst that cannot be undone last.
func YankTogether(n int, of []*registryv1.Consequences, blocked bool) []Line {
	verb := " leave."
	if n == 1 {
		verb = " leaves."
	}
	lines := []Line{note(Plural(n, "version", "versions") + " of " + Plural(len(of), "connector", "connectors") + verb)}
	lines = append(lines, stablesLeave(of)...)
	var back, bare []string
	var gaps []Line
	for _, c := range of {
		name := c.GetRef().GetName()
		switch {
		case c.GetPublishedAfter() == 0:
			bare = append(bare, name)
			continue // without a version there is none for any platform
		case c.GetLatestBefore() != c.GetLatestAfter():
			back = append(back, name)
		}
		var lost []string
		for _, p := range c.GetNewestByPlatform() {
			if p.GetBefore() != "" && p.GetAfter() == "" {
				lost = append(lost, p.GetPlatform().Slug())
			}
		}
		if len(lost) > 0 {
			gaps = append(gaps, caution(name+" has no public version any more for "+List(lost)+"."))
		}
	}
	if len(back) > 0 {
		lines = append(lines, note("Latest moves back in "+some(back)+"."))
	}
	lines = append(lines, most(gaps, "connectors have no public version any more for a platform")...)
	if len(bare) > 0 {
		lines = append(lines, caution("Nothing else of "+some(bare)+" is public: users are left without a version."))
	} else {
		lines = append(lines, note("Every connector keeps a public version."))
	}
	if blocked {
		lines = append(lines, caution("Downloads are refused, by exact version too. Whoever asks gets your reason instead."))
	} else {
		lines = append(lines, note("Downloads by exact version go on, with your reason as a warning."))
	}
	if n == 1 {
		return append(lines, caution("Its number can never be used again, not even after an unyank."))
	}
	return append(lines, caution("The "+Count(n)+" numbers can never be used again, not even after an unyank."))
}

// stablesLeave says where stable goes, connector by connector while there are
// few.
func stablesLeave(of []*registryv1.Consequences) []Line {
	var lines []Line
	for _, c := range of {
		if c.GetStableBefore() != c.GetStableAfter() {
			lines = append(lines, caution(c.GetRef().GetName()+": "+StableMoves(c)+"."))
		}
	}
	return most(lines, "connectors lose their stable version: the list says what follows")
}

// StableMoves says in a few words what becomes stable, or "" if that stays.
func StableMoves(c *registryv1.Consequences) string {
	if c.GetStableBefore() == c.GetStableAfter() {
		return ""
	}
	return "stable " + c.GetStableBefore() + " -> " + cmp.Or(c.GetStableAfter(), "none")
}

// namedMost is how many are named where there may be any number.
const namedMost = 3

// most is lines while they are few, and one line that counts them otherwise.
func most(lines []Line, what string) []Line {
	if len(lines) <= namedMost {
		return lines
	}
	return []Line{caution(Count(len(lines)) + " " + what + ".")}
}

// some names a few, and counts the others.
func some(names []string) string {
	if len(names) <= namedMost {
		return List(names)
	}
	return List(append(slices.Clone(names[:namedMost-1]), Count(len(names)-namedMost+1)+" other connectors"))
}

// ReportFirst says where a security problem is reported before everybody
// reads of it.
func ReportFirst(to string) Line {
	return caution("The reason is public at once. Report what must stay private for now to " + to + ".")
}
