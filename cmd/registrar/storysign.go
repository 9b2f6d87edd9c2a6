package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
)

// demoKey is the key pair that ines signs with, made anew for each demo.
type demoKey struct {
	file       string
	passphrase []byte
}

// registerKey makes a key pair as cosign has them and registers its public
// half.
func (d *demo) registerKey(ctx context.Context, c *client.Client) error {
	d.key = demoKey{file: filepath.Join(d.dir, "release.key"), passphrase: []byte(rand.Text())}
	private, public, err := cosign.GenerateKeyPair(d.key.passphrase)
	if err != nil {
		return err
	}
	if err := os.WriteFile(d.key.file, private, 0o600); err != nil {
		return fmt.Errorf("writing the key of the demo: %w", err)
	}
	answer, err := c.Keys.AddSigningKey(ctx, &registryv1.AddSigningKeyRequest{
		RequestId: newRequestID(), Org: demoOrg, Name: "release", Type: registryv1.KeyType_KEY_TYPE_COSIGN, Export: public,
	})
	if err != nil {
		return err
	}
	return d.tell("ines registers the key that releases of %s are signed with from now on: cosign, %s.",
		demoOrg, wording.Fingerprint(answer.GetKey().GetFingerprint()))
}

// signed is how a version that ines signs is published.
func (d *demo) signed() string { return "cosign:" + d.key.file }

// means are what ines signs with.
func (d *demo) means() publish.SignWith {
	return publish.SignWith{Passphrase: func(context.Context, string) ([]byte, error) { return bytes.Clone(d.key.passphrase), nil }}
}

// publishAltered is a build that packs a file again after it was signed. Ours
// would have looked.
func (d *demo) publishAltered(ctx context.Context, c *client.Client, version string) error {
	files, attempt, err := d.draft(ctx, c, version)
	if err != nil {
		return err
	}
	sealed, err := os.ReadFile(d.key.file)
	if err != nil {
		return fmt.Errorf("reading the key of the demo: %w", err)
	}
	key, err := cosign.ParsePrivateKey(sealed, d.key.passphrase)
	if err != nil {
		return err
	}
	signer := cosign.NewKeySigner(key, "release", time.Now)
	var bundles []loose
	for i := range files {
		content := files[i].content
		made, err := signer.Sign(ctx, signing.Artifact{Name: files[i].spec.GetFilename(), Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(content)), nil
		}})
		if err != nil {
			return err
		}
		if files[i].spec.GetPlatform() == registryv1.Platform_PLATFORM_WINDOWS_AMD64 {
			files[i].content = append(bytes.Clone(content), "packed again\n"...)
			files[i].declare()
		}
		bundle := loose{content: made.Bundle, spec: &registryv1.AssetSpec{
			Platform: files[i].spec.GetPlatform(), Kind: registryv1.AssetKind_ASSET_KIND_BUNDLE,
			Filename: files[i].spec.GetFilename() + ".sigstore.json", MediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
		}}
		bundle.declare()
		bundles = append(bundles, bundle)
	}
	return d.send(ctx, c, version, attempt, append(files, bundles...), "A build of ines packs windows-amd64 of "+version+" again after signing it")
}
