package store

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestAVersionGoesThroughItsLife(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("Acme", "baton-sample")

	v := f.version(c, "v1.0.0", pending)
	assert.Equal(t, Version{
		ID: v.ID, Connector: c.ID, Org: c.Org, OrgSpelling: "Acme", Name: "baton-sample", Number: "v1.0.0",
		Precedence: artifact.MustNumber("v1.0.0").Precedence(), State: pending, Attempt: 1, Revision: 1,
		Platforms: PlatformsOf(linux), Author: "ines",
		CreatedAt: v.CreatedAt, ActivityAt: v.CreatedAt, UpdatedAt: v.CreatedAt,
	}, v)
	assert.False(t, v.CreatedAt.IsZero())

	v = f.move(v, uploading)
	v = f.move(v, validating)
	assert.Equal(t, &Digest{byte(v.ID)}, v.AssetSet)
	assert.Zero(t, v.PublishedAt)

	v = f.move(v, published)
	assert.Equal(t, v.UpdatedAt, v.PublishedAt)
	assert.True(t, v.Latest)
	assert.False(t, v.Stable)
	firstPublished := v.PublishedAt

	v = f.move(v, yanked)
	assert.Equal(t, "it is broken", v.Reason)
	assert.Equal(t, registryv1.YankCategory_YANK_CATEGORY_BROKEN, v.YankCategory)
	assert.False(t, v.Latest)

	v = f.move(v, published)
	assert.Equal(t, firstPublished, v.PublishedAt, "it was published once")
	assert.Empty(t, v.Reason)
	assert.Zero(t, v.YankCategory)
	assert.EqualValues(t, 6, v.Revision)

	f.read(func(view *View) error {
		detail, err := view.Detail(t.Context(), v.ID)
		assert.Equal(t, "the version v1.0.0", detail.Texts.Description)
		assert.Nil(t, detail.Yank)
		assert.Nil(t, detail.Failure)
		var states []registryv1.State
		for _, step := range detail.Steps {
			states = append(states, step.State)
			assert.Equal(t, "ines", step.By)
		}
		assert.Equal(t, []registryv1.State{pending, uploading, validating, published, yanked, published}, states)
		return err
	})
}

func TestAYankIsKeptAsItWasGiven(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	v := f.version(c, "v1.0.0", published)
	m := move(v, yanked)
	m.Yank = &Yank{
		Category: registryv1.YankCategory_YANK_CATEGORY_SECURITY, Reason: "leaks tokens\nin its log", Advisory: "CVE-2026-0001",
		Replacement: "v1.0.1", Credit: "mara", Blocked: true, By: "somebody else", At: time.Unix(1, 0),
	}
	var detail VersionDetail
	f.write(func(tx *Tx) (err error) {
		if v, err = tx.Move(t.Context(), v.ID, m); err != nil {
			return err
		}
		detail, err = tx.Detail(t.Context(), v.ID)
		return err
	})
	want := *m.Yank
	want.By, want.At = "ines", v.UpdatedAt
	assert.Equal(t, &want, detail.Yank)
	assert.Equal(t, "leaks tokens", detail.Reason, "lists show one line")
	assert.Equal(t, "v1.0.1", v.YankReplacement)
	assert.Equal(t, v, detail.Version, "what Move answers is what is read")
	assert.True(t, detail.Blocked)
}

func TestTheNextAttemptKeepsTheLast(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	v := f.version(c, "v1.0.0", failed)
	assert.Equal(t, "one line", v.Reason)
	set, ended := v.AssetSet, v.UpdatedAt

	f.write(func(tx *Tx) (err error) {
		m := move(v, pending)
		m.Draft = &Draft{Platforms: PlatformsOf(linux, windows), Author: "otto", Texts: VersionTexts{Description: "better"}}
		v, err = tx.Move(t.Context(), v.ID, m)
		return err
	})
	assert.EqualValues(t, 2, v.Attempt)
	assert.Equal(t, pending, v.State)
	assert.Equal(t, "otto", v.Author)
	assert.Equal(t, PlatformsOf(linux, windows), v.Platforms)
	assert.Nil(t, v.AssetSet)
	assert.Empty(t, v.Reason)

	f.read(func(view *View) error {
		detail, err := view.Detail(t.Context(), v.ID)
		assert.Equal(t, "better", detail.Texts.Description)
		assert.Equal(t, []Attempt{{
			Attempt: 1, State: failed, AssetSet: set, EndedAt: ended,
			Failure: Failure{Reason: registryv1.Reason_REASON_CHECK_FAILED, Message: "one line\nand another"},
		}}, detail.Earlier)
		require.Len(t, detail.Steps, 1, "steps are those of the present attempt")
		return err
	})
}

func TestMovesThatMustNotHappen(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	v := f.version(c, "v1.0.0", published)
	before := f.again(c, everything)
	head := f.head()

	tests := map[string]struct {
		change func(m *Move)
		want   any
	}{
		"a state that it left":    {func(m *Move) { *m = move(Version{State: validating, Attempt: 1}, published) }, new(*StaleError)},
		"another attempt":         {func(m *Move) { m.Attempt = 2 }, new(*StaleError)},
		"a step that is no rule":  {func(m *Move) { m.To = failed }, new(*IllegalMoveError)},
		"another cause":           {func(m *Move) { m.Cause = registryv1.EventKind_EVENT_KIND_VERSION_FAILED }, new(*IllegalMoveError)},
		"a yank without a reason": {func(m *Move) { m.Yank = nil }, nil},
	}
	for name, test := range tests {
		m := move(v, yanked)
		test.change(&m)
		err := f.Write(t.Context(), ines, func(tx *Tx) error {
			_, err := tx.Move(t.Context(), v.ID, m)
			return err
		})
		require.Error(t, err, name)
		if test.want != nil {
			require.ErrorAs(t, err, test.want, name)
		}
	}
	var stale *StaleError
	err := f.Write(t.Context(), ines, func(tx *Tx) error {
		_, err := tx.Move(t.Context(), 4711, move(v, yanked))
		return err
	})
	require.ErrorAs(t, err, &stale)
	assert.True(t, stale.NotFound)

	assert.Equal(t, before, f.again(c, everything), "nothing changed")
	assert.Equal(t, head, f.head(), "and nothing was written into the log")
}

func TestOnlyOneOfManyMovesAVersion(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	v := f.version(c, "v1.0.0", validating)
	var won, lost atomic.Int64
	var all errgroup.Group
	for i := range 16 {
		all.Go(func() error {
			to := []registryv1.State{published, failed}[i%2]
			err := f.Write(t.Context(), Actor{Person: fmt.Sprint(i)}, func(tx *Tx) error {
				_, err := tx.Move(t.Context(), v.ID, move(v, to))
				return err
			})
			if _, stale := errors.AsType[*StaleError](err); stale {
				lost.Add(1)
				return nil
			}
			won.Add(1)
			return err
		})
	}
	require.NoError(t, all.Wait())
	assert.EqualValues(t, 1, won.Load())
	assert.EqualValues(t, 15, lost.Load())
	assert.EqualValues(t, 5, f.head().Seq, "the connector, three steps, and one more")
}

func TestOnlyOneOfManyCreatesANumber(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	var won atomic.Int64
	var all errgroup.Group
	for range 16 {
		all.Go(func() error {
			err := f.Write(t.Context(), ines, func(tx *Tx) error {
				_, err := tx.CreateVersion(t.Context(), numbered(c.ID, "v1.0.0"))
				return err
			})
			if exists, ok := errors.AsType[*ExistsError](err); ok {
				if exists.Version.Number != "v1.0.0" {
					return errors.New("it does not say what is there")
				}
				return nil
			}
			won.Add(1)
			return err
		})
	}
	require.NoError(t, all.Wait())
	assert.EqualValues(t, 1, won.Load())
	assert.EqualValues(t, 1, f.again(c, everything).Counts.Of(pending))
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	before, head := f.again(c, everything), f.head()
	fault := errors.New("fault")

	err := f.Write(t.Context(), ines, func(tx *Tx) error {
		if _, err := tx.add(t.Context(), numbered(c.ID, "v1.0.0"), published); err != nil {
			return err
		}
		return fault
	})
	require.ErrorIs(t, err, fault)
	assert.Panics(t, func() {
		_ = f.Write(t.Context(), ines, func(tx *Tx) error {
			_, _ = tx.add(t.Context(), numbered(c.ID, "v1.0.0"), published)
			panic("fault")
		})
	})

	assert.Equal(t, before, f.again(c, everything))
	assert.Equal(t, head, f.head())
	f.version(c, "v1.0.0", published)
}

func TestASnapshotDoesNotChangeWhileItIsRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	f.read(func(v *View) error {
		before, err := v.ConnectorByID(t.Context(), c.ID, everything)
		require.NoError(t, err)
		f.version(c, "v1.0.0", published)
		after, err := v.ConnectorByID(t.Context(), c.ID, everything)
		assert.Equal(t, before, after)
		return err
	})
	assert.Equal(t, "v1.0.0", f.again(c, everything).Latest)
}

func TestStableOnAYank(t *testing.T) {
	t.Parallel()
	// Versions v1 to v4 are PUBLISHED; the promoted ones were stable in order.
	tests := map[string]struct {
		promoted    []int
		yankedFirst []int
		replacement int
		want        string
	}{
		"to the replacement":                       {promoted: []int{1, 2}, replacement: 4, want: "v4.0.0"},
		"not to a replacement that is not public":  {promoted: []int{1, 2}, replacement: 5, want: "v1.0.0"},
		"back to the last stable one":              {promoted: []int{1, 3, 2}, want: "v3.0.0"},
		"past those that are yanked":               {promoted: []int{1, 3, 2}, yankedFirst: []int{3}, want: "v1.0.0"},
		"never to one that nobody promoted":        {promoted: []int{2}, want: ""},
		"never to itself":                          {promoted: []int{2, 1, 2}, want: "v1.0.0"},
		"to none when all before it are gone, too": {promoted: []int{1, 3, 2}, yankedFirst: []int{1, 3}, want: ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			c := f.connector("acme", "baton-sample")
			versions := map[int]Version{5: f.version(c, "v5.0.0", failed)}
			for i := range 4 {
				versions[i+1] = f.version(c, fmt.Sprintf("v%d.0.0", i+1), published)
			}
			for _, i := range test.promoted {
				f.write(func(tx *Tx) error { _, err := tx.SetStable(t.Context(), versions[i].ID); return err })
			}
			for _, i := range test.yankedFirst {
				f.move(versions[i], yanked)
			}
			m := move(versions[2], yanked)
			m.Yank.ReplacementID = versions[test.replacement].ID
			f.write(func(tx *Tx) error {
				foretold, err := tx.StableWithout(t.Context(), c.ID, m.Yank.ReplacementID, versions[2].ID)
				if !errors.Is(err, ErrNotFound) {
					require.NoError(t, err)
				}
				assert.Equal(t, test.want, foretold.Number, "what a dialog shows before")
				_, err = tx.Move(t.Context(), versions[2].ID, m)
				return err
			})
			assert.Equal(t, test.want, f.again(c, everything).Stable)

			f.read(func(v *View) error {
				page, err := v.Events(t.Context(), EventQuery{See: everything, Limit: 1})
				assert.Equal(t, "v2.0.0", page.Events[0].Body.GetDetail()["stable_before"])
				assert.Equal(t, test.want, page.Events[0].Body.GetDetail()["stable_after"])
				return err
			})
		})
	}
}

func TestWhatStableFallsBackToCountsAsPromoted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	versions := []Version{}
	for i := range 4 {
		versions = append(versions, f.version(c, fmt.Sprintf("v%d.0.0", i), published))
	}
	promote := func(i int) {
		f.write(func(tx *Tx) error { _, err := tx.SetStable(t.Context(), versions[i].ID); return err })
	}
	promote(0)
	promote(1)
	versions[1] = f.move(versions[1], yanked) // Stable goes back to v0,
	versions[1] = f.move(versions[1], published)
	promote(2)
	f.move(f.reread(versions[2]), yanked) // and so it does now: v0 was stable after v1.
	assert.Equal(t, "v0.0.0", f.again(c, everything).Stable)
}

func TestStableIsSetOnlyToWhatIsPublished(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	for _, state := range []registryv1.State{pending, uploading, validating, failed, yanked} {
		v := f.version(c, fmt.Sprintf("v0.%d.0", state), state)
		var stale *StaleError
		require.ErrorAs(t, f.Write(t.Context(), ines, func(tx *Tx) error { _, err := tx.SetStable(t.Context(), v.ID); return err }), &stale)
		assert.Equal(t, state, stale.Found.State)
	}
	v := f.version(c, "v1.0.0", published)
	set := func() { f.write(func(tx *Tx) error { _, err := tx.SetStable(t.Context(), v.ID); return err }) }
	set()
	head, revision := f.head(), f.again(c, everything).Revision
	set()
	assert.Equal(t, head, f.head(), "setting it again is no event")
	assert.Equal(t, revision, f.again(c, everything).Revision)
}

func TestARemovedDraftLeavesItsEventsOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	f.version(c, "v0.9.0", published)
	first := f.move(f.version(c, "v1.0.0", failed), pending)
	mark := f.head()
	var garbage Removed
	f.write(func(tx *Tx) error {
		ctx := t.Context()
		a, _, err := tx.DeclareAsset(ctx, first.ID, 2, file("sample", linux))
		require.NoError(t, err)
		require.NoError(t, tx.PutUpload(ctx, Upload{ID: UploadID{1}, Asset: a.ID, Until: tx.Now().Add(time.Hour)}))
		_, err = tx.Receive(ctx, a.ID, Digest{7}, 100)
		require.NoError(t, err)
		require.NoError(t, tx.PutFacts(ctx, Digest{7}, &registryv1.Facts{GoVersion: "go1.26"}))
		return tx.Enqueue(ctx, JobValidate, first.ID, 1, tx.Now())
	})
	f.write(func(tx *Tx) (err error) {
		garbage, err = tx.RemoveDraft(t.Context(), first.ID, 2, registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED, "not needed")
		return err
	})
	assert.Equal(t, 1, garbage.Attempts)
	assert.Equal(t, Garbage{Blobs: []Digest{{7}}, Uploads: []UploadID{{1}}}, garbage.Garbage)
	for _, table := range []string{"assets", "uploads", "blobs", "facts", "jobs", "attempts"} {
		f.read(func(v *View) error {
			n, err := one(t.Context(), v.c, value[int64], "select count(*) from "+table)
			assert.Zero(t, n, table)
			return err
		})
	}
	assert.Equal(t, "v0.9.0", f.again(c, everything).Newest.Number)
	assert.Zero(t, f.again(c, everything).Counts.Of(pending))

	second := f.version(c, "v1.0.0", pending)
	assert.Greater(t, second.ID, first.ID, "ids are never used again")
	f.read(func(v *View) error {
		page, err := v.Events(t.Context(), EventQuery{See: everything, Version: first.ID, Limit: 10})
		require.NotEmpty(t, page.Events)
		last := page.Events[0]
		assert.Equal(t, mark.Seq+1, last.Seq)
		assert.Equal(t, "v1.0.0", last.Body.GetVersion())
		assert.Equal(t, "not needed", last.Body.GetReason())
		return err
	})
}

func TestOnlyDraftsAreRemovedOrChanged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	for _, state := range []registryv1.State{validating, published, failed, yanked} {
		v := f.version(c, fmt.Sprintf("v0.%d.0", state), state)
		var stale *StaleError
		require.ErrorAs(t, f.Write(t.Context(), ines, func(tx *Tx) error {
			_, err := tx.RemoveDraft(t.Context(), v.ID, 0, registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED, "")
			return err
		}), &stale)
		require.ErrorAs(t, f.Write(t.Context(), ines, func(tx *Tx) error {
			_, _, err := tx.ChangeDraft(t.Context(), v.ID, 1, Draft{Platforms: PlatformsOf(windows)})
			return err
		}), &stale)
		assert.Equal(t, state, stale.Found.State)
	}
}

func TestWhatListsShowIsOneLine(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "first", oneLine("  first  \r\nsecond"))
	assert.Empty(t, oneLine(""))
	long := oneLine(strings.Repeat("ä", 500))
	assert.LessOrEqual(t, len(long), maxReasonLine)
	assert.True(t, utf8.ValidString(long))
	assert.True(t, strings.HasSuffix(long, "…"))
}

// head is the newest event.
func (f *fixture) head() Head {
	f.tb.Helper()
	var h Head
	f.read(func(v *View) (err error) {
		h, err = v.Head(f.ctx)
		return err
	})
	return h
}
