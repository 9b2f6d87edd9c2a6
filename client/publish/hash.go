package publish

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// File is one file of a plan. Its digest is believed as long as the stamp holds.
type File struct {
	// Path is where the file is; absolute.
	Path      string   `json:"path"`
	Asset     AssetKey `json:"asset"`
	MediaType string   `json:"mediaType,omitempty"`
	Stamp     Stamp    `json:"stamp"`
	// SHA256 is the hex digest, empty until the file was read.
	SHA256 string `json:"sha256,omitempty"`
	// Container and FoundBy tell people what it is and how it was found.
	Container string `json:"container,omitempty"`
	FoundBy   string `json:"foundBy,omitempty"`
	// Made marks a signature of a run: the next one makes it, or finds it, anew.
	Made bool `json:"made,omitempty"`
	// Signs is the hex digest of the file that a made signature is of.
	Signs string `json:"signs,omitempty"`
}

// signs reports whether the file is a signature that was made of another.
func (f File) signs(other File) bool {
	return f.Made && f.Signs != "" && f.Signs == other.SHA256 && f.Asset.Platform == other.Asset.Platform &&
		strings.HasPrefix(f.Asset.Filename, other.Asset.Filename+".")
}

// Stamp tells a file that was changed from one that was not.
type Stamp struct {
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	Inode    uint64    `json:"inode,omitempty"`
}

// Same reports whether both stamps are of the same content.
func (s Stamp) Same(other Stamp) bool {
	return s.Size == other.Size && s.Inode == other.Inode && s.Modified.Equal(other.Modified)
}

func stampOf(info fs.FileInfo) Stamp {
	return Stamp{Size: info.Size(), Modified: info.ModTime().UTC(), Inode: inode(info)}
}

// digest is the file's digest, zero if it was not read yet.
func (f File) digest() artifact.Digest {
	var d artifact.Digest
	if sum, err := hex.DecodeString(f.SHA256); err == nil {
		if parsed, ok := artifact.DigestFromBytes(sum); ok {
			return parsed
		}
	}
	return d
}

// spec is the file as the registry is told of it.
func (f File) spec() *registryv1.AssetSpec {
	size := f.Stamp.Size
	digest := f.digest()
	return &registryv1.AssetSpec{
		Platform: f.Asset.platform(), Kind: f.Asset.kind(), Filename: f.Asset.Filename, MediaType: f.MediaType, SizeBytes: &size, Sha256: digest[:],
	}
}

// setEntry is the file as the digest of the whole set sees it.
func (f File) setEntry() artifact.SetEntry {
	return artifact.SetEntry{
		Platform: artifact.Platform(f.Asset.Platform), Kind: artifactKind(f.Asset.kind()), Filename: f.Asset.Filename, Size: f.Stamp.Size, SHA256: f.digest(),
	}
}

// open opens the file and reads its stamp.
func (f File) open() (*os.File, Stamp, error) {
	file, err := os.Open(f.Path)
	if err != nil {
		return nil, Stamp{}, f.unreadable(err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a plain file")
	}
	if err != nil {
		return nil, Stamp{}, errors.Join(f.unreadable(err), file.Close())
	}
	return file, stampOf(info), nil
}

func (f File) unreadable(err error) error {
	e := &client.Error{Reason: registryv1.Reason_REASON_NO_FILES, Doing: "reading " + f.Path, Message: err.Error(), Err: err}
	if errors.Is(err, fs.ErrNotExist) {
		e.Message, e.Next = "the file is gone", "build it again, or look for the files anew"
	}
	return e
}

// hash gives the file its digest, and a present stamp. A digest that is known
// is kept while the stamp holds. A file that changes while it is read is an
// error: its digest would be of something that never was.
func (f File) hash(ctx context.Context) (hashed File, reused bool, err error) {
	file, stamp, err := f.open()
	if err != nil {
		return f, false, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if f.SHA256 != "" && stamp.Same(f.Stamp) {
		return f, true, nil
	}
	sum, size, err := artifact.Hash(ctx, file)
	if ctx.Err() != nil {
		return f, false, ctx.Err()
	}
	if err != nil {
		return f, false, f.unreadable(err)
	}
	info, err := os.Stat(f.Path)
	if err != nil {
		return f, false, f.unreadable(err)
	}
	if size != stamp.Size || !stampOf(info).Same(stamp) {
		return f, false, f.changed("")
	}
	f.Stamp, f.SHA256 = stamp, sum.Hex()
	return f, false, nil
}

// changed is the error of a file that is not what it was.
func (f File) changed(now string) error {
	message := "the file changed while it was read"
	if was := f.digest(); !was.IsZero() && now != "" {
		message = fmt.Sprintf("the file changed while it was read: digest was %s, now %s", words.Digest(was[:]), now)
	}
	return &client.Error{
		Reason: registryv1.Reason_REASON_FILE_CHANGED, Doing: "reading " + f.Path, Message: message,
		Next: "wait until the build is over, then send it again",
	}
}

// artifactKind is a kind as package artifact spells it.
func artifactKind(k registryv1.AssetKind) artifact.Kind {
	return artifactKinds[k]
}

// assetKind is the reverse.
func assetKind(k artifact.Kind) registryv1.AssetKind {
	for known, kind := range artifactKinds {
		if kind == k {
			return known
		}
	}
	return registryv1.AssetKind_ASSET_KIND_UNSPECIFIED
}

var artifactKinds = map[registryv1.AssetKind]artifact.Kind{
	registryv1.AssetKind_ASSET_KIND_ARCHIVE: artifact.KindArchive, registryv1.AssetKind_ASSET_KIND_BINARY: artifact.KindBinary,
	registryv1.AssetKind_ASSET_KIND_INSTALLER: artifact.KindInstaller, registryv1.AssetKind_ASSET_KIND_CHECKSUM: artifact.KindChecksum,
	registryv1.AssetKind_ASSET_KIND_SIGNATURE: artifact.KindSignature, registryv1.AssetKind_ASSET_KIND_CERTIFICATE: artifact.KindCertificate,
	registryv1.AssetKind_ASSET_KIND_BUNDLE: artifact.KindBundle, registryv1.AssetKind_ASSET_KIND_SBOM: artifact.KindSBOM,
	registryv1.AssetKind_ASSET_KIND_PROVENANCE: artifact.KindProvenance,
}
