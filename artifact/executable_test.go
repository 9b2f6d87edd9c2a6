package artifact_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

const (
	machoX8664 = 0x01000007
	machoARM64 = 0x0100000c
)

// slice is one executable of a universal file.
type slice struct {
	cpu  uint32
	data []byte
}

// fat makes a universal file.
func fat(wide bool, slices ...slice) []byte {
	be := binary.BigEndian
	entry := 20
	out := be.AppendUint32(nil, 0xcafebabe)
	if wide {
		entry = 32
		out = be.AppendUint32(nil, 0xcafebabf)
	}
	out = be.AppendUint32(out, uint32(len(slices)))
	at := 8 + entry*len(slices)
	var body []byte
	for _, s := range slices {
		out = be.AppendUint32(be.AppendUint32(out, s.cpu), 3)
		if wide {
			out = be.AppendUint64(be.AppendUint64(out, uint64(at)), uint64(len(s.data)))
			out = be.AppendUint64(out, 0)
		} else {
			out = be.AppendUint32(be.AppendUint32(out, uint32(at)), uint32(len(s.data)))
			out = be.AppendUint32(out, 0)
		}
		body = append(body, s.data...)
		at += len(s.data)
	}
	return append(out, body...)
}

// tinyELF is the smallest program for linux-amd64 that has all headers; data
// is its one writable segment.
func tinyELF(data []byte) []byte {
	le := binary.LittleEndian
	out := make([]byte, 64+56)
	copy(out, "\x7fELF\x02\x01\x01")
	le.PutUint16(out[16:], 2)
	le.PutUint16(out[18:], 62)
	le.PutUint64(out[24:], 0x401000)
	le.PutUint64(out[32:], 64)
	le.PutUint16(out[54:], 56)
	le.PutUint16(out[56:], 1)
	le.PutUint16(out[58:], 64)
	p := out[64:]
	le.PutUint32(p, 1)
	le.PutUint32(p[4:], 6)
	le.PutUint64(p[8:], 128)
	le.PutUint64(p[32:], uint64(len(data)))
	return append(append(out, make([]byte, 8)...), data...)
}

func tinyPE() []byte {
	le := binary.LittleEndian
	out := make([]byte, 64+24+240+40)
	copy(out, "MZ")
	le.PutUint32(out[60:], 64)
	copy(out[64:], "PE\x00\x00")
	le.PutUint16(out[68:], 0x8664)
	le.PutUint16(out[70:], 1)
	le.PutUint16(out[84:], 240)
	le.PutUint16(out[86:], 0x22)
	le.PutUint16(out[88:], 0x20b)
	le.PutUint16(out[88+68:], 3)
	le.PutUint32(out[88+108:], 16)
	return out
}

func tinyMachO() []byte {
	le := binary.LittleEndian
	out := make([]byte, 32+24)
	le.PutUint32(out, 0xfeedfacf)
	le.PutUint32(out[4:], machoX8664)
	le.PutUint32(out[12:], 2)
	le.PutUint32(out[16:], 1)
	le.PutUint32(out[20:], 24)
	le.PutUint32(out[32:], 0x32)
	le.PutUint32(out[36:], 24)
	le.PutUint32(out[40:], 1)
	return out
}

// buildInfo is Go build information as the linker writes it.
func buildInfo(version, modules string) []byte {
	out := make([]byte, 32)
	copy(out, "\xff Go buildinf:")
	out[14], out[15] = 8, 2
	out = append(binary.AppendUvarint(out, uint64(len(version))), version...)
	if modules != "" {
		modules = strings.Repeat("a", 16) + modules + strings.Repeat("z", 16)
	}
	return append(binary.AppendUvarint(out, uint64(len(modules))), modules...)
}

func patched(data []byte, at int, b ...byte) []byte {
	data = bytes.Clone(data)
	copy(data[at:], b)
	return data
}

func TestExecutablesOfOtherSystems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data []byte
		kind artifact.ProblemKind
		want string
	}{
		"ELF for FreeBSD":         {patched(tinyELF(nil), 7, 9), artifact.ProblemForeignPlatform, "FreeBSD on x86-64 (64-bit)"},
		"ELF for RISC-V":          {patched(tinyELF(nil), 18, 243), artifact.ProblemForeignPlatform, "Linux on RISC-V"},
		"ELF for something else":  {patched(tinyELF(nil), 18, 0xff, 0x7f), artifact.ProblemForeignPlatform, "machine 0x7fff"},
		"ELF 32-bit":              {patched(tinyELF(nil), 4, 1), artifact.ProblemForeignPlatform, "(32-bit)"},
		"ELF big-endian":          {patched(tinyELF(nil), 5, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 22), artifact.ProblemForeignPlatform, "s390x"},
		"ELF of no class":         {patched(tinyELF(nil), 4, 7), artifact.ProblemExecutableMalformed, "the class is 7"},
		"ELF object file":         {patched(tinyELF(nil), 16, 1), artifact.ProblemNotAProgram, "object file"},
		"ELF shared library":      {patched(tinyELF(nil), 24, 0, 0, 0, 0, 0, 0, 0, 0), artifact.ProblemNotAProgram, "library"},
		"ELF with nothing in it":  {patched(tinyELF(nil), 56, 0, 0), artifact.ProblemExecutableMalformed, "nothing to load"},
		"ELF with odd headers":    {patched(tinyELF(nil), 54, 55), artifact.ProblemExecutableMalformed, "headers of 55 bytes"},
		"ELF with many headers":   {patched(tinyELF(nil), 56, 0xff, 0xff), artifact.ProblemExecutableMalformed, "65535 headers"},
		"PE for arm64":            {patched(tinyPE(), 68, 0x64, 0xaa), artifact.ProblemForeignPlatform, "Windows on arm64"},
		"PE library":              {patched(tinyPE(), 87, 0x20), artifact.ProblemNotAProgram, "library"},
		"PE driver":               {patched(tinyPE(), 88+68, 1), artifact.ProblemNotAProgram, "driver"},
		"PE without header":       {patched(tinyPE(), 64, 'X'), artifact.ProblemExecutableMalformed, "no PE header"},
		"PE with many sections":   {patched(tinyPE(), 70, 97), artifact.ProblemExecutableMalformed, "97 sections"},
		"Mach-O for iOS":          {patched(tinyMachO(), 40, 2), artifact.ProblemForeignPlatform, "Apple system 2"},
		"Mach-O library":          {patched(tinyMachO(), 12, 6), artifact.ProblemNotAProgram, "library"},
		"Mach-O for 32 bits":      {patched(tinyMachO(), 0, 0xce, 0xfa, 0xed, 0xfe, 7, 0, 0, 0), artifact.ProblemForeignPlatform, "macOS on x86 (32-bit)"},
		"Mach-O with a huge list": {patched(tinyMachO(), 16, 0xff, 0xff, 0xff, 0xff), artifact.ProblemExecutableMalformed, "4294967295 load commands"},
		"Mach-O with a tiny one":  {patched(tinyMachO(), 36, 4), artifact.ProblemExecutableMalformed, "load command of 4 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := inspect(t, c.data, artifact.Limits{})
			require.Equal(t, []artifact.ProblemKind{c.kind}, kinds(facts), "%v", facts.Problems)
			assert.Contains(t, facts.Problems[0].Detail, c.want)
		})
	}
	for name, data := range map[string][]byte{"ELF": tinyELF(nil), "PE": tinyPE(), "Mach-O": tinyMachO()} {
		assert.Empty(t, inspect(t, data, artifact.Limits{}).Problems, "the tiny %s is fine until it is patched", name)
	}
}

func TestHeaderAndGoBuildInformationMustAgree(t *testing.T) {
	t.Parallel()
	info := func(goos, goarch string) []byte {
		return buildInfo("go1.26.8", "path\tx\nmod\texample.org/baton-x\tv1.0.0\t\nbuild\tGOOS="+goos+"\nbuild\tGOARCH="+goarch+"\n")
	}
	fine := inspect(t, tinyELF(info("linux", "amd64")), artifact.Limits{})
	require.Empty(t, fine.Problems)
	assert.Equal(t, "example.org/baton-x", fine.Executable.Go.Module)
	for _, lie := range [][2]string{{"linux", "arm64"}, {"android", "amd64"}, {"windows", "amd64"}} {
		facts := inspect(t, tinyELF(info(lie[0], lie[1])), artifact.Limits{})
		require.Equal(t, []artifact.ProblemKind{artifact.ProblemContradiction}, kinds(facts))
		assert.Contains(t, facts.Problems[0].Detail, lie[0]+"-"+lie[1])
	}
	none := inspect(t, tinyELF([]byte("no build information here")), artifact.Limits{})
	require.Empty(t, none.Problems, "programs that are not Go's are programs")
	assert.Nil(t, none.Executable.Go)
}

func TestBuildInformationIsReadWithinBounds(t *testing.T) {
	t.Parallel()
	var deps strings.Builder
	deps.WriteString("path\tx\nmod\tx\tv1.0.0\t\n")
	for i := range 3000 {
		fmt.Fprintf(&deps, "dep\texample.org/d%d\tv1.0.%d\t\n", i, i)
	}
	deps.WriteString("dep\texample.org/last\tv1\t\n=>\texample.org/fork\tv2\t\n")
	many := inspect(t, tinyELF(buildInfo("go1.26", deps.String())), artifact.Limits{}).Executable.Go
	assert.Len(t, many.Deps, 2000)
	assert.Equal(t, artifact.Module{Path: "example.org/d7", Version: "v1.0.7"}, many.Deps[7])

	replaced := inspect(t, tinyELF(buildInfo("go1.26", "path\tx\ndep\ta\tv1\t\n=>\tb\tv2\t\nbuild\tvcs.modified=true\nbuild\tvcs.revision=abc\n")), artifact.Limits{}).Executable.Go
	assert.Equal(t, []artifact.Module{{Path: "b", Version: "v2"}}, replaced.Deps)
	assert.True(t, replaced.VCSModified)
	assert.Equal(t, "abc", replaced.VCSRevision)

	long := inspect(t, tinyELF(buildInfo("go1.26", "path\t"+strings.Repeat("p", 100_000)+"\x1b[31m\n")), artifact.Limits{}).Executable.Go
	assert.Len(t, long.Package, 515)

	control := inspect(t, tinyELF(buildInfo("go\x1b[2J", "")), artifact.Limits{}).Executable.Go
	assert.Equal(t, `go\x1b[2J`, control.GoVersion)

	for name, data := range map[string][]byte{
		"a version as long as the file": append(buildInfo("", "")[:32], 0xff, 0xff, 0xff, 0xff, 0x0f),
		"no version":                    buildInfo("", "x"),
		"the old layout":                patched(buildInfo("go1.17", ""), 15, 0),
		"cut":                           buildInfo("go1.26", "path\tx\n")[:34],
		"not aligned":                   append(make([]byte, 8), buildInfo("go1.26", "")...),
	} {
		assert.Nil(t, inspect(t, tinyELF(data), artifact.Limits{}).Executable.Go, name)
	}
	second := append(patched(buildInfo("go1.17", ""), 15, 0), make([]byte, 7)...)
	second = append(second[:len(second)/16*16], buildInfo("go1.26", "")...)
	require.NotNil(t, inspect(t, tinyELF(second), artifact.Limits{}).Executable.Go, "a false start is passed over")
}

// A table of symbols whose names all are the same endless text makes the
// standard library's reader allocate symbols times text. Not this one.
func TestHostileTablesDoNotCostMemory(t *testing.T) {
	// Not parallel: it measures allocations.
	le := binary.LittleEndian
	const symbols, text = 100_000, 8 << 20
	macho := make([]byte, 32+24)
	copy(macho, tinyMachO())
	le.PutUint32(macho[32:], 2) // LC_SYMTAB
	le.PutUint32(macho[40:], 56)
	le.PutUint32(macho[44:], symbols)
	le.PutUint32(macho[48:], 56+symbols*16)
	le.PutUint32(macho[52:], text)
	macho = append(macho, make([]byte, symbols*16)...)
	macho = append(macho, bytes.Repeat([]byte("x"), text)...)

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	inspect(t, macho, artifact.Limits{})
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
}
