package artifact_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

func TestHashReadsOnceAndCounts(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("registrar"), 100_000)
	for name, r := range map[string]io.Reader{
		"blocks":        bytes.NewReader(data),
		"short reads":   iotest.HalfReader(bytes.NewReader(data)),
		"data with EOF": iotest.DataErrReader(bytes.NewReader(data)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, n, err := artifact.Hash(t.Context(), r)
			require.NoError(t, err)
			assert.Equal(t, artifact.Digest(sha256.Sum256(data)), d)
			assert.Equal(t, int64(len(data)), n)
		})
	}
}

func TestHashStops(t *testing.T) {
	t.Parallel()
	t.Run("when the person stops it", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		endless := readerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
		_, n, err := artifact.Hash(ctx, endless)
		require.ErrorIs(t, err, context.Canceled)
		assert.Positive(t, n)
	})
	t.Run("when reading fails", func(t *testing.T) {
		t.Parallel()
		broken := errors.New("the disk is gone")
		_, _, err := artifact.Hash(t.Context(), io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)))
		require.ErrorIs(t, err, broken)
		assert.ErrorContains(t, err, "after 3 bytes")
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestDigestsAsText(t *testing.T) {
	t.Parallel()
	d := artifact.Digest(sha256.Sum256([]byte("x")))
	for _, s := range []string{d.String(), d.Hex(), strings.ToUpper(d.Hex()), "SHA256:" + d.Hex()} {
		got, err := artifact.ParseDigest(s)
		require.NoError(t, err, s)
		assert.Equal(t, d, got)
	}
	for s, want := range map[string]string{
		"": "0 characters", "sha256:": "0 characters", "md5:" + d.Hex(): `made with "md5"`, d.Hex()[1:]: "63 characters",
		strings.Repeat("z", 64): "not hexadecimal",
	} {
		_, err := artifact.ParseDigest(s)
		require.ErrorContains(t, err, want, s)
	}
	data, err := json.Marshal(map[string]artifact.Digest{"d": d, "none": {}})
	require.NoError(t, err)
	var back map[string]artifact.Digest
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, d, back["d"])
	assert.True(t, back["none"].IsZero())

	same, ok := artifact.DigestFromBytes(d[:])
	assert.True(t, ok)
	assert.Equal(t, d, same)
	_, ok = artifact.DigestFromBytes(d[:31])
	assert.False(t, ok)
}

func TestTheAssetSetDigest(t *testing.T) {
	t.Parallel()
	entries := []artifact.SetEntry{
		{Platform: artifact.LinuxAMD64, Kind: artifact.KindArchive, Filename: "a.tar.gz", Size: 3, SHA256: artifact.Digest{1}},
		{Platform: artifact.WindowsAMD64, Kind: artifact.KindArchive, Filename: "a.zip", Size: 4, SHA256: artifact.Digest{2}},
		{Kind: artifact.KindChecksum, Filename: "sums.txt", Size: 5, SHA256: artifact.Digest{3}},
	}
	want := artifact.SetDigest(entries)

	t.Run("is what anybody can compute", func(t *testing.T) {
		t.Parallel()
		one := "linux-amd64\tarchive\ta.tar.gz\t3\tsha256:" + artifact.Digest{1}.Hex() + "\n"
		assert.Equal(t, artifact.Digest(sha256.Sum256([]byte(one))), artifact.SetDigest(entries[:1]))
	})
	t.Run("does not depend on the order", func(t *testing.T) {
		t.Parallel()
		turned := slices.Clone(entries)
		slices.Reverse(turned)
		assert.Equal(t, want, artifact.SetDigest(turned))
	})
	t.Run("depends on everything else", func(t *testing.T) {
		t.Parallel()
		for name, change := range map[string]func(*artifact.SetEntry){
			"platform": func(e *artifact.SetEntry) { e.Platform = artifact.LinuxARM64 },
			"kind":     func(e *artifact.SetEntry) { e.Kind = artifact.KindBinary },
			"filename": func(e *artifact.SetEntry) { e.Filename = "b.tar.gz" },
			"size":     func(e *artifact.SetEntry) { e.Size++ },
			"sha256":   func(e *artifact.SetEntry) { e.SHA256[31]++ },
		} {
			other := slices.Clone(entries)
			change(&other[0])
			assert.NotEqual(t, want, artifact.SetDigest(other), name)
		}
		assert.NotEqual(t, want, artifact.SetDigest(entries[:2]))
	})
	t.Run("no file name can imitate another set", func(t *testing.T) {
		t.Parallel()
		d := artifact.Digest{1}
		two := []artifact.SetEntry{{Filename: "a", SHA256: d}, {Filename: "b", SHA256: d}}
		one := []artifact.SetEntry{{Filename: "a\t0\t" + d.String() + "\n\t\tb", SHA256: d}}
		assert.NotEqual(t, artifact.SetDigest(two), artifact.SetDigest(one))
		assert.NotEqual(t,
			artifact.SetDigest([]artifact.SetEntry{{Filename: "a\tb"}}),
			artifact.SetDigest([]artifact.SetEntry{{Filename: `"a\tb"`}}))
	})
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"baton-x-v1.0.0-linux-amd64.tar.gz", "a", "baton x.zip", "...", "console.txt", "com10"} {
		_, err := artifact.ParseFilename(s)
		require.NoError(t, err, s)
	}
	for s, want := range map[string]string{
		"": "empty", "a/b": "slash", "/": "slash", "..": "..", ".": "is a folder", `a\b`: "backslash", "C:x": "colon",
		"a\nb": "control", "a\u202eb": "control", "\xff": "UTF-8", "nul.txt": "device", "COM1": "device",
		strings.Repeat("a", 256): "256 bytes",
	} {
		_, err := artifact.ParseFilename(s)
		require.ErrorContains(t, err, want, s)
		assertPrintable(t, err.Error())
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, k := range artifact.Kinds() {
		got, err := artifact.ParseKind(string(k))
		require.NoError(t, err)
		assert.Equal(t, k, got)
	}
	_, err := artifact.ParseKind("ARCHIVE")
	require.ErrorContains(t, err, "use one of archive")
}

func BenchmarkHash(b *testing.B) {
	data := make([]byte, 16<<20)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := artifact.Hash(b.Context(), bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
