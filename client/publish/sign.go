package publish

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
)

// SignWay is how the files of a version come to their signatures.
type SignWay string

// The ways.
const (
	// SignFound uses the signatures that lie beside the files, if any do.
	SignFound SignWay = ""
	// SignNothing leaves them where they are.
	SignNothing SignWay = SignNone
	// SignGPG and the others sign now: with a key of the person's own gpg, with
	// one out of a file, with a key pair of cosign, or with an identity.
	SignGPG     SignWay = "gpg"
	SignGPGFile SignWay = "gpg-file"
	SignCosign  SignWay = "cosign"
	SignKeyless SignWay = "keyless"
)

// SignNone publishes without signatures.
const SignNone = "none"

// Signing is what Answers.Sign and Plan.Sign say. It names a key and never
// holds one.
type Signing struct {
	Way SignWay
	// Key is the id or fingerprint of SignGPG, and the path of a key file.
	Key string
}

// ParseSigning reads "", "none", "gpg:KEYID", "gpg:KEYFILE", "cosign:KEYFILE"
// or "keyless". What stands behind gpg: is a file if there is one of that
// name, or if it is written as a path.
func ParseSigning(text string) (Signing, error) {
	way, key, named := strings.Cut(text, ":")
	switch {
	case text == "":
		return Signing{}, nil
	case !named && (text == SignNone || text == string(SignKeyless)):
		return Signing{Way: SignWay(text)}, nil
	case named && key != "" && way == string(SignGPG) && !isPath(key):
		return Signing{Way: SignGPG, Key: key}, nil
	case named && key != "" && way == string(SignGPG):
		return keyFile(SignGPGFile, key)
	case named && key != "" && way == string(SignCosign):
		return keyFile(SignCosign, key)
	case way == string(SignGPG):
		return Signing{}, errors.New("gpg needs a key: gpg:KEYID, or gpg:FILE for a private key in a file")
	case way == string(SignCosign):
		return Signing{}, errors.New("cosign needs the file of a private key: cosign:cosign.key")
	default:
		return Signing{}, fmt.Errorf("%q is no way to sign; there are gpg:KEYID, gpg:KEYFILE, cosign:KEYFILE, keyless and none", text)
	}
}

func isPath(key string) bool {
	if strings.ContainsAny(key, `/\`) {
		return true
	}
	info, err := os.Stat(key)
	return err == nil && !info.IsDir()
}

// keyFile makes the path absolute: a publish may be gone on with from
// elsewhere.
func keyFile(way SignWay, path string) (Signing, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Signing{}, fmt.Errorf("finding the key file: %w", err)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return Signing{}, fmt.Errorf("there is no key file %s", path)
	case err != nil:
		return Signing{}, fmt.Errorf("looking at the key file: %w", err)
	case !info.Mode().IsRegular():
		return Signing{}, fmt.Errorf("%s is not a file", path)
	}
	return Signing{Way: way, Key: path}, nil
}

// String is what ParseSigning reads.
func (s Signing) String() string {
	switch s.Way {
	case SignGPG, SignCosign:
		return string(s.Way) + ":" + s.Key
	case SignGPGFile:
		return string(SignGPG) + ":" + s.Key
	default:
		return string(s.Way)
	}
}

// Now says whether signatures are made during the publish.
func (s Signing) Now() bool { return s.Way != SignFound && s.Way != SignNothing }

// SignWith is what signing needs of the person and the world around. It is no
// part of a plan: nothing of it is ever written down.
type SignWith struct {
	// GPG is the person's own gpg.
	GPG *pgp.GPG
	// Passphrase asks for the passphrase of a key, once a run. Nil: there is
	// nobody to ask, and only what needs none can be used.
	Passphrase func(ctx context.Context, key string) ([]byte, error)
	// AgentAsks leaves the passphrases of gpg's keys to its agent, as long as
	// that finds a way to ask; else Passphrase asks for these too.
	AgentAsks bool
	// Token and Services are those of keyless signing. Token is called for each
	// file, several times at once.
	Token    cosign.TokenSource
	Services cosign.Services
	// Now is the clock; nil is that of the computer.
	Now func() time.Time
}

func (w SignWith) clock() func() time.Time {
	if w.Now != nil {
		return w.Now
	}
	return time.Now
}

// isSignature says whether a kind is part of a signature of a file, rather
// than a statement about it such as its provenance.
func isSignature(kind registryv1.AssetKind) bool {
	switch kind {
	case registryv1.AssetKind_ASSET_KIND_SIGNATURE, registryv1.AssetKind_ASSET_KIND_CERTIFICATE, registryv1.AssetKind_ASSET_KIND_BUNDLE:
		return true
	default:
		return false
	}
}

// toSign says whether a file gets a signature when the person signs now: what
// people run, and the list that speaks for it.
func (k AssetKey) toSign() bool {
	kind := k.kind()
	return k.runs() || kind == registryv1.AssetKind_ASSET_KIND_INSTALLER || kind == registryv1.AssetKind_ASSET_KIND_CHECKSUM
}

// speaks says whether the plan has anything that speaks for its files.
func (p Plan) speaks() bool {
	return slices.ContainsFunc(p.Files, func(f File) bool {
		return isSignature(f.Asset.kind()) || f.Asset.kind() == registryv1.AssetKind_ASSET_KIND_PROVENANCE
	})
}

// Signed reports whether the plan has signatures, or will have.
func (p Plan) Signed() bool {
	how, err := ParseSigning(p.Sign)
	return err == nil && how.Now() || slices.ContainsFunc(p.Files, func(f File) bool { return isSignature(f.Asset.kind()) })
}

// withoutMade is the plan as it was before a run added its signatures.
func (p Plan) withoutMade() Plan {
	p.Files = slices.DeleteFunc(slices.Clone(p.Files), func(f File) bool { return f.Made })
	return p
}
