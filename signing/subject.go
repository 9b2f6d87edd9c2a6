package signing

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// maxVariants bounds how many spellings of the fixed parts are looked at.
const maxVariants = 256

// canary is how the subject of a stranger's workflow begins.
const canary = "https://evil.example/x"

var (
	// wholeOwner is a URL whose host and first part of the path are complete.
	wholeOwner = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://[^/@]+/[^/]+/`)
	// wholeDomain is the end of a mail address with its whole domain.
	wholeDomain = regexp.MustCompile(`@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
)

// checkRegexp refuses what would trust strangers. The expression must be
// anchored at both ends, outside of any alternative; a dot must be written as
// \. or be repeated on purpose; and what it leaves open must come after the
// host and the owner of a URL, or before the domain of a mail address.
func checkRegexp(expr string) error {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return fmt.Errorf("regular expression %q: %w", expr, err)
	}
	compiled, err := regexp.Compile(expr)
	if err != nil {
		return fmt.Errorf("regular expression %q: %w", expr, err)
	}
	parts := flatten(re)
	if len(parts) < 2 || parts[0].Op != syntax.OpBeginText || parts[len(parts)-1].Op != syntax.OpEndText {
		return fmt.Errorf("regular expression %q: it must begin with ^ and end with $, or it accepts any text around it", expr)
	}
	parts = parts[1 : len(parts)-1]
	if hasBareDot(re) {
		return fmt.Errorf(`regular expression %q: a bare dot stands for any character; write \. for a dot`, expr)
	}
	head, fixed := spellings(parts, false)
	if fixed {
		return checkSpelt(expr, head)
	}
	if every(head, wholeOwner.MatchString) {
		return nil
	}
	// A mail address, and nothing else that merely ends like one.
	tail, _ := spellings(parts, true)
	if every(tail, func(t string) bool {
		return wholeDomain.MatchString(t) && !compiled.MatchString(canary+t)
	}) {
		return nil
	}
	return fmt.Errorf(`regular expression %q: it accepts strangers; spell out the host and the owner, as in ^https://github\.com/OWNER/.*$, or a mail domain, as in ^[^@/]+@example\.com$`, expr)
}

func checkSpelt(expr string, all []string) error {
	if every(all, func(s string) bool { return s != "" }) {
		return nil
	}
	return fmt.Errorf("regular expression %q: it accepts an empty subject", expr)
}

func every(all []string, ok func(string) bool) bool {
	for _, s := range all {
		if !ok(s) {
			return false
		}
	}
	return len(all) > 0
}

// flatten takes groups and concatenations apart into one row.
func flatten(re *syntax.Regexp) []*syntax.Regexp {
	switch re.Op {
	case syntax.OpCapture:
		return flatten(re.Sub[0])
	case syntax.OpConcat:
		var out []*syntax.Regexp
		for _, s := range re.Sub {
			out = append(out, flatten(s)...)
		}
		return out
	default:
	}
	return []*syntax.Regexp{re}
}

// hasBareDot finds a dot that is not repeated.
func hasBareDot(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		if sub := re.Sub[0]; sub.Op == syntax.OpAnyChar || sub.Op == syntax.OpAnyCharNotNL {
			return false
		}
	default:
	}
	return slices.ContainsFunc(re.Sub, hasBareDot)
}

// spellings lists every text that the fixed parts at one end of a row can
// spell, and whether the whole row is fixed.
func spellings(parts []*syntax.Regexp, fromEnd bool) ([]string, bool) {
	texts := []string{""}
	for i := range parts {
		part := parts[i]
		if fromEnd {
			part = parts[len(parts)-1-i]
		}
		next, ok := fixedTexts(part)
		if !ok || len(texts)*len(next) > maxVariants {
			return texts, false
		}
		joined := make([]string, 0, len(texts)*len(next))
		for _, a := range texts {
			for _, b := range next {
				if fromEnd {
					joined = append(joined, b+a)
				} else {
					joined = append(joined, a+b)
				}
			}
		}
		texts = joined
	}
	return texts, true
}

// fixedTexts lists what a part can spell, if that is a short list.
func fixedTexts(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		s := string(re.Rune)
		if re.Flags&syntax.FoldCase != 0 {
			s = strings.ToLower(s)
		}
		return []string{s}, true
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpCharClass:
		return classTexts(re)
	case syntax.OpQuest:
		texts, ok := fixedTexts(re.Sub[0])
		return append(texts, ""), ok
	case syntax.OpCapture, syntax.OpConcat:
		return spellings(flatten(re), false)
	case syntax.OpAlternate:
		var out []string
		for _, s := range re.Sub {
			texts, ok := fixedTexts(s)
			if !ok {
				return nil, false
			}
			out = append(out, texts...)
		}
		return out, true
	default:
	}
	return nil, false
}

// classTexts lists a class of at most two characters, which is how the parser
// writes (a|b); anything wider is open.
func classTexts(re *syntax.Regexp) ([]string, bool) {
	var out []string
	for i := 0; i+1 < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			if len(out) == 2 {
				return nil, false
			}
			out = append(out, string(r))
		}
	}
	return out, true
}
