package tuitest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/width"

	"github.com/registrar-console/registrar/theme"
)

var update = flag.Bool("update", false, "write golden screens instead of comparing with them")

// Size is a size of the screen.
type Size struct{ Width, Height int }

// Sizes are those of golden screens: the least a page is made for, the size
// of the pictures, and the least at which lists still work.
func Sizes() []Size { return []Size{{80, 24}, {120, 40}, {40, 12}} }

// Look is a theme with the name of its golden files.
type Look struct {
	Name  string
	Theme *theme.Theme
}

// Looks are those of golden screens: dark, light, and without colours.
func Looks() []Look {
	return []Look{
		{"dark", theme.New(theme.Standard(), true, colorprofile.TrueColor, false)},
		{"light", theme.New(theme.Standard(), false, colorprofile.TrueColor, false)},
		{"nocolour", theme.New(theme.Standard(), true, colorprofile.ASCII, false)},
	}
}

// Goldens compares a view with its golden screens in all looks and sizes,
// each in a test of its own.
func Goldens(t *testing.T, name string, view func(look *theme.Theme, w, h int) string) {
	t.Helper()
	for _, look := range Looks() {
		for _, size := range Sizes() {
			file := name + "-" + dimensions(size) + "-" + look.Name
			t.Run(file, func(t *testing.T) {
				t.Parallel()
				Golden(t, file, Parse(view(look.Theme, size.Width, size.Height), size.Width, size.Height))
			})
		}
	}
}

// dimensions writes a size.
func dimensions(s Size) string { return strconv.Itoa(s.Width) + "x" + strconv.Itoa(s.Height) }

// Golden compares a screen with testdata/golden/NAME.txt: its text, and a map
// of its styles. go test -update writes the file.
func Golden(tb testing.TB, name string, s Screen) {
	tb.Helper()
	path := filepath.Join("testdata", "golden", name+".txt")
	got := s.golden()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			tb.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatalf("reading the golden screen: %v; go test -update writes it", err)
	}
	if string(want) != got {
		tb.Errorf("the screen differs from %s; look at it, then go test -update\n%s", path, differences(string(want), got))
	}
}

// golden writes a screen as text, then as a map in which each letter stands
// for a style, then what the letters mean.
func (s Screen) golden() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	known := map[string]byte{}
	var order []string
	var styles strings.Builder
	for y := range s.Height {
		var line strings.Builder
		for _, c := range s.Cells[y] {
			if c.Content == "" {
				continue
			}
			style := visible(c)
			if style == "" {
				line.WriteByte('.')
				continue
			}
			letter, ok := known[style]
			if !ok {
				letter = letters[len(known)%len(letters)]
				known[style] = letter
				order = append(order, style)
			}
			line.WriteByte(letter)
		}
		styles.WriteString("|" + strings.TrimRight(line.String(), ".") + "\n")
	}
	var b strings.Builder
	for y := range s.Height {
		b.WriteString("|" + s.Line(y) + "\n")
	}
	b.WriteString("\n" + styles.String() + "\n")
	for _, style := range order {
		b.WriteString(string(known[style]) + " " + style + "\n")
	}
	return b.String()
}

// visible is the style of a cell as far as one can see it: the colour of a
// blank matters only if it is underlined or reversed.
func visible(c Cell) string {
	if c.Content == " " && !c.Underline && !c.Reverse && !c.Struck {
		c.Foreground, c.Bold, c.Faint = "", false, false
	}
	return c.Style()
}

// differences lists the lines that differ.
func differences(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for i := range max(len(w), len(g)) {
		var before, after string
		if i < len(w) {
			before = w[i]
		}
		if i < len(g) {
			after = g[i]
		}
		if before != after {
			b.WriteString("line " + strconv.Itoa(i+1) + "\n  want " + before + "\n  got  " + after + "\n")
		}
	}
	return b.String()
}

// Sweep draws a view at many sizes and checks each: exactly as many lines as
// the screen has, none wider than it, no control that is not a style, no
// character of uncertain width. outside lists the characters of uncertain
// width that the test's own data brings.
func Sweep(t *testing.T, view func(w, h int) string, outside string) {
	t.Helper()
	widths := []int{1, 2, 10, 39, 40, 41, 60, 79, 80, 81, 99, 100, 115, 116, 119, 120, 121, 160, 200, 300}
	heights := []int{1, 2, 3, 5, 11, 12, 13, 23, 24, 25, 29, 30, 40, 60, 100}
	for _, w := range widths {
		for _, h := range heights {
			if faults := Faults(view(w, h), w, h, outside); len(faults) > 0 {
				t.Errorf("at %dx%d:\n%s", w, h, strings.Join(faults, "\n"))
			}
		}
	}
}

// Faults lists what is wrong with a view for a screen of w x h cells.
func Faults(view string, w, h int, outside string) []string {
	var faults []string
	lines := strings.Split(view, "\n")
	if len(lines) > h {
		faults = append(faults, "it has "+strconv.Itoa(len(lines))+" lines")
	}
	for i, line := range lines {
		plain := ansi.Strip(line)
		if wide := ansi.StringWidth(plain); wide > w {
			faults = append(faults, "line "+strconv.Itoa(i)+" is "+strconv.Itoa(wide)+" wide: "+plain)
		}
		for _, r := range unstyled(line) {
			if fault := badRune(r); fault != "" && !strings.ContainsRune(outside, r) {
				faults = append(faults, "line "+strconv.Itoa(i)+": "+fault+" in "+plain)
			}
		}
	}
	sort.Strings(faults)
	return faults
}

// unstyled removes styles only: every other control stays to be found.
func unstyled(line string) string {
	var b strings.Builder
	for {
		at := strings.Index(line, "\x1b[")
		if at < 0 {
			b.WriteString(line)
			return b.String()
		}
		end := at + 2
		for end < len(line) && strings.IndexByte("0123456789;:", line[end]) >= 0 {
			end++
		}
		if end < len(line) && line[end] == 'm' {
			b.WriteString(line[:at])
			line = line[end+1:]
			continue
		}
		b.WriteString(line[:at+2])
		line = line[at+2:]
	}
}

// badRune says what is wrong with a character on the screen.
func badRune(r rune) string {
	if r < ' ' || (r >= 0x7f && r < 0xa0) {
		return fmt.Sprintf("control U+%04X", r)
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianAmbiguous:
		return "ambiguous width " + string(r)
	case width.EastAsianWide, width.EastAsianFullwidth:
		return "wide " + string(r)
	default:
		return ""
	}
}
