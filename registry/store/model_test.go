package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// TestPointersAndCountersAreKept does what people do to versions, in random
// order, and compares after each step what is kept with what a simple model
// finds by looking at everything.
func TestPointersAndCountersAreKept(t *testing.T) {
	t.Parallel()
	steps := 150
	if os.Getenv("REGISTRAR_SOAK") != "" {
		steps = 5000
	}
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			m := &model{fixture: newFixture(t), random: rand.New(rand.NewPCG(seed, 1))}
			m.c = m.connector("acme", "baton-sample")
			for range steps {
				m.step()
				m.compare()
			}
			head, err := m.VerifyChain(t.Context(), nil)
			require.NoError(t, err)
			assert.Equal(t, m.events, int64(head.Seq)-1, "one event for each change")
		})
	}
}

// model knows the versions of one connector and where stable ever pointed.
type model struct {
	*fixture
	random   *rand.Rand
	c        Connector
	versions []Version
	stables  []VersionID // the last one is the present one, 0 is none
	events   int64
}

func (m *model) number() string {
	number := fmt.Sprintf("v%d.%d.%d", m.random.IntN(2), m.random.IntN(12), m.random.IntN(2))
	if m.random.IntN(3) == 0 {
		number += fmt.Sprintf("-rc.%d", m.random.IntN(12))
	}
	return number
}

func (m *model) step() {
	if len(m.versions) == 0 || m.random.IntN(4) == 0 {
		m.create()
		return
	}
	i := m.random.IntN(len(m.versions))
	v := m.versions[i]
	switch {
	case v.State == published && m.random.IntN(3) == 0:
		m.write(func(tx *Tx) error { _, err := tx.SetStable(m.ctx, v.ID); return err })
		if m.stable() != v.ID {
			m.stables = append(m.stables, v.ID)
			m.events++
		}
	case (v.State == pending || v.State == uploading) && m.random.IntN(3) == 0:
		m.write(func(tx *Tx) error {
			_, err := tx.RemoveDraft(m.ctx, v.ID, v.Attempt, registryv1.EventKind_EVENT_KIND_VERSION_EXPIRED, "")
			return err
		})
		m.versions = append(m.versions[:i], m.versions[i+1:]...)
		m.events++
	default:
		var to []registryv1.State
		for _, legal := range legalMoves {
			if legal.From == v.State {
				to = append(to, legal.To)
			}
		}
		m.transition(i, to[m.random.IntN(len(to))])
	}
}

func (m *model) create() {
	number := m.number()
	var v Version
	err := m.Write(m.ctx, ines, func(tx *Tx) (err error) {
		v, err = tx.CreateVersion(m.ctx, numbered(m.c.ID, number))
		return err
	})
	if _, exists := errors.AsType[*ExistsError](err); exists {
		require.True(m.tb, m.has(number))
		return
	}
	require.NoError(m.tb, err)
	require.False(m.tb, m.has(number), "%s was there", number)
	m.versions = append(m.versions, v)
	m.events++
}

func (m *model) has(number string) bool {
	for _, v := range m.versions {
		if v.Number == number {
			return true
		}
	}
	return false
}

func (m *model) transition(i int, to registryv1.State) {
	v := m.versions[i]
	change := move(v, to)
	if change.Yank != nil && m.random.IntN(2) == 0 {
		change.Yank.Reason, change.Yank.Replacement = "it is\x1fbroken\nfor all", "v9\x1f"
		change.Yank.ReplacementID = m.versions[m.random.IntN(len(m.versions))].ID
	}
	m.write(func(tx *Tx) (err error) {
		m.versions[i], err = tx.Move(m.ctx, v.ID, change)
		return err
	})
	require.Equal(m.tb, m.reread(v), m.versions[i], "what Move answers is what is stored")
	m.events++
	if to == yanked && m.stable() == v.ID {
		m.stables = append(m.stables, m.fallback(change.Yank.ReplacementID))
	}
}

func (m *model) stable() VersionID {
	if len(m.stables) == 0 {
		return 0
	}
	return m.stables[len(m.stables)-1]
}

func (m *model) fallback(replacement VersionID) VersionID {
	if m.isPublished(replacement) {
		return replacement
	}
	for _, id := range slices.Backward(m.stables) {
		if m.isPublished(id) {
			return id
		}
	}
	return 0
}

func (m *model) isPublished(id VersionID) bool {
	for _, v := range m.versions {
		if v.ID == id {
			return v.State == published
		}
	}
	return false
}

// highest is the highest version that passes, releases before pre-releases.
func (m *model) highest(pass func(Version) bool) string {
	var best artifact.Number
	for _, v := range m.versions {
		n := artifact.MustNumber(v.Number)
		if !pass(v) {
			continue
		}
		release, bestIsRelease := n.Prerelease() == "", best.Prerelease() == ""
		if best.IsZero() || release && !bestIsRelease || release == bestIsRelease && n.Compare(best) > 0 {
			best = n
		}
	}
	return best.String()
}

func (m *model) compare() {
	m.tb.Helper()
	kept, public := m.again(m.c, everything), m.again(m.c, Visibility{})
	isPublic := func(v Version) bool { return Public(v.State) }
	require.Equal(m.tb, m.highest(func(v Version) bool { return v.State == published }), kept.Latest, "latest")
	require.Equal(m.tb, m.stable(), kept.StableID, "stable")
	require.Equal(m.tb, m.highest(func(Version) bool { return true }), number(kept.Newest), "newest")
	require.Equal(m.tb, m.highest(isPublic), number(public.Newest), "newest that is public")
	var counts Counts
	for _, v := range m.versions {
		counts[v.State]++
	}
	require.Equal(m.tb, counts, kept.Counts)
	require.Equal(m.tb, m.events+1, kept.Revision, "each change raises the revision")
}

func number(v *Version) string {
	if v == nil {
		return ""
	}
	return v.Number
}
