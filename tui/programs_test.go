package tui_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// program is the smallest executable that is one for its platform, followed
// by what makes it as large and as different as a test wants.
func program(platform registryv1.Platform, salt string, size int) []byte {
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
	head = append(head, salt...)
	return append(head, bytes.Repeat([]byte{0}, max(0, size-len(head)))...)
}

// elf is a program with one segment to load.
func elf(machine uint16) []byte {
	le, out := binary.LittleEndian, make([]byte, 64+56)
	copy(out, "\x7fELF\x02\x01\x01")
	for at, v := range map[int]uint16{16: 2, 18: machine, 20: 1, 52: 64, 54: 56, 56: 1, 58: 64, 64: 1, 68: 5} {
		le.PutUint16(out[at:], v)
	}
	le.PutUint64(out[24:], 0x400000)
	le.PutUint64(out[32:], 64)
	le.PutUint64(out[64+32:], 64+56)
	return out
}

// macho is a program with one load command.
func macho(cpu uint32) []byte {
	out := make([]byte, 32+24)
	for i, v := range []uint32{0xfeedfacf, cpu, 3, 2, 1, 24, 0, 0, 0x32, 24, 1, 0, 0, 0} {
		binary.LittleEndian.PutUint32(out[4*i:], v)
	}
	return out
}

// pe is a console program with one empty section.
func pe() []byte {
	le, out := binary.LittleEndian, make([]byte, 64+24+240+40)
	copy(out, "MZ")
	copy(out[64:], "PE\x00\x00")
	for at, v := range map[int]uint16{60: 64, 68: 0x8664, 70: 1, 84: 240, 86: 0x22, 88: 0x20b, 88 + 68: 3, 88 + 108: 16} {
		le.PutUint16(out[at:], v)
	}
	return out
}

// project lays out a connector's project with a program for every platform in
// its dist, each of so many bytes.
func project(t *testing.T, name, version string, size int) string {
	t.Helper()
	dir := t.TempDir()
	write := func(path string, data []byte) {
		path = filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, data, 0o700))
	}
	write("go.mod", []byte("module example.org/acme/"+name+"\n\ngo 1.26\n"))
	// The code and documents of the sample connector, which meets every
	// requirement.
	sample := filepath.Join("..", "testdata", "connector")
	require.NoError(t, os.CopyFS(filepath.Join(dir, "pkg"), os.DirFS(filepath.Join(sample, "pkg"))))
	for _, document := range []string{"LICENSE", "README.md", "baton_capabilities.json"} {
		text, err := os.ReadFile(filepath.Join(sample, document))
		require.NoError(t, err)
		write(document, text)
	}
	for _, platform := range registryv1.Platforms() {
		file := name
		if platform == registryv1.Platform_PLATFORM_WINDOWS_AMD64 {
			file += ".exe"
		}
		write(filepath.Join("dist", strings.ReplaceAll(platform.Slug(), "-", "_"), file), program(platform, name+version+platform.Slug(), size))
	}
	return dir
}

// publishes brings a version to PUBLISHED, as a publisher does.
func publishes(t *testing.T, calls *client.Client, name, version string) {
	t.Helper()
	plan, faults, err := publish.Prepare(t.Context(), calls, publish.Answers{
		Directory: project(t, name, version, 1000), Org: "acme", Name: name, Version: version, Changelog: "What is new in " + version + ".",
	}, nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	_, err = publish.Run(t.Context(), calls, plan, nil, func(publish.Event) {})
	require.NoError(t, err)
}
