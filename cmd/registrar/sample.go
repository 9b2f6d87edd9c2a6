package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// sampleName is the connector that the demo publishes.
const sampleName = "baton-sample"

// sampleFile is where the executable of a platform lies in a directory of
// release files, as `make sample` lays it out.
func sampleFile(dir string, platform registryv1.Platform) string {
	name := sampleName
	if platform == registryv1.Platform_PLATFORM_WINDOWS_AMD64 {
		name += ".exe"
	}
	return filepath.Join(dir, platform.Slug(), name)
}

// writeSamples makes a small executable for each platform where no real ones
// were built: headers as each system wants them, and something to carry.
func writeSamples(dir string) error {
	for _, platform := range registryv1.Platforms() {
		path := sampleFile(dir, platform)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("making sample executables: %w", err)
		}
		if err := os.WriteFile(path, sampleExecutable(platform), 0o700); err != nil { //nolint:gosec // executables are what is wanted
			return fmt.Errorf("making sample executables: %w", err)
		}
	}
	return nil
}

// sampleBytes is the size of the made executables.
const sampleBytes = 256 << 10

func sampleExecutable(platform registryv1.Platform) []byte {
	var head []byte
	switch platform {
	case registryv1.Platform_PLATFORM_LINUX_AMD64:
		head = elf(62)
	case registryv1.Platform_PLATFORM_LINUX_ARM64:
		head = elf(183)
	case registryv1.Platform_PLATFORM_DARWIN_AMD64:
		head = macho(0x01000007)
	case registryv1.Platform_PLATFORM_DARWIN_ARM64:
		head = macho(0x0100000c)
	default:
		head = pe()
	}
	return append(head, filler(platform.Slug(), sampleBytes-len(head))...)
}

// filler is always the same for the same seed, and different for each.
func filler(seed string, n int) []byte {
	out := make([]byte, 0, n+sha256.Size)
	sum := sha256.Sum256([]byte(seed))
	for len(out) < n {
		out = append(out, sum[:]...)
		sum = sha256.Sum256(sum[:])
	}
	return out[:n]
}

// elf is a 64-bit Linux program of which one segment is loaded.
func elf(machine uint16) []byte {
	const header, program = 64, 56
	le := binary.LittleEndian
	b := make([]byte, header+program)
	copy(b, "\x7fELF\x02\x01\x01")
	le.PutUint16(b[16:], 2) // a program
	le.PutUint16(b[18:], machine)
	le.PutUint32(b[20:], 1)
	le.PutUint64(b[24:], 0x400000+header+program) // where it begins
	le.PutUint64(b[32:], header)
	le.PutUint16(b[52:], header)
	le.PutUint16(b[54:], program)
	le.PutUint16(b[56:], 1)
	p := b[header:]
	le.PutUint32(p, 1)     // to be loaded
	le.PutUint32(p[4:], 5) // readable and executable
	le.PutUint64(p[16:], 0x400000)
	le.PutUint64(p[24:], 0x400000)
	le.PutUint64(p[32:], sampleBytes)
	le.PutUint64(p[40:], sampleBytes)
	le.PutUint64(p[48:], 0x1000)
	return b
}

// macho is a 64-bit macOS program with one segment.
func macho(cpu uint32) []byte {
	const header, segment = 32, 72
	le := binary.LittleEndian
	b := make([]byte, header+segment)
	le.PutUint32(b, 0xfeedfacf)
	le.PutUint32(b[4:], cpu)
	le.PutUint32(b[12:], 2) // a program
	le.PutUint32(b[16:], 1)
	le.PutUint32(b[20:], segment)
	s := b[header:]
	le.PutUint32(s, 0x19)
	le.PutUint32(s[4:], segment)
	copy(s[8:], "__TEXT")
	le.PutUint64(s[24:], 0x100000000)
	le.PutUint64(s[32:], sampleBytes)
	le.PutUint64(s[48:], sampleBytes)
	le.PutUint32(s[56:], 5)
	le.PutUint32(s[60:], 5)
	return b
}

// pe is a 64-bit Windows program for the console, with one section.
func pe() []byte {
	const dos, coff, optional = 64, 24, 240
	const headers = 0x200
	le := binary.LittleEndian
	b := make([]byte, headers)
	copy(b, "MZ")
	le.PutUint32(b[60:], dos)
	c := b[dos:]
	copy(c, "PE\x00\x00")
	le.PutUint16(c[4:], 0x8664)
	le.PutUint16(c[6:], 1)
	le.PutUint16(c[20:], optional)
	le.PutUint16(c[22:], 0x22) // a program that knows large addresses
	o := c[coff:]
	le.PutUint16(o, 0x20b)
	le.PutUint32(o[4:], sampleBytes-headers)
	le.PutUint32(o[16:], 0x1000) // where it begins
	le.PutUint32(o[20:], 0x1000)
	le.PutUint64(o[24:], 0x140000000)
	le.PutUint32(o[32:], 0x1000)
	le.PutUint32(o[36:], headers)
	le.PutUint16(o[40:], 6)
	le.PutUint16(o[48:], 6)
	le.PutUint32(o[56:], 0x1000+sampleBytes)
	le.PutUint32(o[60:], headers)
	le.PutUint16(o[68:], 3) // for the console
	le.PutUint32(o[108:], 16)
	s := o[optional:]
	copy(s, ".text")
	le.PutUint32(s[8:], sampleBytes-headers)
	le.PutUint32(s[12:], 0x1000)
	le.PutUint32(s[16:], sampleBytes-headers)
	le.PutUint32(s[20:], headers)
	le.PutUint32(s[36:], 0x60000020)
	return b
}
