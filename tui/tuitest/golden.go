package tuitest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
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

// Styles returns the visible style of each cell, by line.
func (s Screen) Styles() [][]string {
	styles := make([][]string, s.Height)
	for y, line := range s.Cells {
		for _, c := range line {
			styles[y] = append(styles[y], visible(c))
		}
	}
	return styles
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
	c.Foreground, c.Background = named(c.Foreground), named(c.Background)
	return c.Style()
}

// roleNames are the roles of the built-in colours, so that golden screens
// speak of "muted" and stay the same when a colour is tuned.
var roleNames = func() map[string]string {
	names := map[string]string{}
	for _, colours := range []theme.Colours{theme.Standard().Dark, theme.Standard().Light} {
		fields := reflect.ValueOf(colours)
		for i := range fields.NumField() {
			names[fields.Field(i).String()] = strings.ToLower(fields.Type().Field(i).Name)
		}
	}
	return names
}()

// named is the role of a colour, or the colour itself if it has none.
func named(colour string) string {
	if name, ok := roleNames[colour]; ok {
		return name
	}
	return colour
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

// Sweep draws a view at many sizes and checks each: no more lines than the
// screen has, none wider than it, no control that is not a style, no
// character of uncertain width. outside lists the characters of uncertain
// width that the test's own data brings.
func Sweep(t *testing.T, view func(w, h int) string, outside string) {
	t.Helper()
	// The borders at which pages change their shape, and one on each side.
	widths := []int{1, 2, 3, 7, 20, 39, 40, 60, 79, 80, 99, 100, 115, 116, 120, 160, 250}
	heights := []int{1, 2, 3, 11, 12, 23, 24, 29, 30, 40, 70}
	wrong := 0
	for _, w := range widths {
		for _, h := range heights {
			faults := Faults(view(w, h), w, h, outside)
			if len(faults) == 0 {
				continue
			}
			t.Errorf("at %dx%d:\n%s", w, h, strings.Join(faults[:min(len(faults), 4)], "\n"))
			if wrong++; wrong == 5 {
				t.Fatal("and perhaps at more sizes")
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
