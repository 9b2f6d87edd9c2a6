package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
)

// maxSmallFile bounds keys and trusted roots, which have a few kB.
const maxSmallFile = 4 << 20

// trustOptions say what a signature is measured by.
type trustOptions struct {
	key, identity, identityRegexp, issuer, root, org string
}

// trusted is what a signature is measured by, read.
type trusted struct {
	policy signing.Policy
	// release is the one that --org names, as far as it does.
	release signing.Release
	// registry is where --org was asked for, known the versions that were.
	registry *session
	known    map[signing.Release]*registryv1.Version
}

// read reads what the flags name and notes everything that is wrong with it.
func (o trustOptions) read(now func() time.Time, wrong *faults) *trusted {
	t := &trusted{policy: signing.Policy{Now: now}, known: map[signing.Release]*registryv1.Version{}}
	bad := func(flag, format string, args ...any) {
		wrong.add(flag, registryv1.Reason_REASON_USAGE, "--"+flag+": "+format, args...)
	}
	if o.org != "" && (o.key != "" || o.identity != "" || o.identityRegexp != "" || o.issuer != "") {
		bad("org", "it takes the keys and identities that the org has registered, so it does not go with --key, --identity and --issuer")
	}
	if o.key != "" {
		key, err := readPublicKey(o.key)
		if err != nil {
			bad("key", "%s", plainly(err))
		}
		t.policy.Keys = []signing.TrustedKey{key}
		// The person has the key from whoever signs, and is told that no log
		// shows its use.
		t.policy.AllowNoLog = true
	}
	if o.identity != "" || o.identityRegexp != "" || o.issuer != "" {
		id := signing.Identity{Issuer: o.issuer, SAN: o.identity, SANRegexp: o.identityRegexp}
		for _, err := range split(id.Validate()) {
			bad(flagOf(id, err), "%s", err.Error())
		}
		t.policy.Identities = []signing.Identity{id}
	}
	if o.root != "" {
		root, err := readSmall(o.root)
		if err == nil {
			_, err = cosign.InspectRoot(root)
		}
		if err != nil {
			bad("trusted-root", "%s", plainly(err))
		}
		t.policy.TrustedRoot = root
	}
	if o.org != "" {
		t.release = readRelease(o.org, bad)
	}
	return t
}

// flagOf is the flag that a fault of an identity is about.
func flagOf(id signing.Identity, err error) string {
	switch {
	case strings.Contains(err.Error(), "issuer"):
		return "issuer"
	case id.SANRegexp != "":
		return "identity-regexp"
	default:
		return "identity"
	}
}

// readRelease reads ORG, ORG/NAME or ORG/NAME@VERSION.
func readRelease(text string, bad func(flag, format string, args ...any)) signing.Release {
	if !strings.ContainsAny(text, "/@") {
		return signing.Release{Org: text}
	}
	ref, err := artifact.ParseRef(text)
	if err != nil || ref.Version.IsZero() {
		bad("org", "%q is neither an org nor a version of a connector; write ORG, or ORG/NAME@VERSION", text)
	}
	return signing.Release{Org: ref.Org, Connector: ref.Name, Version: ref.Version.String()}
}

// split takes joined errors apart.
func split(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// plainly is an error without the layers that reported it, in one sentence.
func plainly(err error) string {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return fmt.Sprintf("cannot read %q: %s", path.Path, path.Err)
	}
	return err.Error()
}

// readSmall reads a file that is small if it is what it should be.
func readSmall(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	return readSome(file, path)
}

func readSome(r io.Reader, name string) ([]byte, error) {
	data, err := signing.ReadMaterial(r, maxSmallFile)
	switch {
	case errors.Is(err, signing.ErrTooLarge):
		return nil, fmt.Errorf("%q is larger than any real one: more than %d bytes", name, maxSmallFile)
	case err != nil:
		return nil, err
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fmt.Errorf("%q is empty", name)
	default:
		return data, nil
	}
}

// readPublicKey reads the key of a signer, of whichever family its content
// shows.
func readPublicKey(path string) (signing.TrustedKey, error) {
	data, err := readSmall(path)
	if err != nil {
		return signing.TrustedKey{}, err
	}
	name := filepath.Base(path)
	if err := refuseSecret(data, name); err != nil {
		return signing.TrustedKey{}, err
	}
	if pgp.Looks(data) {
		key, err := pgp.Parse(data)
		if err != nil {
			return signing.TrustedKey{}, err
		}
		return signing.TrustedKey{Scheme: signing.GPG, Name: name, Fingerprint: key.Fingerprint, Exports: [][]byte{data}}, nil
	}
	key, err := cosign.ParsePublicKey(data)
	if err != nil {
		return signing.TrustedKey{}, err
	}
	return key.Trusted(name)
}

// refuseSecret refuses private keys before anything else looks at them: they
// belong neither here nor to a registry.
func refuseSecret(data []byte, name string) error {
	secret := bytes.Contains(data, []byte("PRIVATE KEY"))
	if signing.LooksLikePGP(data) {
		_, err := pgp.Parse(data)
		secret = secret || errors.Is(err, &pgp.Error{Problem: pgp.PrivateKey})
	}
	if secret {
		return fmt.Errorf("%q holds a private key, which nobody but its owner should have; give the public one", name)
	}
	return nil
}

// ask reads what the org trusts from the registry.
func (t *trusted) ask(ctx context.Context, s *session) error {
	sources, err := s.Trust(ctx, t.release.Org)
	if err != nil {
		return err
	}
	own := t.policy
	t.policy, t.registry = sources.For(own.Now), s
	if own.TrustedRoot != nil {
		t.policy.TrustedRoot = own.TrustedRoot
	}
	return nil
}

// none says that there is nothing to measure by because nothing was named.
func (t *trusted) none() bool {
	return t.registry == nil && len(t.policy.Keys) == 0 && len(t.policy.Identities) == 0
}

// releaseOf says which release a file is of: the one that --org names, else
// what its name says. A release that the registry knows is judged as of when it
// was published, but only for the very bytes that were: whoever stole a key
// could give any file an old name.
func (t *trusted) releaseOf(ctx context.Context, f *signedFile) (signing.Release, error) {
	of := t.release
	if of.Version == "" && of.Org != "" {
		connector, version := artifact.ReleaseIn(filepath.Base(f.path))
		of.Connector, of.Version = connector, version.String()
	}
	if t.registry == nil || of.Connector == "" || of.Version == "" {
		return of, nil
	}
	v, asked := t.known[of]
	if !asked {
		answer, err := t.registry.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{
			Ref: &registryv1.VersionRef{Org: of.Org, Name: of.Connector, Version: of.Version},
		})
		if err != nil && client.ReasonOf(err) != registryv1.Reason_REASON_NOT_FOUND {
			return of, err
		}
		v = answer.GetVersion()
		t.known[of] = v
	}
	for _, a := range v.GetAssets() {
		if bytes.Equal(a.GetSha256(), f.digest[:]) {
			return client.ReleaseOf(v.GetSummary()), nil
		}
	}
	return of, nil
}
