package registrytest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// Catalogue says how many rows Seed makes.
type Catalogue struct {
	Connectors int
	// Versions of each connector.
	Versions int
	// Open is how many versions of each connector, the newest, stay PENDING;
	// the others are PUBLISHED.
	Open int
	// Waiting is how many versions of each connector, those below the open
	// ones, have one of two approvals and wait for the other.
	Waiting int
}

// seedBatch is how many versions one transaction makes.
const seedBatch = 500

// seedMoves is the way of a version that Seed publishes.
var seedMoves = []store.Transition{
	{From: registryv1.State_STATE_PENDING, To: registryv1.State_STATE_UPLOADING, Cause: registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING},
	{From: registryv1.State_STATE_UPLOADING, To: registryv1.State_STATE_VALIDATING, Cause: registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED},
	{From: registryv1.State_STATE_VALIDATING, To: registryv1.State_STATE_PUBLISHED, Cause: registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED},
}

// Seed fills a data directory of the org "acme" with versions without files,
// straight in the store. It is for measuring only: tests of what the registry
// does bring versions into a state by the calls that a person would make.
func Seed(tb testing.TB, dir string, c Catalogue) {
	tb.Helper()
	ctx := context.Background()
	clock := NewClock()
	s, err := store.Open(ctx, store.Config{Dir: dir, Legal: seedMoves, Now: func() time.Time {
		clock.Advance(time.Second)
		return clock.Now()
	}})
	require.NoError(tb, err)
	by := store.Actor{Person: "mara", From: "seed"}
	for n := 0; n < c.Connectors*c.Versions; n += seedBatch {
		err := s.Write(ctx, by, func(tx *store.Tx) error {
			for i := n; i < min(n+seedBatch, c.Connectors*c.Versions); i++ {
				if err := seedVersion(ctx, tx, c, i); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(tb, err, "seeding from version %d on", n)
	}
	require.NoError(tb, s.Close())
}

// seedVersion makes the n-th version: the first of each connector first, so
// that the newest of the registry are spread over the connectors.
func seedVersion(ctx context.Context, tx *store.Tx, c Catalogue, n int) error {
	connector, err := seedConnector(ctx, tx, fmt.Sprintf("baton-c%05d", n%c.Connectors), n < c.Connectors)
	if err != nil {
		return err
	}
	round := n / c.Connectors
	number, err := artifact.ParseNumber(fmt.Sprintf("v%d.%d.%d", round/100, round/10%10, round%10))
	if err != nil {
		return err
	}
	platforms := store.PlatformsOf(registryv1.Platforms()...)
	v, err := tx.CreateVersion(ctx, store.NewVersion{
		Connector: connector, Number: number.String(), Precedence: number.Precedence(), Prerelease: number.Prerelease() != "",
		Draft: store.Draft{Platforms: platforms, Author: "mara", Texts: store.VersionTexts{Description: "seeded for measuring"}},
	})
	if err != nil || round >= c.Versions-c.Open {
		return err
	}
	for _, step := range seedMoves {
		move := store.Move{From: step.From, Attempt: 1, To: step.To, Cause: step.Cause, AssetSet: &store.Digest{byte(n), byte(n >> 8), byte(n >> 16)}}
		if step.To == registryv1.State_STATE_PUBLISHED && round >= c.Versions-c.Open-c.Waiting {
			return seedWaiting(ctx, tx, v.ID)
		}
		if _, err := tx.Move(ctx, v.ID, move); err != nil {
			return err
		}
	}
	return nil
}

// seedChecks is about how many checks a version with five files has.
const seedChecks = 40

// seedWaiting makes a version wait for people.
func seedWaiting(ctx context.Context, tx *store.Tx, id store.VersionID) error {
	checks := make([]store.Check, seedChecks)
	for i := range checks {
		checks[i] = store.Check{Name: fmt.Sprintf("check-%d", i), Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: "seeded for measuring"}
	}
	if err := tx.PutChecks(ctx, id, 1, checks); err != nil {
		return err
	}
	v, err := tx.Await(ctx, id, 1, 1, 2)
	if err != nil {
		return err
	}
	_, err = tx.AddReview(ctx, v, store.Review{Decision: registryv1.ReviewDecision_REVIEW_DECISION_APPROVE, Note: "seeded for measuring"})
	return err
}

func seedConnector(ctx context.Context, tx *store.Tx, name string, first bool) (store.ConnectorID, error) {
	if !first {
		found, err := tx.Connector(ctx, "acme", artifact.ConnectorKey(name), store.Visibility{All: true})
		return found.ID, err
	}
	org, err := tx.EnsureOrg(ctx, "acme", "acme")
	if err != nil {
		return 0, err
	}
	made, err := tx.CreateConnector(ctx, store.NewConnector{Org: org.ID, Key: artifact.ConnectorKey(name), Spelling: name})
	return made.ID, err
}
