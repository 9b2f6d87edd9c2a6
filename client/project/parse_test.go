package project

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParts(t *testing.T) {
	t.Parallel()
	got := parts("# One\ntext\n```sh\n# no heading\n```\n\n    indented # code\nTwo\n===\n````\n```\n````\n## Three ##\n#no\n***\n- a\n---\n")
	want := []part{
		{1, heading, "One"},
		{2, prose, "text"},
		{4, code, "# no heading"},
		{7, code, "indented # code"},
		{8, heading, "Two"},
		{11, code, "```"},
		{13, heading, "Three"},
		{14, prose, "#no"},
		{15, prose, "***"},
		{16, heading, "- a"},
	}
	assert.Equal(t, want, got)
}

func TestMakeTargets(t *testing.T) {
	t.Parallel()
	text := ".PHONY: lint build\nX := 1\nY ::= 2\nbuild: $(X)\n\tgo build\nlint test : ;\n%.o: x\n$(BIN)/x: y\nlast::\n# no: comment\n\techo a: b\n"
	assert.Equal(t, []string{"build", "lint", "test", "last"}, makeTargets(text))
}

func TestShellWords(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"plain-1./x": "plain-1./x", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$(rm)": "'$(rm)'", "ä": "'ä'"} {
		assert.Equal(t, want, ShellWord(word))
	}
}

func FuzzReadSource(f *testing.F) {
	f.Add("a_test.go", "package x\n\nfunc TestX(t *testing.T) {}\n")
	f.Add("a.go", "package x\n\nimport v \"a/b/v2\"\n\ntype s struct{ v.T; *u[int] }\n\nfunc (s *s[T, U]) List(a, b [2]x, ...y) (z map[k]v) {}\n")
	f.Add("a.go", "package \x00")
	f.Fuzz(func(t *testing.T, name, text string) {
		s := readSource(name, text)
		for _, m := range s.methods {
			if m.receiver == "" || m.name == "" || m.line < 1 || !strings.HasPrefix(m.signature, "(") {
				t.Fatalf("a method that cannot be: %+v", m)
			}
		}
		newMethodSets("example.org/x", []source{s, s}).syncers()
	})
}

func FuzzParts(f *testing.F) {
	f.Add("# a\n```\nb\n```\n~~~x\n    c\n===\n")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, p := range parts(text) {
			if p.line <= last || strings.ContainsRune(p.text, '\n') {
				t.Fatalf("%q: %+v", text, p)
			}
			last = p.line
		}
	})
}

func FuzzWorkflow(f *testing.F) {
	f.Add("jobs:\n  a:\n    steps:\n      - run: go test\n      - uses: x/.github/workflows/release.yaml@v1\n")
	f.Add("a: &a [*a, *a]\nb: *a\n")
	f.Fuzz(func(_ *testing.T, text string) {
		var p pipelines
		p.read("ci.yaml", text, "baton-x")
		readLintConfig(".golangci.yml", text)
		readLintConfig(".golangci.toml", text)
		makeTargets(text)
		requiredFields([]byte(text))
		lintVersion(text)
	})
}

func FuzzLineWriter(f *testing.F) {
	f.Add("one\ntwo\r\n\x1b[31mred", 3)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		var lines []string
		w := &lineWriter{emit: func(line string) { lines = append(lines, line) }}
		cut = min(max(cut, 0), len(text))
		_, _ = w.Write([]byte(text[:cut]))
		_, _ = w.Write([]byte(text[cut:]))
		w.end()
		if w.lines != len(lines)+w.left {
			t.Fatalf("%d lines, %d handed on, %d left", w.lines, len(lines), w.left)
		}
		for _, line := range lines {
			if strings.ContainsAny(line, "\n\r\x1b") {
				t.Fatalf("%q", line)
			}
		}
	})
}
