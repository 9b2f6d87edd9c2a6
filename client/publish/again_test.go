package publish_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// name tells events apart for "stop at the n-th of these".
func name(e publish.Event) string {
	switch e := e.(type) {
	case publish.Step:
		return string(e.Name) + " " + string(e.Status)
	case publish.Hashed:
		return "hashed"
	case publish.Targeted:
		return "targeted"
	case publish.Stored:
		return "stored"
	case publish.Checked:
		return "checked"
	default:
		return "" // snapshots come when they come
	}
}

// A run that is stopped at any event, and run again, publishes once; what the
// first run stored the second does not send.
func TestStoppedAnywhereAndRunAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newSource(t)
	moments := []string{
		"hash started", "hashed", "connector ok", "version started", "version ok", "upload started", "targeted", "stored", "stored 3", "stored 5",
		"upload ok", "finalize started", "finalize ok", "validate started", "checked", "validate ok", "done started",
	}
	for i, moment := range moments {
		if os.Getenv("REGISTRAR_SOAK") == "" && i%3 != 0 {
			continue // every third one is enough for each day
		}
		version := fmt.Sprintf("v1.%d.0", i)
		pack(t, dir, version, moment)
		plan := b.prepare(t, dir, version)

		ctx, stop := context.WithCancel(t.Context())
		seen := map[string]int{}
		stored := map[publish.AssetKey]bool{}
		first := heard{on: func(e publish.Event) {
			seen[name(e)]++
			if s, ok := e.(publish.Stored); ok {
				stored[s.Asset] = true
			}
			if moment == name(e) || moment == fmt.Sprintf("%s %d", name(e), seen[name(e)]) {
				stop()
			}
		}}
		one, err := publish.Run(ctx, b.client, plan, nil, first.emit)
		stop()
		require.NotEmpty(t, seen, moment)
		if err != nil {
			require.Equal(t, registryv1.Reason_REASON_INTERRUPTED, client.ReasonOf(err), "%s: %v", moment, err)
			require.ErrorIs(t, err, context.Canceled)
		}

		var second heard
		two, err := publish.Run(t.Context(), b.client, plan, nil, second.emit)
		require.NoError(t, err, moment)
		v := b.get(t, plan)
		assert.Equal(t, registryv1.State_STATE_PUBLISHED, v.GetSummary().GetState(), moment)
		assert.EqualValues(t, 1, v.GetSummary().GetAttempt(), "%s: published once", moment)
		for _, e := range second.events {
			if target, ok := e.(publish.Targeted); ok && stored[target.Asset] {
				assert.True(t, target.Have, "%s: %s was stored and is not to be sent again", moment, target.Asset)
			}
		}
		var kept int64
		for _, f := range plan.Files {
			if stored[f.Asset] {
				kept += f.Stamp.Size
			}
		}
		assert.LessOrEqual(t, two.Sent, plan.Size()-kept, "%s: the second run sends what is missing", moment)
		assert.GreaterOrEqual(t, one.Sent+two.Sent, plan.Size(), moment)
	}
}

func TestTheSameAgainIsASuccessThatSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newProject(t)
	plan := b.prepare(t, dir, "v1.0.0")
	_, err := publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	require.NoError(t, err)

	var h heard
	result, err := publish.Run(t.Context(), b.client, plan, nil, h.emit)
	require.NoError(t, err)
	assert.True(t, result.Unchanged)
	assert.Equal(t, []string{"hash ok", "sign skipped", "connector ok", "version ok", "upload skipped", "finalize skipped", "validate skipped", "stable skipped", "done ok"}, h.steps())

	plan.Stable = true
	result, err = publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	require.NoError(t, err)
	assert.True(t, result.Stable, "what is published may still be promoted")
	assert.True(t, b.get(t, plan).GetSummary().GetStable())
}

func TestATakenNumberNamesTheNextOne(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newProject(t)
	_, err := publish.Run(t.Context(), b.client, b.prepare(t, dir, "v1.0.0"), nil, func(publish.Event) {})
	require.NoError(t, err)
	_, err = publish.Run(t.Context(), b.client, b.prepare(t, dir, "v1.0.1"), nil, func(publish.Event) {})
	require.NoError(t, err)

	pack(t, dir, "v1.0.0", "other bytes")
	plan := b.prepare(t, dir, "v1.0.0")
	before := b.get(t, plan)
	for what, call := range map[string]func() error{
		"run": func() error {
			_, err := publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
			return err
		},
		"dry run": func() error {
			_, err := publish.DryRun(t.Context(), b.client, plan)
			return err
		},
	} {
		err := call()
		var fault *client.Error
		require.ErrorAs(t, err, &fault, what)
		assert.Equal(t, registryv1.Reason_REASON_VERSION_EXISTS, fault.Reason, what)
		assert.Equal(t, "v1.0.0 is already published. The next free number is v1.0.2.", fault.Message, what)
		assert.Equal(t, "v1.0.2", fault.Meta["next"], what)
	}
	assert.Equal(t, before.GetSummary().GetRevision(), b.get(t, plan).GetSummary().GetRevision())
}

func TestADraftWithOtherFilesIsNotMixed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "archives")
	first := b.prepare(t, dir, "v1.0.0")
	ctx, stop := context.WithCancel(t.Context())
	h := heard{on: func(e publish.Event) {
		if name(e) == "upload ok" {
			stop()
		}
	}}
	_, err := publish.Run(ctx, b.client, first, nil, h.emit)
	require.Error(t, err)

	require.NoError(t, os.RemoveAll(dir+"/dist"))
	require.NoError(t, os.CopyFS(dir+"/dist", os.DirFS(sample(t))))
	second := b.prepare(t, dir, "v1.0.0")
	result, err := publish.Run(t.Context(), b.client, second, nil, func(publish.Event) {})
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_ASSET_UNEXPECTED, fault.Reason)
	assert.Len(t, fault.Faults, 5)
	assert.Contains(t, fault.Next, "abandon")
	assert.Zero(t, result.Sent, "found out before anything was sent")
}

func TestARebuiltFileReplacesTheOneInTheDraft(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "first build")
	plan := b.prepare(t, dir, "v1.0.0")
	ctx, stop := context.WithCancel(t.Context())
	h := heard{on: func(e publish.Event) {
		if name(e) == "upload ok" {
			stop()
		}
	}}
	_, err := publish.Run(ctx, b.client, plan, nil, h.emit)
	require.Error(t, err)

	packOne(t, dir+"/dist", "v1.0.0", "second build", "linux-amd64", "linux-amd64")
	result, err := publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	require.NoError(t, err, "the same plan takes the file as it is now")
	var size int64
	for _, f := range result.Plan.Files {
		if f.Asset.Platform == "linux-amd64" {
			size = f.Stamp.Size
			assert.NotEqual(t, fileOf(plan, "linux-amd64").SHA256, f.SHA256)
		}
	}
	assert.Equal(t, size, result.Sent, "only the rebuilt file is sent")
}

func fileOf(p publish.Plan, platform string) publish.File {
	for _, f := range p.Files {
		if f.Asset.Platform == platform {
			return f
		}
	}
	return publish.File{}
}

func TestAFileSwappedAfterPreparingIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	plan := b.prepare(t, dir, "v1.0.0")
	packOne(t, dir+"/dist", "v1.0.0", "y", "linux-amd64", "linux-arm64")
	_, err := publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	assert.Equal(t, registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH, client.ReasonOf(err))
	_, err = b.client.Registry.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}})
	assert.Equal(t, registryv1.Reason_REASON_NOT_FOUND, client.ReasonOf(err), "nothing was created")
}

// What the registry finds, although the publisher did not: every failed check
// is told, and the next attempt sends only what changed.
func TestAFailedVersionIsMendedInTheNextAttempt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	good := b.prepare(t, dir, "v1.0.0")
	packOne(t, dir+"/dist", "v1.0.0", "y", "linux-amd64", "linux-arm64")
	packOne(t, dir+"/dist", "v1.0.0", "y", "darwin-arm64", "linux-arm64")
	bad := good
	bad.Files = append([]publish.File(nil), good.Files...)
	for i := range bad.Files {
		bad.Files[i].SHA256 = "" // a plan of somebody who did not look
	}
	var h heard
	result, err := publish.Run(t.Context(), b.client, bad, nil, h.emit)
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH, fault.Reason)
	assert.Equal(t, registryv1.State_STATE_FAILED, result.Version.GetSummary().GetState())
	fields := map[string]bool{}
	for _, f := range fault.Faults {
		fields[f.Field] = true
	}
	assert.Equal(t, map[string]bool{"linux-amd64": true, "darwin-arm64": true}, fields, "all at once")
	assert.Contains(t, h.steps(), "validate failed")

	packOne(t, dir+"/dist", "v1.0.0", "z", "linux-amd64", "linux-amd64")
	packOne(t, dir+"/dist", "v1.0.0", "z", "darwin-arm64", "darwin-arm64")
	result, err = publish.Run(t.Context(), b.client, b.prepare(t, dir, "v1.0.0"), nil, func(publish.Event) {})
	require.NoError(t, err)
	assert.EqualValues(t, 2, result.Version.GetSummary().GetAttempt())
	mended := fileOf(result.Plan, "linux-amd64").Stamp.Size + fileOf(result.Plan, "darwin-arm64").Stamp.Size
	assert.Equal(t, mended, result.Sent)
}

func TestWhoMayNotIsToldBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newProject(t)
	plan := b.prepare(t, dir, "v1.0.0")

	for name, c := range map[string]struct {
		token  string
		stable bool
		want   registryv1.Reason
	}{
		"nobody":                    {"", false, registryv1.Reason_REASON_UNAUTHENTICATED},
		"a publisher elsewhere":     {b.server.Token(t, "eve", registryv1.Role_ROLE_PUBLISHER, "elsewhere"), false, registryv1.Reason_REASON_NOT_PERMITTED},
		"a publisher who promotes":  {b.server.Token(t, "pia", registryv1.Role_ROLE_PUBLISHER, "acme"), true, registryv1.Reason_REASON_NOT_PERMITTED},
		"a reviewer":                {b.server.Token(t, "rob", registryv1.Role_ROLE_REVIEWER, "acme"), false, registryv1.Reason_REASON_NOT_PERMITTED},
		"a token that is not known": {"rgs_nonsense", false, registryv1.Reason_REASON_UNAUTHENTICATED},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := plan
			p.Stable = c.stable
			result, err := publish.Run(t.Context(), open(t, b.server.Endpoint, c.token), p, nil, func(publish.Event) {})
			assert.Equal(t, c.want, client.ReasonOf(err), "%v", err)
			assert.Zero(t, result.Sent)
		})
	}
}

// Two publishers with different bytes for one number: one version, one clear
// loser, never a mixture.
func TestTwoPublishersRaceForOneNumber(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for round := range 2 {
		version := fmt.Sprintf("v2.%d.0", round)
		plans := make([]publish.Plan, 2)
		for i := range plans {
			dir := newSource(t)
			pack(t, dir, version, fmt.Sprintf("racer %d of round %d", i, round))
			plans[i] = b.prepare(t, dir, version)
		}
		errs := make(chan error, 2)
		for _, p := range plans {
			go func() {
				_, err := publish.Run(t.Context(), b.client, p, nil, func(publish.Event) {})
				errs <- err
			}()
		}
		failures := 0
		for range plans {
			if err := <-errs; err != nil {
				failures++
				assert.NotEqual(t, registryv1.Reason_REASON_INTERNAL, client.ReasonOf(err), "%v", err)
				assert.NotEqual(t, registryv1.Reason_REASON_UNSPECIFIED, client.ReasonOf(err), "%v", err)
			}
		}
		v := b.get(t, plans[0])
		if v.GetSummary().GetState() == registryv1.State_STATE_PUBLISHED {
			require.Equal(t, 1, failures)
			assertOneOf(t, v, plans)
			continue
		}
		// Both lost: each replaced the other's files. Running again settles it.
		require.Equal(t, 2, failures)
		_, err := publish.Run(t.Context(), b.client, plans[0], nil, func(publish.Event) {})
		require.NoError(t, err)
		assertOneOf(t, b.get(t, plans[0]), plans[:1])
	}
}

// assertOneOf checks that the files of a version are those of one plan.
func assertOneOf(t *testing.T, v *registryv1.Version, plans []publish.Plan) {
	t.Helper()
	for _, p := range plans {
		same := 0
		for _, a := range v.GetAssets() {
			if fmt.Sprintf("%x", a.GetSha256()) == fileOf(p, a.GetPlatform().Slug()).SHA256 {
				same++
			}
		}
		if same == 5 {
			return
		}
	}
	t.Error("the version is a mixture")
}

// What was published comes back byte for byte, over a line that breaks too.
func TestDownloadWhatWasPublished(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newProject(t)
	plan := b.prepare(t, dir, "v1.0.0")
	_, err := publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	require.NoError(t, err)

	anonymous := open(t, b.server.Endpoint, "")
	rs, err := anonymous.Registry.GetDownloadURLs(t.Context(), &registryv1.GetDownloadURLsRequest{Connector: &registryv1.ConnectorRef{Org: "acme", Name: "sample"}})
	require.NoError(t, err)
	require.Len(t, rs.GetDownloads(), 5)
	assert.Equal(t, registryv1.ChosenBy_CHOSEN_BY_LATEST, rs.GetChosenBy())
	for _, d := range rs.GetDownloads() {
		platform := d.GetAsset().GetPlatform().Slug()
		got, err := anonymous.Download(t.Context(), d, t.TempDir(), nil)
		require.NoError(t, err, platform)
		assert.Equal(t, fileOf(plan, platform).SHA256, fmt.Sprintf("%x", got.SHA256))
		info, err := os.Stat(got.Path)
		require.NoError(t, err)
		assert.NotZero(t, info.Mode()&0o100, "an executable can be run")
	}
}
