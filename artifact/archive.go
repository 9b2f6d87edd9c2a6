package artifact

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// errStop ends the walk of an archive after a problem that was noted.
var errStop = errors.New("stop")

// spoolError is a fault of the temporary file, not of the archive.
type spoolError struct{ err error }

func (e *spoolError) Error() string { return "spooling the executable: " + e.err.Error() }
func (e *spoolError) Unwrap() error { return e.err }

// finish sorts what ended a walk: faults of the file become problems, faults
// of reading and spooling stay errors.
func (in *inspection) finish(err error) error {
	var spool *spoolError
	switch {
	case err == nil, errors.Is(err, errStop):
	case in.source.err != nil:
		return in.source.err
	case errors.As(err, &spool):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		in.problem(ProblemTruncated, "", "the archive ends before it is complete")
	case errors.Is(err, zip.ErrAlgorithm):
		in.problem(ProblemUnsupported, "", "the archive is compressed in a way that not every system can unpack")
	default:
		in.problem(ProblemCorrupt, "", "the archive is damaged: "+printable(err.Error()))
	}
	if in.facts.Executable == nil && !in.has(AboutArchive) {
		in.problem(ProblemNoExecutable, "", "there is no executable in the archive")
	}
	return nil
}

func (in *inspection) has(about Subject) bool {
	for _, p := range in.facts.Problems {
		if p.Kind.About() == about {
			return true
		}
	}
	return false
}

// tarGz walks a gzip file. What is not tar inside is an unknown container.
func (in *inspection) tarGz() error {
	in.facts.Container = ContainerTarGz
	zr, err := gzip.NewReader(bufio.NewReaderSize(in.file, 64<<10))
	if err != nil {
		return in.finish(err)
	}
	// Real bytes of the whole stream: headers and padding count too, so that
	// neither endless headers nor a skipped entry get around the limit.
	stream := &limited{r: zr, left: in.lim.MaxUnpacked + int64(in.lim.MaxEntries)*4096 + 1<<20}
	buffered := bufio.NewReaderSize(stream, 64<<10)
	if head, _ := buffered.Peek(512); len(head) > 0 && stream.err == nil && !isTar(head) {
		in.facts.Container = ContainerUnknown
		in.facts.Detail = "gzip data without a tar archive inside"
		if isExecutable(head) {
			in.facts.Detail = "an executable compressed with gzip, not an archive"
		}
		in.problem(ProblemUnknownContainer, "", "it is "+in.facts.Detail)
		return nil
	}
	err = in.walkTar(tar.NewReader(buffered))
	if err == nil {
		err = in.drain(buffered)
	}
	switch {
	case stream.over:
		in.tooLarge()
		err = errStop
	case errors.Is(err, gzip.ErrHeader):
		in.problem(ProblemTrailingData, "", "something that is not gzip follows the archive")
		err = errStop
	}
	return in.finish(err)
}

// isTar recognises a tar header, or the zero block of an empty archive.
func isTar(head []byte) bool {
	if len(head) < 512 {
		return false
	}
	if strings.HasPrefix(string(head[257:]), "ustar") {
		return true
	}
	// Archives from before POSIX have no magic, but always a checksum.
	_, err := tar.NewReader(strings.NewReader(string(head))).Next()
	return err == nil || errors.Is(err, io.EOF)
}

func (in *inspection) walkTar(tr *tar.Reader) error {
	for {
		hdr, err := tr.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			return err
		}
		if hdr.Typeflag == tar.TypeXGlobalHeader {
			continue // git writes one into archives; it unpacks to nothing.
		}
		folder := hdr.Typeflag == tar.TypeDir
		if err := in.enter(hdr.Name, folder); err != nil {
			return err
		}
		switch {
		case folder:
			in.list(hdr.Name, 0, true, false)
		case isSparse(hdr):
			in.problem(ProblemUnsupported, hdr.Name, "it is a sparse file, whose size on disk is only claimed")
		case hdr.Typeflag == tar.TypeReg:
			if err := in.content(hdr.Name, tr); err != nil {
				return err
			}
		case hdr.Typeflag == tar.TypeSymlink || hdr.Typeflag == tar.TypeLink:
			in.problem(ProblemLink, hdr.Name, "it is a link to "+quote(hdr.Linkname))
		case hdr.Typeflag == tar.TypeChar || hdr.Typeflag == tar.TypeBlock || hdr.Typeflag == tar.TypeFifo:
			in.problem(ProblemDevice, hdr.Name, "it is a device or a pipe")
		default:
			in.problem(ProblemUnsupported, hdr.Name, fmt.Sprintf("it is an entry of the unusual type %q", hdr.Typeflag))
		}
	}
}

func isSparse(hdr *tar.Header) bool {
	if hdr.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range hdr.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// drain reads what follows the end of a tar archive: padding is usual, but a
// second archive there is what one program unpacks and another does not see.
// Reading to the end also checks the sum of the gzip data.
func (in *inspection) drain(r io.Reader) error {
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		for _, b := range buf[:n] {
			if b != 0 {
				in.problem(ProblemTrailingData, "", "something follows the end of the tar archive")
				return errStop
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// zip walks a zip file.
func (in *inspection) zip() error {
	// The package reads the whole directory into memory, by more bytes than
	// the file's own count of entries promises; so the bytes are counted.
	budget := &budgetReader{r: in.file, left: int64(in.lim.MaxEntries)*2048 + 256<<10}
	zr, err := zip.NewReader(budget, in.file.Size())
	if budget.over {
		in.problem(ProblemTooManyEntries, "", fmt.Sprintf("the archive has more than %d entries, or very long ones", in.lim.MaxEntries))
		return in.finish(errStop)
	}
	if errors.Is(err, zip.ErrFormat) {
		// Its directory is at the end: without the end there is none.
		in.problem(ProblemTruncated, "", "the archive is cut off or damaged: its directory cannot be read")
		return in.finish(errStop)
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return in.finish(err)
	}
	budget.unlimited = true
	for _, f := range zr.File {
		if err := in.zipEntry(f); err != nil {
			return in.finish(err)
		}
	}
	return in.finish(nil)
}

func (in *inspection) zipEntry(f *zip.File) error {
	mode := f.Mode()
	folder := mode.IsDir() || strings.HasSuffix(f.Name, "/")
	if err := in.enter(f.Name, folder); err != nil {
		return err
	}
	switch {
	case f.Flags&(1|1<<6|1<<13) != 0:
		in.problem(ProblemEncrypted, f.Name, "it is encrypted")
		return nil
	case mode&fs.ModeSymlink != 0:
		in.problem(ProblemLink, f.Name, "it is a symbolic link")
		return nil
	case mode&(fs.ModeDevice|fs.ModeCharDevice|fs.ModeNamedPipe|fs.ModeSocket|fs.ModeIrregular) != 0:
		in.problem(ProblemDevice, f.Name, "it is a device, a pipe or a socket")
		return nil
	case folder && f.UncompressedSize64 == 0:
		in.list(f.Name, 0, true, false)
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // Only read.
	return in.content(f.Name, r)
}

// enter counts an entry and checks its name.
func (in *inspection) enter(name string, folder bool) error {
	in.count++
	if in.count > in.lim.MaxEntries {
		in.problem(ProblemTooManyEntries, "", fmt.Sprintf("the archive has more than %d entries", in.lim.MaxEntries))
		return errStop
	}
	faults := pathFaults(name)
	if strings.Trim(name, "/.") == "" && !folder {
		faults = append(faults, "names no file")
	}
	for _, fault := range faults {
		in.problem(ProblemUnsafePath, name, "the path "+fault)
	}
	key := foldPath(name)
	if in.names == nil {
		in.names = map[string]string{}
	}
	first, taken := in.names[key]
	switch {
	case !taken:
		in.names[key] = name
	case folder && strings.HasSuffix(first, "/"):
		// The same folder twice changes nothing.
	case strings.TrimSuffix(first, "/") == strings.TrimSuffix(name, "/"):
		in.problem(ProblemDuplicate, name, "the archive has this path twice")
	default:
		in.problem(ProblemDuplicate, name, "on macOS and Windows it is the same file as "+quote(first))
	}
	return nil
}

// content reads one regular file of an archive to its end, counting what
// really comes. The first executable is spooled and analysed.
func (in *inspection) content(name string, r io.Reader) error {
	buffered := bufio.NewReaderSize(r, 4096)
	head, err := buffered.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	executable := isExecutable(head)
	dst := io.Discard
	limit := in.lim.MaxUnpacked - in.facts.UnpackedBytes
	if executable && in.facts.Executable == nil {
		spool, err := os.CreateTemp(in.lim.TempDir, "registrar-inspect-*")
		if err != nil {
			return &spoolError{err}
		}
		defer removeSpool(spool)
		dst = &spoolWriter{spool}
		limit = min(limit, in.lim.MaxExecutable)
	}
	n, err := io.Copy(dst, io.LimitReader(buffered, limit+1))
	in.facts.UnpackedBytes += n
	if err != nil {
		return err
	}
	if n > limit {
		in.tooLarge()
		return errStop
	}
	in.list(name, n, false, executable)
	switch spool, ok := dst.(*spoolWriter); {
	case ok:
		in.executable(name, spool.f, n)
	case executable:
		in.problem(ProblemSeveralExecutables, name, "it is one more executable beside "+quote(in.facts.Executable.Name))
	}
	return nil
}

func (in *inspection) tooLarge() {
	in.problem(ProblemTooLarge, "", fmt.Sprintf("unpacked it has more than %d bytes, or one executable has more than %d",
		in.lim.MaxUnpacked, in.lim.MaxExecutable))
}

func (in *inspection) list(name string, size int64, folder, executable bool) {
	in.facts.Entries = append(in.facts.Entries, Entry{Name: printable(name), Size: size, Folder: folder, Executable: executable})
}

// spoolWriter marks faults of writing, so that they are not taken for faults
// of the archive.
type spoolWriter struct{ f *os.File }

func (w *spoolWriter) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	if err != nil {
		return n, &spoolError{err}
	}
	return n, nil
}

func removeSpool(f *os.File) {
	_ = f.Close() // Nothing of it is kept.
	_ = os.Remove(f.Name())
}

// limited stops a stream after so many bytes and remembers that it did.
type limited struct {
	r    io.Reader
	left int64
	over bool
	err  error
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		l.over = true
		return 0, errStop
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}

// budgetReader refuses to be read for more than a number of bytes in all.
type budgetReader struct {
	r         io.ReaderAt
	left      int64
	over      bool
	unlimited bool
}

// ReadAt implements io.ReaderAt.
func (b *budgetReader) ReadAt(p []byte, off int64) (int, error) {
	if !b.unlimited {
		if int64(len(p)) > b.left {
			b.over = true
			return 0, errStop
		}
		b.left -= int64(len(p))
	}
	return b.r.ReadAt(p, off)
}

// foldPath gives paths that some system takes for the same file the same key.
func foldPath(name string) string {
	elements := strings.Split(path.Clean("/"+strings.ToLower(name)), "/")
	for i, e := range elements {
		elements[i] = strings.TrimRight(e, ". ")
	}
	return strings.Join(elements, "/")
}
