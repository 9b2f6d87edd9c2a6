package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What the program of schema 2 wrote goes on: an org with a policy, a key and
// versions in every state, one of which waits for its validation.
func TestADirectoryOfSchema2IsMigrated(t *testing.T) {
	t.Parallel()
	dir := unpacked(t, "schema2.tar.gz")
	onDisk, err := schemaOnDisk(dir)
	require.NoError(t, err)
	require.EqualValues(t, 2, onDisk)

	f := openFixture(t, Config{Dir: dir})
	onDisk, err = schemaOnDisk(dir)
	require.NoError(t, err)
	assert.EqualValues(t, 3, onDisk)
	head, err := f.VerifyChain(t.Context(), nil)
	require.NoError(t, err)
	assert.Positive(t, head.Seq)
	f.read(func(v *View) error {
		page, err := v.ListVersions(t.Context(), VersionQuery{See: everything, Limit: 100})
		if err != nil {
			return err
		}
		var states []string
		for _, version := range page.Rows {
			states = append(states, version.Number+" "+registryv1.Short(version.State))
			assert.False(t, version.Awaiting)
			assert.Zero(t, version.Given+version.Needed)
			reviews, err := v.Reviews(t.Context(), version.ID, version.Attempt)
			if err != nil {
				return err
			}
			assert.Empty(t, reviews)
		}
		slices.Sort(states)
		assert.Equal(t, []string{
			"v1.0.0 PUBLISHED", "v1.0.0 PUBLISHED", "v1.1.0 PUBLISHED", "v1.2.0 YANKED", "v1.3.0 PENDING", "v1.4.0 FAILED", "v1.5.0 VALIDATING",
		}, states)
		acme, err := v.Org(t.Context(), "acme")
		if err != nil {
			return err
		}
		assert.Equal(t, []string{"order"}, acme.Policy.GetRequiredChecks())
		keys, err := v.Keys(t.Context(), acme.ID, 10)
		require.Len(t, keys, 1)
		assert.EqualValues(t, 1, keys[0].SignedPublic)
		return err
	})
}

func TestEveryMoveEndsWaiting(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	v := f.version(c, "v1.0.0", registryv1.State_STATE_VALIDATING)
	f.write(func(tx *Tx) (err error) {
		v, err = tx.Await(t.Context(), v.ID, v.Attempt, 1, 2)
		return err
	})
	assert.True(t, v.Awaiting)
	assert.EqualValues(t, 1, v.Given)
	assert.EqualValues(t, 2, v.Needed)
	f.write(func(tx *Tx) error {
		_, err := tx.Claim(t.Context(), v, tx.Now().Add(time.Hour))
		return err
	})
	f.read(func(view *View) error {
		page, err := view.ListWaiting(t.Context(), WaitingQuery{See: everything, Limit: 10})
		require.Len(t, page.Rows, 1)
		assert.Equal(t, v, page.Rows[0].Version)
		assert.NotNil(t, page.Rows[0].Claim)
		return err
	})
	failed := move(v, registryv1.State_STATE_FAILED)
	f.write(func(tx *Tx) (err error) { v, err = tx.Move(t.Context(), v.ID, failed); return err })
	assert.False(t, v.Awaiting)
	f.read(func(view *View) error {
		read, err := view.VersionByID(t.Context(), v.ID)
		assert.Equal(t, v, read)
		if err != nil {
			return err
		}
		n, err := one(t.Context(), view.c, value[int64], "select count(*) from claims")
		assert.Zero(t, n)
		return err
	})
}

// The lists of what waits are read along their indexes, however much waits.
func TestTheQueueIsReadAlongItsIndex(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.read(func(v *View) error {
		for query, index := range map[string]string{
			"select id from versions v indexed by versions_waiting where v.waiting_since <> 0 and (v.waiting_since, v.id) > (1, 1) order by v.waiting_since, v.id limit 50":                      "versions_waiting",
			"select id from versions v indexed by versions_waiting_org where v.waiting_since <> 0 and v.org_id = 1 and (v.waiting_since, v.id) > (1, 1) order by v.waiting_since, v.id limit 50": "versions_waiting_org",
			"select count(*) from versions indexed by versions_waiting where waiting_since <> 0 and 1 = 1":                                                                                       "COVERING INDEX versions_waiting",
		} {
			plan, err := collect(t.Context(), v.c, func(row scanner, detail *string) error {
				var id, parent, unused int64
				return row.Scan(&id, &parent, &unused, detail)
			}, "explain query plan "+query)
			if err != nil {
				return err
			}
			assert.Contains(t, fmt.Sprint(plan), index)
			assert.NotContains(t, fmt.Sprint(plan), "TEMP B-TREE", "nothing is sorted")
		}
		return nil
	})
}
