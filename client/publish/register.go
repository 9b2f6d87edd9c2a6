package publish

import (
	"context"
	"crypto/rand"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// RegisterKey makes a key that signed one that the org trusts, under a name.
func RegisterKey(ctx context.Context, c *client.Client, org, name string, key signing.TrustedKey) (*registryv1.SigningKey, error) {
	rq := &registryv1.AddSigningKeyRequest{RequestId: rand.Text(), Org: org, Name: name, Type: registryv1.KeyType_KEY_TYPE_COSIGN}
	if key.Scheme == signing.GPG {
		rq.Type = registryv1.KeyType_KEY_TYPE_GPG
	}
	if len(key.Exports) > 0 {
		rq.Export = key.Exports[0]
	}
	rs, err := c.Keys.AddSigningKey(ctx, rq)
	return rs.GetKey(), err
}

// RegisterIdentity makes the keyless signer of a verdict one that the org
// trusts.
func RegisterIdentity(ctx context.Context, c *client.Client, org string, by *registryv1.Signer) (*registryv1.Identity, error) {
	rs, err := c.Keys.AddIdentity(ctx, &registryv1.AddIdentityRequest{RequestId: rand.Text(), Org: org, Issuer: by.GetIssuer(), San: by.GetIdentity()})
	return rs.GetIdentity(), err
}
