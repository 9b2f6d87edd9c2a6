package registry_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// Two people publish different files under one number at the same time, again
// and again. One version comes of it, of one of the two, and the other one
// hears clearly that he lost.

func TestTwoPublishersRaceForOneNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.have(t, okta)
	send := func(url string, data []byte) (int, error) { return h.send(url, data).Code, nil }
	race(t, [2]racer{{"anna", h.anna, send}, {"amir", h.amir, send}}, func(label string) *registryv1.Version {
		return h.settle(t, h.anna, label)
	})
}

func TestTwoPublishersRaceOverTheWire(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	client := s.HTTP(t)
	send := func(url string, data []byte) (int, error) {
		rq, err := http.NewRequestWithContext(context.Background(), http.MethodPut, "http://registry"+url, bytes.NewReader(data))
		if err != nil {
			return 0, err
		}
		answer, err := client.Do(rq)
		if err != nil {
			return 0, err
		}
		return answer.StatusCode, answer.Body.Close()
	}
	var racers [2]racer
	for i, name := range []string{"anna", "amir"} {
		racers[i] = racer{name, s.API(t, s.Token(t, name, registryv1.Role_ROLE_PUBLISHER, "acme")), send}
	}
	_, err := racers[0].api.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: of(okta)})
	require.NoError(t, err)
	race(t, racers, func(label string) *registryv1.Version {
		answer, err := racers[0].api.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label), WaitUntilSettled: true})
		require.NoError(t, err)
		return answer.GetVersion()
	})
}

// racer is one of the two, with a way to the registry.
type racer struct {
	name string
	api  registryv1.RegistryServiceClient
	send func(url string, data []byte) (int, error)
}

// race lets both publish at the same time, for many numbers. settle waits for
// the validation of a version and reads it.
func race(t *testing.T, racers [2]racer, settle func(label string) *registryv1.Version) {
	t.Helper()
	rounds := 40
	if testing.Short() || underRace {
		rounds = 15
	}
	wins := map[string]int{}
	for round := range rounds {
		label := fmt.Sprintf("%s v1.0.%d", okta, round)
		var (
			files  [2][]file
			errs   [2]error
			group  sync.WaitGroup
			start  = make(chan struct{})
			winner = -1
		)
		for i, r := range racers {
			files[i] = []file{exe(linuxAMD, r.name), exe(windowsAMD, r.name)}
			group.Go(func() {
				<-start
				errs[i] = r.publish(label, files[i])
			})
		}
		close(start)
		group.Wait()
		for i, err := range errs {
			if err != nil {
				assert.Contains(t, []registryv1.Reason{
					wrongState, stale, versionExists, assetMissing, assetUnexpected, digestMismatch,
				}, wireReason(err), "%s lost: %v", racers[i].name, err)
				continue
			}
			require.Equal(t, -1, winner, "both were told that they published %s", label)
			winner = i
		}
		if winner < 0 {
			continue // each replaced a file of the other's, and both were told
		}
		wins[racers[winner].name]++
		v := settle(label)
		require.Equal(t, published, v.GetSummary().GetState())
		require.Len(t, v.GetAssets(), len(files[winner]))
		for _, asset := range v.GetAssets() {
			var his bool
			for _, f := range files[winner] {
				his = his || asset.GetFilename() == f.name && bytes.Equal(asset.GetSha256(), f.spec().GetSha256())
			}
			assert.True(t, his, "%s is not a file of %s, who was told that he published: a mixture", asset.GetFilename(), racers[winner].name)
		}
	}
	t.Logf("%d rounds, won by: %v", rounds, wins)
	assert.NotEmpty(t, wins, "nobody ever published anything")
}

// publish publishes as fast as it can and tells the first refusal.
func (r racer) publish(label string, files []file) error {
	ctx := context.Background()
	made, err := r.api.CreateVersion(ctx, &registryv1.CreateVersionRequest{Ref: at(label), Platforms: platformsOf(files)})
	if err != nil {
		return err
	}
	v := made.GetVersion().GetSummary()
	targets, err := r.api.GetUploadURLs(ctx, &registryv1.GetUploadURLsRequest{Ref: v.GetRef(), Attempt: v.GetAttempt(), Assets: specs(files...)})
	if err != nil {
		return err
	}
	for i, target := range targets.GetTargets() {
		put := target.GetPut()
		if put == nil {
			continue
		}
		// A link that the other one's files took away shows in finalize.
		code, err := r.send(put.GetUrl(), files[i].data)
		if err != nil {
			return err
		}
		if code >= http.StatusInternalServerError {
			return fmt.Errorf("sending a file answered %d", code)
		}
	}
	_, err = r.api.FinalizeVersion(ctx, &registryv1.FinalizeVersionRequest{Ref: v.GetRef(), Attempt: v.GetAttempt(), Assets: specs(files...)})
	return err
}

// wireReason is why a call was refused, also over a transport.
func wireReason(err error) registryv1.Reason {
	if st, fromWire := status.FromError(err); fromWire {
		for _, detail := range st.Details() {
			if info, is := detail.(*errdetails.ErrorInfo); is {
				reason, _ := registryv1.FromShort[registryv1.Reason](info.GetReason())
				return reason
			}
		}
	}
	return reasonOf(err)
}
