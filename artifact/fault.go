package artifact

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fields that a Fault can be about.
const (
	FieldOrg          = "org"
	FieldName         = "name"
	FieldVersion      = "version"
	FieldPlatform     = "platform"
	FieldDigest       = "sha256"
	FieldFilename     = "filename"
	FieldKind         = "kind"
	FieldRef          = "ref"
	FieldCapabilities = "capabilities"
)

// Fault is one thing that is wrong with one value, and what would be right.
type Fault struct {
	Field   string // One of the Field constants.
	Message string // What is wrong; text of the value is quoted and shortened.
	Fix     string // What would be accepted, or "".
}

// String gives the fault as one sentence.
func (f Fault) String() string {
	if f.Fix == "" {
		return f.Message
	}
	return f.Message + " (" + f.Fix + ")"
}

// InvalidError carries every fault of a value, never only the first one.
type InvalidError struct {
	Value  string // What was given, quoted and shortened: safe to show.
	Faults []Fault
}

// Error implements error.
func (e *InvalidError) Error() string {
	texts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		texts[i] = f.String()
	}
	subject := "input"
	if len(e.Faults) > 0 {
		subject = e.Faults[0].Field
	}
	return subject + " " + e.Value + ": " + strings.Join(texts, "; ")
}

// invalid makes the error for a value, or nil when there is no fault. It
// returns the interface so that "no fault" is a nil error.
func invalid(value string, faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &InvalidError{Value: quote(value), Faults: faults}
}

// maxQuoted bounds the text of strangers in messages, in characters.
const maxQuoted = 80

// quote makes text of strangers safe to show: quoted, shortened, and with
// everything escaped that is not plain ASCII, since look-alike letters are
// one of the reasons why a name is refused.
func quote(s string) string {
	if utf8.RuneCountInString(s) <= maxQuoted {
		return strconv.QuoteToASCII(s)
	}
	short, n := s, 0
	for i := range s {
		if n == maxQuoted {
			short = s[:i]
			break
		}
		n++
	}
	return strconv.QuoteToASCII(short) + "..."
}

// strangeCharacters describes the characters of s that allowed refuses, each
// once, at most five of them.
func strangeCharacters(s string, allowed func(rune) bool) string {
	var parts []string
	seen := map[rune]bool{}
	for _, r := range s {
		if allowed(r) || seen[r] {
			continue
		}
		seen[r] = true
		if len(parts) == 5 {
			parts = append(parts, "and more")
			break
		}
		parts = append(parts, describeRune(r))
	}
	return strings.Join(parts, ", ")
}

// describeRune names one character in plain ASCII.
func describeRune(r rune) string {
	code := "U+" + strings.ToUpper(leftPad(strconv.FormatInt(int64(r), 16), 4))
	switch {
	case r == utf8.RuneError:
		return "bytes that are not UTF-8"
	case r == ' ':
		return "a space"
	case unicode.IsControl(r):
		return "the control character " + code
	case r < utf8.RuneSelf:
		return strconv.Quote(string(r))
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return "the look-alike or foreign letter " + code
	default:
		return "the character " + code
	}
}

func leftPad(s string, width int) string {
	if len(s) >= width {
		return s
	}
	return strings.Repeat("0", width-len(s)) + s
}

// maxText bounds a string that was read out of a file, in characters.
const maxText = 512

// printable makes a string read out of a file safe to keep and to show:
// what cannot be printed is escaped, and it is at most maxText characters.
func printable(s string) string {
	return bounded(s, maxText)
}

func bounded(s string, limit int) string {
	var b strings.Builder
	n := 0
	for i, r := range s {
		if n == limit {
			b.WriteString("...")
			break
		}
		n++
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i]), 16))
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}
