package artifact

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// Bounds of a checksum file.
const (
	MaxChecksums     = 1 << 20 // Bytes.
	maxChecksumLines = 10_000
)

// Checksums is what a checksum file says, in its order.
type Checksums struct {
	Lines    []ChecksumLine
	Warnings []string // Lines that are not understood, names with two digests.
}

// ChecksumLine is one file and its digest.
type ChecksumLine struct {
	Filename string // The last element of the path that the line names.
	SHA256   Digest
}

// Of gives the digest of a file name. Names that the file lists with two
// digests have none.
func (c Checksums) Of(filename string) (d Digest, ok bool) {
	for _, line := range c.Lines {
		if line.Filename != filename {
			continue
		}
		if ok && d != line.SHA256 {
			return Digest{}, false
		}
		d, ok = line.SHA256, true
	}
	return d, ok
}

// ParseChecksums reads a checksum file as sha256sum writes it, "<sha256>  name"
// or "<sha256> *name", or as BSD does, "SHA256 (name) = <sha256>". A digest
// alone is of the file that the checksum file is called after; self is that
// name, or empty. The error is an *InvalidError for a file without any sha256.
func ParseChecksums(data []byte, self string) (Checksums, error) {
	var c Checksums
	warn := func(format string, args ...any) {
		if len(c.Warnings) < maxListed {
			c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
		}
	}
	if len(data) > MaxChecksums {
		warn("only the first %d bytes are read", MaxChecksums)
		data = data[:MaxChecksums]
	}
	seen := map[string]Digest{}
	number := 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		number++
		if number > maxChecksumLines {
			warn("only the first %d lines are read", maxChecksumLines)
			break
		}
		text := strings.TrimRight(string(line), "\r\n")
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
			continue
		}
		entry, ok := checksumLine(text, self)
		if !ok {
			warn("line %d is not a sha256 and a file name", number)
			continue
		}
		if before, twice := seen[entry.Filename]; twice && before != entry.SHA256 {
			warn("%s is listed with two digests", quote(entry.Filename))
		}
		seen[entry.Filename] = entry.SHA256
		c.Lines = append(c.Lines, entry)
	}
	if len(c.Lines) == 0 {
		return Checksums{}, invalid("checksum file", []Fault{{
			Field: FieldDigest, Message: "the checksum file has no line with a sha256 and a file name",
			Fix: "write it with sha256sum",
		}})
	}
	return c, nil
}

func checksumLine(text, self string) (ChecksumLine, bool) {
	if rest, ok := strings.CutPrefix(text, "SHA256 ("); ok {
		name, digest, ok := strings.Cut(rest, ") = ")
		return newChecksumLine(digest, name, ok)
	}
	text = strings.TrimPrefix(text, `\`) // How sha256sum marks names that it escaped.
	digest, name, ok := strings.Cut(text, " ")
	if !ok {
		return newChecksumLine(digest, self, self != "")
	}
	name = strings.TrimLeft(name, " \t")
	return newChecksumLine(digest, strings.TrimPrefix(name, "*"), true)
}

func newChecksumLine(digest, name string, ok bool) (ChecksumLine, bool) {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	d, err := ParseDigest(digest)
	if _, bad := ParseFilename(name); !ok || err != nil || bad != nil {
		return ChecksumLine{}, false
	}
	return ChecksumLine{Filename: name, SHA256: d}, true
}
