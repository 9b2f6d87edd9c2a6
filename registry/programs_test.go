package registry_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// The platforms under short names.
const (
	linuxAMD   = registryv1.Platform_PLATFORM_LINUX_AMD64
	linuxARM   = registryv1.Platform_PLATFORM_LINUX_ARM64
	darwinAMD  = registryv1.Platform_PLATFORM_DARWIN_AMD64
	darwinARM  = registryv1.Platform_PLATFORM_DARWIN_ARM64
	windowsAMD = registryv1.Platform_PLATFORM_WINDOWS_AMD64
	universal  = registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL
)

// program is the smallest executable that is one for its platform. Programs
// with different salts are different files of different sizes.
func program(platform registryv1.Platform, salt string) []byte {
	var head []byte
	switch platform {
	case linuxAMD:
		head = elf(62)
	case linuxARM:
		head = elf(183)
	case darwinAMD:
		head = macho(0x01000007)
	case darwinARM:
		head = macho(0x0100000c)
	case windowsAMD:
		head = pe()
	case universal:
		return fat(program(darwinAMD, salt), program(darwinARM, salt))
	default:
		head = []byte("no program at all")
	}
	return append(head, salt...)
}

// elf is a program with one segment to load and an entry point.
func elf(machine uint16) []byte {
	le := binary.LittleEndian
	out := make([]byte, 64+56)
	copy(out, "\x7fELF\x02\x01\x01")
	le.PutUint16(out[16:], 2) // a program
	le.PutUint16(out[18:], machine)
	le.PutUint32(out[20:], 1)
	le.PutUint64(out[24:], 0x400000) // entry
	le.PutUint64(out[32:], 64)       // program headers begin behind this one
	le.PutUint16(out[52:], 64)
	le.PutUint16(out[54:], 56)
	le.PutUint16(out[56:], 1)
	le.PutUint16(out[58:], 64)
	segment := out[64:]
	le.PutUint32(segment, 1)
	le.PutUint32(segment[4:], 5)
	le.PutUint64(segment[32:], 64+56)
	return out
}

// macho is a program with one load command, the version of the system.
func macho(cpu uint32) []byte {
	le := binary.LittleEndian
	out := make([]byte, 32+24)
	for i, v := range []uint32{0xfeedfacf, cpu, 3, 2, 1, 24, 0, 0, 0x32, 24, 1, 0, 0, 0} {
		le.PutUint32(out[4*i:], v)
	}
	return out
}

// pe is a console program with one empty section.
func pe() []byte {
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

// fat is a universal macOS file of two programs.
func fat(amd, arm []byte) []byte {
	be := binary.BigEndian
	const head, align = 8 + 2*20, 64
	out := make([]byte, head)
	be.PutUint32(out, 0xcafebabe)
	be.PutUint32(out[4:], 2)
	for i, part := range [][]byte{amd, arm} {
		out = append(out, make([]byte, (align-len(out)%align)%align)...)
		entry := out[8+20*i:]
		be.PutUint32(entry, [2]uint32{0x01000007, 0x0100000c}[i])
		be.PutUint32(entry[4:], 3)
		be.PutUint32(entry[8:], uint32(len(out)))
		be.PutUint32(entry[12:], uint32(len(part)))
		be.PutUint32(entry[16:], 6)
		out = append(out, part...)
	}
	return out
}

func TestTinyProgramsAreProgramsForTheirPlatform(t *testing.T) {
	t.Parallel()
	for _, platform := range append(registryv1.Platforms(), universal) {
		t.Run(platform.Slug(), func(t *testing.T) {
			t.Parallel()
			data := program(platform, "salt")
			facts, err := artifact.Inspect(t.Context(), bytes.NewReader(data), int64(len(data)), artifact.Limits{})
			require.NoError(t, err)
			require.Empty(t, facts.Problems)
			require.NotNil(t, facts.Executable)
			require.Equal(t, platform.Slug(), string(facts.Executable.Platform))
		})
	}
}
