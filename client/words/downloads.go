package words

import (
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Yanked is what a person should know who takes a yanked version, as a clause;
// "" if it is not yanked.
func Yanked(number string, y *registryv1.Yank) string {
	if y == nil {
		return ""
	}
	text := number + " is yanked (" + Category(y.GetCategory()) + "): " + strings.TrimSuffix(y.GetReason(), ".")
	if y.GetReplacement() != "" {
		text += ". Use " + y.GetReplacement() + " instead"
	}
	return text
}

// Worth is what a person should know about the signatures of a file that was
// taken, each a clause. Without a verdict none was looked at, as they wished.
func Worth(v *registryv1.Verdict) []string {
	var out []string
	if v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED {
		out = append(out, "no signature was verified. "+v.GetDetail())
	}
	for _, w := range v.GetWarnings() {
		out = append(out, w.GetDetail())
	}
	return out
}

// Chosen says how the version of a download was found; "" where a person
// named it.
func Chosen(number string, by registryv1.ChosenBy) string {
	switch by {
	case registryv1.ChosenBy_CHOSEN_BY_STABLE:
		return "Taking " + number + ", the stable version."
	case registryv1.ChosenBy_CHOSEN_BY_LATEST:
		return "Taking " + number + ", the latest version; none is stable."
	default:
		return ""
	}
}

// Deprecate says what deprecating a connector does.
func Deprecate(name, replacement string) []Line {
	lines := []Line{
		note("Its versions stay as they are, and downloads go on."),
		note("You can take it back at any time; the audit log keeps both."),
	}
	sees := "Everybody who looks at " + name + " reads from now on that it should not be used any more, and why"
	if replacement != "" {
		sees += "; they are pointed to " + replacement
	}
	return append(lines, caution(sees+"."))
}

// Undeprecate says what taking a deprecation back does.
func Undeprecate(name, reason string) []Line {
	lines := []Line{note("Nothing says any more that " + name + " should not be used.")}
	if reason != "" {
		lines = append(lines, note("The audit log keeps the reason: "+reason))
	}
	return lines
}
