package artifact

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/semver"
)

// MaxNumber is the most characters that a version number may have.
const MaxNumber = 128

// Number is a version number: strict semver with a leading v and without
// build metadata. Its zero value is no number; only ParseNumber makes others.
type Number struct{ text string }

// ParseNumber reads a version number and names every rule that it breaks.
func ParseNumber(s string) (Number, error) {
	if faults := numberFaults(s); len(faults) > 0 {
		return Number{}, invalid(s, faults)
	}
	return Number{text: s}, nil
}

// MustNumber is ParseNumber for numbers that the program itself wrote.
func MustNumber(s string) Number {
	n, err := ParseNumber(s)
	if err != nil {
		panic(err)
	}
	return n
}

// String is the number as it was given, or "".
func (n Number) String() string { return n.text }

// IsZero says whether there is no number.
func (n Number) IsZero() bool { return n.text == "" }

// Prerelease is what follows the hyphen, or "" for a release.
func (n Number) Prerelease() string {
	return strings.TrimPrefix(semver.Prerelease(n.text), "-")
}

// Compare orders numbers by semver precedence; no number comes first.
func (n Number) Compare(other Number) int {
	return semver.Compare(n.text, other.text)
}

// MarshalText implements encoding.TextMarshaler.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.text), nil }

// UnmarshalText implements encoding.TextUnmarshaler; an empty text is no number.
func (n *Number) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*n = Number{}
		return nil
	}
	parsed, err := ParseNumber(string(text))
	if err != nil {
		return err
	}
	*n = parsed
	return nil
}

// Precedence is a key whose byte order is the precedence of semver, so that a
// database can order numbers without knowing them. Major, minor and patch are
// a length byte and their digits; 0xff ends a release; each identifier of a
// pre-release is 0x01, length, digits if it is a number, else 0x02, its bytes
// and 0x00, and a last 0x00 closes the list. It is nil for no number.
func (n Number) Precedence() []byte {
	if n.IsZero() {
		return nil
	}
	core, pre, isPre := strings.Cut(n.text[1:], "-")
	key := make([]byte, 0, len(n.text)+8)
	for part := range strings.SplitSeq(core, ".") {
		key = appendDigits(key, part)
	}
	if !isPre {
		return append(key, 0xff)
	}
	for id := range strings.SplitSeq(pre, ".") {
		if isDigits(id) {
			key = appendDigits(append(key, 0x01), id)
			continue
		}
		key = append(key, 0x02)
		key = append(key, id...)
		key = append(key, 0x00)
	}
	return append(key, 0x00)
}

// appendDigits writes a number so that longer ones come later. The length of a
// whole version number bounds it, so it fits into a byte.
func appendDigits(key []byte, digits string) []byte {
	return append(append(key, byte(min(len(digits), MaxNumber))), digits...)
}

func numberFaults(s string) []Fault {
	if s == "" {
		return []Fault{{Field: FieldVersion, Message: "the version is empty", Fix: "use a number like v1.2.3"}}
	}
	var faults []Fault
	add := func(message, fix string) {
		faults = append(faults, Fault{Field: FieldVersion, Message: message, Fix: fix})
	}
	if n := utf8.RuneCountInString(s); n > MaxNumber {
		add("it has "+strconv.Itoa(n)+" characters", "at most "+strconv.Itoa(MaxNumber))
	}
	if strange := strangeCharacters(s, numberCharacter); strange != "" {
		add("it holds "+strange, "only ASCII letters, digits, dots and hyphens")
	}
	rest, ok := strings.CutPrefix(s, "v")
	switch {
	case ok:
	case strings.HasPrefix(s, "V"):
		add("the leading V is a capital letter", "write it as v")
		rest = s[1:]
	default:
		add("the leading v is missing", "write it like v1.2.3")
	}
	rest, build, hasBuild := strings.Cut(rest, "+")
	if hasBuild {
		add("it has build metadata +"+strings.Trim(quote(build), `"`), "leave out what follows the plus")
	}
	core, pre, isPre := strings.Cut(rest, "-")
	for _, message := range coreFaults(core) {
		add(message, "three numbers without leading zeros, like v1.2.3")
	}
	if isPre {
		for _, message := range prereleaseFaults(pre) {
			add(message, "identifiers separated by dots, like v1.2.3-rc.1")
		}
	}
	return faults
}

// numberCharacter accepts what a number may hold; the plus has a fault of its own.
func numberCharacter(r rune) bool {
	return isAlphanumeric(r) || r == '.' || r == '-' || r == '+'
}

func coreFaults(core string) []string {
	var out []string
	parts := strings.Split(core, ".")
	if len(parts) != 3 {
		out = append(out, "MAJOR.MINOR.PATCH are three parts, it has "+strconv.Itoa(len(parts)))
	}
	if len(parts) > 3 {
		parts = parts[:3]
	}
	for i, part := range parts {
		name := [...]string{"MAJOR", "MINOR", "PATCH"}[i]
		switch {
		case part == "":
			out = append(out, name+" is empty")
		case !isDigits(part):
			out = append(out, name+" is not a number: "+quote(part))
		case len(part) > 1 && part[0] == '0':
			out = append(out, name+" has a leading zero")
		}
	}
	return out
}

func prereleaseFaults(pre string) []string {
	var out []string
	empty := false
	for id := range strings.SplitSeq(pre, ".") {
		switch {
		case id == "" && !empty:
			empty = true
			out = append(out, "the pre-release has an empty identifier")
		case len(id) > 1 && id[0] == '0' && isDigits(id) && len(out) < 5:
			out = append(out, "the pre-release number "+quote(id)+" has a leading zero")
		}
	}
	return out
}

func isDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

func isAlphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
