package catalog

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	pending   = registryv1.State_STATE_PENDING
	published = registryv1.State_STATE_PUBLISHED
	yanked    = registryv1.State_STATE_YANKED
)

// sample is a version of acme/baton-sample; id and minor number are the same.
func sample(id, revision int64, state registryv1.State) *registryv1.VersionSummary {
	return versionOf("baton-sample", id, revision, state)
}

func versionOf(name string, id, revision int64, state registryv1.State) *registryv1.VersionSummary {
	return &registryv1.VersionSummary{
		Ref: &registryv1.VersionRef{Org: "acme", Name: name, Version: fmt.Sprintf("v1.%d.0", id)}, Id: id, Revision: revision,
		State: state, Attempt: 1, Platforms: registryv1.Platforms(), Author: "ines", UpdatedAt: timestamppb.New(time.Unix(1_700_000_000+id, 0)),
	}
}

// connector is acme/baton-sample with what it points at.
func connector(revision int64, stable, latest string) *registryv1.Connector {
	return &registryv1.Connector{
		Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}, Id: 1, Revision: revision, Stable: stable, Latest: latest,
	}
}

func happened(kind registryv1.EventKind, v *registryv1.VersionSummary, c *registryv1.Connector) *registryv1.Change {
	return &registryv1.Change{
		Event:   &registryv1.Event{Kind: kind, Org: "acme", Name: "baton-sample", Version: v.GetRef().GetVersion()},
		Version: v, VersionId: v.GetId(), Connector: c,
	}
}

var (
	all  = List{All: true}
	home = List{Org: "acme", Name: "baton-sample"}
)

// stateOf is the state of a row, or UNSPECIFIED if there is none.
func stateOf(rows *Rows[*Version], id int64) registryv1.State {
	row, known := rows.Find(id)
	if !known {
		return registryv1.State_STATE_UNSPECIFIED
	}
	return row.State
}

// A page may be read before a change and arrive after it.
func TestAnOlderPageNeverWins(t *testing.T) {
	t.Parallel()
	c := New()
	c.Versions.Begin(false)
	versions, _ := c.Apply([]*registryv1.Change{happened(registryv1.EventKind_EVENT_KIND_VERSION_YANKED, sample(1, 7, yanked), nil)})
	assert.Equal(t, []int64{1}, versions)
	c.AddVersions(all, []*registryv1.VersionSummary{sample(1, 6, published), sample(2, 3, published)})
	assert.Equal(t, yanked, stateOf(c.Versions, 1))
	assert.Equal(t, published, stateOf(c.Versions, 2))
	c.AddVersions(all, []*registryv1.VersionSummary{sample(1, 8, published)})
	assert.Equal(t, published, stateOf(c.Versions, 1), "a newer revision does")
}

// What was removed does not come back with a page that was on its way.
func TestWhatWasRemovedStaysAway(t *testing.T) {
	t.Parallel()
	for _, kind := range []registryv1.EventKind{registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED, registryv1.EventKind_EVENT_KIND_VERSION_EXPIRED} {
		c := New()
		c.Versions.Begin(false)
		c.Of(Home("acme", "baton-sample")).Begin(false)
		c.AddVersions(all, []*registryv1.VersionSummary{sample(1, 1, published), sample(2, 1, pending), sample(3, 1, published)})
		gone := happened(kind, sample(2, 2, pending), nil)
		gone.Version = nil
		c.Apply([]*registryv1.Change{gone})
		c.AddVersions(all, []*registryv1.VersionSummary{sample(2, 1, pending)})
		c.AddVersions(home, []*registryv1.VersionSummary{sample(2, 1, pending)})
		assert.Equal(t, 2, c.Versions.Len())
		assert.Equal(t, 0, c.Of("acme/baton-sample").Len())
		for pos, id := range []int64{1, 3} {
			assert.Equal(t, id, c.Versions.At(int32(pos)).ID, "the others move up in their order")
			row, known := c.Versions.Find(id)
			assert.True(t, known)
			assert.Same(t, c.Versions.At(int32(pos)), row)
		}
	}
}

// A change that comes while the first page is on its way must not be lost,
// though nothing is known yet.
func TestAChangeDuringTheFirstPage(t *testing.T) {
	t.Parallel()
	c := New()
	c.Apply([]*registryv1.Change{happened(registryv1.EventKind_EVENT_KIND_VERSION_CREATED, sample(1, 1, pending), nil)})
	assert.Equal(t, 0, c.Versions.Len(), "nobody opened this list yet")
	c.Versions.Begin(false)
	c.Apply([]*registryv1.Change{happened(registryv1.EventKind_EVENT_KIND_VERSION_CREATED, sample(2, 1, pending), nil)})
	c.AddVersions(all, []*registryv1.VersionSummary{sample(1, 1, pending)})
	c.Versions.End()
	assert.Equal(t, 2, c.Versions.Len())
}

// Stable and latest belong to the connector: they move with it, whichever of
// connector and versions is known first, and whatever an old page says.
func TestMarksFollowTheConnector(t *testing.T) {
	t.Parallel()
	marks := func(rows *Rows[*Version]) string {
		said := ""
		for _, v := range rows.All() {
			if v.Stable {
				said += "stable " + v.Number + " "
			}
			if v.Latest {
				said += "latest " + v.Number + " "
			}
		}
		return said
	}
	old := sample(1, 1, published)
	old.Stable, old.Latest = true, true // as it was when the page was read

	first := New()
	first.Connectors.Begin(false)
	first.AddConnectors([]*registryv1.Connector{connector(9, "v1.2.0", "v1.3.0")})
	first.AddVersions(home, []*registryv1.VersionSummary{old, sample(2, 1, published), sample(3, 1, published)})
	assert.Equal(t, "stable v1.2.0 latest v1.3.0 ", marks(first.Of("acme/baton-sample")))

	later := New()
	later.AddVersions(home, []*registryv1.VersionSummary{old, sample(2, 1, published), sample(3, 1, published)})
	assert.Equal(t, "stable v1.1.0 latest v1.1.0 ", marks(later.Of("acme/baton-sample")), "until the connector is known")
	later.AddConnectors([]*registryv1.Connector{connector(9, "v1.2.0", "v1.3.0")})
	assert.Equal(t, "stable v1.2.0 latest v1.3.0 ", marks(later.Of("acme/baton-sample")))

	// A yank moves both at once, in all lists; an older connector moves nothing.
	later.AddVersions(all, []*registryv1.VersionSummary{sample(1, 1, published), sample(2, 1, published), sample(3, 1, published)})
	later.Versions.Begin(false)
	later.Of("acme/baton-sample").Begin(false)
	later.Apply([]*registryv1.Change{happened(registryv1.EventKind_EVENT_KIND_VERSION_YANKED, sample(3, 2, yanked), connector(10, "", "v1.2.0"))})
	assert.Equal(t, "latest v1.2.0 ", marks(later.Of("acme/baton-sample")))
	assert.Equal(t, "latest v1.2.0 ", marks(later.Versions))
	later.AddConnectors([]*registryv1.Connector{connector(9, "v1.2.0", "v1.3.0")})
	assert.Equal(t, "latest v1.2.0 ", marks(later.Versions))
}

// Reading again what is the same changes nothing, so that nothing is drawn anew.
func TestTheSameAgainIsNoChange(t *testing.T) {
	t.Parallel()
	c := New()
	c.AddConnectors([]*registryv1.Connector{connector(1, "", "v1.1.0")})
	c.AddVersions(all, []*registryv1.VersionSummary{sample(1, 1, published), sample(2, 1, published)})
	before := c.Versions.Edition()
	c.Versions.Begin(false)
	c.AddVersions(all, []*registryv1.VersionSummary{sample(1, 1, published), sample(2, 1, published)})
	c.Versions.End()
	assert.Equal(t, before, c.Versions.Edition())
}

// A view that looks often enough hears exactly which rows changed; one that
// slept too long, or past a removal, starts over.
func TestSince(t *testing.T) {
	t.Parallel()
	c := New()
	for id := range int64(10) {
		c.AddVersions(all, []*registryv1.VersionSummary{sample(id+1, 1, published)})
	}
	rows := c.Versions
	seen := rows.Edition()
	touched, ok := rows.Since(seen)
	assert.True(t, ok)
	assert.Empty(t, touched)

	c.AddVersions(all, []*registryv1.VersionSummary{sample(3, 2, yanked), sample(7, 2, yanked)})
	touched, ok = rows.Since(seen)
	assert.True(t, ok)
	assert.Equal(t, []int32{2, 6}, touched)

	// The log is bounded: whoever is further behind than it reaches starts over.
	for i := range int64(3 * logLimit) {
		c.AddVersions(all, []*registryv1.VersionSummary{sample(1+i%10, 10+i, published)})
		assert.LessOrEqual(t, len(rows.log), logLimit)
	}
	_, ok = rows.Since(seen)
	assert.False(t, ok)
	recent := rows.Edition() - 100
	touched, ok = rows.Since(recent)
	assert.True(t, ok)
	assert.Len(t, touched, 100)

	seen = rows.Edition()
	rows.remove(5)
	_, ok = rows.Since(seen)
	assert.False(t, ok, "positions have moved")
	_, ok = rows.Since(rows.Edition())
	assert.True(t, ok)
}

// A view that only ever asks Since holds the same rows as the catalogue,
// whatever happens in between.
func TestAViewBySinceIsNeverWrong(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 5))
	c := New()
	c.Versions.Begin(false)
	view, seen, revision := map[int32]int64{}, int64(0), int64(0)
	length := 0
	for range 6000 {
		revision++
		switch id := rng.Int64N(300) + 1; rng.IntN(20) {
		case 0:
			c.Versions.remove(id)
		default:
			c.AddVersions(all, []*registryv1.VersionSummary{sample(id+revision/1000*300, revision, published)})
		}
		if rng.IntN(30) > 0 {
			continue
		}
		touched, known := c.Versions.Since(seen)
		if !known || c.Versions.Len() < length {
			view = map[int32]int64{}
			length = 0
		}
		for _, pos := range touched {
			view[pos] = c.Versions.At(pos).Edition
		}
		for pos := length; pos < c.Versions.Len(); pos++ {
			view[int32(pos)] = c.Versions.At(int32(pos)).Edition
		}
		seen, length = c.Versions.Edition(), c.Versions.Len()
		require.Len(t, view, length)
		for pos, edition := range view {
			require.Equal(t, c.Versions.At(pos).Edition, edition)
		}
	}
}

// After changes were missed for good, what is read now replaces what was
// known whatever its revision, and what is not read any more is gone.
func TestReadingAnewWithDistrust(t *testing.T) {
	t.Parallel()
	c := New()
	c.AddVersions(all, []*registryv1.VersionSummary{sample(1, 90, published), sample(2, 90, published), sample(3, 90, published)})
	c.Versions.Begin(false)
	c.Versions.End()
	assert.Equal(t, 3, c.Versions.Len(), "without distrust nothing goes: removals are changes")

	c.Versions.remove(9)
	c.Versions.Begin(true)
	assert.True(t, c.Versions.Whole(), "what is known stays meanwhile")
	c.AddVersions(all, []*registryv1.VersionSummary{sample(1, 2, yanked), sample(9, 1, pending)})
	c.Apply([]*registryv1.Change{happened(registryv1.EventKind_EVENT_KIND_VERSION_CREATED, sample(3, 1, pending), nil)})
	assert.Equal(t, yanked, stateOf(c.Versions, 1))
	assert.Equal(t, pending, stateOf(c.Versions, 9), "ids of another log may be used again")
	c.AddVersions(all, []*registryv1.VersionSummary{sample(1, 1, published)})
	assert.Equal(t, yanked, stateOf(c.Versions, 1), "within a reading revisions count")
	c.Versions.End()
	assert.Equal(t, 3, c.Versions.Len())
	assert.Equal(t, registryv1.State_STATE_UNSPECIFIED, stateOf(c.Versions, 2))
}

func TestReading(t *testing.T) {
	t.Parallel()
	c := New()
	r := c.Reading(List{})
	assert.Same(t, c.Connectors, r)
	assert.Same(t, c.Versions, c.Reading(all))
	assert.Same(t, c.Of("acme/baton-sample"), c.Reading(List{Org: "ACME", Name: "Baton-Sample"}), "names compare without case")
	assert.False(t, r.Underway() || r.Whole())

	first := r.Begin(false)
	assert.True(t, r.Underway())
	r.Break(errors.New("lost"))
	require.EqualError(t, r.Err(), "lost")
	assert.False(t, r.Underway() || r.Whole())
	assert.Greater(t, r.Begin(false), first)
	require.NoError(t, r.Err())
	r.End()
	assert.True(t, r.Whole())
}

func TestMay(t *testing.T) {
	t.Parallel()
	c := New()
	assert.True(t, c.May("acme"), "who calls is not known yet")
	for _, each := range []struct {
		org  string
		role registryv1.Role
		want [3]bool // publish in acme, publish in other, unyank in acme
	}{
		{"acme", registryv1.Role_ROLE_PUBLISHER, [3]bool{true, false, false}},
		{"Acme", registryv1.Role_ROLE_MAINTAINER, [3]bool{true, false, false}},
		{"acme", registryv1.Role_ROLE_REVIEWER, [3]bool{}},
		{"*", registryv1.Role_ROLE_PUBLISHER, [3]bool{true, true, false}},
		{"acme", registryv1.Role_ROLE_ADMIN, [3]bool{true, false, true}},
	} {
		c.Caller = &registryv1.GetCallerResponse{Person: "mara", Roles: []*registryv1.RoleGrant{{Org: each.org, Role: each.role}}}
		publishers := []registryv1.Role{registryv1.Role_ROLE_PUBLISHER, registryv1.Role_ROLE_MAINTAINER}
		got := [3]bool{c.May("acme", publishers...), c.May("other", publishers...), c.May("acme")}
		assert.Equal(t, each.want, got, "%s in %s", each.role, each.org)
	}
}

func TestFieldsOfRows(t *testing.T) {
	t.Parallel()
	c := New()
	v := sample(1, 1, yanked)
	v.Verdict, v.VerdictReason = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, "DIGEST_MISMATCH"
	v.YankCategory, v.Platforms = registryv1.YankCategory_YANK_CATEGORY_WRONG_ARTIFACT, registryv1.Platforms()[:2]
	c.AddVersions(all, []*registryv1.VersionSummary{v})
	c.AddConnectors([]*registryv1.Connector{connector(1, "v1.1.0", "")})
	row := c.Versions.At(0)
	for field, want := range map[registryv1.FilterField]string{
		registryv1.FilterField_FILTER_FIELD_ORG: "acme", registryv1.FilterField_FILTER_FIELD_NAME: "baton-sample",
		registryv1.FilterField_FILTER_FIELD_VERSION: "v1.1.0", registryv1.FilterField_FILTER_FIELD_STATE: "yanked",
		registryv1.FilterField_FILTER_FIELD_PLATFORM: "darwin-amd64 darwin-arm64", registryv1.FilterField_FILTER_FIELD_SIGNED: "no",
		registryv1.FilterField_FILTER_FIELD_VERDICT: "not-verified digest-mismatch", registryv1.FilterField_FILTER_FIELD_AUTHOR: "ines",
		registryv1.FilterField_FILTER_FIELD_STABLE: "yes", registryv1.FilterField_FILTER_FIELD_LATEST: "no",
		registryv1.FilterField_FILTER_FIELD_CATEGORY: "wrong-artifact",
	} {
		assert.Equal(t, want, row.Field(field), "%s", field)
	}
	assert.Equal(t, "acme/baton-sample v1.1.0 yanked ines  digest mismatch", row.Text())
	assert.Equal(t, "acme", c.Connectors.At(0).Field(registryv1.FilterField_FILTER_FIELD_ORG))
}

// A registry of 100,000 versions must fit: rows keep no messages, and strings
// that many rows share are kept once.
func TestRowsAreSmall(t *testing.T) {
	const n = 20_000
	before := heap()
	c := New()
	for at := 0; at < n; at += 1000 {
		page := make([]*registryv1.VersionSummary, 1000)
		for i := range page {
			page[i] = versionOf("baton-"+strconv.Itoa(i%300), int64(at+i+1), 1, published)
		}
		c.AddVersions(all, page)
	}
	each := (heap() - before) / n
	t.Logf("%d bytes a row", each)
	assert.Less(t, each, uint64(600))
	runtime.KeepAlive(c)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
