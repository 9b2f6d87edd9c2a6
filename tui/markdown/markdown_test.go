package markdown

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// drawn is a document on a screen that shows all of it.
func drawn(d Document, t *theme.Theme, w int) tuitest.Screen {
	h := max(1, len(d.Lines))
	return tuitest.Parse(ui.Join(ui.Pane(t, d.Lines, w, h)), w, h)
}

func source(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(data)
}

// What a README and a connector.mdx look like, wide and narrow, in all looks.
func TestDocumentsLookAsTheyDid(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"readme.md", "connector.mdx"} {
		text := source(t, name)
		for _, look := range tuitest.Looks() {
			for _, w := range []int{118, 76, 36} {
				file := strings.ReplaceAll(name, ".", "-") + "-" + map[int]string{118: "wide", 76: "middle", 36: "narrow"}[w] + "-" + look.Name
				t.Run(file, func(t *testing.T) {
					t.Parallel()
					d := Render(text, w, look.Theme)
					assert.False(t, d.Cut)
					tuitest.Golden(t, file, drawn(d, look.Theme, w))
				})
			}
		}
	}
}

// said is a document without styles, one line each, air at the ends left out.
func said(d Document) string {
	var lines []string
	for _, line := range d.Lines {
		lines = append(lines, strings.TrimRight(strings.ReplaceAll(line.String(), "\u00a0", " "), " "))
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func TestRender(t *testing.T) {
	t.Parallel()
	plain := tuitest.Looks()[2].Theme
	for name, c := range map[string]struct{ in, want string }{
		"nothing":                    {"", ""},
		"plain text":                 {"What is new.\nAnd more.", "What is new. And more."},
		"entities and escapes":       {`a \* b &lt;c&gt; &#65; &copy;`, "a * b <c> A ©"},
		"a link that says itself":    {"[https://a.example](https://a.example)", "https://a.example"},
		"a link elsewhere":           {"[here](https://a.example/b)", "here https://a.example/b"},
		"a link that runs":           {"[here](javascript:alert) [there](file:///etc/passwd)", "here there"},
		"a picture":                  {"![what it shows](https://a.example/x.png)", "what it shows"},
		"a badge is no link":         {"[![build](https://a.example/b.svg)](https://a.example)", "build"},
		"raw HTML says its text":     {"<div>\none <b>two</b><script>three()</script>\n</div>", "one two"},
		"numbers in a column":        {"9. a\n10. b", " 9. a\n10. b"},
		"loose list":                 {"- a\n\n- b", "- a\n\n- b"},
		"empty item":                 {"-\n- b", "-\n- b"},
		"an unclosed component":      {"<Note>\ntext", "▐ Note\n▐ text"},
		"a component on one line":    {"<Note>text **b**</Note>\n\nafter", "▐ Note\n▐ text b\n\nafter"},
		"a placeholder stays":        {"Use `<YOUR DOMAIN>.example.org` as it is.", "Use `<YOUR DOMAIN>.example.org` as it is."},
		"an unknown component":       {"<Foo bar={1}>\ninside\n</Foo>", "inside"},
		"an unknown end":             {"</Step>\ntext", "text"},
		"steps with titles":          {"<Steps>\n<Step title=\"One\">\nDo it.\n</Step>\n<Step title='Two'>\nAgain.\n</Step>\n</Steps>", "1. One\n\n   Do it.\n\n2. Two\n\n   Again."},
		"comments":                   {"a {/* b */} c\n{/* d\ne */}\nf <!-- g --> h", "a  c f  h"},
		"frontmatter that is none":   {"---\nnot a key\n---\n", "not a key"},
		"a rule, not frontmatter":    {"---\n\ntext", "text"},
		"imports belong to MDX only": {"import x from 'y'", "import x from 'y'"},
		"a setext heading":           {"a\n===", "a"},
		"escaped pipe":               {"|a|\n|-|\n|b \\| c|", "a\nb | c"},
		"windows line ends":          {"# a\r\n\r\nb\r\n", "a\nb"},
		"tabs in code":               {"```\na\tb\n\tc\n```", "  a   b\n      c"},
		"nothing but a heading sign": {"#\n\na", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, said(Render(c.in, 60, plain)))
		})
	}
}

// Nothing that a terminal obeys gets into a cell, also where the source only
// spells it.
func TestNothingReachesTheTerminal(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"controls":         "a\x1b[2J\x9b31m\x07\b\x00b",
		"spelled controls": "&#27;[2J &#x9b;31m &#x202e;abc &#x200b; &#0;",
		"in code":          "```\n\x1b]0;owned\x07 \u202e\n```\n\n`\x1b[1m`",
		"in a link":        "[a\x1b[2Jb](https://a.example/\u202e\x1b)",
		"in a table":       "|\x1b[2J|\u2066|\n|-|-|\n|\x1bc|&#27;|",
		"in HTML":          "<p title='\x1b'>\x1b[2J&#27;[2J</p>",
		"combining storm":  "a" + strings.Repeat("\u0301", 5000) + "b",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, look := range tuitest.Looks() {
				d := Render(in, 40, look.Theme)
				assert.Empty(t, tuitest.Faults(ui.Join(ui.Pane(look.Theme, d.Lines, 40, max(1, len(d.Lines)))), 40, max(1, len(d.Lines)), ""))
			}
		})
	}
}

// hostile are documents that somebody wrote to make the console stop.
func hostile() map[string]string {
	const size = 1 << 20
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var ticks, deeper strings.Builder
	for i := 1; ticks.Len() < size; i++ {
		ticks.WriteString("e" + strings.Repeat("`", i))
	}
	for i := 0; deeper.Len() < size; i++ {
		deeper.WriteString(strings.Repeat(" ", 2*i) + "- a\n")
	}
	return map[string]string{
		"one line": fill("word "), "one word": fill("a"), "marks": "a" + fill("\u0301"), "line ends": fill("\n"), "tabs": fill("\t"),
		"quotations": fill(">"), "10,000 quotations": strings.Repeat(">", 10_000) + " a\nb\n", "deep lines": fill(strings.Repeat("> ", 500) + "a\n"),
		"lazy lines": strings.Repeat(">", 3000) + "a\n" + fill("a\n"), "list signs": fill("- "), "deeper and deeper": deeper.String(),
		"brackets": fill("["), "open links": fill("[a]("), "link lines": fill("[a](\n"), "link lines, a heading": fill("[a](\n") + "\n===\n",
		"link lines under a rule": fill("[a](\n")[:200_000] + "\n===\n", "nested links": fill("[") + "a" + fill("](b)"),
		"pictures": fill("![["), "emphasis": fill("*a_ "), "stars": fill("*"), "ticks": ticks.String(), "strikes": fill("~a~ "),
		"references": fill("[a]: b\n"), "references used": fill("[a]: b\n\n[a]\n\n"),
		"columns":         fill("|a")[:400_000] + "|\n" + fill("|-")[:400_000] + "|\n" + fill("|\n"),
		"columns in rows": strings.Repeat("|a", 500) + "|\n" + strings.Repeat("|-", 500) + "|\n" + fill("|\n"),
		"long table":      "|a|b|\n|-|-|\n" + fill("|a long cell that wraps|another one that does\n"),
		"tags":            fill("<a "), "comments": fill("<!--"), "script": fill("<script>"), "entities": fill("&amp;"), "components": fill("<Note>\n"),
		"components in a row": fill("<Note>"), "steps": "<Steps>\n" + fill("<Step>\na\n</Step>\n"), "MDX comment": "{/*" + fill("a\n"), "MDX comments": fill("{/**/}"),
		"fences": fill("```\na\n"), "code line": "```\n" + fill("x") + "\n```", "frontmatter": "---\n" + fill("a: b\n"), "headings": fill("# a\n"), "setext": fill("a\n=\n"),
	}
}

// However a document was made, it is laid out in bounded time and lines.
func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	for name, in := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			d := Render(in, 100, tuitest.Looks()[0].Theme)
			took := time.Since(began)
			t.Log(took, len(d.Lines), d.Cut)
			assert.Less(t, took, 20*time.Second, "even on a busy machine under the race detector")
			// Air between blocks is not counted.
			assert.LessOrEqual(t, len(d.Lines), 2*MaxLines)
			for _, line := range d.Lines {
				require.LessOrEqual(t, line.Width(), 100)
			}
		})
	}
}

// A document that is longer than what is shown says so.
func TestALongDocumentIsCut(t *testing.T) {
	t.Parallel()
	look := tuitest.Looks()[0].Theme
	for name, c := range map[string]struct {
		in  string
		cut bool
	}{
		"short":           {"a", false},
		"as long":         {strings.Repeat("a\n\n", MaxLines-1), false},
		"many paragraphs": {strings.Repeat("a\n\n", MaxLines+1), true},
		"one paragraph":   {strings.Repeat("word ", 200_000), true},
		"rows":            {strings.Repeat("\n", maxRows+1) + "a", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.cut, Render(c.in, 100, look).Cut)
		})
	}
}

// A source that breaks the parser is shown as it was written.
func TestPlain(t *testing.T) {
	t.Parallel()
	d := plain("# a\n**b**", 40)
	assert.Equal(t, "# a\n**b**", said(d))
	assert.False(t, d.Cut)
	assert.True(t, plain(strings.Repeat("a\n", MaxLines+1), 40).Cut)
}

func FuzzRender(f *testing.F) {
	for _, name := range []string{"readme.md", "connector.mdx"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), 40)
	}
	for _, in := range hostile() {
		f.Add(in[:min(len(in), 2000)], 20)
	}
	look := tuitest.Looks()[0].Theme
	f.Fuzz(func(t *testing.T, in string, w int) {
		w = min(max(w, 1), 200)
		d := render(in, w, look) // what Render hides must not happen either
		for i, line := range d.Lines {
			if line.Width() > w {
				t.Fatalf("line %d of %q is %d cells wide at %d: %q", i, in, line.Width(), w, line.String())
			}
			for _, r := range line.Fit(look, w) {
				if r < ' ' && r != 0x1b || r >= 0x7f && r < 0xa0 {
					t.Fatalf("line %d of %q draws %U", i, in, r)
				}
			}
		}
	})
}

func BenchmarkReadme(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("testdata", "readme.md"))
	if err != nil {
		b.Fatal(err)
	}
	look := tuitest.Looks()[0].Theme
	b.ReportAllocs()
	for b.Loop() {
		Render(string(data), 118, look)
	}
}
