package registrytest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/registry/store"
)

func TestMain(m *testing.M) { registrytest.Main(m) }

const (
	publisher = registryv1.Role_ROLE_PUBLISHER
	patience  = 20 * time.Second
)

func create(t *testing.T, api registrytest.API, n int) error {
	t.Helper()
	_, err := api.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{
		RequestId: fmt.Sprintf("request-%d", n),
		Ref:       &registryv1.ConnectorRef{Org: "acme", Name: fmt.Sprintf("baton-c%d", n)},
	})
	return err
}

func names(t *testing.T, api registrytest.API) []string {
	t.Helper()
	list, err := api.ListConnectors(t.Context(), &registryv1.ListConnectorsRequest{})
	require.NoError(t, err)
	var all []string
	for _, c := range list.GetConnectors() {
		all = append(all, c.GetRef().GetName())
	}
	return all
}

// A registry that dies in a commit has done all of it or nothing, and the same
// request sent again to the next process is done once.
func TestAProcessThatKillsItselfInACommit(t *testing.T) {
	t.Parallel()
	for _, point := range []string{store.BeforeCommit, store.AfterCommit} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			first := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: dir})
			token := first.Token(t, "mara", publisher, "acme")
			require.NoError(t, create(t, first.API(t, token), 1))
			first.Stop()

			// What the process commits by itself when it starts is not counted
			// here, so it may die on the way up; then it dies one commit later.
			var doomed *registrytest.Process
			for after := 0; ; after++ {
				p, err := registrytest.TryProcess(t, registrytest.ProcessOptions{Dir: dir, CrashAt: point, CrashAfter: after})
				if err != nil {
					continue
				}
				doomed = p
				break
			}
			died := 0
			for n := 2; died == 0; n++ {
				require.Less(t, n, 50, "the process does not die")
				if err := create(t, doomed.API(t, token), n); err != nil {
					assert.Equal(t, codes.Unavailable, status.Code(err), "%v", err)
					died = n
				}
			}
			select {
			case <-doomed.Ended():
			case <-time.After(patience):
				t.Fatal("the process lives on")
			}

			next := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: dir}).API(t, token)
			before := names(t, next)
			assert.Subset(t, before, []string{"baton-c1"}, "what was answered stays")
			require.NoError(t, create(t, next, died))
			require.NoError(t, create(t, next, died))
			after := names(t, next)
			assert.Len(t, after, died, "each connector once")
		})
	}
}

func TestProcessesShareADirectoryAsEquals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: dir})
	two := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: dir})
	assert.NotEqual(t, one.PID(), two.PID())
	token := two.Token(t, "mara", publisher, "acme")
	require.NoError(t, create(t, one.API(t, token), 1))
	one.Kill()
	require.NoError(t, create(t, two.API(t, token), 2), "one that is killed stops no other")
	assert.Len(t, names(t, two.API(t, token)), 2)
}

func TestTheClockOfATestIsThatOfTheRegistry(t *testing.T) {
	t.Parallel()
	clock := registrytest.NewClock()
	s := registrytest.Start(t, registrytest.WithClock(clock))
	api := s.API(t, s.Token(t, "mara", publisher, "acme"))
	clock.Advance(48 * time.Hour)
	require.NoError(t, create(t, api, 1))
	found, err := api.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "c1"}})
	require.NoError(t, err)
	assert.Equal(t, clock.Now(), found.GetConnector().GetCreatedAt().AsTime())
}
