package artifact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

func TestChecksumFilesOfAllKinds(t *testing.T) {
	t.Parallel()
	d, other := artifact.Digest{1}, artifact.Digest{2}
	for name, c := range map[string]struct {
		text, self string
		warning    string
	}{
		"sha256sum":         {d.Hex() + "  a.zip\n" + other.Hex() + "  b.zip\n", "", ""},
		"binary mode":       {d.Hex() + " *a.zip\n", "", ""},
		"one space":         {d.Hex() + " a.zip", "", ""},
		"windows":           {"\xef\xbb\xbf" + d.Hex() + "  dist\\a.zip\r\n\r\n", "", ""},
		"with folders":      {d.Hex() + "  ./dist/a.zip\n", "", ""},
		"BSD":               {"SHA256 (a.zip) = " + d.Hex() + "\n", "", ""},
		"capital digits":    {strings.ToUpper(d.Hex()) + "  a.zip\n", "", ""},
		"with algorithm":    {d.String() + "  a.zip\n", "", ""},
		"digest alone":      {d.Hex() + "\n", "a.zip", ""},
		"comments":          {"# made by hand\n" + d.Hex() + "  a.zip\n", "", ""},
		"the same twice":    {d.Hex() + "  a.zip\n" + d.Hex() + "  a.zip\n", "", ""},
		"sha512 among them": {strings.Repeat("a", 128) + "  a.zip\n" + d.Hex() + "  a.zip\n", "", "line 1 is not"},
		"control character": {d.Hex() + "  a.zip\n" + d.Hex() + "  b\x1b.zip\n", "", "line 2 is not"},
		"a folder":          {d.Hex() + "  a.zip\n" + d.Hex() + "  ..\n", "", "line 2 is not"},
		"two opinions of b": {d.Hex() + "  a.zip\n" + d.Hex() + "  b\n" + other.Hex() + "  b\n", "", `"b" is listed with two digests`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := artifact.ParseChecksums([]byte(c.text), c.self)
			require.NoError(t, err)
			digest, ok := got.Of("a.zip")
			assert.True(t, ok)
			assert.Equal(t, d, digest)
			_, ok = got.Of("b")
			assert.False(t, ok, "two opinions are none")
			if c.warning == "" {
				assert.Empty(t, got.Warnings)
				return
			}
			require.Len(t, got.Warnings, 1)
			assert.Contains(t, got.Warnings[0], c.warning)
		})
	}
	for _, text := range []string{"", "\n\n", "hello", strings.Repeat("a", 64), strings.Repeat("a", 32) + "  md5.zip"} {
		_, err := artifact.ParseChecksums([]byte(text), "")
		require.ErrorContains(t, err, "no line with a sha256", text)
	}
	many, err := artifact.ParseChecksums([]byte(strings.Repeat(d.Hex()+"  a.zip\n", 20_000)), "")
	require.NoError(t, err)
	assert.LessOrEqual(t, len(many.Lines), 20_000)
	assert.NotEmpty(t, many.Warnings)
}

func FuzzChecksums(f *testing.F) {
	d := artifact.Digest{7}.Hex()
	for _, s := range []string{d + "  a", d + " *a", "SHA256 (a) = " + d, d, `\` + d + "  a\\n", "x"} {
		f.Add([]byte(s), "self")
	}
	f.Fuzz(func(t *testing.T, data []byte, self string) {
		c, err := artifact.ParseChecksums(data, self)
		if err != nil {
			assertPrintable(t, err.Error())
			return
		}
		for _, line := range c.Lines {
			if _, err := artifact.ParseFilename(line.Filename); err != nil {
				t.Fatal(err)
			}
		}
		for _, w := range c.Warnings {
			assertPrintable(t, w)
		}
	})
}
