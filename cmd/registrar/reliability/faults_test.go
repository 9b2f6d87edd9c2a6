package reliability

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// persistence is how often a person runs a publish again before giving up.
const persistence = 25

// Publishes through a network on which everything goes wrong end PUBLISHED
// once, from exactly the files that were meant, or FAILED with the true
// reason. Whatever a run says that failed, running it again goes on.
func TestSoakPublishesThroughFaults(t *testing.T) {
	t.Parallel()
	rounds, each := 1, 5
	if soak() {
		rounds, each = 40, 25
	}
	var mu sync.Mutex
	total, runs, published, failed := map[string]int{}, 0, 0, 0
	began := time.Now()
	t.Cleanup(func() {
		t.Logf("%d published, %d failed as they must, in %d runs and %s; what happened: %v",
			published, failed, runs, time.Since(began).Round(100*time.Millisecond), total)
		assert.NotEmpty(t, total, "the weather was bad")
	})
	for round := range rounds {
		t.Run(fmt.Sprintf("round %d", round), func(t *testing.T) {
			t.Parallel() // most of the time is waiting
			s := registrytest.Start(t)
			token := s.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER, "acme", strict)
			beStrict(t, s)
			w := newWeather(t, s.Endpoint, uint64(round), 35)
			for i := range each {
				o := outcome{seed: uint64(round*each + i), weather: w, token: token, server: s}
				o.publish(t)
				mu.Lock()
				runs += o.runs
				if o.refused {
					failed++
				} else {
					published++
				}
				mu.Unlock()
			}
			mu.Lock()
			defer mu.Unlock()
			for what, n := range w.happened() {
				total[what] += n
			}
			found := registrytest.Audit(t, s.Dir)
			assert.Empty(t, found.String())
		})
	}
}

// strict is an org whose policy asks for a capabilities document.
const strict = "strict"

func beStrict(t *testing.T, s *registrytest.Server) {
	t.Helper()
	api := s.API(t, s.Token(t, "mara", registryv1.Role_ROLE_ADMIN))
	_, err := api.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: &registryv1.ConnectorRef{Org: strict, Name: "baton-sample"}})
	require.NoError(t, err)
	_, err = api.Admin.SetPolicy(t.Context(), &registryv1.SetPolicyRequest{Org: strict, Policy: &registryv1.Policy{RequiredChecks: []string{"capabilities"}}})
	require.NoError(t, err)
}

// outcome is one version on its way through bad weather.
type outcome struct {
	seed    uint64
	weather *weather
	token   string
	server  *registrytest.Server
	runs    int
	// refused: the org's policy asks for a document that the version lacks,
	// which only the registry's own checks find.
	refused bool
}

func (o *outcome) publish(t *testing.T) {
	t.Helper()
	o.refused = o.seed%5 == 4
	number := fmt.Sprintf("v1.%d.0", o.seed)
	linux, windows := registryv1.Platform_PLATFORM_LINUX_AMD64, registryv1.Platform_PLATFORM_WINDOWS_AMD64
	r := newRelease(t, "baton-sample", number, 60_000, o.seed, linux, windows)
	if o.refused {
		r.org = strict
	}
	plan := r.plan(t)
	for o.runs = 1; ; o.runs++ {
		calls := connect(t, o.weather.address, o.token)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		result, err := publish.Run(ctx, calls, plan, nil, func(publish.Event) {})
		cancel()
		require.NoError(t, calls.Close())
		plan = result.Plan
		if err == nil {
			break
		}
		known, typed := errors.AsType[*client.Error](err)
		require.True(t, typed, "%v", err)
		require.NotEmpty(t, known.Next, "what to do next: %v", err)
		if o.refused && result.Version.GetSummary().GetState() == registryv1.State_STATE_FAILED {
			break
		}
		require.Less(t, o.runs, persistence, "seed %d: %v", o.seed, err)
	}
	o.look(t, r)
}

// look asks the registry itself, past the weather, what became of the version.
func (o *outcome) look(t *testing.T, r *release) {
	t.Helper()
	api := o.server.API(t, o.token)
	rs, err := api.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: r.ref(), WaitUntilSettled: true})
	require.NoError(t, err)
	v := rs.GetVersion()
	ends := map[registryv1.EventKind]int{}
	log, err := api.Events.ListEvents(t.Context(), &registryv1.ListEventsRequest{PageSize: 1000, Filter: []*registryv1.FilterTerm{
		{Field: registryv1.FilterField_FILTER_FIELD_VERSION, Values: []string{r.version}},
	}})
	require.NoError(t, err)
	for _, e := range log.GetEvents() {
		ends[e.GetKind()]++
	}
	if o.refused {
		assert.Equal(t, registryv1.State_STATE_FAILED, v.GetSummary().GetState(), "seed %d", o.seed)
		assert.Equal(t, "CAPABILITIES_INVALID", v.GetFailure().GetReason(), "seed %d", o.seed)
		assert.Equal(t, 1, ends[registryv1.EventKind_EVENT_KIND_VERSION_FAILED], "seed %d", o.seed)
		assert.Zero(t, ends[registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED], "seed %d", o.seed)
		return
	}
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, v.GetSummary().GetState(), "seed %d", o.seed)
	assert.Equal(t, 1, ends[registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED], "seed %d: %v", o.seed, ends)
	assert.Equal(t, r.sums, download(t, o.server.Address, r.ref()), "seed %d", o.seed)
}
