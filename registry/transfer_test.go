package registry_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestBytesAreThereOnlyForThoseWhoCouldDownloadThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := exe(linuxAMD, "the same bytes everywhere")
	ours := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	h.anna.bring(t, ours, f)
	sibling := h.amir.draft(t, "acme/baton-other v1.0.0", linuxAMD)
	theirs := h.bob.draft(t, "beta/baton-okta v1.0.0", linuxAMD)
	isThere := func(p *person, v *registryv1.VersionSummary) bool {
		target := p.links(t, v, f)[0]
		require.NotEqual(t, target.GetPut() != nil, target.GetAlreadyThere() != nil)
		if there := target.GetAlreadyThere(); there != nil {
			assert.Equal(t, f.spec().GetSha256(), there.GetSha256())
			assert.EqualValues(t, len(f.data), there.GetSizeBytes())
		}
		return target.GetAlreadyThere() != nil
	}
	assert.True(t, isThere(h.anna, ours), "this draft's")
	assert.True(t, isThere(h.amir, sibling), "his org's")
	assert.False(t, isThere(h.bob, theirs), "knowing a digest gives no right to another org's draft")

	h.anna.finalize(t, ours, f)
	assert.False(t, isThere(h.bob, theirs), "nor to what is being validated")
	h.settle(t, h.anna, okta+" v1.0.0")
	second := h.bob.draft(t, "beta/baton-okta v2.0.0", linuxAMD)
	h.anna.yank(t, okta+" v1.0.0", func(rq *registryv1.YankVersionRequest) { rq.BlockDownloads = true })
	assert.False(t, isThere(h.bob, second), "nor to what is blocked")
	_, err := h.root.UnyankVersion(t.Context(), &registryv1.UnyankVersionRequest{Ref: at(okta + " v1.0.0")})
	require.NoError(t, err)
	assert.True(t, isThere(h.bob, second), "what is published is everybody's")
	assert.Equal(t, []bool{true}, h.bob.see(t, "beta/baton-okta v2.0.0").GetSummary().GetPlatformReceived())
}

func TestKnownBytesWithAnotherSizeAreAFault(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := exe(linuxAMD, "")
	v := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	h.anna.bring(t, v, f)
	other := h.anna.draft(t, okta+" v2.0.0", linuxAMD)
	spec := f.spec()
	*spec.SizeBytes++
	refusal := h.refused(t, sizeMismatch, func() error {
		_, err := h.anna.GetUploadURLs(t.Context(), &registryv1.GetUploadURLsRequest{Ref: other.GetRef(), Attempt: 1, Assets: []*registryv1.AssetSpec{spec}})
		return err
	})
	assert.Equal(t, []string{"assets[0].size_bytes"}, fields(refusal))
	assert.Equal(t, pending, h.anna.see(t, okta+" v2.0.0").GetSummary().GetState())
}

func TestWrongBytesLeaveNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := exe(linuxAMD, "right")
	v := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	for name, data := range map[string][]byte{
		"empty": {}, "truncated": f.data[:len(f.data)-1], "one byte too many": append(bytes.Clone(f.data), 0), "of the same size": exe(linuxAMD, "wrong").data,
	} {
		url := h.anna.links(t, v, f)[0].GetPut().GetUrl()
		answer := h.send(url, data)
		assert.Contains(t, []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusConflict}, answer.Code, "%s: %s", name, answer.Body)
		assert.Zero(t, h.blobs(t), name)
		assert.Equal(t, []bool{false}, h.anna.see(t, okta+" v1.0.0").GetSummary().GetPlatformReceived(), name)
	}
	answer := h.send(h.anna.links(t, v, f)[0].GetPut().GetUrl(), f.data)
	assert.Equal(t, http.StatusCreated, answer.Code, answer.Body)
}

func TestUploadLinksAreBoundToTheirDraft(t *testing.T) {
	t.Parallel()
	f := exe(linuxAMD, "")
	for name, test := range map[string]struct {
		spoil  func(t *testing.T, h *house, v *registryv1.VersionSummary)
		reason registryv1.Reason
	}{
		"the link expired": {func(_ *testing.T, h *house, _ *registryv1.VersionSummary) { h.clock.Advance(time.Hour) }, registryv1.Reason_REASON_UPLOAD_EXPIRED},
		"the draft is gone": {func(t *testing.T, h *house, v *registryv1.VersionSummary) {
			t.Helper()
			_, err := h.anna.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: v.GetRef()})
			require.NoError(t, err)
		}, registryv1.Reason_REASON_UPLOAD_EXPIRED},
		"the platform was dropped": {func(t *testing.T, h *house, v *registryv1.VersionSummary) {
			t.Helper()
			_, err := h.anna.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: v.GetRef(), Platforms: []registryv1.Platform{windowsAMD}})
			require.NoError(t, err)
		}, registryv1.Reason_REASON_UPLOAD_EXPIRED},
		"the file was declared anew": {func(t *testing.T, h *house, v *registryv1.VersionSummary) {
			t.Helper()
			h.anna.links(t, v, exe(linuxAMD, "another"))
		}, registryv1.Reason_REASON_UPLOAD_EXPIRED},
		"the version was finalized without it": {func(t *testing.T, h *house, v *registryv1.VersionSummary) {
			t.Helper()
			universal := file{linuxAMD, registryv1.AssetKind_ASSET_KIND_BINARY, "another-name", program(linuxAMD, "another")}
			h.anna.bring(t, v, universal)
			h.anna.finalize(t, v, universal)
		}, registryv1.Reason_REASON_UPLOAD_EXPIRED},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			v := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
			url := h.anna.links(t, v, f)[0].GetPut().GetUrl()
			test.spoil(t, h, v)
			blobs := h.blobs(t)
			answer := h.send(url, f.data)
			assert.Equal(t, http.StatusForbidden, answer.Code)
			assert.Contains(t, answer.Body.String(), registryv1.Short(test.reason))
			assert.Equal(t, blobs, h.blobs(t))
		})
	}
	t.Run("the link was altered", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		v := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
		url := h.anna.links(t, v, f)[0].GetPut().GetUrl()
		answer := h.send(strings.Replace(url, "until=1", "until=2", 1), f.data)
		assert.Equal(t, http.StatusForbidden, answer.Code)
		assert.Contains(t, answer.Body.String(), "UPLOAD_INVALID")
	})
}

func TestUploadGoesOnAfterTheLinkWasAskedForAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := exe(linuxAMD, strings.Repeat("long", 1000))
	v := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	url := h.anna.links(t, v, f)[0].GetPut().GetUrl()
	broken := httptest.NewRecorder()
	rq := httptest.NewRequest(http.MethodPut, "http://registry"+url, &breaking{data: f.data[:1000]})
	rq.ContentLength = int64(len(f.data))
	h.r.Transfers().ServeHTTP(broken, rq)
	require.GreaterOrEqual(t, broken.Code, 400)

	h.clock.Advance(2 * time.Hour)
	require.NoError(t, h.restart())
	fresh := h.anna.links(t, v, f)[0].GetPut().GetUrl()
	asked := httptest.NewRecorder()
	h.r.Transfers().ServeHTTP(asked, httptest.NewRequest(http.MethodHead, "http://registry"+fresh, nil))
	require.Equal(t, http.StatusOK, asked.Code)
	assert.Equal(t, "1000", asked.Header().Get("Upload-Offset"), "what arrived under the old link is not sent again")

	rest := httptest.NewRequest(http.MethodPatch, "http://registry"+fresh, bytes.NewReader(f.data[1000:]))
	rest.Header.Set("Upload-Offset", "1000")
	rest.Header.Set("Content-Type", "application/partial-upload")
	done := httptest.NewRecorder()
	h.r.Transfers().ServeHTTP(done, rest)
	assert.Equal(t, http.StatusCreated, done.Code, done.Body)
	h.anna.finalize(t, v, f)
}

// breaking is a body that ends with a fault.
type breaking struct{ data []byte }

func (b *breaking) Read(p []byte) (int, error) {
	if len(b.data) == 0 {
		return 0, fmt.Errorf("the connection broke")
	}
	n := copy(p, b.data)
	b.data = b.data[n:]
	return n, nil
}

func (b *breaking) Close() error { return nil }

func TestFilesOfUnknownSizeAndDigestAreTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := exe(linuxAMD, "")
	v := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	undeclared := f.spec()
	undeclared.SizeBytes, undeclared.Sha256 = nil, nil
	for _, data := range [][]byte{program(linuxAMD, "first"), f.data} {
		answer, err := h.anna.GetUploadURLs(t.Context(), &registryv1.GetUploadURLsRequest{Ref: v.GetRef(), Attempt: 1, Assets: []*registryv1.AssetSpec{undeclared}})
		require.NoError(t, err)
		sent := h.send(answer.GetTargets()[0].GetPut().GetUrl(), data)
		require.Equal(t, http.StatusCreated, sent.Code, sent.Body)
		again := h.send(answer.GetTargets()[0].GetPut().GetUrl(), data)
		require.Equal(t, http.StatusOK, again.Code, "the same once more: %s", again.Body)
		assert.Equal(t, 1, h.blobs(t), "brought again, it takes the place of the first")
	}
	h.anna.finalize(t, v, f)
	assert.Equal(t, published, h.settle(t, h.anna, okta+" v1.0.0").GetSummary().GetState())
}

func TestDownloads(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sums := file{0, registryv1.AssetKind_ASSET_KIND_SBOM, "sbom.json", []byte("{}")}
	h.anna.publish(t, okta+" v1.0.0", exe(linuxAMD, "1"), exe(universal, "1"), sums)
	h.anna.publish(t, okta+" v2.0.0", exe(linuxAMD, "2"))
	download := func(version string, platforms ...registryv1.Platform) (*registryv1.GetDownloadURLsResponse, error) {
		return h.anonymous.GetDownloadURLs(t.Context(), &registryv1.GetDownloadURLsRequest{Connector: of("ACME/okta"), Version: version, Platforms: platforms})
	}
	names := func(answer *registryv1.GetDownloadURLsResponse) (list []string) {
		for _, d := range answer.GetDownloads() {
			list = append(list, d.GetAsset().GetFilename())
		}
		return list
	}

	latest, err := download("")
	require.NoError(t, err)
	assert.Equal(t, "v2.0.0", latest.GetVersion().GetRef().GetVersion())
	assert.Equal(t, registryv1.ChosenBy_CHOSEN_BY_LATEST, latest.GetChosenBy())
	_, err = h.maja.SetStableVersion(t.Context(), &registryv1.SetStableVersionRequest{Ref: at(okta + " v1.0.0")})
	require.NoError(t, err)
	stable, err := download("")
	require.NoError(t, err)
	assert.Equal(t, "v1.0.0", stable.GetVersion().GetRef().GetVersion())
	assert.Equal(t, registryv1.ChosenBy_CHOSEN_BY_STABLE, stable.GetChosenBy())
	assert.ElementsMatch(t, []string{"baton-linux-amd64", "baton-darwin-universal", "sbom.json"}, names(stable))
	mac, err := download("v1.0.0", darwinARM)
	require.NoError(t, err)
	assert.Equal(t, registryv1.ChosenBy_CHOSEN_BY_NUMBER, mac.GetChosenBy())
	assert.ElementsMatch(t, []string{"baton-darwin-universal", "sbom.json"}, names(mac), "the universal file, and what belongs to no platform")
	for _, d := range mac.GetDownloads() {
		assert.Equal(t, http.StatusOK, h.fetch(d.GetUrl()).Code)
	}
	h.refused(t, platformMissing, func() error {
		_, err := download("v2.0.0", windowsAMD, linuxAMD)
		return err
	})
	h.refused(t, invalidPlatform, func() error {
		_, err := download("v2.0.0", universal)
		return err
	})

	h.anna.yank(t, okta+" v2.0.0")
	warned, err := download("v2.0.0")
	require.NoError(t, err, "yanked files stay downloadable by exact version")
	assert.Equal(t, "it does not start", warned.GetYank().GetReason())
	h.anna.yank(t, okta+" v1.0.0", func(rq *registryv1.YankVersionRequest) { rq.BlockDownloads = true })
	refusal := h.refused(t, registryv1.Reason_REASON_DOWNLOAD_BLOCKED, func() error {
		_, err := download("v1.0.0")
		return err
	})
	assert.Contains(t, refusal.Message, "it does not start")
	for _, d := range mac.GetDownloads() {
		assert.Equal(t, http.StatusForbidden, h.fetch(d.GetUrl()).Code, "links that are handed out stop working, too")
	}
	assert.Equal(t, http.StatusOK, h.fetch(warned.GetDownloads()[0].GetUrl()).Code)
	h.refused(t, notFound, func() error {
		_, err := download("")
		return err
	})
}

func TestLostBytesAreNamed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0", exe(linuxAMD, "1"), exe(windowsAMD, "1"), exe(linuxARM, "1"))
	all := filesUnder(t, h.blobDir())
	require.Len(t, all, 3)
	require.NoError(t, os.Remove(all[0]))
	require.NoError(t, os.Truncate(all[1], 5))
	refusal := h.refused(t, registryv1.Reason_REASON_INTERNAL, func() error {
		_, err := h.anonymous.GetDownloadURLs(t.Context(), &registryv1.GetDownloadURLsRequest{Connector: of(okta), Version: "v1.0.0"})
		return err
	})
	assert.Len(t, refusal.Faults, 2, "every lost file is named")
	assert.Contains(t, refusal.Next, "another version")
}
