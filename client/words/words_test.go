package words_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestBytes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		-1: "-", 0: "0 B", 512: "512 B", 999: "999 B", 1000: "1.0 kB", 9_800_000: "9.8 MB", 9_960_000: "10 MB", 14_100_000: "14 MB", 210_700_000: "211 MB",
		999_400_000: "999 MB", 999_600_000: "1.0 GB", 1 << 62: "4611686 TB",
	} {
		assert.Equal(t, want, words.Bytes(n), "%d", n)
	}
	assert.Equal(t, "10.2 of 14.1 MB", words.BytesOf(10_200_000, 14_100_000))
	assert.Equal(t, "3.7 of 13.0 MB", words.BytesOf(3_670_016, 13_000_000))
	assert.Equal(t, "0 of 14.6 MB", words.BytesOf(0, 14_600_000))
	assert.Equal(t, "87 of 211 MB", words.BytesOf(86_600_000, 211_000_000))
	assert.Equal(t, "3.9 MB/s", words.Rate(3_900_000))
	assert.Equal(t, "-", words.Rate(0))
}

func TestPercentNeverRoundsUpToDone(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "99 %", words.Percent(999_999, 1_000_000))
	assert.Equal(t, "100 %", words.Percent(1_000_000, 1_000_000))
	assert.Equal(t, "28 %", words.Percent(3_670_016, 13_000_000))
	assert.Equal(t, "0 %", words.Percent(0, 5))
}

func TestAge(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		-time.Hour: "<1m", 59 * time.Second: "<1m", time.Minute: "1m", 22 * time.Minute: "22m", 15 * time.Hour: "15h", 45 * time.Hour: "45h", 48 * time.Hour: "2d",
		3 * day: "3d", 33 * day: "33d", 61 * day: "2mo", 300 * day: "9mo", 1000 * day: "2y",
	} {
		assert.Equal(t, want, words.Age(d), "%v", d)
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 s", time.Millisecond: "<0.1 s", 300 * time.Millisecond: "0.3 s", 2100 * time.Millisecond: "2.1 s", 4 * time.Second: "4 s", 38 * time.Second: "38 s",
		90 * time.Second: "90 s", 5 * time.Minute: "5 min", 15 * time.Hour: "15 h", 72 * time.Hour: "3 days", 9970 * time.Millisecond: "10 s",
	} {
		assert.Equal(t, want, words.Duration(d), "%v", d)
	}
	assert.Equal(t, "1 s", words.Left(10*time.Millisecond))
	assert.Equal(t, "5 s", words.Left(4200*time.Millisecond))
	assert.Equal(t, "3 min", words.Left(3*time.Minute))
}

func TestCounts(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "3,541", words.Count(3541))
	assert.Equal(t, "-1,402,553,118", words.Count(int64(-1_402_553_118)))
	assert.Equal(t, "999", words.Count(999))
	assert.Equal(t, "1 file", words.Plural(1, "file", "files"))
	assert.Equal(t, "0 files", words.Plural(0, "file", "files"))
	assert.Equal(t, "a, b and c", words.List([]string{"a", "b", "c"}))
	assert.Empty(t, words.List(nil))
}

func TestDigests(t *testing.T) {
	t.Parallel()
	sum := []byte{0x91, 0xc0, 0x5e, 0x7a, 0xd1, 0xf3, 0xff}
	assert.Equal(t, "91c0 5e7a d1f3", words.Digest(sum))
	assert.Equal(t, "sha256:91c05e7ad1f3ff", words.SHA256(sum))
	assert.Empty(t, words.Digest(nil))
	assert.Empty(t, words.SHA256(nil))
}

// Every value of every enum has a word: a new one must not show as a blank or
// as a name in capitals with underscores.
func TestEveryValueHasAWord(t *testing.T) {
	t.Parallel()
	check := func(name, word string) {
		assert.NotEmpty(t, word, name)
		assert.NotContains(t, word, "_", name)
		assert.NotContains(t, word, "UNKNOWN", name)
	}
	for n, name := range registryv1.State_name {
		if n != 0 {
			check(name, words.State(registryv1.State(n)))
			standing := words.Standing(&registryv1.VersionSummary{Ref: &registryv1.VersionRef{Version: "v1.0.0"}, State: registryv1.State(n)})
			check(name, standing)
			assert.NotContains(t, standing, "does not know", name)
		}
	}
	for n, name := range registryv1.EventKind_name {
		if n != 0 {
			check(name, words.Did(registryv1.EventKind(n)))
			sentence := words.Event(&registryv1.Event{Kind: registryv1.EventKind(n), Org: "acme", Name: "baton-x", Version: "v1.0.0"})
			check(name, sentence)
			assert.NotContains(t, sentence, " did ", "%s has no phrase", name)
		}
	}
	for n, name := range registryv1.AssetKind_name {
		if n != 0 {
			check(name, words.Kind(registryv1.AssetKind(n)))
		}
	}
	for n, name := range registryv1.CheckResult_name {
		check(name, words.Result(registryv1.CheckResult(n)))
	}
	for n, name := range registryv1.VerdictStatus_name {
		check(name, words.Signed(registryv1.VerdictStatus(n)))
		if n != 0 {
			check(name, words.Verdict(registryv1.VerdictStatus(n), ""))
		}
	}
	for n, name := range registryv1.YankCategory_name {
		if n != 0 {
			check(name, words.Category(registryv1.YankCategory(n)))
		}
	}
	for n, name := range registryv1.Reason_name {
		if n != 0 {
			check(name, words.Reason(registryv1.Reason(n)))
		}
	}
	for n, name := range registryv1.Role_name {
		if n != 0 {
			check(name, words.Role(registryv1.Role(n)))
		}
	}
	assert.Equal(t, "DIGEST MISMATCH", words.Verdict(registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, "DIGEST_MISMATCH"))
}

func TestStanding(t *testing.T) {
	t.Parallel()
	ref := &registryv1.VersionRef{Org: "acme", Name: "baton-x", Version: "v1.0.0"}
	for want, v := range map[string]*registryv1.VersionSummary{
		"v1.0.0 is public, latest and stable.": {Ref: ref, State: registryv1.State_STATE_PUBLISHED, Stable: true, Latest: true},
		"v1.0.0 waits for the checks and 1 more approval.": {Ref: ref, State: registryv1.State_STATE_VALIDATING, WaitingFor: &registryv1.WaitingFor{
			Checks: true, ApprovalsGiven: 1, ApprovalsNeeded: 2,
		}},
		"v1.0.0 waits for 1 approval.": {Ref: ref, State: registryv1.State_STATE_VALIDATING, WaitingFor: &registryv1.WaitingFor{ApprovalsNeeded: 1}},
		"v1.0.0 is a draft: the files of 1 of 2 platforms are there.": {
			Ref: ref, State: registryv1.State_STATE_UPLOADING, Platforms: registryv1.Platforms()[:2], PlatformReceived: []bool{true, false},
		},
		"Attempt 2 of v1.0.0 failed: windows-amd64: the digest differs. The number stays free.": {
			Ref: ref, State: registryv1.State_STATE_FAILED, Attempt: 2, Reason: "windows-amd64: the digest differs",
		},
		"v1.0.0 was yanked (wrong artifact): arm64 was amd64.": {
			Ref: ref, State: registryv1.State_STATE_YANKED, YankCategory: registryv1.YankCategory_YANK_CATEGORY_WRONG_ARTIFACT, Reason: "arm64 was\namd64.",
		},
	} {
		assert.Equal(t, want, words.Standing(v))
	}
}

func TestEventSentences(t *testing.T) {
	t.Parallel()
	at := func(e *registryv1.Event) *registryv1.Event {
		e.Org, e.Name = "ConductorOne", "baton-http"
		return e
	}
	assert.Equal(t, "mara yanked ConductorOne/baton-http v0.24.10 (broken): loops on empty pages.", words.Event(at(&registryv1.Event{
		Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Person: "mara", Version: "v0.24.10", Reason: "loops on empty pages", Detail: map[string]string{"category": "BROKEN"},
	})))
	assert.Equal(t, "mara made ConductorOne/baton-http v0.24.9 stable.", words.Event(at(&registryv1.Event{
		Kind: registryv1.EventKind_EVENT_KIND_STABLE_SET, Person: "mara", Version: "v0.24.9",
	})))
	assert.Equal(t, "registrar published ConductorOne/baton-http v0.24.9.", words.Event(at(&registryv1.Event{
		Kind: registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED, Version: "v0.24.9",
	})))
	assert.Equal(t, "ada revoked a token.", words.Event(&registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_TOKEN_REVOKED, Person: "ada"}))
}

// texts writes lines as the dialog shows them, cautions with a sign.
func texts(lines []words.Line) string {
	var b strings.Builder
	for _, l := range lines {
		if l.Caution {
			b.WriteString("! ")
		}
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

func newest(before, after string, platforms ...registryv1.Platform) []*registryv1.PlatformNewest {
	var all []*registryv1.PlatformNewest
	for _, p := range platforms {
		all = append(all, &registryv1.PlatformNewest{Platform: p, Before: before, After: after})
	}
	return all
}

func TestYankConsequences(t *testing.T) {
	t.Parallel()
	ref := &registryv1.VersionRef{Org: "ConductorOne", Name: "baton-okta", Version: "v0.5.25"}
	five := registryv1.Platforms()
	for name, c := range map[string]struct {
		facts *registryv1.Consequences
		want  string
	}{
		"stable, with a newer one": {
			&registryv1.Consequences{
				Ref: ref, StableBefore: "v0.5.25", StableAfter: "v0.5.24", LatestBefore: "v0.5.26", LatestAfter: "v0.5.26",
				NewestByPlatform: newest("v0.5.26", "v0.5.26", five...), PublishedAfter: 9, NumberBurned: true,
			},
			"! It is stable. Stable moves to v0.5.24.\n" +
				"It is the newest of no platform: v0.5.26 ships all five.\n" +
				"v0.5.26 stays published: users are not left without a version.\n" +
				"Downloads by exact version go on, with your reason as a warning.\n" +
				"! The number v0.5.25 can never be used again, not even after an unyank.\n",
		},
		"latest, one platform is lost": {
			&registryv1.Consequences{
				Ref: ref, LatestBefore: "v0.5.25", LatestAfter: "v0.5.24", PublishedAfter: 3, NumberBurned: true,
				NewestByPlatform: append(newest("v0.5.25", "", five[4]), newest("v0.5.25", "v0.5.24", five[:4]...)...),
			},
			"It is latest. Latest moves back to v0.5.24.\n" +
				"It is the newest for darwin-amd64, darwin-arm64, linux-amd64 and linux-arm64: v0.5.24 becomes that again.\n" +
				"! It is the only public version for windows-amd64.\n" +
				"v0.5.24 stays published: users are not left without a version.\n" +
				"Downloads by exact version go on, with your reason as a warning.\n" +
				"! The number v0.5.25 can never be used again, not even after an unyank.\n",
		},
		"the only version, blocked": {
			&registryv1.Consequences{
				Ref: ref, StableBefore: "v0.5.25", LatestBefore: "v0.5.25", NewestByPlatform: newest("v0.5.25", "", five...), NumberBurned: true, DownloadsBlocked: true,
			},
			"! It is stable. Afterwards no version is: plain downloads find nothing.\n" +
				"! It is latest. Afterwards no version is.\n" +
				"! Nothing else of baton-okta is public: users are left without a version.\n" +
				"! Downloads are refused, by exact version too. Whoever asks for v0.5.25 gets your reason instead.\n" +
				"! The number v0.5.25 can never be used again, not even after an unyank.\n",
		},
		"one platform only": {
			&registryv1.Consequences{
				Ref: ref, LatestBefore: "v0.5.26", LatestAfter: "v0.5.26", NewestByPlatform: newest("v0.5.25", "v0.5.23", five[0]), PublishedAfter: 2, NumberBurned: true,
			},
			"It is the newest of its one platform: v0.5.23 becomes that again.\n" +
				"v0.5.26 stays published: users are not left without a version.\n" +
				"Downloads by exact version go on, with your reason as a warning.\n" +
				"! The number v0.5.25 can never be used again, not even after an unyank.\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, texts(words.Yank(c.facts)))
		})
	}
}

func TestOtherConsequences(t *testing.T) {
	t.Parallel()
	ref := &registryv1.VersionRef{Org: "ConductorOne", Name: "baton-okta", Version: "v0.5.25"}
	assert.Equal(t, "v0.5.25 is PUBLISHED again. Its yank stays in the audit log.\nIt becomes latest instead of v0.5.24.\nStable stays v0.5.24.\n"+
		"! Everybody who looks at it or downloads it does so without the warning.\n",
		texts(words.Unyank(&registryv1.Consequences{Ref: ref, LatestBefore: "v0.5.24", LatestAfter: "v0.5.25", StableBefore: "v0.5.24", StableAfter: "v0.5.24"})))

	assert.Equal(t, "Plain downloads take v0.5.25 from now on instead of v0.5.24.\n! It is not the highest: latest is v0.5.26.\n",
		texts(words.SetStable(&registryv1.Consequences{Ref: ref, StableBefore: "v0.5.24", StableAfter: "v0.5.25", LatestBefore: "v0.5.26", LatestAfter: "v0.5.26", BelowLatest: true})))
	assert.Equal(t, "v0.5.25 is stable already. Nothing changes.\n", texts(words.SetStable(&registryv1.Consequences{Ref: ref, StableBefore: "v0.5.25"})))

	draft := &registryv1.VersionSummary{Ref: ref, State: registryv1.State_STATE_UPLOADING, SizeBytes: 41_000_000}
	assert.Equal(t, "Nothing of it was public. The number v0.5.25 is free again.\n2 earlier attempts go with it and live on in the audit log.\n"+
		"! The draft and what was uploaded of it, 41 MB, are removed. This cannot be undone.\n", texts(words.Abandon(draft, 2)))
	waiting := &registryv1.VersionSummary{Ref: ref, State: registryv1.State_STATE_VALIDATING, Attempt: 3}
	assert.Contains(t, texts(words.Abandon(waiting, 0)), "! Attempt 3 fails, with your reason.")

	assert.Equal(t, "This is attempt 2. The earlier ones failed and were never public.\nIt becomes latest instead of v0.5.24.\nStable stays v0.5.20.\n"+
		"Nothing is public before all files are in and the checks have passed.\n! Once it is public, the number v0.5.25 can never be used again.\n",
		texts(words.Publish(&registryv1.Consequences{Ref: ref, Attempt: 2, LatestBefore: "v0.5.24", LatestAfter: "v0.5.24", StableBefore: "v0.5.20", StableAfter: "v0.5.20"}, false)))
	pre := &registryv1.VersionRef{Org: "acme", Name: "baton-x", Version: "v2.0.0-rc.1"}
	assert.Contains(t, texts(words.Publish(&registryv1.Consequences{Ref: pre, LatestBefore: "v1.0.0", LatestAfter: "v1.0.0"}, true)),
		"It is a pre-release: v1.0.0 stays latest.\nIt becomes stable as soon as it is public.\n")
	assert.Contains(t, texts(words.Publish(&registryv1.Consequences{Ref: ref, LatestBefore: "v1.0.0", BelowLatest: true}, false)), "! It is lower than latest, v1.0.0, which stays latest.\n")
	assert.Contains(t, texts(words.Publish(&registryv1.Consequences{Ref: ref}, false)), "It becomes latest.\n")
}
