package registry_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
)

// TestReviewRaces lets several people loose on one version at the same time:
// they approve, reject, comment, withdraw, yank, upload again, change what
// policy asks for and what the org trusts, while two workers do what follows.
// Whoever is faster, the log tells a story that holds, and states are what it
// tells.
func TestReviewRaces(t *testing.T) {
	t.Parallel()
	first, rounds := soakRounds(40, 12, 10_000)
	h := newHouse(t, func(cfg *registry.Config) { cfg.Validators = 2 })
	rolf, err := h.person("rolf", registryv1.Role_ROLE_REVIEWER, "acme")
	require.NoError(t, err)
	h.anna.have(t, okta)
	files := newReviewFiles(t)
	log := newLogReader(0)
	ended := map[string]int{}
	refused := map[string]int{}
	began := time.Now()
	for round := range rounds {
		r := raceRound{
			house: h, files: files, label: fmt.Sprintf("%s v1.0.%d", okta, round), rolf: rolf,
			random: rand.New(rand.NewPCG(first+uint64(round), 4)), refused: refused,
		}
		require.NoError(t, r.play(t), "round %d of %s", round, r.label)
		require.NoError(t, readLog(t.Context(), h, log), "round %d: %s", round, r.label)
		state, err := h.state(t.Context(), r.label)
		require.NoError(t, err)
		require.Equal(t, registryv1.Short(log.versions[r.label].state), registryv1.Short(state), "round %d: the log says another state", round)
		ended[registryv1.Short(state)]++
		if round%500 == 0 || round == rounds-1 {
			h.intact(t)
		}
	}
	t.Logf("%d rounds in %s, ended: %v, published with: %v, refused: %v", rounds, time.Since(began).Round(time.Millisecond), ended, log.published, refused)
	if rounds >= 40 {
		for _, reason := range []string{"STALE", "WRONG_STATE"} {
			require.Positive(t, refused[reason], "nobody was ever too late")
		}
		require.Positive(t, ended["PUBLISHED"]+ended["YANKED"])
		require.Positive(t, ended["FAILED"]+ended["VALIDATING"])
	}
}

// raceRound is one version and what people do to it at the same time.
type raceRound struct {
	house  *house
	files  reviewFiles
	label  string
	rolf   *person
	random *rand.Rand

	mu      sync.Mutex
	refused map[string]int
}

// play brings a version to where it waits for people, lets everybody loose, and
// waits until nothing more happens by itself.
func (r *raceRound) play(t *testing.T) error {
	t.Helper()
	ctx := t.Context()
	policy := &registryv1.Policy{Approvals: 1 + int32(r.random.IntN(2)), SelfReview: r.random.IntN(4) == 0}
	if _, err := r.house.maja.admin.SetPolicy(ctx, &registryv1.SetPolicyRequest{Org: "acme", Policy: policy}); err != nil {
		return err
	}
	if err := r.upload(ctx, r.house.anna, 0); err != nil {
		return err
	}
	if r.random.IntN(4) > 0 {
		if err := r.house.r.Drain(ctx); err != nil {
			return err
		}
	}
	people := []*person{r.house.rita, r.rolf, r.house.maja, r.house.anna}
	var (
		group sync.WaitGroup
		errs  = make([]error, len(people))
		start = make(chan struct{})
	)
	for i, who := range people {
		mind := rand.New(rand.NewPCG(r.random.Uint64(), 5))
		group.Go(func() {
			<-start
			for range 4 {
				if err := r.act(ctx, who, mind); err != nil {
					errs[i] = fmt.Errorf("%s: %w", who.name, err)
					return
				}
			}
		})
	}
	close(start)
	group.Wait()
	return errors.Join(append(errs, r.house.r.Drain(ctx))...)
}

// state is that of a version, gone if it was a draft that somebody abandoned.
func (h *house) state(ctx context.Context, label string) (registryv1.State, error) {
	answer, err := h.root.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: at(label)})
	if reasonOf(err) == notFound {
		return gone, nil
	}
	return answer.GetVersion().GetSummary().GetState(), err
}

// act is what one person happens to do.
func (r *raceRound) act(ctx context.Context, who *person, mind *rand.Rand) error {
	ref := at(r.label)
	switch n := mind.IntN(20); {
	case n < 11:
		return r.decide(ctx, who, mind)
	case n < 12:
		_, err := who.reviews.ClaimReview(ctx, &registryv1.ClaimReviewRequest{Ref: ref, Release: mind.IntN(2) == 0})
		return r.lost(err)
	case n < 13:
		_, err := who.AbandonVersion(ctx, &registryv1.AbandonVersionRequest{Ref: ref})
		return r.lost(err)
	case n < 15:
		_, err := who.YankVersion(ctx, &registryv1.YankVersionRequest{Ref: ref, Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "broken"})
		return r.lost(err)
	case n < 17:
		return r.lost(r.upload(ctx, who, mind.IntN(len(r.files.files))))
	case n < 19:
		policy := &registryv1.Policy{Approvals: int32(mind.IntN(3)), SelfReview: mind.IntN(3) == 0}
		if mind.IntN(4) == 0 {
			policy.RequiredChecks = []string{"order"}
		}
		_, err := who.admin.SetPolicy(ctx, &registryv1.SetPolicyRequest{Org: "acme", Policy: policy})
		return r.lost(err)
	default:
		return r.trust(ctx, who, mind)
	}
}

// decide is about the version as it was a moment ago.
func (r *raceRound) decide(ctx context.Context, who *person, mind *rand.Rand) error {
	read, err := who.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: at(r.label)})
	if err != nil {
		return r.lost(err)
	}
	what := []registryv1.ReviewDecision{approve, approve, approve, approve, approve, approve, comment, reject}[mind.IntN(8)]
	rq := decision(read.GetVersion(), what, "because")
	if len(rq.GetAssetSet()) == 0 {
		return nil // It is a draft, and nobody could send this.
	}
	_, err = who.reviews.SubmitReview(ctx, rq)
	return r.lost(err)
}

// trust registers an identity of acme and takes it away again.
func (r *raceRound) trust(ctx context.Context, who *person, mind *rand.Rand) error {
	rq := robot("acme")
	rq.SourceRef = fmt.Sprintf("refs/tags/{version}-%d", mind.Uint32())
	added, err := who.keys.AddIdentity(ctx, rq)
	if err != nil {
		return r.lost(err)
	}
	_, err = who.keys.RemoveIdentity(ctx, &registryv1.RemoveIdentityRequest{Org: "acme", Id: added.GetIdentity().GetId()})
	return r.lost(err)
}

// upload publishes a build under the number.
func (r *raceRound) upload(ctx context.Context, who *person, build int) error {
	made, err := who.CreateVersion(ctx, &registryv1.CreateVersionRequest{Ref: at(r.label), Platforms: []registryv1.Platform{linuxAMD}})
	if err != nil {
		return err
	}
	return bringAll(ctx, r.house, who, made.GetVersion().GetSummary(), r.files.files[build:build+1])
}

// lost lets through that somebody was too late, or may not do it.
func (r *raceRound) lost(err error) error {
	reason := reasonOf(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused[registryv1.Short(reason)]++
	switch reason {
	case ok, stale, wrongState, selfReview, notPermitted, notFound, versionExists, assetMissing, assetUnexpected, digestMismatch:
		return nil
	default:
		return err
	}
}
