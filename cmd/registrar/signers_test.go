package main

import (
	"bytes"
	"context"
	"crypto"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// signer is somebody who signs files, with whatever others need to check it.
type signer struct {
	signing.Signer
	// public is the key as it is registered; nil for keyless signers.
	public []byte
	// private is the key file of its owner.
	private []byte
}

// gpgSigner makes a real OpenPGP key.
func gpgSigner(t *testing.T) signer {
	t.Helper()
	made := time.Now().Add(-time.Hour)
	e, err := openpgp.NewEntity("Release Robot", "", "robot@example.org", &packet.Config{
		Algorithm: packet.PubKeyAlgoEdDSA, Curve: packet.Curve25519, DefaultHash: crypto.SHA512, Time: func() time.Time { return made },
	})
	require.NoError(t, err)
	var out bytes.Buffer
	w, err := armor.Encode(&out, openpgp.PrivateKeyType, nil)
	require.NoError(t, err)
	require.NoError(t, e.SerializePrivateWithoutSigning(w, nil))
	require.NoError(t, w.Close())
	s, err := pgp.OpenKeyFile(t.Context(), out.Bytes(), nil, time.Now)
	require.NoError(t, err)
	return signer{s, s.Public(), out.Bytes()}
}

// cosignSigner makes a real key pair of cosign.
func cosignSigner(t *testing.T, name string) signer {
	t.Helper()
	pair := signingtest.NewCosign(t, "secret")
	return signer{cosign.NewKeySigner(pair.Key, name, time.Now), pair.Public, pair.Private}
}

// keylessSigner signs as the release workflow of a repository at a tag.
func keylessSigner(t *testing.T, s *signingtest.Sigstore, repository, tag string) signer {
	t.Helper()
	token := s.Release(repository, tag).Token(t)
	k, err := cosign.NewKeylessSigner(cosign.KeylessConfig{
		Services: cosign.Services{Fulcio: s.FulcioURL, Rekor: s.RekorURL, RekorVersion: 1},
		Token:    func(context.Context) ([]byte, error) { return bytes.Clone(token), nil }, TrustedRoot: s.TrustedRoot(t), Now: s.Now,
	})
	require.NoError(t, err)
	return signer{Signer: k}
}

// signs puts a signature beside a file, as tools name it, and returns its path.
func (s signer) signs(t *testing.T, path string) string {
	t.Helper()
	m, err := s.Sign(t.Context(), signing.Artifact{Name: filepath.Base(path), Open: func() (io.ReadCloser, error) { return os.Open(path) }})
	require.NoError(t, err)
	switch {
	case m.Bundle != nil:
		return wrote(t, path+".sigstore.json", m.Bundle)
	case pgp.Looks(m.Signature):
		return wrote(t, path+".asc", m.Signature)
	default:
		return wrote(t, path+".sig", m.Signature)
	}
}

// written writes a file and returns its path.
func wrote(t *testing.T, path string, content []byte) string {
	t.Helper()
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}
