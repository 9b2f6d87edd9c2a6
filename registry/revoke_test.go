package registry_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestRetiring(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.pgpKey(t)
	added := h.anna.addKey(t, "release", gpgType, key.Public(t))
	before := h.head(t)
	rq := &registryv1.RetireSigningKeyRequest{Org: "acme", Id: added.GetId()}
	retired, err := h.anna.keys.RetireSigningKey(t.Context(), rq)
	require.NoError(t, err)
	assert.Equal(t, h.clock.Now(), retired.GetKey().GetRetiredAt().AsTime())
	assert.Equal(t, "anna", retired.GetKey().GetRetiredBy())
	h.clock.Advance(day)
	again, err := h.amir.keys.RetireSigningKey(t.Context(), rq)
	require.NoError(t, err)
	assert.True(t, proto.Equal(retired, again), "retired once is retired")
	assert.Equal(t, []string{"SIGNING_KEY_RETIRED"}, h.kinds(t, before))

	_, err = h.anna.keys.RevokeSigningKey(t.Context(), &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: added.GetId(), Reason: "stolen"})
	require.NoError(t, err, "a retired key can still be revoked")
	h.refused(t, wrongState, func() error {
		_, err := h.anna.keys.RetireSigningKey(t.Context(), rq)
		return err
	})
	h.refused(t, invalidKey, func() error {
		_, err := h.anna.keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "back", Type: gpgType, Export: key.Public(t)})
		return err
	})
	for _, org := range []string{"acme", "beta", "nobody"} {
		h.refused(t, notFound, func() error {
			_, err := h.root.keys.RetireSigningKey(t.Context(), &registryv1.RetireSigningKeyRequest{Org: org, Id: added.GetId() + 1})
			return err
		})
	}
	h.refused(t, notFound, func() error {
		_, err := h.bob.keys.RetireSigningKey(t.Context(), &registryv1.RetireSigningKeyRequest{Org: "beta", Id: added.GetId()})
		return err
	})
}

func TestRevokingNamesWhatTheKeySigned(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.pgpKey(t)
	id := h.anna.addKey(t, "release", gpgType, key.Public(t)).GetId()
	f := exe(linuxAMD, "")
	var times []time.Time
	for _, number := range []string{"v1.0.0", "v1.1.0", "v1.2.0"} {
		v := h.anna.release(t, number, f, h.asc(t, key, f))
		require.Equal(t, published, v.GetSummary().GetState(), v.GetFailure().GetMessage())
		times = append(times, v.GetSummary().GetPublishedAt().AsTime())
		h.clock.Advance(day)
	}
	h.anna.yank(t, okta+" v1.2.0")
	wrong := file{windowsAMD, registryv1.AssetKind_ASSET_KIND_BINARY, "baton", program(linuxAMD, "")}
	require.Equal(t, failed, h.anna.release(t, "v1.3.0", wrong, h.asc(t, key, wrong)).GetSummary().GetState())
	h.anna.publish(t, okta+" v1.4.0")

	since := func(at time.Time, validateOnly bool) *registryv1.RevokeSigningKeyRequest {
		rq := &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: id, Reason: "the laptop was stolen", ValidateOnly: validateOnly}
		if !at.IsZero() {
			rq.CompromisedSince = timestamppb.New(at)
		}
		return rq
	}
	before := h.head(t)
	would, err := h.anna.keys.RevokeSigningKey(t.Context(), since(times[1], true))
	require.NoError(t, err)
	assert.Equal(t, []string{"v1.3.0 true", "v1.2.0 true", "v1.1.0 true", "v1.0.0 false"}, signedBy(would.GetSigned()))
	assert.EqualValues(t, 1, would.GetPublishedUntrusted(), "PUBLISHED ones only")
	assert.Nil(t, would.GetKey().GetRevokedAt())
	all, err := h.anna.keys.RevokeSigningKey(t.Context(), since(time.Time{}, true))
	require.NoError(t, err)
	assert.Equal(t, []string{"v1.3.0 true", "v1.2.0 true", "v1.1.0 true", "v1.0.0 true"}, signedBy(all.GetSigned()))
	assert.EqualValues(t, 2, all.GetPublishedUntrusted())
	assert.Equal(t, before, h.head(t), "nothing was changed")

	did, err := h.anna.keys.RevokeSigningKey(t.Context(), since(times[1], false))
	require.NoError(t, err)
	assert.Equal(t, signedBy(would.GetSigned()), signedBy(did.GetSigned()))
	assert.Equal(t, times[1], did.GetKey().GetCompromisedSince().AsTime())
	assert.Equal(t, "the laptop was stolen", did.GetKey().GetRevokedReason())
	again, err := h.anna.keys.RevokeSigningKey(t.Context(), since(times[1], false))
	require.NoError(t, err)
	assert.True(t, proto.Equal(did, again))
	assert.Equal(t, []string{"SIGNING_KEY_REVOKED"}, h.kinds(t, before))

	for title, later := range map[string]time.Time{"since later": times[2]} {
		refusal := h.refused(t, wrongState, func() error {
			_, err := h.anna.keys.RevokeSigningKey(t.Context(), since(later, false))
			return err
		})
		assert.Contains(t, refusal.Message, "does not come back", title)
	}
	_, err = h.anna.keys.RevokeSigningKey(t.Context(), since(time.Time{}, false))
	require.NoError(t, err, "more trust can be taken away")
	h.refused(t, wrongState, func() error {
		_, err := h.anna.keys.RevokeSigningKey(t.Context(), since(times[0], true))
		return err
	})

	list, err := h.anna.keys.ListSignedVersions(t.Context(), &registryv1.ListSignedVersionsRequest{Org: "acme", Id: id, PageSize: 3})
	require.NoError(t, err)
	assert.Equal(t, []string{"v1.3.0 true", "v1.2.0 true", "v1.1.0 true"}, signedBy(list.GetVersions()))
	rest, err := h.anna.keys.ListSignedVersions(t.Context(), &registryv1.ListSignedVersionsRequest{Org: "acme", Id: id, PageSize: 3, PageToken: list.GetNextPageToken()})
	require.NoError(t, err)
	assert.Equal(t, []string{"v1.0.0 true"}, signedBy(rest.GetVersions()))
	assert.Empty(t, rest.GetNextPageToken())
	assert.EqualValues(t, 4, h.anna.key(t, id).GetSignedVersions())

	public, err := h.anonymous.keys.ListSignedVersions(t.Context(), &registryv1.ListSignedVersionsRequest{Org: "acme", Id: id})
	require.NoError(t, err)
	assert.Equal(t, []string{"v1.2.0 true", "v1.1.0 true", "v1.0.0 true"}, signedBy(public.GetVersions()), "failures are not public")
	assert.EqualValues(t, 3, h.anonymous.key(t, id).GetSignedVersions())

	h.anna.draft(t, okta+" v1.3.0", windowsAMD)
	assert.EqualValues(t, 3, h.anna.key(t, id).GetSignedVersions(), "the next attempt is not signed yet")
	h.intact(t)
}

// signedBy are versions with whether they are not trusted any more.
func signedBy(list []*registryv1.SignedVersion) []string {
	var lines []string
	for _, v := range list {
		lines = append(lines, fmt.Sprint(v.GetVersion().GetRef().GetVersion(), " ", v.GetUntrusted()))
	}
	return lines
}

func TestRevocationsThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.anna.addKey(t, "release", gpgType, h.pgpKey(t).Public(t)).GetId()
	for title, test := range map[string]struct {
		change func(*registryv1.RevokeSigningKeyRequest)
		reason registryv1.Reason
		fields []string
	}{
		"without a reason": {func(rq *registryv1.RevokeSigningKeyRequest) { rq.Reason = " " }, invalidArgument, []string{"reason"}},
		"since tomorrow": {func(rq *registryv1.RevokeSigningKeyRequest) {
			rq.CompromisedSince = timestamppb.New(h.clock.Now().Add(day))
		}, invalidArgument, []string{"compromised_since"}},
		"since no time": {func(rq *registryv1.RevokeSigningKeyRequest) {
			rq.CompromisedSince = &timestamppb.Timestamp{Nanos: -1}
		}, invalidArgument, []string{"compromised_since"}},
		"since the beginning of time": {func(rq *registryv1.RevokeSigningKeyRequest) {
			rq.CompromisedSince = &timestamppb.Timestamp{}
		}, invalidArgument, []string{"compromised_since"}},
		"all at once": {func(rq *registryv1.RevokeSigningKeyRequest) {
			rq.Org, rq.Reason, rq.CompromisedSince = "-", "", timestamppb.New(h.clock.Now().Add(day))
		}, invalidArgument, []string{"org", "reason", "compromised_since"}},
		"no such key": {func(rq *registryv1.RevokeSigningKeyRequest) { rq.Id = 4711 }, notFound, nil},
	} {
		for _, validateOnly := range []bool{false, true} {
			rq := &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: id, Reason: "stolen", ValidateOnly: validateOnly}
			test.change(rq)
			refusal := h.refused(t, test.reason, func() error {
				_, err := h.anna.keys.RevokeSigningKey(t.Context(), rq)
				return err
			})
			assert.Equal(t, test.fields, fields(refusal), title)
		}
	}
}
