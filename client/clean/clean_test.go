package clean_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"plain":                      {"baton-okta v0.5.26", "baton-okta v0.5.26"},
		"other scripts":              {"Ünïcödé 接続 коннектор", "Ünïcödé 接続 коннектор"},
		"decomposed letters":         {"e\u0301te\u0301", "e\u0301te\u0301"},
		"colour sequence":            {"\x1b[31mred\x1b[0m", "?[31mred?[0m"},
		"title sequence":             {"\x1b]0;owned\x07", "?]0;owned?"},
		"C1 CSI as a rune":           {"a\u009b31mb", "a?31mb"},
		"C1 CSI as a byte":           {"a\x9b31mb", "a?31mb"},
		"backspaces":                 {"safe\b\b\b\bevil", "safe????evil"},
		"delete":                     {"a\x7fb", "a?b"},
		"null":                       {"a\x00b", "a?b"},
		"carriage return overwrites": {"FAILED\rPUBLISHED", "FAILED PUBLISHED"},
		"newline":                    {"one\ntwo", "one two"},
		"windows newline is one":     {"one\r\ntwo", "one two"},
		"tab":                        {"one\ttwo", "one two"},
		"line separator":             {"one\u2028two", "one two"},
		"next line":                  {"one\u0085two", "one two"},
		"right to left override":     {"abc\u202efdp.exe", "abc?fdp.exe"},
		"isolates":                   {"\u2066a\u2069", "?a?"},
		"zero width in a name":       {"ba\u200bton\u2060\ufeff", "baton"},
		"joiners and selectors":      {"\u26a0\ufe0f", "\u26a0"},
		"soft hyphen":                {"ba\u00adton", "baton"},
		"hangul fillers":             {"a\u3164\uffa0b", "ab"},
		"tags":                       {"a\U000e0041b", "ab"},
		"private use":                {"a\ue0b0b", "a?b"},
		"not a character":            {"a\ufffe\U0001ffffb", "a??b"},
		"invalid bytes are one sign": {"a\xff\xfe\xfdb", "a?b"},
		"lone surrogate":             {"a\xed\xa0\x80b", "a?b"},
		"overlong slash":             {"a\xc0\xafb", "a?b"},
		"tower of marks":             {"e" + strings.Repeat("\u0301", 40) + "x", "e" + strings.Repeat("\u0301", 4) + "x"},
		"empty":                      {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, clean.Line(c.in, 0))
		})
	}
}

func TestTextKeepsItsLines(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "a\n\tb\nc\nd\ne", clean.Text("a\n\tb\r\nc\rd\u2028e", 0))
	assert.Equal(t, "a?[2J\nb", clean.Text("a\x1b[2J\nb", 0))
}

func TestLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in    string
		limit int
		want  string
	}{
		"fits":                     {"abcdef", 6, "abcdef"},
		"cut":                      {"abcdefgh", 6, "abc⋯"},
		"never half a letter":      {"ääääää", 6, "ä⋯"},
		"dirty and long":           {"\x1b" + strings.Repeat("a", 100), 6, "?aa⋯"},
		"no room for the sign":     {"abcdef", 2, ""},
		"removed runes do not bar": {strings.Repeat("\u200b", 50) + "abc", 6, "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, clean.Line(c.in, c.limit))
		})
	}
}

func TestCleanTextCostsNothing(t *testing.T) {
	for _, s := range []string{"baton-okta", "Ünïcödé 接続 e\u0301", strings.Repeat("line of a README\n", 100)} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { _ = clean.Text(s, 0) }), "%.20q", s)
	}
	page := &registryv1.ListVersionsResponse{}
	for range 50 {
		page.Versions = append(page.Versions, &registryv1.VersionSummary{
			Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.0.0"}, Author: "mara", Platforms: registryv1.Platforms(),
		})
	}
	clean.Message(page) // the first call learns the shape
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { clean.Message(page) }), 1.0)
}

func TestMessageCleansEveryString(t *testing.T) {
	t.Parallel()
	digest := []byte{0x1b, 0x00, 0xff}
	m := &registryv1.WatchEventsResponse{
		Cursor: "\x1bcursor",
		What: &registryv1.WatchEventsResponse_Change{Change: &registryv1.Change{
			Event: &registryv1.Event{
				Person: "ma\u202era", Reason: "one\ntwo\x07",
				Detail: map[string]string{"k\x1b": "v", "k?": "other", "fine": "\x9bv"},
				Stored: &registryv1.StoredEvent{Body: digest},
			},
			Connector: &registryv1.Connector{Aliases: []string{"ok", "a\nb"}, Newest: &registryv1.VersionSummary{Author: "\x00"}},
		}},
	}
	clean.Message(m)

	change := m.GetChange()
	assert.Equal(t, "?cursor", m.GetCursor())
	assert.Equal(t, "ma?ra", change.GetEvent().GetPerson())
	assert.Equal(t, "one\ntwo?", change.GetEvent().GetReason(), "a reason keeps its lines")
	assert.Equal(t, map[string]string{"k??": "v", "k?": "other", "fine": "?v"}, change.GetEvent().GetDetail(), "no entry is lost")
	assert.Equal(t, []string{"ok", "a b"}, change.GetConnector().GetAliases())
	assert.Equal(t, "?", change.GetConnector().GetNewest().GetAuthor())
	assert.Equal(t, digest, change.GetEvent().GetStored().GetBody(), "bytes are not text")
}

func TestMessageAcceptsNothing(t *testing.T) {
	t.Parallel()
	clean.Message(nil)
	clean.Message((*registryv1.Version)(nil))
	m := &registryv1.Version{}
	clean.Message(m)
	assert.True(t, proto.Equal(m, &registryv1.Version{}))
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "a", "\x1b[31m", "\xed\xa0\x80", "a\r\nb", "e\u0301\u0301\u0301\u0301\u0301", "\u202e", "ab\u200dcd"} {
		f.Add(seed, 0)
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		for _, lines := range []bool{false, true} {
			wash := clean.Line
			if lines {
				wash = clean.Text
			}
			out := wash(s, limit)
			if !utf8.ValidString(out) {
				t.Fatalf("%q became %q, which is not UTF-8", s, out)
			}
			if limit > 0 && len(out) > limit {
				t.Fatalf("%q became %q, longer than %d", s, out, limit)
			}
			for _, r := range out {
				if lines && (r == '\n' || r == '\t') {
					continue
				}
				if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
					t.Fatalf("%q became %q, which has %U", s, out, r)
				}
			}
			if again := wash(out, limit); again != out {
				t.Fatalf("%q is clean as %q and again as %q", s, out, again)
			}
		}
	})
}

func BenchmarkMessage(b *testing.B) {
	page := &registryv1.ListVersionsResponse{}
	for range 50 {
		page.Versions = append(page.Versions, &registryv1.VersionSummary{
			Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.0.0"}, Author: "mara", Platforms: registryv1.Platforms(),
		})
	}
	b.ReportAllocs()
	for b.Loop() {
		clean.Message(page)
	}
}
