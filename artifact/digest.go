package artifact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Digest is a sha256. Below the surface digests are always these 32 bytes;
// people see "sha256:<hex>".
type Digest [sha256.Size]byte

// ParseDigest reads "sha256:<hex>" or the 64 hexadecimal digits alone.
func ParseDigest(s string) (Digest, error) {
	text := s
	if algorithm, rest, ok := strings.Cut(s, ":"); ok {
		if !strings.EqualFold(algorithm, "sha256") {
			return Digest{}, invalid(s, []Fault{{
				Field: FieldDigest, Message: "the digest is made with " + quote(algorithm), Fix: "only sha256 is used here",
			}})
		}
		text = rest
	}
	var d Digest
	if len(text) != hex.EncodedLen(len(d)) {
		return Digest{}, invalid(s, []Fault{{
			Field: FieldDigest, Message: "the digest has " + count(len(text), "character"), Fix: "a sha256 has 64 hexadecimal digits",
		}})
	}
	if _, err := hex.Decode(d[:], []byte(text)); err != nil {
		return Digest{}, invalid(s, []Fault{{
			Field: FieldDigest, Message: "the digest is not hexadecimal", Fix: "a sha256 has 64 hexadecimal digits",
		}})
	}
	return d, nil
}

// DigestFromBytes takes the 32 bytes of a digest as messages carry them; ok
// is false for any other length.
func DigestFromBytes(b []byte) (d Digest, ok bool) {
	if len(b) != len(d) {
		return Digest{}, false
	}
	return Digest(b), true
}

// String is the digest as people see it: "sha256:<hex>".
func (d Digest) String() string { return "sha256:" + d.Hex() }

// Hex is the digest as checksum files have it.
func (d Digest) Hex() string { return hex.EncodeToString(d[:]) }

// IsZero says whether there is no digest.
func (d Digest) IsZero() bool { return d == Digest{} }

// MarshalText implements encoding.TextMarshaler.
func (d Digest) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Digest{}
		return nil
	}
	parsed, err := ParseDigest(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// hashBlock is how much is read between two looks at the context.
const hashBlock = 256 << 10

// Hash reads r to its end once and gives the digest and the number of bytes.
// It stops when ctx is done.
func Hash(ctx context.Context, r io.Reader) (Digest, int64, error) {
	h := sha256.New()
	buf := make([]byte, hashBlock)
	var size int64
	for {
		if err := ctx.Err(); err != nil {
			return Digest{}, size, fmt.Errorf("hashing, after %d bytes: %w", size, err)
		}
		n, err := r.Read(buf)
		h.Write(buf[:n])
		size += int64(n)
		if errors.Is(err, io.EOF) {
			return Digest(h.Sum(nil)), size, nil
		}
		if err != nil {
			return Digest{}, size, fmt.Errorf("hashing, after %d bytes: %w", size, err)
		}
	}
}

// Kind is what a release file is for.
type Kind string

// The kinds of release files.
const (
	KindArchive     Kind = "archive"
	KindBinary      Kind = "binary"
	KindInstaller   Kind = "installer"
	KindChecksum    Kind = "checksum"
	KindSignature   Kind = "signature"
	KindCertificate Kind = "certificate"
	KindBundle      Kind = "bundle"
	KindSBOM        Kind = "sbom"
	KindProvenance  Kind = "provenance"
)

// Kinds are all kinds, in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{
		KindArchive, KindBinary, KindInstaller, KindChecksum,
		KindSignature, KindCertificate, KindBundle, KindSBOM, KindProvenance,
	}
}

// ParseKind reads a kind.
func ParseKind(s string) (Kind, error) {
	if k := Kind(s); slices.Contains(Kinds(), k) {
		return k, nil
	}
	names := make([]string, 0, 9)
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return "", invalid(s, []Fault{{
		Field: FieldKind, Message: quote(s) + " is not a kind of release file", Fix: "use one of " + strings.Join(names, ", "),
	}})
}

// Runs says whether a file of this kind is what people run: an archive or a
// bare executable. A declared platform is complete when it has one.
func (k Kind) Runs() bool { return k == KindArchive || k == KindBinary }

// MaxFilename is the most bytes that the name of a release file may have:
// what common file systems accept.
const MaxFilename = 255

// ParseFilename checks the name of a release file: one path element that every
// system can store.
func ParseFilename(s string) (string, error) {
	var faults []Fault
	add := func(message, fix string) {
		faults = append(faults, Fault{Field: FieldFilename, Message: message, Fix: fix})
	}
	if s == "" {
		add("the file name is empty", "name the file as it should be downloaded")
	}
	if len(s) > MaxFilename {
		add("the file name has "+count(len(s), "byte"), "at most "+strconv.Itoa(MaxFilename))
	}
	for _, message := range pathFaults(s) {
		add("the file name "+message, "a plain file name without folders")
	}
	if strings.Contains(s, "/") {
		add("the file name holds a slash", "a plain file name without folders")
	}
	if s == "." {
		add("the file name is a folder", "a plain file name without folders")
	}
	if err := invalid(s, faults); err != nil {
		return "", err
	}
	return s, nil
}

// SetEntry is one release file as the asset set digest sees it.
type SetEntry struct {
	Platform Platform
	Kind     Kind
	Filename string
	Size     int64
	SHA256   Digest
}

// SetDigest is the digest of a set of release files: sha256 over one line per
// file with platform, kind, filename, size and sha256 between tabs, sorted.
// The order of entries does not matter. File names that hold quotes, tabs or
// anything that cannot be printed are written quoted, so that no two sets have
// the same lines.
func SetDigest(entries []SetEntry) Digest {
	lines := make([]string, 0, len(entries))
	for _, e := range entries {
		name := strconv.Quote(e.Filename)
		if plain := name[1 : len(name)-1]; plain == e.Filename {
			name = plain
		}
		lines = append(lines, strings.Join([]string{
			string(e.Platform), string(e.Kind), name, strconv.FormatInt(e.Size, 10), e.SHA256.String(),
		}, "\t")+"\n")
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range lines {
		_, _ = io.WriteString(h, line) // A hash never fails.
	}
	return Digest(h.Sum(nil))
}
