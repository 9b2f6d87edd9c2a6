package artifact

import (
	"slices"
	"strings"
)

// Proposal is a number that could come next, and why.
type Proposal struct {
	Number Number
	Why    string
}

// Propose gives the numbers that could follow the ones in use, the likeliest
// first. Taken are all numbers that cannot be used any more; none of them is
// proposed.
func Propose(taken []Number) []Proposal {
	taken = slices.DeleteFunc(slices.Clone(taken), Number.IsZero)
	if len(taken) == 0 {
		return []Proposal{
			{MustNumber("v0.1.0"), "the first version"},
			{MustNumber("v1.0.0"), "the first version, if it is meant to stay compatible"},
		}
	}
	last := slices.MaxFunc(taken, Number.Compare)
	var wanted []Proposal
	if last.Prerelease() != "" {
		wanted = append(wanted,
			Proposal{last.Next(StepPrerelease), "the next pre-release"},
			Proposal{last.Next(StepRelease), "the release that " + last.text + " prepares"},
		)
	} else {
		wanted = append(wanted,
			Proposal{last.Next(StepPatch), "fixes only"},
			Proposal{last.Next(StepMinor), "something new, still compatible"},
			Proposal{last.Next(StepMajor), "something breaks"},
		)
	}
	return slices.DeleteFunc(wanted, func(p Proposal) bool {
		return p.Number.IsZero() || slices.ContainsFunc(taken, func(t Number) bool { return t.Compare(p.Number) == 0 })
	})
}

// Step is a way from one number to the next.
type Step int

// The steps. StepRelease drops a pre-release, StepPrerelease raises it.
const (
	StepMajor Step = iota
	StepMinor
	StepPatch
	StepRelease
	StepPrerelease
)

// Next is the number one step further; zero if it would be too long.
func (n Number) Next(step Step) Number {
	switch step {
	case StepMajor, StepMinor, StepPatch:
		return n.bump(int(step))
	case StepRelease:
		return n.release()
	default:
		return n.bumpPrerelease()
	}
}

// release drops the pre-release.
func (n Number) release() Number {
	core, _, _ := strings.Cut(n.text, "-")
	return Number{text: core}
}

// bump raises part 0 (major), 1 (minor) or 2 (patch) and clears what follows.
func (n Number) bump(part int) Number {
	parts := strings.Split(n.release().text[1:], ".")
	parts[part] = increment(parts[part])
	for i := part + 1; i < len(parts); i++ {
		parts[i] = "0"
	}
	return bounded128("v" + strings.Join(parts, "."))
}

// bumpPrerelease raises the last numeric identifier, or appends ".1".
func (n Number) bumpPrerelease() Number {
	core, pre, _ := strings.Cut(n.text, "-")
	ids := strings.Split(pre, ".")
	for i, id := range slices.Backward(ids) {
		if isDigits(id) {
			ids[i] = increment(id)
			return bounded128(core + "-" + strings.Join(ids[:i+1], "."))
		}
	}
	return bounded128(n.text + ".1")
}

// bounded128 gives no number for one that grew past the limit.
func bounded128(text string) Number {
	if len(text) > MaxNumber {
		return Number{}
	}
	return Number{text: text}
}

// increment adds one to a decimal number of any length.
func increment(digits string) string {
	b := []byte(digits)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != '9' {
			b[i]++
			return string(b)
		}
		b[i] = '0'
	}
	return "1" + string(b)
}
