package registry_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/signingtest"
)

func TestAnIdentityIsTrustedUntilItIsRemoved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sigstore := signingtest.New(t, h.clock.Now())
	_, err := h.root.admin.SetTrustRoot(t.Context(), &registryv1.SetTrustRootRequest{Document: sigstore.TrustedRoot(t)})
	require.NoError(t, err)
	before := h.head(t)
	added, err := h.anna.keys.AddIdentity(t.Context(), robot("Acme"))
	require.NoError(t, err)
	assert.True(t, added.GetCreated())
	assert.Equal(t, "anna", added.GetIdentity().GetAddedBy())
	again, err := h.amir.keys.AddIdentity(t.Context(), robot("acme"))
	require.NoError(t, err)
	assert.False(t, again.GetCreated())
	assert.True(t, proto.Equal(added.GetIdentity(), again.GetIdentity()))
	other := robot("acme")
	other.SourceRef = ""
	second, err := h.anna.keys.AddIdentity(t.Context(), other)
	require.NoError(t, err)
	assert.True(t, second.GetCreated(), "it says something else")
	list, err := h.anonymous.keys.ListIdentities(t.Context(), &registryv1.ListIdentitiesRequest{Org: "acme", PageSize: 1})
	require.NoError(t, err)
	require.Len(t, list.GetIdentities(), 1)
	assert.True(t, proto.Equal(added.GetIdentity(), list.GetIdentities()[0]))
	list, err = h.anonymous.keys.ListIdentities(t.Context(), &registryv1.ListIdentitiesRequest{Org: "acme", PageSize: 1, PageToken: list.GetNextPageToken()})
	require.NoError(t, err)
	assert.Empty(t, list.GetNextPageToken())

	f := exe(linuxAMD, "")
	v := h.anna.release(t, "v1.0.0", f, keyless(t, sigstore, "acme/baton-okta", "v1.0.0", f))
	require.Equal(t, published, v.GetSummary().GetState(), v.GetFailure().GetMessage())
	assert.Equal(t, "https://github.com/acme/baton-okta", verdictOf(t, v, f.name).GetBy().GetSourceRepository())

	for _, id := range []int64{added.GetIdentity().GetId(), second.GetIdentity().GetId()} {
		removed, err := h.anna.keys.RemoveIdentity(t.Context(), &registryv1.RemoveIdentityRequest{Org: "acme", Id: id})
		require.NoError(t, err)
		assert.Equal(t, id, removed.GetIdentity().GetId())
		h.refused(t, notFound, func() error {
			_, err := h.anna.keys.RemoveIdentity(t.Context(), &registryv1.RemoveIdentityRequest{Org: "acme", Id: id})
			return err
		})
	}
	v = h.anna.release(t, "v1.1.0", f, keyless(t, sigstore, "acme/baton-okta", "v1.1.0", f))
	assert.Equal(t, published, v.GetSummary().GetState())
	assert.Equal(t, "NO_TRUST", verdictOf(t, v, f.name).GetReason())

	back, err := h.anna.keys.AddIdentity(t.Context(), robot("acme"))
	require.NoError(t, err)
	assert.True(t, back.GetCreated())
	assert.Greater(t, back.GetIdentity().GetId(), second.GetIdentity().GetId(), "ids are never used again")
	assert.Equal(t, []string{"IDENTITY_ADDED", "IDENTITY_ADDED"}, h.kinds(t, before)[:2])
	assert.Contains(t, h.kinds(t, before), "IDENTITY_REMOVED")
	h.intact(t)
}

func TestIdentitiesThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for title, test := range map[string]struct {
		change func(*registryv1.AddIdentityRequest)
		reason registryv1.Reason
		faults int
		says   string
	}{
		"nothing at all":        {func(rq *registryv1.AddIdentityRequest) { proto.Reset(rq); rq.Org = "acme" }, invalidIdentity, 2, "no issuer"},
		"no issuer":             {func(rq *registryv1.AddIdentityRequest) { rq.Issuer = "" }, invalidIdentity, 1, "no issuer"},
		"plain http":            {func(rq *registryv1.AddIdentityRequest) { rq.Issuer = "http://example.org" }, invalidIdentity, 1, "https"},
		"both subjects":         {func(rq *registryv1.AddIdentityRequest) { rq.San = "robot" }, invalidIdentity, 1, "give one"},
		"an open expression":    {func(rq *registryv1.AddIdentityRequest) { rq.SanRegexp = "example" }, invalidIdentity, 1, ""},
		"one that lets all in":  {func(rq *registryv1.AddIdentityRequest) { rq.SanRegexp = "^.*$" }, invalidIdentity, 1, ""},
		"an unknown place":      {func(rq *registryv1.AddIdentityRequest) { rq.SourceRef = "refs/tags/{tag}" }, invalidIdentity, 1, "{version}"},
		"several breaches":      {func(rq *registryv1.AddIdentityRequest) { rq.Issuer, rq.SourceRef = "", "{x}" }, invalidIdentity, 2, "2 things"},
		"what is far too long":  {func(rq *registryv1.AddIdentityRequest) { rq.SourceRef = string(make([]byte, 600)) }, invalidArgument, 3, "600 characters"},
		"an org that cannot be": {func(rq *registryv1.AddIdentityRequest) { rq.Org = "a/b" }, invalidName, 1, ""},
	} {
		rq := robot("acme")
		test.change(rq)
		refusal := h.refused(t, test.reason, func() error {
			_, err := h.anna.keys.AddIdentity(t.Context(), rq)
			return err
		})
		assert.Len(t, refusal.Faults, test.faults, "%s: %v", title, refusal.Faults)
		assert.Contains(t, refusal.Message, test.says, title)
	}
}

func TestWhoMayChangeWhatAnOrgTrusts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.anna.addKey(t, "release", gpgType, h.pgpKey(t).Public(t)).GetId()
	identity, err := h.anna.keys.AddIdentity(t.Context(), robot("acme"))
	require.NoError(t, err)
	document := signingtest.New(t, h.clock.Now()).TrustedRoot(t)
	publishers, maintainers, admins, all := []*person{h.anna, h.maja, h.root}, []*person{h.maja, h.root}, []*person{h.root}, []*person{h.anna, h.rita, h.maja, h.bob, h.root, h.anonymous}
	for title, test := range map[string]struct {
		may  []*person
		call func(p *person) error
	}{
		"list keys": {all, func(p *person) error {
			_, err := p.keys.ListSigningKeys(t.Context(), &registryv1.ListSigningKeysRequest{Org: "acme"})
			return err
		}},
		"list identities": {all, func(p *person) error {
			_, err := p.keys.ListIdentities(t.Context(), &registryv1.ListIdentitiesRequest{Org: "acme"})
			return err
		}},
		"list what was signed": {all, func(p *person) error {
			_, err := p.keys.ListSignedVersions(t.Context(), &registryv1.ListSignedVersionsRequest{Org: "acme", Id: id})
			return err
		}},
		"read the policy": {all, func(p *person) error {
			_, err := p.admin.GetPolicy(t.Context(), &registryv1.GetPolicyRequest{Org: "acme"})
			return err
		}},
		"read the root": {all, func(p *person) error {
			_, err := p.admin.GetTrustRoot(t.Context(), &registryv1.GetTrustRootRequest{})
			return err
		}},
		"add a key": {publishers, func(p *person) error {
			_, err := p.keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "of " + p.name, Type: gpgType, Export: h.pgpKey(t).Public(t)})
			return err
		}},
		"retire a key": {publishers, func(p *person) error {
			_, err := p.keys.RetireSigningKey(t.Context(), &registryv1.RetireSigningKeyRequest{Org: "acme", Id: id})
			return err
		}},
		"ask what revoking means": {publishers, func(p *person) error {
			_, err := p.keys.RevokeSigningKey(t.Context(), &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: id, Reason: "stolen", ValidateOnly: true})
			return err
		}},
		"add an identity": {publishers, func(p *person) error { _, err := p.keys.AddIdentity(t.Context(), robot("acme")); return err }},
		"set the policy": {maintainers, func(p *person) error {
			_, err := p.admin.SetPolicy(t.Context(), &registryv1.SetPolicyRequest{Org: "acme", Policy: &registryv1.Policy{}})
			return err
		}},
		"set the root": {admins, func(p *person) error {
			_, err := p.admin.SetTrustRoot(t.Context(), &registryv1.SetTrustRootRequest{Document: document})
			return err
		}},
	} {
		for _, p := range all {
			want := notPermitted
			if p == h.anonymous {
				want = unauthenticated
			}
			for _, may := range test.may {
				if p == may {
					want = ok
				}
			}
			assert.Equal(t, want, reasonOf(test.call(p)), "%s: %s", title, p.name)
		}
	}
	_, err = h.maja.keys.RemoveIdentity(t.Context(), &registryv1.RemoveIdentityRequest{Org: "acme", Id: identity.GetIdentity().GetId()})
	require.NoError(t, err)
}
