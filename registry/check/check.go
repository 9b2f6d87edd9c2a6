// Package check holds the automatic checks of a version. Each check is pure:
// the same subject gives the same findings, so that a validation that was
// interrupted is simply done again.
//
// Run reads the bytes of every asset, at most twice and once more for its
// signatures, and then lets the checks judge what was found. What is wrong with a file is a finding; an error means
// that reading failed or was cancelled, and that the validation is to be
// repeated.
package check

import (
	"context"
	"io"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Names of the checks, in the order in which All returns them. They are part
// of the contract: policies name them.
const (
	Integrity     = "integrity"
	ArchiveSafety = "archive-safety"
	Executable    = "executable"
	PlatformMatch = "platform-match"
	Module        = "module"
	Platforms     = "platforms"
	Checksums     = "checksums"
	Signatures    = "signatures"
	Capabilities  = "capabilities"
	License       = "license"
	Order         = "order"
	Texts         = "texts"
	Label         = "label"
)

// Check is one automatic check.
type Check struct {
	Name string
	// Required: a FAIL fails the version.
	Required bool
	// Raised by the org's policy: a WARN or SKIPPED is a FAIL.
	Raised bool
	// run judges what was found. It does no I/O.
	run func(e *examined) []Finding
	// raised is the reason of a FAIL that only policy made one.
	raised registryv1.Reason
}

// Subject is a version as it is checked.
type Subject struct {
	// Version holds the texts, the declared platforms and the reference.
	Version *registryv1.Version
	// Latest is the number of the highest PUBLISHED version, or empty.
	Latest string
	// Assets are all files of the attempt.
	Assets []Asset
	// Trust is what signatures are measured by.
	Trust Trust
	// Limits bound what is unpacked; the zero value means artifact's own.
	Limits artifact.Limits
	// DocumentBytes bounds each document of the version; 0 means
	// DefaultDocumentBytes.
	DocumentBytes int
}

// Asset is one file of a version with a way to its bytes.
type Asset struct {
	// ID is the store's; findings carry it.
	ID int64
	// Meta is the asset as it was declared and received.
	Meta *registryv1.Asset
	// Open gives the bytes. An error that wraps fs.ErrNotExist means that they
	// are gone, which is a finding; any other fails the run. It is not
	// called for external assets.
	Open func(ctx context.Context) (Bytes, error)
}

// Bytes are the bytes of an asset.
type Bytes interface {
	io.ReaderAt
	io.Closer
	Size() int64
	// Proven reports whether the bytes are known to have the digest that they
	// were received with, so that they need not be hashed again.
	Proven() bool
}

// Finding is what one check found about one asset, or about the version. A
// check has at most one for each asset and, beside those, one for each
// platform: all that is wrong is in its detail.
type Finding struct {
	Check    string
	Required bool
	// AssetID, Platform and Filename are zero when it is about the version.
	AssetID  int64
	Platform registryv1.Platform
	Filename string
	Result   registryv1.CheckResult
	// Reason is set for FAIL only.
	Reason registryv1.Reason
	Detail string
	// Fix says what to do; empty for PASS.
	Fix string
	// Verdict is what the signatures of the file are worth; nil but for the
	// check "signatures".
	Verdict *registryv1.Verdict
}

// Outcome is what a validation found.
type Outcome struct {
	// Findings are in the order of the checks, then platform, then file name.
	Findings []Finding
	// Failed: at least one required check has a FAIL.
	Failed bool
	// Facts are what was found inside the files, by the digest of their bytes.
	Facts map[artifact.Digest]artifact.Facts
	// Verdicts are what the signatures come to.
	Verdicts Verdicts
}
