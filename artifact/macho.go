package artifact

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Fields of Mach-O that matter here. The magic numbers are as big-endian
// reading sees them.
const (
	machoLittle64 = 0xcffaedfe
	machoLittle32 = 0xcefaedfe
	machoBig64    = 0xfeedfacf
	machoBig32    = 0xfeedface
	fatMagic32    = 0xcafebabe
	fatMagic64    = 0xcafebabf

	machoExecute      = 2
	machoHeader       = 32
	machoSegment64    = 0x19
	machoSegmentSize  = 72
	machoSectionSize  = 80
	machoBuildVersion = 0x32
	machoMinIPhone    = 0x25
	machoMinTV        = 0x2f
	machoMinWatch     = 0x30
	machoMacOS        = 1
	machoX8664        = 0x01000007
	machoARM64        = 0x0100000c
)

var machoCPUs = map[uint32]string{
	7: "x86", machoX8664: "x86-64", 12: "ARM", machoARM64: "arm64", 18: "PowerPC", 0x01000012: "PowerPC",
}

func readMachO(w window) (image, error) {
	head, err := w.read(0, 8)
	if err != nil {
		return image{}, err
	}
	switch binary.BigEndian.Uint32(head) {
	case fatMagic32, fatMagic64:
		return readFat(w, head)
	case machoLittle64:
		return readMachO64(w)
	case machoLittle32:
		return image{arch: machineName(binary.LittleEndian.Uint32(head[4:]), machoCPUs), bits: 32, program: true}, nil
	case machoBig32:
		return image{arch: machineName(binary.BigEndian.Uint32(head[4:]), machoCPUs), bits: 32, program: true}, nil
	default:
		return image{arch: machineName(binary.BigEndian.Uint32(head[4:]), machoCPUs), bits: 64, program: true}, nil
	}
}

func readMachO64(w window) (image, error) {
	h, err := w.read(0, machoHeader)
	if err != nil {
		return image{}, err
	}
	le := binary.LittleEndian
	cpu := le.Uint32(h[4:])
	img := image{arch: machineName(cpu, machoCPUs), bits: 64, program: le.Uint32(h[12:]) == machoExecute}
	switch cpu {
	case machoX8664:
		img.platform = DarwinAMD64
	case machoARM64:
		img.platform = DarwinARM64
	}
	n, size := le.Uint32(h[16:]), uint64(le.Uint32(h[20:]))
	if n > maxCommands {
		return img, fmt.Errorf("%w: %d load commands", errMalformedExecutable, n)
	}
	commands, err := w.read(machoHeader, size)
	if err != nil {
		return img, err
	}
	for range n {
		if len(commands) < 8 {
			return img, fmt.Errorf("%w: load commands that end early", errMalformedExecutable)
		}
		length := uint64(le.Uint32(commands[4:]))
		if length < 8 || length > uint64(len(commands)) {
			return img, fmt.Errorf("%w: a load command of %d bytes", errMalformedExecutable, length)
		}
		if err := img.machoCommand(w, commands[:length]); err != nil {
			return img, err
		}
		commands = commands[length:]
	}
	if img.system != "" {
		img.platform = ""
	}
	img.findBuild(w)
	return img, nil
}

// machoCommand takes from a load command where parts of the file are and for
// which system it is.
func (img *image) machoCommand(w window, c []byte) error {
	le := binary.LittleEndian
	switch le.Uint32(c) {
	case machoBuildVersion:
		if len(c) >= 12 && le.Uint32(c[8:]) != machoMacOS {
			img.system = fmt.Sprintf("the Apple system %d", le.Uint32(c[8:]))
		}
	case machoMinIPhone, machoMinTV, machoMinWatch:
		img.system = "an Apple system that is not macOS"
	case machoSegment64:
		if len(c) < machoSegmentSize {
			return fmt.Errorf("%w: a segment of %d bytes", errMalformedExecutable, len(c))
		}
		segment := span{le.Uint64(c[40:]), le.Uint64(c[48:])}
		if err := w.inside(segment.off, segment.size); err != nil {
			return err
		}
		name := text(c[8:24])
		n := uint64(le.Uint32(c[64:]))
		if machoSegmentSize+n*machoSectionSize > uint64(len(c)) {
			return fmt.Errorf("%w: a segment with %d sections", errMalformedExecutable, n)
		}
		for s := c[machoSegmentSize:][:n*machoSectionSize]; len(s) > 0; s = s[machoSectionSize:] {
			if text(s[:16]) == "__go_buildinfo" {
				img.data = slices.Insert(img.data, 0, span{uint64(le.Uint32(s[48:])), le.Uint64(s[40:])})
			}
		}
		if strings.HasPrefix(name, "__DATA") {
			img.data = append(img.data, segment)
		}
	}
	return nil
}

// readFat reads a universal file: each slice is an executable of its own.
func readFat(w window, head []byte) (image, error) {
	be := binary.BigEndian
	wide := be.Uint32(head) == fatMagic64
	entry := uint64(20)
	if wide {
		entry = 32
	}
	n := be.Uint32(head[4:])
	img := image{bits: 64, program: true}
	if n == 0 || n > maxSlices {
		return img, fmt.Errorf("%w: %d slices", errMalformedExecutable, n)
	}
	table, err := w.read(8, uint64(n)*entry)
	if err != nil {
		return img, err
	}
	var (
		spans     []span
		platforms []Platform
		arches    []string
	)
	for e := table; len(e) > 0; e = e[entry:] {
		part := span{uint64(be.Uint32(e[8:])), uint64(be.Uint32(e[12:]))}
		if wide {
			part = span{be.Uint64(e[8:]), be.Uint64(e[16:])}
		}
		inner, err := readSlice(w, part, be.Uint32(e))
		if inner.arch != "" {
			arches = append(arches, inner.arch)
		}
		img.slices = append(img.slices, inner)
		img.arch = strings.Join(arches, ", ")
		if err != nil {
			return img, err
		}
		img.program = img.program && inner.program
		img.builds = append(img.builds, inner.builds...)
		if slices.ContainsFunc(spans, part.overlaps) || slices.Contains(platforms, inner.platform) && inner.platform != "" {
			return img, fmt.Errorf("%w: slices that overlap or repeat", errMalformedExecutable)
		}
		spans = append(spans, part)
		platforms = append(platforms, inner.platform)
	}
	img.platform = fatPlatform(platforms)
	return img, nil
}

// fatPlatform is universal only with both architectures in it.
func fatPlatform(platforms []Platform) Platform {
	amd64, arm64 := slices.Contains(platforms, DarwinAMD64), slices.Contains(platforms, DarwinARM64)
	switch {
	case amd64 && arm64:
		return DarwinUniversal
	case amd64:
		return DarwinAMD64
	case arm64:
		return DarwinARM64
	default:
		return ""
	}
}

// readSlice reads one executable of a universal file, which must be of the
// architecture that the table says.
func readSlice(w window, part span, cpu uint32) (image, error) {
	inner, err := w.slice(part.off, part.size)
	if err != nil {
		return image{arch: machineName(cpu, machoCPUs)}, err
	}
	head, err := inner.read(0, 8)
	if err != nil {
		return image{}, err
	}
	if binary.BigEndian.Uint32(head) != machoLittle64 {
		// 32-bit and big-endian slices may ride along; they serve nobody here.
		return image{arch: machineName(cpu, machoCPUs), program: true}, nil
	}
	if got := binary.LittleEndian.Uint32(head[4:]); got != cpu {
		return image{}, fmt.Errorf("%w: the slice for %s holds %s", errMalformedExecutable, machineName(cpu, machoCPUs), machineName(got, machoCPUs))
	}
	return readMachO64(inner)
}

func (s span) overlaps(other span) bool {
	return s.off < other.off+other.size && other.off < s.off+s.size
}
