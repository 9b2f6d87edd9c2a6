package artifact_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

func TestArchivesThatMustNotBeUnpacked(t *testing.T) {
	t.Parallel()
	elf := tinyELF(nil)
	exe := item{name: "baton-x", data: elf}
	for name, c := range map[string]struct {
		items []item
		want  artifact.ProblemKind
		entry string
	}{
		"leads out":             {[]item{exe, {name: "../other"}}, artifact.ProblemUnsafePath, "../other"},
		"leads out in between":  {[]item{exe, {name: "a/../../b"}}, artifact.ProblemUnsafePath, "a/../../b"},
		"absolute":              {[]item{exe, {name: "/etc/passwd"}}, artifact.ProblemUnsafePath, "/etc/passwd"},
		"backslash":             {[]item{exe, {name: `..\x`}}, artifact.ProblemUnsafePath, `..\x`},
		"drive":                 {[]item{exe, {name: "C:x"}}, artifact.ProblemUnsafePath, "C:x"},
		"control character":     {[]item{exe, {name: "a\x1b[2Jb"}}, artifact.ProblemUnsafePath, `a\x1b[2Jb`},
		"reading direction":     {[]item{exe, {name: "a\u202eb"}}, artifact.ProblemUnsafePath, `a\u202eb`},
		"device of Windows":     {[]item{exe, {name: "sub/NUL.txt"}}, artifact.ProblemUnsafePath, "sub/NUL.txt"},
		"endless name":          {[]item{exe, {name: strings.Repeat("n", 600)}}, artifact.ProblemUnsafePath, strings.Repeat("n", 512) + "..."},
		"the same twice":        {[]item{exe, {name: "README"}, {name: "README"}}, artifact.ProblemDuplicate, "README"},
		"the same but for case": {[]item{exe, {name: "README"}, {name: "readme"}}, artifact.ProblemDuplicate, "readme"},
		"the same on Windows":   {[]item{exe, {name: "README"}, {name: "README. "}}, artifact.ProblemDuplicate, "README. "},
		"the same with a dot":   {[]item{exe, {name: "README"}, {name: "./README"}}, artifact.ProblemDuplicate, "./README"},
		"file and folder":       {[]item{exe, {name: "a/"}, {name: "a"}}, artifact.ProblemDuplicate, "a"},
		"no executable":         {[]item{{name: "README", data: []byte("hello")}}, artifact.ProblemNoExecutable, ""},
		"nothing":               {nil, artifact.ProblemNoExecutable, ""},
		"two executables":       {[]item{exe, {name: "baton-y", data: elf}}, artifact.ProblemSeveralExecutables, "baton-y"},
		"a broken executable":   {[]item{{name: "baton-x", data: elf[:70]}}, artifact.ProblemExecutableTruncated, "baton-x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for container, data := range map[string][]byte{"tar.gz": tarGz(t, c.items...), "zip": zipFile(t, c.items...)} {
				facts := inspect(t, data, artifact.Limits{})
				require.Equal(t, []artifact.ProblemKind{c.want}, kinds(facts), "%s: %v", container, facts.Problems)
				assert.Equal(t, c.entry, facts.Problems[0].Entry, container)
			}
		})
	}
}

func TestArchivesThatAreFine(t *testing.T) {
	t.Parallel()
	items := []item{
		{name: "./"},
		{name: "./docs/"},
		{name: "./docs/"},
		{name: "./docs/README", data: []byte("read me")},
		{name: "./baton-x", data: tinyELF(nil)},
		{name: "LICENSE", data: []byte("Apache")},
	}
	for container, data := range map[string][]byte{"tar.gz": tarGz(t, items...), "zip": zipFile(t, items...)} {
		facts := inspect(t, data, artifact.Limits{})
		require.Empty(t, facts.Problems, container)
		assert.Len(t, facts.Entries, len(items))
		assert.Equal(t, artifact.Entry{Name: "./docs/README", Size: 7}, facts.Entries[3])
		assert.True(t, facts.Entries[0].Folder)
		assert.Equal(t, "./baton-x", facts.Executable.Name)
	}
	// git archive writes a global header; it unpacks to nothing.
	var buf bytes.Buffer
	tw := tar.NewWriter(&buf)
	require.NoError(t, tw.WriteHeader(&tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": "abc"}}))
	require.NoError(t, tw.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "baton-x", Size: int64(len(tinyELF(nil)))}))
	_, err := tw.Write(tinyELF(nil))
	require.NoError(t, err)
	require.NoError(t, tw.Close())
	assert.Empty(t, inspect(t, zipped(t, buf.Bytes()), artifact.Limits{}).Problems)
}

func TestLinksAndDevicesInTar(t *testing.T) {
	t.Parallel()
	exe := item{name: "baton-x", data: tinyELF(nil)}
	for kind, want := range map[byte]artifact.ProblemKind{
		tar.TypeSymlink: artifact.ProblemLink, tar.TypeLink: artifact.ProblemLink, tar.TypeChar: artifact.ProblemDevice,
		tar.TypeBlock: artifact.ProblemDevice, tar.TypeFifo: artifact.ProblemDevice, tar.TypeCont: artifact.ProblemUnsupported,
	} {
		facts := inspect(t, tarGz(t, exe, item{name: "l", link: "baton-x\x1b", kind: kind}), artifact.Limits{})
		assert.Equal(t, []artifact.ProblemKind{want}, kinds(facts), "type %q", kind)
	}
}

func TestLinksAndDevicesInZip(t *testing.T) {
	t.Parallel()
	exe := item{name: "baton-x", data: tinyELF(nil)}
	for mode, want := range map[os.FileMode]artifact.ProblemKind{
		os.ModeSymlink | 0o777: artifact.ProblemLink, os.ModeDevice | 0o600: artifact.ProblemDevice,
		os.ModeNamedPipe | 0o600: artifact.ProblemDevice, os.ModeSocket | 0o600: artifact.ProblemDevice,
	} {
		facts := inspect(t, zipFile(t, exe, item{name: "l", data: []byte("baton-x"), mode: mode}), artifact.Limits{})
		assert.Equal(t, []artifact.ProblemKind{want}, kinds(facts), "%v", mode)
	}
}

func TestManyProblemsAreAllFoundAndBounded(t *testing.T) {
	t.Parallel()
	three := inspect(t, tarGz(t, item{name: "../a"}, item{name: "/b"}, item{name: "l", kind: tar.TypeSymlink, link: "x"}), artifact.Limits{})
	assert.Equal(t, []artifact.ProblemKind{artifact.ProblemUnsafePath, artifact.ProblemUnsafePath, artifact.ProblemLink}, kinds(three))

	var many []item
	for i := range 200 {
		many = append(many, item{name: fmt.Sprintf("../%d", i)})
	}
	facts := inspect(t, tarGz(t, many...), artifact.Limits{})
	assert.Len(t, facts.Problems, 50)
	assert.Contains(t, facts.Problems[49].Detail, "more problems than are listed")
}

func TestTooManyEntries(t *testing.T) {
	t.Parallel()
	var many []item
	for i := range 30 {
		many = append(many, item{name: fmt.Sprint(i)})
	}
	lim := artifact.Limits{MaxEntries: 20}
	for container, data := range map[string][]byte{"tar.gz": tarGz(t, many...), "zip": zipFile(t, many...)} {
		facts := inspect(t, data, lim)
		assert.Equal(t, []artifact.ProblemKind{artifact.ProblemTooManyEntries}, kinds(facts), container)
		assert.Len(t, facts.Entries, 20)
	}
	assert.Equal(t, []artifact.ProblemKind{artifact.ProblemNoExecutable}, kinds(inspect(t, zipFile(t, many...), artifact.Limits{MaxEntries: 30})))
}

// A bomb says nothing about its size, or lies; what counts is what comes out.
func TestBombsStopAtTheLimit(t *testing.T) {
	t.Parallel()
	const size = 4 << 20
	lim := artifact.Limits{MaxUnpacked: 1 << 20, MaxExecutable: 1 << 19, TempDir: t.TempDir()}
	for name, data := range map[string][]byte{
		"tar.gz of zeros":              bomb(t, nil, size),
		"tar.gz of one executable":     bomb(t, tinyELF(nil), size),
		"zip of zeros":                 zipBomb(t, size),
		"tar.gz with a long PAX name":  zipped(t, tarball(t, item{name: strings.Repeat("n", 1<<20-64)})),
		"gzip that never becomes tar":  members(t, nil, 64),
		"zeros behind the end of tar":  members(t, tarball(t, item{name: "x", data: tinyELF(nil)}), 64),
		"a link that claims much data": zipped(t, claimed(t, tar.TypeSymlink, 1<<40)),
		"a file that claims much data": members(t, claimed(t, tar.TypeReg, 1<<40), 64),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := inspect(t, data, artifact.Limits{MaxUnpacked: lim.MaxUnpacked, MaxExecutable: lim.MaxExecutable})
			require.NotEmpty(t, facts.Problems)
			assert.LessOrEqual(t, facts.UnpackedBytes, lim.MaxUnpacked+1)
		})
	}
	assert.Equal(t, []artifact.ProblemKind{artifact.ProblemTooLarge}, kinds(inspect(t, bomb(t, nil, 2<<20), lim)))
	assert.Equal(t, []artifact.ProblemKind{artifact.ProblemTooLarge}, kinds(inspect(t, zipBomb(t, 2<<20), lim)))
	bare := inspect(t, append(tinyELF(nil), make([]byte, 1<<20)...), lim)
	assert.Equal(t, []artifact.ProblemKind{artifact.ProblemTooLarge}, kinds(bare))
}

// bomb is a tar.gz with one file of size bytes that begins with head.
func bomb(t *testing.T, head []byte, size int64) []byte {
	t.Helper()
	var buf bytes.Buffer
	zw, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	require.NoError(t, err)
	tw := tar.NewWriter(zw)
	require.NoError(t, tw.WriteHeader(&tar.Header{Name: "baton-x", Size: size, Typeflag: tar.TypeReg}))
	_, err = io.Copy(tw, io.LimitReader(io.MultiReader(bytes.NewReader(head), zeros{}), size))
	require.NoError(t, err)
	require.NoError(t, tw.Close())
	require.NoError(t, zw.Close())
	return buf.Bytes()
}

// members is a gzip stream of head and then of so many megabytes of zeros, one
// gzip member for each, which are as good as one.
func members(t *testing.T, head []byte, megabytes int) []byte {
	t.Helper()
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	_, err := zw.Write(make([]byte, 1<<20))
	require.NoError(t, err)
	require.NoError(t, zw.Close())
	return append(zipped(t, head), bytes.Repeat(buf.Bytes(), megabytes)...)
}

func zipBomb(t *testing.T, size int64) []byte {
	t.Helper()
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	w, err := zw.Create("baton-x")
	require.NoError(t, err)
	_, err = io.Copy(w, io.LimitReader(zeros{}, size))
	require.NoError(t, err)
	require.NoError(t, zw.Close())
	return buf.Bytes()
}

// claimed is a tar header alone, which promises size bytes.
func claimed(t *testing.T, kind byte, size int64) []byte {
	t.Helper()
	var buf bytes.Buffer
	tw := tar.NewWriter(&buf)
	require.NoError(t, tw.WriteHeader(&tar.Header{Name: "baton-x", Size: 0, Typeflag: kind, Linkname: "x", Format: tar.FormatGNU}))
	block := buf.Bytes()[:512]
	copy(block[124:136], fmt.Sprintf("%011o\x00", min(size, 1<<33-1)))
	copy(block[148:156], "        ")
	sum := 0
	for _, b := range block {
		sum += int(b)
	}
	copy(block[148:156], fmt.Sprintf("%06o\x00 ", sum))
	return block
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// The directory of a zip may hold far more entries than it says; reading it
// whole would cost hundreds of bytes of memory for each.
func TestAZipDirectoryThatLiesIsNotReadIntoMemory(t *testing.T) {
	// Not parallel: it measures allocations.
	const n = 400_000
	var directory []byte
	le := binary.LittleEndian
	record := make([]byte, 46, 47)
	copy(record, "PK\x01\x02")
	le.PutUint16(record[28:], 1)
	for range n {
		directory = append(append(directory, record...), 'x')
	}
	end := make([]byte, 22)
	copy(end, "PK\x05\x06")
	entries := n % 65536 // What the format's 16 bits keep of it.
	le.PutUint16(end[8:], uint16(entries))
	le.PutUint16(end[10:], uint16(entries))
	le.PutUint32(end[12:], uint32(len(directory)))
	le.PutUint32(end[16:], 4)
	data := append(append([]byte("PK\x03\x04"), directory...), end...)

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	facts := inspect(t, data, artifact.Limits{})
	runtime.ReadMemStats(&after)
	assert.Equal(t, []artifact.ProblemKind{artifact.ProblemTooManyEntries}, kinds(facts), "%v", facts.Problems)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
}

func TestWhatIsHiddenBehindTheArchiveIsFound(t *testing.T) {
	t.Parallel()
	elf := tinyELF(nil)
	first, second := tarball(t, item{name: "baton-x", data: elf}), tarball(t, item{name: "baton-y", data: elf})
	for name, data := range map[string][]byte{
		"a second tar in the stream": zipped(t, append(bytes.Clone(first), second...)),
		"a second gzip member":       append(zipped(t, first), zipped(t, second)...),
		"text behind gzip":           append(zipped(t, first), "this is something else"...),
	} {
		facts := inspect(t, data, artifact.Limits{})
		assert.Equal(t, []artifact.ProblemKind{artifact.ProblemTrailingData}, kinds(facts), name)
	}
}

func TestDamageIsNoticed(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat(tinyELF(nil), 20)
	t.Run("the sum of gzip", func(t *testing.T) {
		t.Parallel()
		gz := tarGz(t, item{name: "baton-x", data: data})
		gz[len(gz)-8] ^= 1
		assert.Equal(t, []artifact.ProblemKind{artifact.ProblemCorrupt}, kinds(inspect(t, gz, artifact.Limits{})))
	})
	t.Run("the sum of a file in zip", func(t *testing.T) {
		t.Parallel()
		z := zipFile(t, item{name: "baton-x", data: data})
		sum := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(data))
		z = bytes.ReplaceAll(z, sum, []byte{1, 2, 3, 4})
		assert.Equal(t, []artifact.ProblemKind{artifact.ProblemCorrupt}, kinds(inspect(t, z, artifact.Limits{})))
	})
	t.Run("encrypted", func(t *testing.T) {
		t.Parallel()
		z := zipFile(t, item{name: "baton-x", data: data})
		at := bytes.Index(z, []byte("PK\x01\x02"))
		z[at+8] |= 1
		assert.Equal(t, []artifact.ProblemKind{artifact.ProblemEncrypted}, kinds(inspect(t, z, artifact.Limits{})))
	})
	t.Run("a method that few can unpack", func(t *testing.T) {
		t.Parallel()
		z := zipFile(t, item{name: "baton-x", data: data})
		at := bytes.Index(z, []byte("PK\x01\x02"))
		z[at+10] = 14 // LZMA
		assert.Equal(t, []artifact.ProblemKind{artifact.ProblemUnsupported}, kinds(inspect(t, z, artifact.Limits{})))
	})
	t.Run("sparse files", func(t *testing.T) {
		t.Parallel()
		sparse := bytes.Clone(tarball(t, item{name: "baton-x", data: data}))
		sparse = bytes.Replace(sparse, []byte("ustar\x0000"), []byte("ustar  \x00"), 1)
		sparse[156] = tar.TypeGNUSparse
		facts := inspect(t, zipped(t, sparse), artifact.Limits{})
		assert.NotEmpty(t, facts.Problems)
	})
}
