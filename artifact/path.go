package artifact

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pathFaults says what makes a path in an archive, or a file name, unsafe on
// some system. The messages follow the words "the path" or "the file name".
func pathFaults(name string) []string {
	var out []string
	if name == "" {
		out = append(out, "is empty")
	}
	if !utf8.ValidString(name) {
		out = append(out, "is not UTF-8")
	}
	if strings.ContainsFunc(name, isControlOrFormat) {
		out = append(out, "holds control characters")
	}
	if strings.Contains(name, `\`) {
		out = append(out, "holds a backslash")
	}
	if strings.Contains(name, ":") {
		out = append(out, "holds a colon, which names a drive or a stream on Windows")
	}
	if strings.HasPrefix(name, "/") {
		out = append(out, "is absolute")
	}
	elements := strings.Split(name, "/")
	if slices.Contains(elements, "..") {
		out = append(out, "leads out of its folder with ..")
	}
	if slices.ContainsFunc(elements, isWindowsDevice) {
		out = append(out, "is the name of a device on Windows")
	}
	if utf8.RuneCountInString(name) > maxText {
		out = append(out, "is longer than "+strconv.Itoa(maxText)+" characters")
	}
	return out
}

// isControlOrFormat also finds the invisible characters that turn the reading
// direction around.
func isControlOrFormat(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// isWindowsDevice finds names that open a device there, whatever follows a dot.
func isWindowsDevice(element string) bool {
	base, _, _ := strings.Cut(element, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	if number, ok := strings.CutPrefix(base, "COM"); ok {
		return len(number) == 1 && isDigits(number)
	}
	number, ok := strings.CutPrefix(base, "LPT")
	return ok && len(number) == 1 && isDigits(number)
}
