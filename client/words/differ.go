package words

import (
	"strings"
	"unicode/utf8"
)

// leastTail is from how many letters on two texts that end alike have a common
// end: less is chance, as in two digests whose last digit agrees.
const leastTail = 6

// Difference is two texts taken apart where they part and meet again. Before,
// Want and After make up the one, Before, Got and After the other.
type Difference struct {
	Before, Want, Got, After string
}

// Differ finds what differs between what was expected and what was found.
func Differ(want, got string) Difference {
	n := 0
	for n < len(want) && n < len(got) {
		r, size := utf8.DecodeRuneInString(want[n:])
		if s, size2 := utf8.DecodeRuneInString(got[n:]); r != s || size != size2 || want[n:n+size] != got[n:n+size] {
			break
		}
		n += size
	}
	d := Difference{Before: want[:n], Want: want[n:], Got: got[n:]}
	tail := 0
	for tail < len(d.Want) && tail < len(d.Got) {
		r, size := utf8.DecodeLastRuneInString(d.Want[:len(d.Want)-tail])
		if s, _ := utf8.DecodeLastRuneInString(d.Got[:len(d.Got)-tail]); r != s || r == utf8.RuneError {
			break
		}
		tail += size
	}
	if utf8.RuneCountInString(d.Want[len(d.Want)-tail:]) < leastTail {
		return d
	}
	d.After = d.Want[len(d.Want)-tail:]
	d.Want, d.Got = d.Want[:len(d.Want)-tail], d.Got[:len(d.Got)-tail]
	return d
}

// Spaced puts a blank after every four digits of a digest or a fingerprint, so
// that people can compare it by eye: "sha256:9b1f 04d2 ...". Any other text
// stays as it is.
func Spaced(text string) string {
	algorithm, digits, found := strings.Cut(text, ":")
	if !found {
		algorithm, digits = "", text
	} else {
		algorithm += ":"
	}
	if len(digits) < 8 || strings.Trim(digits, "0123456789abcdefABCDEF") != "" {
		return text
	}
	var out strings.Builder
	out.WriteString(algorithm)
	for i := 0; i < len(digits); i += 4 {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(digits[i:min(i+4, len(digits))])
	}
	return out.String()
}
