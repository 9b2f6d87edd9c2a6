package catalog

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

var today = time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)

// row is a version as the registry lists it.
func held(id, revision int64, number, author string, state registryv1.State, age time.Duration) *registryv1.VersionSummary {
	return &registryv1.VersionSummary{
		Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-x", Version: number}, Id: id, Revision: revision, Attempt: 1, Author: author,
		State: state, UpdatedAt: timestamppb.New(today.Add(-age)), Platforms: registryv1.Platforms()[:2], PlatformReceived: []bool{true, false},
	}
}

const (
	validating = registryv1.State_STATE_VALIDATING
	failed     = registryv1.State_STATE_FAILED
	uploading  = registryv1.State_STATE_UPLOADING
	public     = registryv1.State_STATE_PUBLISHED
	withdrawn  = registryv1.State_STATE_YANKED
)

func caller(person, org string, role registryv1.Role) *registryv1.GetCallerResponse {
	return &registryv1.GetCallerResponse{Person: person, Roles: []*registryv1.RoleGrant{{Org: org, Role: role}}}
}

func numbers(all []*Held) []string {
	var out []string
	for _, h := range all {
		out = append(out, h.Number)
	}
	return out
}

func surveyed(t *testing.T, who *registryv1.GetCallerResponse, versions ...*registryv1.VersionSummary) *Catalog {
	t.Helper()
	c := New()
	c.Caller = who
	c.TakeSurvey(c.Attention.Begin(), Survey{Versions: versions})
	c.Queue.Begin(false)
	for _, v := range versions {
		if waits(v) {
			c.Queue.put(c.awaited(v, &registryv1.Event{}))
		}
	}
	return c
}

func TestNeedsAreThoseOfTheCaller(t *testing.T) {
	t.Parallel()
	awaits := func(id int64, number, author string, checks bool, given, needed int32) *registryv1.VersionSummary {
		v := held(id, 1, number, author, validating, time.Hour)
		v.WaitingFor = &registryv1.WaitingFor{Checks: checks, ApprovalsGiven: given, ApprovalsNeeded: needed}
		return v
	}
	versions := []*registryv1.VersionSummary{
		awaits(1, "v1.0.0", "ines", false, 0, 1), awaits(2, "v1.0.1", "ines", true, 0, 0), awaits(3, "v1.0.2", "mara", false, 1, 2), awaits(4, "v1.0.3", "ines", false, 1, 1),
		held(5, 1, "v2.0.0", "ines", failed, time.Hour), held(6, 1, "v2.0.1", "mara", failed, 6*24*time.Hour), held(7, 1, "v2.0.2", "mara", failed, 8*24*time.Hour),
		held(8, 1, "v3.0.0", "mara", uploading, time.Hour), held(9, 1, "v3.0.1", "ines", uploading, time.Minute),
		held(10, 1, "v4.0.0", "ines", withdrawn, 29*24*time.Hour), held(11, 1, "v4.0.1", "ines", withdrawn, 31*24*time.Hour),
	}
	for name, test := range map[string]struct {
		who                             *registryv1.GetCallerResponse
		waiting, failed, drafts, yanked []string
	}{
		"maintainer":         {caller("mara", "acme", registryv1.Role_ROLE_MAINTAINER), []string{"v1.0.0"}, []string{"v2.0.1", "v2.0.0"}, []string{"v3.0.0"}, []string{"v4.0.0"}},
		"publisher":          {caller("ines", "acme", registryv1.Role_ROLE_PUBLISHER), nil, []string{"v2.0.0", "v2.0.1"}, []string{"v3.0.1"}, []string{"v4.0.0"}},
		"reviewer elsewhere": {caller("lin", "other", registryv1.Role_ROLE_REVIEWER), nil, []string{"v2.0.0", "v2.0.1"}, nil, []string{"v4.0.0"}},
		"nobody":             {&registryv1.GetCallerResponse{}, nil, []string{"v2.0.0", "v2.0.1"}, nil, []string{"v4.0.0"}},
		"not known yet":      {nil, nil, []string{"v2.0.0", "v2.0.1"}, nil, []string{"v4.0.0"}},
		"the one person of an embedded registry": {
			&registryv1.GetCallerResponse{Person: "mara", Embedded: true, Roles: []*registryv1.RoleGrant{{Org: "*", Role: registryv1.Role_ROLE_ADMIN}}},
			[]string{"v1.0.0", "v1.0.2"},
			[]string{"v2.0.1", "v2.0.0"},
			[]string{"v3.0.0"},
			[]string{"v4.0.0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := surveyed(t, test.who, versions...).Needs(today)
			var drafts []string
			for _, u := range n.Drafts {
				drafts = append(drafts, u.Ref().Version)
			}
			var waiting []string
			for _, q := range n.Waiting {
				waiting = append(waiting, q.Number)
			}
			assert.ElementsMatch(t, test.waiting, waiting)
			assert.Equal(t, test.failed, numbers(n.Failed))
			assert.Equal(t, test.drafts, drafts)
			assert.Equal(t, test.yanked, numbers(n.Yanked))
			assert.Equal(t, len(test.waiting)+len(test.failed)+len(test.drafts), n.Count())
		})
	}
}

// What the watch brings is kept, and an answer that is older changes nothing.
func TestTheWatchKeepsASurveyUpToDate(t *testing.T) {
	t.Parallel()
	mara := caller("mara", "acme", registryv1.Role_ROLE_MAINTAINER)
	change := func(v *registryv1.VersionSummary, kind registryv1.EventKind) *registryv1.Change {
		return &registryv1.Change{Event: &registryv1.Event{Seq: 1000 + v.GetRevision(), Kind: kind, Person: "juno", Org: "acme", Name: "baton-x", Version: v.GetRef().GetVersion()}, Version: v, VersionId: v.GetId()}
	}
	fails := change(held(1, 5, "v1.0.0", "ines", failed, 0), registryv1.EventKind_EVENT_KIND_VERSION_FAILED)
	c := surveyed(t, mara, held(2, 1, "v2.0.0", "mara", uploading, time.Hour))
	assert.Empty(t, c.Needs(today).Failed)
	c.Apply([]*registryv1.Change{fails})
	assert.Equal(t, []string{"v1.0.0"}, numbers(c.Needs(today).Failed))
	assert.Len(t, c.Needs(today).Drafts, 1)

	c.Apply([]*registryv1.Change{change(held(2, 4, "v2.0.0", "mara", public, 0), registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED)})
	assert.Empty(t, c.Needs(today).Drafts)
	c.Apply([]*registryv1.Change{change(held(2, 3, "v2.0.0", "mara", uploading, 0), registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING)})
	assert.Empty(t, c.Needs(today).Drafts, "a change that is older comes too late")

	// A survey that was read before something changed.
	asked := c.Attention.Begin()
	c.Apply([]*registryv1.Change{
		change(held(1, 9, "v1.0.0", "ines", withdrawn, 0), registryv1.EventKind_EVENT_KIND_VERSION_YANKED),
		{Event: &registryv1.Event{Seq: 2000, Kind: registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED}, VersionId: 3},
	})
	c.TakeSurvey(asked, Survey{Versions: []*registryv1.VersionSummary{
		held(1, 5, "v1.0.0", "ines", failed, 0), held(3, 1, "v3.0.0", "mara", uploading, 0),
	}})
	n := c.Needs(today)
	assert.Empty(t, n.Failed)
	assert.Empty(t, n.Drafts, "what was removed does not come back")
	require.Len(t, n.Yanked, 1)
	assert.Equal(t, "juno", n.Yanked[0].By)

	c.Attention.Begin()
	c.TakeSurvey(asked, Survey{})
	assert.Len(t, c.Needs(today).Yanked, 1, "an answer to an earlier question is dropped")
	c.Attention.Break(asked, errors.New("no"))
	assert.NoError(t, c.Attention.Err)
}

func TestKeysThatExpireSoon(t *testing.T) {
	t.Parallel()
	in := func(name string, d time.Duration) *registryv1.SigningKey {
		return &registryv1.SigningKey{Name: name, ExpiresAt: timestamppb.New(today.Add(d))}
	}
	retired, revoked := in("retired", time.Hour), in("revoked", time.Hour)
	retired.RetiredAt, revoked.RevokedAt = timestamppb.Now(), timestamppb.Now()
	c := New()
	c.TakeSurvey(c.Attention.Begin(), Survey{Keys: []*registryv1.SigningKey{
		in("later", 31*24*time.Hour), in("soon", 29*24*time.Hour), in("now", time.Hour), in("over", -time.Hour), retired, revoked, {Name: "never"},
	}})
	var names []string
	for _, k := range c.Needs(today).Keys {
		names = append(names, k.GetName())
	}
	assert.Equal(t, []string{"now", "soon"}, names)
}

func TestDraftsOfBothSides(t *testing.T) {
	t.Parallel()
	c := surveyed(t, caller("mara", "acme", registryv1.Role_ROLE_PUBLISHER), held(1, 1, "v1.0.0", "mara", uploading, 2*time.Hour), held(2, 1, "v2.0.0", "ines", uploading, time.Minute))
	c.Attention.KeepJournal([]publish.Draft{
		{ID: "a", Plan: publish.Plan{Ref: publish.Ref{Org: "ACME", Name: "x", Version: "v1.0.0"}}, SavedAt: today.Add(-time.Hour)},
		{ID: "b", Plan: publish.Plan{Ref: publish.Ref{Org: "acme", Name: "baton-x", Version: "v1.0.1"}}, SavedAt: today},
	}, nil)
	all := c.Drafts()
	require.Len(t, all, 3)
	assert.Equal(t, "v1.0.1", all[0].Ref().Version)
	assert.Nil(t, all[0].Held)
	assert.Equal(t, "v2.0.0", all[1].Ref().Version)
	assert.Nil(t, all[1].Local)
	assert.Equal(t, "v1.0.0", all[2].Ref().Version)
	assert.Equal(t, "a", all[2].Local.ID)
	assert.Equal(t, today.Add(-time.Hour).UnixMicro(), all[2].At(), "whichever side saw it last")
	arrived, of := all[2].Arrived()
	assert.Equal(t, [2]int{1, 2}, [2]int{arrived, of})
	assert.Len(t, c.Needs(today).Drafts, 2, "those of others wait for others")
}

// What is counted in the survey is not counted again, and what came while it
// was under way is not lost.
func TestSinceCountsEachEventOnce(t *testing.T) {
	t.Parallel()
	event := func(seq int64, kind registryv1.EventKind, name string) *registryv1.Event {
		return &registryv1.Event{Seq: seq, Kind: kind, Org: "acme", Name: name, Version: "v1.0.0"}
	}
	published, created := registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED, registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED
	c := New()
	asked := c.Attention.Begin()
	c.Apply([]*registryv1.Change{{Event: event(11, published, "b")}, {Event: event(12, published, "c")}})
	c.TakeSurvey(asked, Survey{Since: map[registryv1.EventKind][]*registryv1.Event{
		published: {event(11, published, "b"), event(9, published, "a")}, created: {event(8, created, "x"), event(7, created, "y"), event(6, created, "z")},
	}})
	s := c.Needs(today).Since
	assert.Equal(t, 3, s.Published)
	assert.Equal(t, "c", s.Last.GetName())
	assert.Equal(t, 3, s.Created)
	assert.Equal(t, []string{"x", "y"}, s.Names)
	c.Apply([]*registryv1.Change{{Event: event(13, created, "w")}, {Event: event(13, created, "w")}})
	assert.Equal(t, []string{"w", "x"}, c.Needs(today).Since.Names)
	assert.Equal(t, 4, c.Needs(today).Since.Created)

	unknown := New()
	unknown.TakeSurvey(unknown.Attention.Begin(), Survey{})
	unknown.Apply([]*registryv1.Change{{Event: event(1, published, "a")}})
	assert.False(t, unknown.Needs(today).Since.Any(), "when the person was here last is not known")
}

// A console that stays open for weeks keeps what changed last.
func TestAttentionIsBounded(t *testing.T) {
	t.Parallel()
	c := surveyed(t, nil)
	for i := range int64(3 * heldLimit) {
		v := held(i+1, 1, "v1.0.0", "ines", failed, 0)
		v.UpdatedAt = timestamppb.New(today.Add(time.Duration(i) * time.Second))
		c.Apply([]*registryv1.Change{{Event: &registryv1.Event{Seq: i + 1}, Version: v, VersionId: v.GetId()}})
	}
	assert.LessOrEqual(t, len(c.Attention.versions), heldLimit)
	assert.LessOrEqual(t, len(c.Attention.met), heldLimit+1)
	assert.Contains(t, c.Attention.versions, int64(3*heldLimit))
	assert.True(t, c.Attention.Cut)
}
