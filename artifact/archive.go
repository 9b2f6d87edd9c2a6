package artifact

import (
	"context"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func inspect(_ context.Context, _ io.ReaderAt, _ int64, _ Limits) (Facts, error) { return Facts{}, nil }
func discover(_ context.Context, _ Search) (Discovery, error)                    { return Discovery{}, nil }

// pathFaults says what makes a path in an archive, or a file name, unsafe on
// some system. The messages follow the words "the path" or "the file name".
func pathFaults(name string) []string {
	var out []string
	if !utf8.ValidString(name) {
		out = append(out, "is not UTF-8")
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
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
	for element := range strings.SplitSeq(name, "/") {
		if element == ".." {
			out = append(out, "leads out of its folder with ..")
			break
		}
	}
	if utf8.RuneCountInString(name) > maxText {
		out = append(out, "is longer than "+strconv.Itoa(maxText)+" characters")
	}
	return out
}
