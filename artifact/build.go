package artifact

import (
	"bytes"
	"encoding/binary"
	"runtime/debug"
)

// Bounds of Go build information.
const (
	maxDeps      = 2000
	maxGoVersion = 256
	maxModText   = maxWindow
	scanBlock    = 64 << 10
	maxScan      = 256 << 20 // Bytes that are searched at most.
)

// buildMagic begins the build information of Go 1.18 and later, at an address
// that is a multiple of 16. It is put together here so that this program does
// not hold it in its own data.
var buildMagic = append([]byte{0xff}, " Go buildinf:"...)

// findBuild searches the parts of the file where the linker puts the build
// information. None is no fault: it may have been removed.
func (img *image) findBuild(w window) {
	for _, part := range img.data {
		if build := scanBuild(w, part); build != nil {
			img.builds = append(img.builds, build)
			return
		}
	}
}

func scanBuild(w window, part span) *Build {
	end := part.off + min(part.size, maxScan)
	for off := (part.off + 15) &^ 15; off < end; off += scanBlock {
		block, err := w.read(off, min(scanBlock, end-off))
		if err != nil {
			return nil
		}
		for at := 0; ; {
			i := bytes.Index(block[at:], buildMagic)
			if i < 0 {
				break
			}
			at += i
			if at%16 == 0 {
				if build := readBuild(w, off+uint64(at)); build != nil {
					return build
				}
			}
			at++
		}
	}
	return nil
}

// readBuild reads two length-prefixed strings behind a header of 32 bytes: the
// Go version, and the modules as text between two markers of 16 bytes.
func readBuild(w window, at uint64) *Build {
	const header, inline = 32, 2
	head, err := w.read(at, header)
	if err != nil || head[15]&inline == 0 {
		return nil
	}
	version, next, ok := readString(w, at+header, maxGoVersion)
	if !ok || version == "" {
		return nil
	}
	build := &Build{GoVersion: printable(version)}
	modules, _, ok := readString(w, next, maxModText)
	const marker = 16
	if !ok || len(modules) < 2*marker+1 || modules[len(modules)-marker-1] != '\n' {
		return build
	}
	info, err := debug.ParseBuildInfo(modules[marker : len(modules)-marker])
	if err != nil {
		return build
	}
	build.take(info)
	return build
}

// readString reads a varint and as many bytes.
func readString(w window, at, limit uint64) (s string, next uint64, ok bool) {
	if at > w.size {
		return "", 0, false
	}
	prefix, err := w.read(at, min(binary.MaxVarintLen64, w.size-at))
	if err != nil {
		return "", 0, false
	}
	n, width := binary.Uvarint(prefix)
	if width <= 0 || n > limit {
		return "", 0, false
	}
	data, err := w.read(at+uint64(width), n)
	if err != nil {
		return "", 0, false
	}
	return string(data), at + uint64(width) + n, true
}

// take keeps what reviews and checks need, bounded.
func (b *Build) take(info *debug.BuildInfo) {
	b.Package = printable(info.Path)
	b.Module = printable(info.Main.Path)
	b.ModuleVersion = printable(info.Main.Version)
	for _, dep := range info.Deps {
		if len(b.Deps) == maxDeps {
			break
		}
		if dep.Replace != nil {
			dep = dep.Replace
		}
		b.Deps = append(b.Deps, Module{Path: printable(dep.Path), Version: printable(dep.Version)})
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS":
			b.GOOS = printable(s.Value)
		case "GOARCH":
			b.GOARCH = printable(s.Value)
		case "vcs.revision":
			b.VCSRevision = printable(s.Value)
		case "vcs.time":
			b.VCSTime = printable(s.Value)
		case "vcs.modified":
			b.VCSModified = s.Value == "true"
		}
	}
}
