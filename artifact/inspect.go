package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Default limits of Inspect. Real archives of connectors hold one file of 29
// to 47 MB; an executable may be as large as a registry takes a file.
const (
	DefaultMaxEntries    = 1000
	DefaultMaxUnpacked   = 1 << 30
	DefaultMaxExecutable = 1 << 30
)

// maxProblems bounds how many problems of one file are listed.
const maxProblems = 50

// Limits bound what Inspect does with a file. Zero values mean the defaults.
type Limits struct {
	MaxEntries    int    // Entries of an archive.
	MaxUnpacked   int64  // Bytes of all entries together.
	MaxExecutable int64  // Bytes of one executable.
	TempDir       string // Where an executable is spooled; default the system's.
}

func (l Limits) withDefaults() Limits {
	if l.MaxEntries <= 0 {
		l.MaxEntries = DefaultMaxEntries
	}
	if l.MaxUnpacked <= 0 {
		l.MaxUnpacked = DefaultMaxUnpacked
	}
	if l.MaxExecutable <= 0 {
		l.MaxExecutable = DefaultMaxExecutable
	}
	return l
}

// Inspect looks at the bytes of a release file: its container, what an archive
// holds, and the one executable, bare or inside. It returns an error only when
// the file could not be read or ctx is done; what is wrong with the file is in
// Facts.Problems.
func Inspect(ctx context.Context, r io.ReaderAt, size int64, lim Limits) (Facts, error) {
	source := &source{ctx: ctx, r: r}
	in := &inspection{file: io.NewSectionReader(source, 0, size), lim: lim.withDefaults(), source: source}
	err := in.run()
	if source.err != nil {
		err = source.err // Whatever the parsers made of it.
	}
	if err != nil {
		return Facts{}, fmt.Errorf("looking into the file: %w", err)
	}
	return in.facts, nil
}

// InspectFile is Inspect for a file of the disk.
func InspectFile(ctx context.Context, path string, lim Limits) (Facts, error) {
	f, err := os.Open(path)
	if err != nil {
		return Facts{}, err
	}
	defer func() { _ = f.Close() }() // Only read.
	info, err := f.Stat()
	if err != nil {
		return Facts{}, err
	}
	if !info.Mode().IsRegular() {
		return Facts{}, fmt.Errorf("looking into %s: it is not a regular file", quote(path))
	}
	return Inspect(ctx, f, info.Size(), lim)
}

// source tells faults of reading from faults of the file: parsers see both as
// errors, only the first kind is kept here.
type source struct {
	ctx context.Context // It lives as long as one call of Inspect.
	r   io.ReaderAt
	err error
}

// ReadAt implements io.ReaderAt.
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// inspection is one call of Inspect.
type inspection struct {
	file   *io.SectionReader
	source *source
	lim    Limits
	facts  Facts
	names  map[string]string // Folded path to the first spelling.
	count  int               // Entries seen, also those that are not listed.
	full   bool              // More problems than are listed.
}

func (in *inspection) problem(kind ProblemKind, entry, detail string) {
	switch {
	case len(in.facts.Problems) < maxProblems:
		in.facts.Problems = append(in.facts.Problems, Problem{Kind: kind, Entry: printable(entry), Detail: detail})
	case !in.full:
		in.full = true
		last := &in.facts.Problems[maxProblems-1]
		last.Detail += " (there are more problems than are listed)"
	}
}

// run returns an error only for faults of reading and spooling.
func (in *inspection) run() error {
	in.facts.Container = ContainerUnknown
	if in.file.Size() == 0 {
		in.problem(ProblemEmpty, "", "the file is empty")
		return nil
	}
	head := make([]byte, 512)
	n, err := in.file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:n]
	switch {
	case isExecutable(head):
		in.facts.Container = ContainerExecutable
		in.facts.UnpackedBytes = in.file.Size()
		if in.file.Size() > in.lim.MaxExecutable {
			in.problem(ProblemTooLarge, "", fmt.Sprintf("the executable has more than %d bytes", in.lim.MaxExecutable))
			return nil
		}
		in.executable("", in.file, in.file.Size())
		return nil
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return in.tarGz()
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		in.facts.Container = ContainerZip
		return in.zip()
	}
	in.facts.Detail = describeContent(head)
	in.problem(ProblemUnknownContainer, "", "it is "+in.facts.Detail+", not a tar.gz, a zip or an executable")
	return nil
}

// executable analyses the program in r and keeps the first one.
func (in *inspection) executable(name string, r io.ReaderAt, size int64) {
	exe, problems := analyse(r, size)
	exe.Name = printable(name)
	in.facts.Executable = &exe
	for _, p := range problems {
		in.problem(p.Kind, name, p.Detail)
	}
}

// describeContent says what a file that is no container seems to be.
func describeContent(head []byte) string {
	for _, known := range []struct {
		offset      int
		magic, name string
	}{
		{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Windows Installer package"},
		{0, "\xfd7zXZ\x00", "xz data"},
		{0, "BZh", "bzip2 data"},
		{0, "\x28\xb5\x2f\xfd", "zstd data"},
		{0, "7z\xbc\xaf\x27\x1c", "a 7z archive"},
		{0, "xar!", "a macOS installer package"},
		{0, "!<arch>\n", "an ar archive or a Debian package"},
		{0, "\xed\xab\xee\xdb", "an RPM package"},
		{0, "#!", "a script"},
		{0, "-----BEGIN ", "armored (PEM or PGP) text"},
		{257, "ustar", "a tar archive without gzip"},
	} {
		if len(head) >= known.offset && bytes.HasPrefix(head[known.offset:], []byte(known.magic)) {
			return known.name
		}
	}
	for _, b := range head {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' {
			return "data of an unknown kind"
		}
	}
	return "text"
}
