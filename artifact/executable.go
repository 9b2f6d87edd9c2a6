package artifact

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The headers of executables are read here field by field and not with
// debug/elf, debug/macho and debug/pe (nor debug/buildinfo, which uses them):
// those copy a name for each symbol or section, and in a hostile file a
// million of them can share one name of many megabytes, which no recover can
// catch. What is read here is bounded by windows of a fixed size.

// Bounds of one look into an executable.
const (
	maxWindow   = 1 << 20 // Bytes of one table that is read at once.
	maxSections = 4096
	maxCommands = 4096
	maxSlices   = 16
)

// Faults of executables, told apart by kind.
var (
	errTruncatedExecutable = errors.New("it ends before its headers say that it does")
	errMalformedExecutable = errors.New("its headers make no sense")
)

// isExecutable recognises executables by their first bytes.
func isExecutable(head []byte) bool {
	return formatOf(head) != ""
}

func formatOf(head []byte) Format {
	if len(head) < 8 {
		return ""
	}
	switch magic := binary.BigEndian.Uint32(head); {
	case magic == 0x7f454c46:
		return FormatELF
	case magic == machoLittle64 || magic == machoLittle32 || magic == machoBig64 || magic == machoBig32:
		return FormatMachO
	case magic == fatMagic32 || magic == fatMagic64:
		// Java classes begin alike; there the next number is 45 or more.
		if n := binary.BigEndian.Uint32(head[4:]); n > 0 && n <= maxSlices {
			return FormatMachO
		}
	case head[0] == 'M' && head[1] == 'Z':
		// Texts may begin with these letters too; a program says where its
		// header is, behind this first one.
		if len(head) >= 64 {
			if at := binary.LittleEndian.Uint32(head[60:]); at >= 64 && at < maxWindow {
				return FormatPE
			}
		}
	}
	return ""
}

// image is what the headers of an executable say.
type image struct {
	platform Platform
	arch     string // As people call it: "x86-64".
	bits     int
	system   string  // For what, if not for one of our systems.
	program  bool    // False for libraries and object files.
	data     []span  // Where the Go build information may be, likeliest first.
	slices   []image // Of universal files.
	builds   []*Build
}

// span is a range of a file.
type span struct{ off, size uint64 }

// analyse reads the headers and the Go build information of an executable.
// Whatever it stumbles over becomes a problem of the file: this is the one
// place that recovers.
func analyse(r io.ReaderAt, size int64) (exe Executable, problems []Problem) {
	exe = Executable{Size: size}
	add := func(kind ProblemKind, detail string) {
		problems = append(problems, Problem{Kind: kind, Detail: detail})
	}
	defer func() {
		if fault := recover(); fault != nil {
			add(ProblemExecutableMalformed, "reading the executable failed: "+printable(fmt.Sprint(fault)))
		}
	}()
	head := make([]byte, min(size, 512))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		add(ProblemExecutableTruncated, "the executable cannot be read")
		return exe, problems
	}
	exe.Format = formatOf(head)
	exe.Detail = string(exe.Format)
	img, err := readImage(window{r: r, size: uint64(max(size, 0))}, exe.Format)
	if img.arch != "" {
		exe.Detail = fmt.Sprintf("%s %d-bit %s", exe.Format, img.bits, img.arch)
		if len(img.slices) > 0 {
			exe.Detail = string(exe.Format) + " universal " + img.arch
		}
	}
	exe.Platform = img.platform
	switch {
	case errors.Is(err, errTruncatedExecutable):
		add(ProblemExecutableTruncated, "the executable is cut off: "+err.Error())
	case err != nil:
		add(ProblemExecutableMalformed, "the executable is malformed: "+err.Error())
	case !img.program:
		add(ProblemNotAProgram, "it is a library, an object file or a driver, not a program")
	case img.platform == "":
		add(ProblemForeignPlatform, "it is made for "+img.foreign(exe.Format)+", which is not a platform of the registry")
	}
	for _, build := range img.builds {
		if detail := contradiction(img, build); detail != "" {
			add(ProblemContradiction, detail)
		}
		if exe.Go == nil {
			exe.Go = build
		}
	}
	return exe, problems
}

// contradiction compares the headers with what the Go toolchain wrote.
func contradiction(img image, build *Build) string {
	if build.GOOS == "" || build.GOARCH == "" || img.platform == "" {
		return ""
	}
	said, _ := FromGo(build.GOOS, build.GOARCH)
	if slices.Contains(img.platform.Serves(), said) {
		return ""
	}
	return fmt.Sprintf("its header says %s, its Go build information says %s-%s", img.platform, build.GOOS, build.GOARCH)
}

func (img image) foreign(f Format) string {
	system := img.system
	if system == "" {
		system = map[Format]string{FormatELF: "Linux", FormatMachO: "macOS", FormatPE: "Windows"}[f]
	}
	return fmt.Sprintf("%s on %s (%d-bit)", system, img.arch, img.bits)
}

func readImage(w window, f Format) (image, error) {
	switch f {
	case FormatELF:
		return readELF(w)
	case FormatMachO:
		return readMachO(w)
	case FormatPE:
		return readPE(w)
	default:
		return image{}, errMalformedExecutable
	}
}

// window reads bounded pieces of an executable.
type window struct {
	r    io.ReaderAt
	base uint64 // Where a slice of a universal file begins.
	size uint64
}

// slice is a window on a part, which must be inside.
func (w window) slice(off, size uint64) (window, error) {
	if err := w.inside(off, size); err != nil {
		return window{}, err
	}
	return window{r: w.r, base: w.base + off, size: size}, nil
}

// inside says whether a range is within the file.
func (w window) inside(off, size uint64) error {
	if off > w.size || size > w.size-off {
		return errTruncatedExecutable
	}
	return nil
}

// read gives n bytes at off; a table larger than any real one is malformed.
func (w window) read(off, n uint64) ([]byte, error) {
	if n > maxWindow {
		return nil, fmt.Errorf("%w: a table of %d bytes", errMalformedExecutable, n)
	}
	if err := w.inside(off, n); err != nil {
		return nil, err
	}
	buf := make([]byte, n)
	at := w.base + off
	if at > 1<<62 {
		return nil, errTruncatedExecutable
	}
	if _, err := w.r.ReadAt(buf, int64(at)); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading at %d: %w", at, err)
	}
	return buf, nil
}

// text is a name of a fixed field, up to its first zero.
func text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// machineName calls an architecture what people call it.
func machineName(id uint32, names map[uint32]string) string {
	if name, ok := names[id]; ok {
		return name
	}
	return fmt.Sprintf("machine %#x", id)
}
