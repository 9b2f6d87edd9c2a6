package registry_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
)

const okta = "acme/baton-okta"

// kinds are the events after a place in the log, oldest first.
func (h *house) kinds(t *testing.T, after int64) []string {
	t.Helper()
	page, err := h.root.events.ListEvents(t.Context(), &registryv1.ListEventsRequest{PageSize: 1000, Ascending: true})
	require.NoError(t, err)
	var list []string
	for _, event := range page.GetEvents() {
		if event.GetSeq() > after {
			list = append(list, registryv1.Short(event.GetKind()))
		}
	}
	return list
}

// blobs are the files of bytes that the data directory holds.
func (h *house) blobs(t *testing.T) int {
	t.Helper()
	return len(filesUnder(t, h.blobDir()))
}

func TestVersionGoesThroughItsLifecycle(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	start := h.head(t)
	label := okta + " v1.0.0"
	files := []file{exe(linuxAMD, ""), exe(windowsAMD, "")}

	v := h.anna.draft(t, label, linuxAMD, windowsAMD)
	assert.Equal(t, pending, v.GetState())
	assert.EqualValues(t, 1, v.GetAttempt())
	assert.Equal(t, "anna", v.GetAuthor())

	h.anna.bring(t, v, files[0])
	half := h.anna.see(t, label).GetSummary()
	assert.Equal(t, uploading, half.GetState())
	assert.Equal(t, []bool{true, false}, half.GetPlatformReceived())

	h.anna.bring(t, v, files[1])
	final := h.anna.finalize(t, v, files...)
	assert.Equal(t, validating, final.GetSummary().GetState())
	assert.True(t, final.GetSummary().GetWaitingFor().GetChecks())
	assert.Len(t, final.GetAssetSet(), 32)
	_, err := h.anonymous.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label)})
	assert.Equal(t, notFound, reasonOf(err), "nothing of a version is public before PUBLISHED")

	done := h.settle(t, h.anonymous, label)
	assert.Equal(t, published, done.GetSummary().GetState())
	assert.True(t, done.GetSummary().GetLatest())
	assert.Nil(t, done.GetSummary().GetWaitingFor())
	assert.Equal(t, final.GetAssetSet(), done.GetAssetSet())
	assert.NotEmpty(t, done.GetChecks())
	for _, asset := range done.GetAssets() {
		assert.Equal(t, asset.GetPlatform(), asset.GetFacts().GetExecutablePlatform(), "what validation found stays with the file")
	}
	var steps []string
	for _, step := range done.GetSteps() {
		steps = append(steps, registryv1.Short(step.GetState()))
	}
	assert.Equal(t, []string{"PENDING", "UPLOADING", "VALIDATING", "PUBLISHED"}, steps)

	h.anna.yank(t, label)
	gone := h.anonymous.see(t, label)
	assert.Equal(t, yanked, gone.GetSummary().GetState())
	assert.Equal(t, "it does not start", gone.GetYank().GetReason())
	assert.Equal(t, "anna", gone.GetYank().GetBy())
	assert.Empty(t, h.anonymous.connector(t, okta).GetLatest(), "YANKED never counts")

	_, err = h.root.UnyankVersion(t.Context(), &registryv1.UnyankVersionRequest{Ref: at(label), Reason: "it was the proxy"})
	require.NoError(t, err)
	back := h.anonymous.see(t, label)
	assert.Equal(t, published, back.GetSummary().GetState())
	assert.Nil(t, back.GetYank())
	assert.Equal(t, []string{
		"CONNECTOR_CREATED", "VERSION_CREATED", "VERSION_UPLOADING", "VERSION_FINALIZED", "VERSION_PUBLISHED", "VERSION_YANKED", "VERSION_UNYANKED",
	}, h.kinds(t, start), "every step is in the audit log, and nothing else")
}

func TestConnectorIsCreatedOnceHoweverItIsSpelled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first, err := h.anna.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{
		Ref: &registryv1.ConnectorRef{Org: "Acme", Name: "baton-okta"}, DisplayName: "Okta", Aliases: []string{"okta-workforce"},
	})
	require.NoError(t, err)
	assert.True(t, first.GetCreated())
	before := h.head(t)
	for _, spelling := range []string{"acme/baton-okta", "ACME/okta", "aCme/okta"} {
		again, err := h.amir.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: of(spelling), DisplayName: "Another"})
		require.NoError(t, err, spelling)
		assert.False(t, again.GetCreated())
		assert.True(t, proto.Equal(first.GetConnector(), again.GetConnector()), "the spelling and texts of the first registration stay")
	}
	assert.Equal(t, before, h.head(t))
	assert.Equal(t, "okta-workforce", h.anna.connector(t, "acme/baton-okta-workforce").GetAliases()[0], "an alias finds it too")
	refusal := h.refused(t, invalidName, func() error {
		_, err := h.anna.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: of("acme/okta-workforce")})
		return err
	})
	assert.Contains(t, refusal.Message, "okta-workforce")
}

func TestVersionsNeedTheirConnector(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	refusal := h.refused(t, notFound, func() error {
		_, err := h.anna.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: at(okta + " v1.0.0"), Platforms: []registryv1.Platform{linuxAMD}})
		return err
	})
	assert.Contains(t, refusal.Message, okta)
	assert.NotEmpty(t, refusal.Next)
}

func TestNumberThatWasPublicIsNeverUsedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	v := h.anna.publish(t, label)
	for _, state := range []string{"PUBLISHED", "YANKED"} {
		if state == "YANKED" {
			h.anna.yank(t, label)
		}
		refusal := h.refused(t, versionExists, func() error {
			_, err := h.amir.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: at(label), Platforms: []registryv1.Platform{linuxAMD}})
			return err
		})
		assert.Equal(t, state, refusal.Meta["state"])
		assert.Equal(t, artifact.Digest(v.GetAssetSet()).String(), refusal.Meta["asset_set"], "so that the publisher sees whether it is the same again")
	}
}

func TestDraftIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	v := h.anna.draft(t, label, linuxAMD, windowsAMD)
	sum := file{0, registryv1.AssetKind_ASSET_KIND_CHECKSUM, "SHA256SUMS", []byte("none")}
	h.anna.bring(t, v, exe(linuxAMD, ""), exe(windowsAMD, ""), sum)
	require.Equal(t, 3, h.blobs(t))

	again, err := h.amir.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{
		Ref: at(label), Platforms: []registryv1.Platform{linuxARM, linuxAMD}, Changelog: "now for arm, too",
	})
	require.NoError(t, err)
	assert.Equal(t, registryv1.CreateOutcome_CREATE_OUTCOME_DRAFT, again.GetOutcome())
	got := again.GetVersion()
	assert.Equal(t, uploading, got.GetSummary().GetState())
	assert.EqualValues(t, 1, got.GetSummary().GetAttempt())
	assert.Equal(t, []registryv1.Platform{linuxAMD, linuxARM}, got.GetSummary().GetPlatforms())
	assert.Equal(t, "now for arm, too", got.GetChangelog())
	require.Len(t, got.GetAssets(), 2, "the files of the dropped platform go, those of no platform stay")
	assert.Equal(t, 2, h.blobs(t), "and their bytes are released")
}

func TestVersionUnderValidationIsReturnedUnchanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	h.anna.submit(t, label, exe(linuxAMD, ""))
	before, head := h.anna.see(t, label), h.head(t)
	answer, err := h.amir.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: at(label), Platforms: []registryv1.Platform{windowsAMD}, Changelog: "x"})
	require.NoError(t, err)
	assert.Equal(t, registryv1.CreateOutcome_CREATE_OUTCOME_VALIDATING, answer.GetOutcome())
	assert.True(t, proto.Equal(before, answer.GetVersion()))
	assert.NotEmpty(t, answer.GetVersion().GetAssetSet())
	assert.Equal(t, head, h.head(t))
}

func TestFailureCarriesEveryFailureAndTheNumberIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	swapped := func(platform, really registryv1.Platform) file {
		f := exe(platform, "")
		f.data = program(really, "")
		return f
	}
	bad := []file{swapped(linuxAMD, linuxARM), swapped(windowsAMD, darwinAMD), exe(linuxARM, "")}
	h.anna.submit(t, label, bad...)
	v := h.settle(t, h.anna, label)
	require.Equal(t, failed, v.GetSummary().GetState())
	assert.Equal(t, "PLATFORM_BINARY_MISMATCH", v.GetFailure().GetReason())
	lines := strings.Split(v.GetFailure().GetMessage(), "\n")
	require.Len(t, lines, 2, "every failure is told: %q", lines)
	assert.Contains(t, lines[0], "baton-linux-amd64")
	assert.Contains(t, lines[1], "baton-windows-amd64")
	assert.NotEmpty(t, v.GetSummary().GetReason())
	_, err := h.anonymous.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: of(okta)})
	assert.Equal(t, notFound, reasonOf(err))

	again, err := h.amir.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: at(label), Platforms: []registryv1.Platform{linuxAMD}})
	require.NoError(t, err)
	assert.Equal(t, registryv1.CreateOutcome_CREATE_OUTCOME_NEXT_ATTEMPT, again.GetOutcome())
	assert.EqualValues(t, 2, again.GetVersion().GetSummary().GetAttempt())
	assert.Equal(t, pending, again.GetVersion().GetSummary().GetState())
	assert.Empty(t, again.GetVersion().GetAssets(), "an attempt brings its own files")
	assert.Nil(t, again.GetVersion().GetFailure())
	require.Len(t, again.GetVersion().GetEarlierAttempts(), 1)
	assert.Equal(t, v.GetFailure(), again.GetVersion().GetEarlierAttempts()[0].GetFailure())

	first, err := h.rita.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label), Attempt: 1})
	require.NoError(t, err)
	assert.Equal(t, failed, first.GetVersion().GetSummary().GetState())
	assert.Len(t, first.GetVersion().GetAssets(), 3)
	assert.Len(t, first.GetVersion().GetChecks(), len(v.GetChecks()), "what the first attempt left can still be read")
	for who, p := range map[string]*person{"nobody": h.anonymous, "another org": h.bob} {
		_, err := p.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label), Attempt: 1})
		assert.Equal(t, notFound, reasonOf(err), who)
	}

	h.amir.bring(t, again.GetVersion().GetSummary(), exe(linuxAMD, ""))
	h.amir.finalize(t, again.GetVersion().GetSummary(), exe(linuxAMD, ""))
	done := h.settle(t, h.anonymous, label)
	assert.Equal(t, published, done.GetSummary().GetState())
	assert.Empty(t, done.GetEarlierAttempts(), "failures stay inside the org")
	_, err = h.anonymous.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label), Attempt: 1})
	assert.Equal(t, notFound, reasonOf(err), "also when the number is public by now")
	_, err = h.rita.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label), Attempt: 3})
	assert.Equal(t, notFound, reasonOf(err))
}

// pause lets a test stop validations before they decide.
type pause struct {
	reached, goOn chan struct{}
	once          sync.Once
}

func pausing() (*pause, func(*registry.Config)) {
	p := &pause{reached: make(chan struct{}), goOn: make(chan struct{})}
	return p, func(cfg *registry.Config) {
		cfg.At = func(point string) {
			if point == "validating" {
				p.once.Do(func() {
					close(p.reached)
					<-p.goOn
				})
			}
		}
	}
}

func TestLateValidationCannotTouchTheNextAttempt(t *testing.T) {
	t.Parallel()
	p, configure := pausing()
	h := newHouse(t, configure)
	label := okta + " v1.0.0"
	h.anna.submit(t, label, exe(linuxAMD, ""))
	drained := make(chan error)
	go func() { drained <- h.r.Drain(context.Background()) }()
	<-p.reached

	withdrawn, err := h.anna.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: at(label), Attempt: 1, Reason: "the wrong key"})
	require.NoError(t, err)
	assert.Equal(t, failed, withdrawn.GetVersion().GetSummary().GetState())
	assert.Equal(t, "WITHDRAWN", withdrawn.GetVersion().GetFailure().GetReason())
	assert.Contains(t, withdrawn.GetVersion().GetFailure().GetMessage(), "the wrong key")
	second := h.anna.draft(t, label, linuxAMD)
	require.EqualValues(t, 2, second.GetAttempt())
	head := h.head(t)

	close(p.goOn)
	require.NoError(t, <-drained)
	v := h.anna.see(t, label)
	assert.Equal(t, pending, v.GetSummary().GetState())
	assert.Empty(t, v.GetChecks())
	assert.Equal(t, head, h.head(t), "the validation that ended late changed nothing")
}

func TestAbandoningADraftFreesItsNumberAndItsBytes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	v := h.anna.draft(t, label, linuxAMD)
	h.anna.bring(t, v, exe(linuxAMD, ""))
	h.refused(t, stale, func() error {
		_, err := h.anna.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: at(label), Attempt: 2})
		return err
	})
	start := h.head(t)
	answer, err := h.amir.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: at(label), Reason: "no"})
	require.NoError(t, err)
	assert.Nil(t, answer.GetVersion())
	assert.Equal(t, []string{"VERSION_ABANDONED"}, h.kinds(t, start))
	assert.Zero(t, h.blobs(t))
	assert.Empty(t, h.anna.connector(t, okta).GetCounts())

	fresh := h.anna.draft(t, label, linuxAMD)
	assert.EqualValues(t, 1, fresh.GetAttempt())
	assert.NotEqual(t, v.GetId(), fresh.GetId(), "the id of a removed draft never comes back")
	h.anna.bring(t, fresh, exe(linuxAMD, ""))
	h.anna.finalize(t, fresh, exe(linuxAMD, ""))
	h.settle(t, h.anna, label)
	refusal := h.refused(t, wrongState, func() error {
		_, err := h.anna.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: at(label)})
		return err
	})
	assert.Equal(t, "PUBLISHED", refusal.Meta["state"])
}

func TestAbandoningTheSecondAttemptTakesTheFirstAlong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	h.anna.submit(t, label, exe(linuxAMD, ""))
	_, err := h.anna.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: at(label)})
	require.NoError(t, err)
	h.anna.draft(t, label, linuxAMD)
	answer, err := h.anna.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: at(label), Attempt: 2})
	require.NoError(t, err)
	assert.EqualValues(t, 1, answer.GetRemovedAttempts())
	_, err = h.anna.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label)})
	assert.Equal(t, notFound, reasonOf(err))
}

func TestDraftsExpireAfterAWeekWithoutActivity(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	idle, busy := okta+" v1.0.0", okta+" v2.0.0"
	v := h.anna.draft(t, idle, linuxAMD)
	h.anna.bring(t, v, exe(linuxAMD, "idle"))
	h.anna.draft(t, busy, linuxAMD)
	h.clock.Advance(4 * day)
	h.anna.bring(t, h.anna.see(t, busy).GetSummary(), exe(linuxAMD, "busy"))
	h.clock.Advance(3*day + time.Second)
	start := h.head(t)
	require.NoError(t, h.r.Sweep(t.Context()))
	assert.Equal(t, []string{"VERSION_EXPIRED"}, h.kinds(t, start))
	_, err := h.anna.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(idle)})
	assert.Equal(t, notFound, reasonOf(err))
	assert.Equal(t, uploading, h.anna.see(t, busy).GetSummary().GetState(), "a week counts from the last activity")
	assert.Equal(t, 1, h.blobs(t))
}

func TestStableFollowsAYank(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, replacement, want string
	}{
		{"to the replacement", "v3.0.0", "v3.0.0"},
		{"back to what was promoted before, not to what is highest", "", "v1.0.0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			for _, number := range []string{"v1.0.0", "v2.0.0", "v3.0.0"} {
				h.anna.publish(t, okta+" "+number)
			}
			promote := func(number string) {
				answer, err := h.maja.SetStableVersion(t.Context(), &registryv1.SetStableVersionRequest{Ref: at(okta + " " + number)})
				require.NoError(t, err)
				assert.Equal(t, number, answer.GetConnector().GetStable())
				assert.Equal(t, number, answer.GetConsequences().GetStableAfter())
			}
			promote("v1.0.0")
			promote("v2.0.0")
			answer := h.anna.yank(t, okta+" v2.0.0", func(rq *registryv1.YankVersionRequest) { rq.Replacement = test.replacement })
			assert.Equal(t, "v2.0.0", answer.GetConsequences().GetStableBefore())
			assert.Equal(t, test.want, answer.GetConsequences().GetStableAfter())
			assert.Equal(t, test.want, h.anonymous.connector(t, okta).GetStable())
			h.anna.yank(t, okta+" v1.0.0")
			if test.want == "v1.0.0" {
				assert.Empty(t, h.anonymous.connector(t, okta).GetStable(), "never to a version that nobody promoted")
			}
		})
	}
}

func TestPromotingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0")
	rq := &registryv1.SetStableVersionRequest{Ref: at(okta + " v1.0.0")}
	_, err := h.maja.SetStableVersion(t.Context(), rq)
	require.NoError(t, err)
	head := h.head(t)
	_, err = h.maja.SetStableVersion(t.Context(), rq)
	require.NoError(t, err)
	assert.Equal(t, head, h.head(t))
}

func TestWhatAYankDoesIsKnownBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0", exe(linuxAMD, "1"), exe(windowsAMD, "1"))
	h.anna.publish(t, okta+" v1.1.0", exe(linuxAMD, "2"))
	h.anna.publish(t, okta+" v2.0.0-rc.1", exe(linuxAMD, "3"))
	_, err := h.maja.SetStableVersion(t.Context(), &registryv1.SetStableVersionRequest{Ref: at(okta + " v1.0.0")})
	require.NoError(t, err)
	head := h.head(t)
	rq := &registryv1.YankVersionRequest{
		Ref: at(okta + " v1.0.0"), Category: registryv1.YankCategory_YANK_CATEGORY_SECURITY, Reason: "CVE", BlockDownloads: true, ValidateOnly: true,
	}
	foreseen, err := h.anna.YankVersion(t.Context(), rq)
	require.NoError(t, err)
	assert.Equal(t, head, h.head(t), "a dry run changes nothing")
	assert.True(t, proto.Equal(&registryv1.Consequences{
		Ref: at(okta + " v1.0.0"), StateBefore: published, StateAfter: yanked, Attempt: 1,
		StableBefore: "v1.0.0", LatestBefore: "v1.1.0", LatestAfter: "v1.1.0",
		NewestByPlatform: []*registryv1.PlatformNewest{
			{Platform: linuxAMD, Before: "v1.1.0", After: "v1.1.0"},
			{Platform: windowsAMD, Before: "v1.0.0"},
		},
		PublishedAfter: 2, NumberBurned: true, DownloadsBlocked: true, SuggestedReplacement: "v1.1.0", BelowLatest: true,
	}, foreseen.GetConsequences()), "%v", foreseen.GetConsequences())
	rq.ValidateOnly = false
	done, err := h.anna.YankVersion(t.Context(), rq)
	require.NoError(t, err)
	assert.True(t, proto.Equal(foreseen.GetConsequences(), done.GetConsequences()))
}

func TestOnlyAdminsTakeAYankBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	h.anna.publish(t, label)
	h.anna.yank(t, label, func(rq *registryv1.YankVersionRequest) { rq.BlockDownloads = true })
	for _, p := range []*person{h.anna, h.maja, h.bob} {
		h.refused(t, notPermitted, func() error {
			_, err := p.UnyankVersion(t.Context(), &registryv1.UnyankVersionRequest{Ref: at(label)})
			return err
		})
	}
	answer, err := h.root.UnyankVersion(t.Context(), &registryv1.UnyankVersionRequest{Ref: at(label)})
	require.NoError(t, err)
	assert.Equal(t, published, answer.GetConsequences().GetStateAfter())
	assert.Equal(t, "v1.0.0", answer.GetConsequences().GetLatestAfter())
	assert.EqualValues(t, 1, answer.GetConsequences().GetPublishedAfter())
}

func TestWhatCreatingAVersionDoesIsKnownBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v2.0.0")
	h.anna.draft(t, okta+" v2.1.0", linuxAMD)
	h.anna.submit(t, okta+" v2.2.0", exe(linuxAMD, ""))
	wrong := exe(linuxAMD, "")
	wrong.data = program(windowsAMD, "")
	h.anna.submit(t, okta+" v1.5.0", wrong)
	h.settle(t, h.anna, okta+" v2.2.0")
	h.anna.submit(t, okta+" v2.3.0", exe(linuxAMD, ""))
	for number, want := range map[string]struct {
		outcome       registryv1.CreateOutcome
		before, after registryv1.State
		attempt       int32
		below         bool
	}{
		"v1.0.0": {registryv1.CreateOutcome_CREATE_OUTCOME_NEW, 0, pending, 1, true},
		"v3.0.0": {registryv1.CreateOutcome_CREATE_OUTCOME_NEW, 0, pending, 1, false},
		"v2.1.0": {registryv1.CreateOutcome_CREATE_OUTCOME_DRAFT, pending, pending, 1, true},
		"v2.3.0": {registryv1.CreateOutcome_CREATE_OUTCOME_VALIDATING, validating, validating, 1, false},
		"v1.5.0": {registryv1.CreateOutcome_CREATE_OUTCOME_NEXT_ATTEMPT, failed, pending, 2, true},
	} {
		head := h.head(t)
		rq := &registryv1.CreateVersionRequest{Ref: at(okta + " " + number), Platforms: []registryv1.Platform{linuxAMD}, ValidateOnly: true}
		foreseen, err := h.anna.CreateVersion(t.Context(), rq)
		require.NoError(t, err, number)
		assert.Equal(t, head, h.head(t), "a dry run changes nothing")
		facts := foreseen.GetConsequences()
		assert.Equal(t, want.outcome, foreseen.GetOutcome(), number)
		assert.Equal(t, want.before, facts.GetStateBefore(), number)
		assert.Equal(t, want.after, facts.GetStateAfter(), number)
		assert.Equal(t, want.attempt, facts.GetAttempt(), number)
		assert.Equal(t, want.below, facts.GetBelowLatest(), number)
		assert.Equal(t, "v2.2.0", facts.GetLatestBefore(), number)
		rq.ValidateOnly = false
		done, err := h.anna.CreateVersion(t.Context(), rq)
		require.NoError(t, err, number)
		assert.True(t, proto.Equal(facts, done.GetConsequences()), number)
		assert.Equal(t, want.attempt, done.GetVersion().GetSummary().GetAttempt(), number)
	}
}

func TestDeprecatingAndTakingItBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0")
	_, err := h.maja.DeprecateConnector(t.Context(), &registryv1.DeprecateConnectorRequest{Ref: of(okta), Reason: "merged", Replacement: "acme/baton-idp"})
	require.NoError(t, err)
	notice := h.anonymous.connector(t, okta).GetDeprecation()
	assert.Equal(t, "merged", notice.GetReason())
	assert.Equal(t, "maja", notice.GetBy())
	for range 2 {
		_, err = h.maja.DeprecateConnector(t.Context(), &registryv1.DeprecateConnectorRequest{Ref: of("ACME/okta"), Undo: true})
		require.NoError(t, err, "taking back what is not there is no fault")
	}
	assert.Nil(t, h.anonymous.connector(t, okta).GetDeprecation())
}

func TestWhatARequestSaidOnceIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.have(t, okta)
	rq := &registryv1.CreateVersionRequest{RequestId: "r1", Ref: at(okta + " v1.0.0"), Platforms: []registryv1.Platform{linuxAMD}}
	first, err := h.anna.CreateVersion(t.Context(), rq)
	require.NoError(t, err)
	_, err = h.anna.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: rq.GetRef()})
	require.NoError(t, err)
	head := h.head(t)
	again, err := h.anna.CreateVersion(t.Context(), rq)
	require.NoError(t, err)
	assert.True(t, proto.Equal(first, again), "the first answer, though the draft is gone by now")
	h.refused(t, registryv1.Reason_REASON_REQUEST_ID_REUSED, func() error {
		_, err := h.anna.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{RequestId: "r1", Ref: at(okta + " v2.0.0"), Platforms: rq.GetPlatforms()})
		return err
	})
	assert.Equal(t, head, h.head(t))
	h.clock.Advance(day)
	_, err = h.anna.CreateVersion(t.Context(), rq)
	require.NoError(t, err)
	assert.Greater(t, h.head(t), head, "after a day it is a new request")
}

func TestWaitingUntilAVersionIsSettled(t *testing.T) {
	t.Parallel()
	p, configure := pausing()
	h := newHouse(t, configure, func(cfg *registry.Config) { cfg.Validators = 2 })
	label := okta + " v1.0.0"
	h.anna.submit(t, label, exe(linuxAMD, ""))
	<-p.reached
	answers := make(chan registryv1.State, 3)
	for range cap(answers) {
		go func() {
			answer, err := h.anna.GetVersion(context.Background(), &registryv1.GetVersionRequest{Ref: at(label), WaitUntilSettled: true})
			if err != nil {
				answers <- 0
				return
			}
			answers <- answer.GetVersion().GetSummary().GetState()
		}()
	}
	select {
	case state := <-answers:
		require.Fail(t, "somebody did not wait", "%s", state)
	case <-time.After(50 * time.Millisecond):
	}
	close(p.goOn)
	for range cap(answers) {
		assert.Equal(t, published, <-answers)
	}
	answer, err := h.anonymous.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label), WaitUntilSettled: true})
	require.NoError(t, err)
	assert.Equal(t, published, answer.GetVersion().GetSummary().GetState(), "what is settled is answered at once")
}

func TestARegistryThatStopsAnswersThoseWhoWait(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	time.AfterFunc(20*time.Millisecond, h.r.EndWatches)
	answer, err := h.anna.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(okta + " v1.0.0"), WaitUntilSettled: true})
	require.NoError(t, err)
	assert.Equal(t, pending, answer.GetVersion().GetSummary().GetState())

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = h.anna.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: at(okta + " v1.0.0"), WaitUntilSettled: true})
	if err != nil {
		assert.Equal(t, registryv1.Reason_REASON_UNAVAILABLE, reasonOf(err), "a caller without patience hears why")
	}
}
