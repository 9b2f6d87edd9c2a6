package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// file is a release file whose publisher declares nothing about its bytes.
func file(name string, platform registryv1.Platform) AssetSpec {
	return AssetSpec{
		Platform: platform, Kind: registryv1.AssetKind_ASSET_KIND_BINARY, Filename: name,
		MediaType: "application/octet-stream", Source: registryv1.AssetSource_ASSET_SOURCE_UPLOADED,
	}
}

// declared is a release file with its size and digest.
func declared(spec AssetSpec, digest byte, size int64) AssetSpec {
	spec.DeclaredDigest, spec.DeclaredSize = &Digest{digest}, &size
	return spec
}

// draft is a version for linux and windows that is being uploaded.
func (f *fixture) draft(c Connector, number string) Version {
	f.tb.Helper()
	var v Version
	f.write(func(tx *Tx) (err error) {
		v, err = tx.add(f.ctx, numbered(c.ID, number, linux, windows), uploading)
		return err
	})
	return v
}

func (f *fixture) declare(v Version, spec AssetSpec) (Asset, Garbage) {
	f.tb.Helper()
	var a Asset
	var garbage Garbage
	f.write(func(tx *Tx) (err error) {
		a, garbage, err = tx.DeclareAsset(f.ctx, v.ID, v.Attempt, spec)
		return err
	})
	return a, garbage
}

func (f *fixture) receive(a Asset, digest byte, size int64) Asset {
	f.tb.Helper()
	f.write(func(tx *Tx) (err error) {
		a, err = tx.Receive(f.ctx, a.ID, Digest{digest}, size)
		return err
	})
	return a
}

func (f *fixture) reread(v Version) Version {
	f.tb.Helper()
	f.read(func(view *View) (err error) {
		v, err = view.VersionByID(f.ctx, v.ID)
		return err
	})
	return v
}

func TestFilesArrive(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	v := f.draft(f.connector("acme", "baton-sample"), "v1.0.0")

	spec := declared(file("sample", linux), 1, 100)
	spec.Attestations = []*registryv1.Attestation{{Type: "sbom", Url: "https://example.org/sbom"}}
	onLinux, _ := f.declare(v, spec)
	onWindows, _ := f.declare(v, file("sample.exe", windows))
	assert.Equal(t, spec.DeclaredDigest, onLinux.DeclaredDigest)
	assert.Equal(t, "sbom", onLinux.Attestations[0].GetType())
	assert.Nil(t, onLinux.Digest)
	assert.Zero(t, f.reread(v).Received)

	received := f.receive(onLinux, 1, 100)
	assert.Equal(t, &Digest{1}, received.Digest)
	assert.True(t, received.Complete())
	v = f.reread(v)
	assert.Equal(t, PlatformsOf(linux), v.Received)
	assert.EqualValues(t, 100, v.Size)

	f.receive(onWindows, 2, 50)
	v = f.reread(v)
	assert.Equal(t, PlatformsOf(linux, windows), v.Received)
	assert.EqualValues(t, 150, v.Size)

	f.receive(onWindows, 2, 50)
	assert.Equal(t, v, f.reread(v), "the same again changes nothing")
	err := f.Write(t.Context(), ines, func(tx *Tx) error {
		_, err := tx.Receive(t.Context(), onWindows.ID, Digest{3}, 50)
		return err
	})
	require.ErrorIs(t, err, ErrOtherBytes)
}

func TestDeclaringAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		first    AssetSpec
		received bool // digest 1, size 100
		again    AssetSpec
		keeps    bool
	}{
		"the same":                              {declared(file("a", linux), 1, 100), true, declared(file("a", linux), 1, 100), true},
		"the same before it came":               {declared(file("a", linux), 1, 100), false, declared(file("a", linux), 1, 100), true},
		"what was sent undeclared":              {file("a", linux), true, declared(file("a", linux), 1, 100), true},
		"undeclared twice":                      {file("a", linux), true, file("a", linux), true},
		"other bytes":                           {declared(file("a", linux), 1, 100), true, declared(file("a", linux), 2, 100), false},
		"other bytes before the first came":     {declared(file("a", linux), 1, 100), false, declared(file("a", linux), 2, 100), false},
		"another size":                          {declared(file("a", linux), 1, 100), true, declared(file("a", linux), 1, 99), false},
		"nothing, after something was promised": {declared(file("a", linux), 1, 100), false, file("a", linux), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			v := f.draft(f.connector("acme", "baton-sample"), "v1.0.0")
			first, _ := f.declare(v, test.first)
			f.write(func(tx *Tx) error {
				return tx.PutUpload(t.Context(), Upload{ID: UploadID{9}, Asset: first.ID, Until: tx.Now().Add(time.Hour)})
			})
			if test.received {
				first = f.receive(first, 1, 100)
			}
			again, garbage := f.declare(v, test.again)
			if test.keeps {
				assert.Equal(t, first.ID, again.ID)
				assert.Equal(t, first.Digest, again.Digest)
				assert.Equal(t, Garbage{}, garbage)
				return
			}
			assert.NotEqual(t, first.ID, again.ID, "late bytes of the old one find no asset")
			assert.Nil(t, again.Digest)
			assert.Equal(t, []UploadID{{9}}, garbage.Uploads)
			assert.Equal(t, test.received, len(garbage.Blobs) == 1)
			assert.Zero(t, f.reread(v).Received)
		})
	}
}

func TestAPlatformIsCompleteWhenAllItsFilesAre(t *testing.T) {
	t.Parallel()
	const universal = registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL
	both := []registryv1.Platform{registryv1.Platform_PLATFORM_DARWIN_AMD64, registryv1.Platform_PLATFORM_DARWIN_ARM64}
	has := func(platform registryv1.Platform, kind registryv1.AssetKind, there bool) Asset {
		a := Asset{AssetSpec: AssetSpec{Platform: platform, Kind: kind, Source: registryv1.AssetSource_ASSET_SOURCE_UPLOADED}}
		if there {
			a.Digest = &Digest{1}
		}
		return a
	}
	external := has(linux, registryv1.AssetKind_ASSET_KIND_ARCHIVE, false)
	external.Source = registryv1.AssetSource_ASSET_SOURCE_EXTERNAL
	binary, signature := registryv1.AssetKind_ASSET_KIND_BINARY, registryv1.AssetKind_ASSET_KIND_SIGNATURE
	tests := map[string]struct {
		assets []Asset
		want   Platforms
	}{
		"nothing":                          {nil, 0},
		"one of two":                       {[]Asset{has(linux, binary, true), has(windows, binary, false)}, PlatformsOf(linux)},
		"a signature is nothing to run":    {[]Asset{has(linux, signature, true)}, 0},
		"a signature that is still coming": {[]Asset{has(linux, binary, true), has(linux, signature, false)}, 0},
		"bytes that stay elsewhere":        {[]Asset{external}, PlatformsOf(linux)},
		"a universal file serves two":      {[]Asset{has(universal, binary, true)}, PlatformsOf(both...)},
		"a checksum file serves none":      {[]Asset{has(0, registryv1.AssetKind_ASSET_KIND_CHECKSUM, true)}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, complete(PlatformsOf(append(both, linux, windows)...), test.assets))
		})
	}
}

func TestBytesLiveAsLongAsSomebodyNamesThem(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	first, second := f.draft(c, "v1.0.0"), f.draft(c, "v2.0.0")
	var files []Asset
	for _, v := range []Version{first, second} {
		a, _ := f.declare(v, file("sample", linux))
		files = append(files, f.receive(a, 1, 100))
	}
	remove := func(a Asset) (g Garbage) {
		f.write(func(tx *Tx) (err error) {
			g, err = tx.RemoveAsset(t.Context(), a.ID)
			return err
		})
		return g
	}
	assert.Empty(t, remove(files[0]).Blobs, "the other version has them, too")
	f.read(func(v *View) error {
		blob, err := v.Blob(t.Context(), Digest{1})
		assert.EqualValues(t, 100, blob.Size)
		return err
	})
	assert.Equal(t, []Digest{{1}}, remove(files[1]).Blobs)
	f.read(func(v *View) error {
		_, err := v.Blob(t.Context(), Digest{1})
		require.ErrorIs(t, err, ErrNotFound)
		blobs, err := v.Blobs(t.Context(), nil, 10)
		assert.Empty(t, blobs)
		return err
	})
}

func TestDroppingAPlatformDropsItsFiles(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	v := f.draft(f.connector("acme", "baton-sample"), "v1.0.0")
	onLinux, _ := f.declare(v, file("sample", linux))
	onWindows, _ := f.declare(v, file("sample.exe", windows))
	sums, _ := f.declare(v, AssetSpec{Kind: registryv1.AssetKind_ASSET_KIND_CHECKSUM, Filename: "sums", Source: registryv1.AssetSource_ASSET_SOURCE_UPLOADED})
	f.receive(onLinux, 1, 1)
	f.receive(onWindows, 2, 1)
	var garbage Garbage
	f.write(func(tx *Tx) (err error) {
		v, garbage, err = tx.ChangeDraft(t.Context(), v.ID, 1, Draft{Platforms: PlatformsOf(linux), Texts: VersionTexts{Changelog: "new"}})
		return err
	})
	assert.Equal(t, []Digest{{2}}, garbage.Blobs)
	assert.Equal(t, PlatformsOf(linux), v.Platforms)
	assert.Equal(t, PlatformsOf(linux), v.Received)
	assert.Equal(t, "ines", v.Author)
	f.read(func(view *View) error {
		assets, err := view.Assets(t.Context(), v.ID, 1)
		require.Len(t, assets, 2)
		assert.Equal(t, sums.ID, assets[0].ID, "files of no platform come first")
		assert.Equal(t, onLinux.ID, assets[1].ID)
		return err
	})
}

func TestFilesArriveInDraftsOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	v := f.draft(f.connector("acme", "baton-sample"), "v1.0.0")
	a, _ := f.declare(v, file("sample", linux))
	late, _ := f.declare(v, file("late", linux))
	f.receive(a, 1, 1)
	f.move(v, validating)
	var stale *StaleError
	for name, change := range map[string]func(tx *Tx) error{
		"receive": func(tx *Tx) error { _, err := tx.Receive(t.Context(), late.ID, Digest{2}, 1); return err },
		"declare": func(tx *Tx) error {
			_, _, err := tx.DeclareAsset(t.Context(), v.ID, 1, file("more", linux))
			return err
		},
		"remove": func(tx *Tx) error { _, err := tx.RemoveAsset(t.Context(), a.ID); return err },
	} {
		require.ErrorAs(t, f.Write(t.Context(), ines, change), &stale, name)
	}
}

func TestWhoMayHaveBytesByTheirDigest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	v := f.draft(c, "v1.0.0")
	a, _ := f.declare(v, file("sample", linux))
	f.receive(a, 1, 100)
	member, stranger := Visibility{Orgs: []OrgID{c.Org}}, Visibility{Orgs: []OrgID{c.Org + 1}}
	may := func(see Visibility) bool {
		var err error
		f.read(func(v *View) error { _, err = v.Downloadable(t.Context(), Digest{1}, see); return nil })
		if err != nil {
			require.ErrorIs(t, err, ErrNotFound)
		}
		return err == nil
	}
	assert.True(t, may(member), "a draft is for its org")
	assert.False(t, may(stranger))
	assert.False(t, may(Visibility{}))
	assert.True(t, may(everything))

	v = f.move(f.move(f.reread(v), validating), published)
	assert.True(t, may(stranger), "what is published is for everybody")
	assert.True(t, may(Visibility{}))

	m := move(v, yanked)
	m.Yank.Blocked = true
	f.write(func(tx *Tx) error { _, err := tx.Move(t.Context(), v.ID, m); return err })
	assert.False(t, may(Visibility{}), "downloads are blocked")
	assert.True(t, may(member))
}

func TestBytesOfAnEarlierAttemptArePrivate(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	v := f.draft(f.connector("acme", "baton-sample"), "v1.0.0")
	secret, _ := f.declare(v, file("sample", linux))
	f.receive(secret, 1, 100)
	v = f.move(f.move(f.move(f.reread(v), validating), failed), pending)
	v = f.move(f.move(f.move(v, uploading), validating), published)
	f.read(func(view *View) error {
		_, err := view.Downloadable(t.Context(), Digest{1}, Visibility{})
		require.ErrorIs(t, err, ErrNotFound)
		assets, err := view.Assets(t.Context(), v.ID, 1)
		assert.Len(t, assets, 1, "and they are kept for those who may see them")
		return err
	})
}

func TestUploads(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	v := f.draft(f.connector("acme", "baton-sample"), "v1.0.0")
	a, _ := f.declare(v, file("sample", linux))
	until := f.clock.now().UTC().Add(time.Hour)
	f.write(func(tx *Tx) error { return tx.PutUpload(ctx, Upload{ID: UploadID{1}, Asset: a.ID, Until: until}) })
	f.write(func(tx *Tx) error {
		return tx.PutUpload(ctx, Upload{ID: UploadID{1}, Asset: a.ID, Until: until.Add(time.Hour)})
	})
	f.read(func(view *View) error {
		open, err := view.UploadOf(ctx, a.ID)
		require.NoError(t, err)
		assert.Equal(t, Upload{ID: UploadID{1}, Asset: a.ID, Until: until.Add(time.Hour)}, open)
		detail, err := view.Upload(ctx, UploadID{1})
		assert.Equal(t, a.ID, detail.Asset.ID)
		assert.Equal(t, v.ID, detail.Version.ID)
		return err
	})
	f.receive(a, 1, 1)
	f.read(func(view *View) error {
		_, err := view.UploadOf(ctx, a.ID)
		require.ErrorIs(t, err, ErrNotFound, "it is done")
		detail, err := view.Upload(ctx, UploadID{1})
		assert.True(t, detail.Done)
		_, missing := view.Upload(ctx, UploadID{2})
		require.ErrorIs(t, missing, ErrNotFound)
		return err
	})
	sweep := func(before time.Time) (ids []UploadID) {
		f.write(func(tx *Tx) (err error) { ids, err = tx.SweepUploads(ctx, before, 10); return err })
		return ids
	}
	assert.Empty(t, sweep(until))
	assert.Equal(t, []UploadID{{1}}, sweep(until.Add(2*time.Hour)))
}

func TestSweepingBytesThatNobodyNames(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	v := f.draft(f.connector("acme", "baton-sample"), "v1.0.0")
	a, _ := f.declare(v, file("sample", linux))
	f.receive(a, 1, 1)
	f.exec("insert into blobs (sha256, size, at) values (?, 1, 1)", make([]byte, 32))
	var gone []Digest
	f.write(func(tx *Tx) (err error) { gone, err = tx.SweepBlobs(t.Context(), tx.Now(), 10); return err })
	assert.Equal(t, []Digest{{}}, gone)
	f.read(func(v *View) error { _, err := v.Blob(t.Context(), Digest{1}); return err })
}

func TestFactsAndChecks(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	v := f.draft(f.connector("acme", "baton-sample"), "v1.0.0")
	a, _ := f.declare(v, file("sample", linux))
	f.receive(a, 1, 1)
	f.read(func(v *View) error {
		_, err := v.Facts(ctx, Digest{1})
		require.ErrorIs(t, err, ErrNotFound)
		return nil
	})
	checks := []Check{
		{
			Name: "integrity", Platform: linux, Asset: a.ID, Filename: "sample", Result: registryv1.CheckResult_CHECK_RESULT_FAIL,
			Detail: "other bytes", Fix: "send it again", Required: true, Reason: registryv1.Reason_REASON_DIGEST_MISMATCH,
			Verdict: &registryv1.Verdict{Scheme: "gpg"},
		},
		{Name: "license", Result: registryv1.CheckResult_CHECK_RESULT_SKIPPED},
	}
	put := func(attempt int32) error {
		return f.Write(ctx, Actor{}, func(tx *Tx) error { return tx.PutChecks(ctx, v.ID, attempt, checks) })
	}
	var stale *StaleError
	require.ErrorAs(t, put(1), &stale, "it is not validating")
	v = f.move(f.reread(v), validating)
	require.ErrorAs(t, put(2), &stale, "that is another attempt")
	require.NoError(t, put(1))
	require.NoError(t, put(1), "checks are replaced")
	f.write(func(tx *Tx) error { return tx.PutFacts(ctx, Digest{1}, &registryv1.Facts{GoVersion: "go1.25"}) })
	f.write(func(tx *Tx) error { return tx.PutFacts(ctx, Digest{1}, &registryv1.Facts{GoVersion: "go1.26"}) })
	f.read(func(view *View) error {
		facts, err := view.Facts(ctx, Digest{1})
		require.NoError(t, err)
		assert.Equal(t, "go1.26", facts.GetGoVersion())
		found, err := view.Checks(ctx, v.ID, 1)
		require.Len(t, found, 2)
		assert.Equal(t, "gpg", found[0].Verdict.GetScheme())
		for i := range found {
			assert.False(t, found[i].At.IsZero())
			found[i].At, found[i].Verdict = time.Time{}, checks[i].Verdict
		}
		assert.Equal(t, checks, found)
		return err
	})
}
