package client_test

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// A registry from before there were keys trusts nobody, which keeps nobody from
// publishing; one that cannot be asked is another matter.
func TestWhatARegistryWithoutKeysTrusts(t *testing.T) {
	t.Parallel()
	sources, err := (&fake{}).start(t).Trust(t.Context(), "acme")
	require.NoError(t, err)
	assert.Empty(t, sources.Keys)
	assert.Empty(t, sources.Identities)

	away := open(t, client.Memory("away", func(context.Context) (net.Conn, error) { return nil, net.ErrClosed }), client.Options{})
	_, err = away.Trust(t.Context(), "acme")
	assert.Equal(t, registryv1.Reason_REASON_UNAVAILABLE, client.ReasonOf(err))
}

// The error of a signature that is not good carries the verdict's own words.
func TestNotVerifiedSaysWhatTheVerdictSays(t *testing.T) {
	t.Parallel()
	e := client.NotVerified("baton-sample", &registryv1.Verdict{
		Status: registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, Reason: string(signing.DigestMismatch), Scheme: "gpg",
		Detail: "It was made for other bytes.", Next: "Get the file again.", Want: "sha256:aa", Got: "sha256:bb",
	})
	assert.Equal(t, "It was made for other bytes.", e.Error())
	assert.Equal(t, "Get the file again.", e.Next)
	assert.Equal(t, map[string]string{"verdict_reason": "DIGEST_MISMATCH", "scheme": "gpg", "want": "sha256:aa", "got": "sha256:bb"}, e.Meta)
	require.Len(t, e.Faults, 1)
	assert.Equal(t, "baton-sample", e.Faults[0].Field)
	assert.Equal(t, "MISSING", client.NotVerified("x", &registryv1.Verdict{}).Meta["verdict_reason"])
}
