package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	// atOnce is how many files are read at the same time. Unpacking is what
	// takes the time, and more would only fill the temporary folder.
	atOnce = 2
	// maxChecksumFile bounds a checksum file; real ones have a line per file.
	maxChecksumFile = 1 << 20
)

// examined is a subject with what reading its files found.
type examined struct {
	Subject
	files []*file
}

// file is one asset with what reading it found.
type file struct {
	Asset
	// missing: there are no bytes, though there should be.
	missing bool
	// size and sha256 are of the bytes as they are now.
	size   int64
	sha256 artifact.Digest
	// facts are nil unless somebody runs the file and its bytes are right.
	facts *artifact.Facts
	// text are the bytes of a checksum file; tooLong if it has more.
	text    []byte
	tooLong bool
	// verdict is nil for material, and where the bytes are not right.
	verdict *registryv1.Verdict
}

// examine reads every file of a subject.
func examine(ctx context.Context, s Subject) (*examined, error) {
	e := &examined{Subject: s}
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, a := range s.Assets {
		f := &file{Asset: a}
		e.files = append(e.files, f)
		if f.external() {
			continue
		}
		group.Go(func() error {
			if err := f.read(reading, s.Limits); err != nil {
				return fmt.Errorf("checking %q: %w", a.Meta.GetFilename(), err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return e, e.verify(ctx)
}

// read reads the bytes once for their digest, where that is not proven yet, and
// if it is right once more for what is inside.
func (f *file) read(ctx context.Context, lim artifact.Limits) error {
	bytes, err := f.Open(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		f.missing = true
		return nil
	}
	if err != nil {
		return err
	}
	err = f.readFrom(ctx, bytes, lim)
	return errors.Join(err, bytes.Close())
}

func (f *file) readFrom(ctx context.Context, bytes Bytes, lim artifact.Limits) error {
	var err error
	if bytes.Proven() {
		f.sha256, f.size = f.declared(), bytes.Size()
	} else if f.sha256, f.size, err = artifact.Hash(ctx, io.NewSectionReader(bytes, 0, bytes.Size())); err != nil {
		return err
	}
	if !f.intact() {
		return nil
	}
	switch {
	case f.runs():
		facts, err := artifact.Inspect(ctx, bytes, f.size, lim)
		if err != nil {
			return err
		}
		f.facts = &facts
	case f.kind() == registryv1.AssetKind_ASSET_KIND_CHECKSUM:
		f.tooLong = f.size > maxChecksumFile
		f.text, err = io.ReadAll(io.NewSectionReader(bytes, 0, min(f.size, maxChecksumFile)))
		return err
	}
	return nil
}

func (f *file) kind() registryv1.AssetKind { return f.Meta.GetKind() }

// runs says whether the file is what people run, bare or packed.
func (f *file) runs() bool {
	return f.kind() == registryv1.AssetKind_ASSET_KIND_ARCHIVE || f.kind() == registryv1.AssetKind_ASSET_KIND_BINARY
}

// external says whether the bytes are elsewhere.
func (f *file) external() bool {
	return f.Meta.GetSource() == registryv1.AssetSource_ASSET_SOURCE_EXTERNAL
}

// declared is the digest that the file was received with.
func (f *file) declared() artifact.Digest {
	d, _ := artifact.DigestFromBytes(f.Meta.GetSha256())
	return d
}

// intact says whether the bytes are those that were received.
func (f *file) intact() bool {
	return !f.missing && f.size == f.Meta.GetSizeBytes() && f.sha256 == f.declared()
}

// platform is what the file claims to run on.
func (f *file) platform() artifact.Platform { return artifact.Platform(f.Meta.GetPlatform().Slug()) }

// finding starts a finding about the file.
func (f *file) finding(result registryv1.CheckResult) Finding {
	return Finding{AssetID: f.ID, Platform: f.Meta.GetPlatform(), Filename: f.Meta.GetFilename(), Result: result}
}

// pass, warn, fail and skip make the findings about a file.
func (f *file) pass(format string, args ...any) Finding {
	return f.finding(registryv1.CheckResult_CHECK_RESULT_PASS).saying("", format, args...)
}

func (f *file) warn(fix, format string, args ...any) Finding {
	return f.finding(registryv1.CheckResult_CHECK_RESULT_WARN).saying(fix, format, args...)
}

func (f *file) fail(reason registryv1.Reason, fix, format string, args ...any) Finding {
	found := f.finding(registryv1.CheckResult_CHECK_RESULT_FAIL).saying(fix, format, args...)
	found.Reason = reason
	return found
}

func (f *file) skip(format string, args ...any) Finding {
	return f.finding(registryv1.CheckResult_CHECK_RESULT_SKIPPED).saying("", format, args...)
}

// saying adds the words.
func (f Finding) saying(fix, format string, args ...any) Finding {
	f.Detail, f.Fix = fmt.Sprintf(format, args...), fix
	return f
}

// each runs a check on every file that people run and whose inside is known;
// the others are skipped with the reason.
func (e *examined) each(run func(f *file) Finding) []Finding {
	var out []Finding
	for _, f := range e.files {
		switch {
		case !f.runs():
		case f.external():
			out = append(out, f.skip("The bytes are elsewhere; the registry does not see them."))
		case f.facts == nil:
			out = append(out, f.skip("The file is not intact, so nothing was looked for inside."))
		default:
			out = append(out, run(f))
		}
	}
	return out
}

// problems are the problems of a file that pick accepts, as sentences.
func (f *file) problems(pick func(artifact.ProblemKind) bool) []string {
	var out []string
	for _, p := range f.facts.Problems {
		if pick(p.Kind) {
			out = append(out, sentence(p.String()))
		}
	}
	return out
}

// faults is what package artifact has against a value, without the value.
func faults(err error) string {
	bad, ok := errors.AsType[*artifact.InvalidError](err)
	if !ok {
		return err.Error()
	}
	texts := make([]string, len(bad.Faults))
	for i, fault := range bad.Faults {
		texts[i] = fault.Message
	}
	return strings.Join(texts, "; ")
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[n:]
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// count says "1 file" or "5 files".
func count[N int | int64](n N, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
