package registry_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// TestTwoPublishersRaceForOneNumber lets two people publish different files
// under one number at the same time, again and again. One version comes of it,
// of one of the two, and the other one hears clearly that he lost.
func TestTwoPublishersRaceForOneNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.have(t, okta)
	rounds := 40
	if testing.Short() || underRace {
		rounds = 15
	}
	wins := map[string]int{}
	for round := range rounds {
		label := fmt.Sprintf("%s v1.0.%d", okta, round)
		sets := map[*person][]file{
			h.anna: {exe(linuxAMD, "anna"), exe(windowsAMD, "anna")},
			h.amir: {exe(linuxAMD, "amir's"), exe(windowsAMD, "amir's")},
		}
		outcomes := map[*person]error{}
		var (
			group sync.WaitGroup
			mu    sync.Mutex
			start = make(chan struct{})
		)
		for p, files := range sets {
			group.Go(func() {
				<-start
				err := p.race(label, files)
				mu.Lock()
				defer mu.Unlock()
				outcomes[p] = err
			})
		}
		close(start)
		group.Wait()
		v := h.settleRace(t, label)
		for p, files := range sets {
			if err := outcomes[p]; err != nil {
				assert.Contains(t, []registryv1.Reason{
					wrongState, stale, versionExists, assetMissing, assetUnexpected, digestMismatch,
				}, reasonOf(err), "%s lost: %v", p.name, err)
				continue
			}
			require.NotNil(t, v, "somebody was told that he published, but there is no version")
			wins[p.name]++
			require.Len(t, v.GetAssets(), len(files))
			for _, asset := range v.GetAssets() {
				var mine bool
				for _, f := range files {
					mine = mine || asset.GetFilename() == f.name && string(asset.GetSha256()) == string(f.spec().GetSha256())
				}
				assert.True(t, mine, "%s is not a file of %s, who was told that he published: a mixture", asset.GetFilename(), p.name)
			}
		}
		assert.NotEqual(t, 2, countNil(outcomes), "both were told that they published %s", label)
	}
	t.Logf("%d rounds, won by: %v", rounds, wins)
	assert.NotEmpty(t, wins, "nobody ever published anything")
}

func countNil(outcomes map[*person]error) (n int) {
	for _, err := range outcomes {
		if err == nil {
			n++
		}
	}
	return n
}

// settleRace validates what was finalized; nil if nothing was.
func (h *house) settleRace(t *testing.T, label string) *registryv1.Version {
	t.Helper()
	require.NoError(t, h.r.Drain(t.Context()))
	v := h.anna.see(t, label)
	if v.GetSummary().GetState() != published {
		return nil
	}
	return v
}

// race publishes as fast as it can and tells the first refusal.
func (p *person) race(label string, files []file) error {
	ctx := context.Background()
	made, err := p.CreateVersion(ctx, &registryv1.CreateVersionRequest{Ref: at(label), Platforms: platformsOf(files)})
	if err != nil {
		return err
	}
	v := made.GetVersion().GetSummary()
	targets, err := p.GetUploadURLs(ctx, &registryv1.GetUploadURLsRequest{Ref: v.GetRef(), Attempt: v.GetAttempt(), Assets: specs(files...)})
	if err != nil {
		return err
	}
	for i, target := range targets.GetTargets() {
		if put := target.GetPut(); put != nil {
			// A link that was taken away by the other one's files shows in
			// finalize.
			if answer := p.house.send(put.GetUrl(), files[i].data); answer.Code >= http.StatusInternalServerError {
				return fmt.Errorf("sending answered %d: %s", answer.Code, answer.Body)
			}
		}
	}
	_, err = p.FinalizeVersion(ctx, &registryv1.FinalizeVersionRequest{Ref: v.GetRef(), Attempt: v.GetAttempt(), Assets: specs(files...)})
	return err
}
