package yank_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// counting passes calls on and counts them; it can stop a run in the middle.
type counting struct {
	registryv1.RegistryServiceClient
	yanks, dry, reads, connectors atomic.Int64
	before                        func(n int64, rq *registryv1.YankVersionRequest)
}

func (c *counting) YankVersion(ctx context.Context, rq *registryv1.YankVersionRequest, opts ...grpc.CallOption) (*registryv1.YankVersionResponse, error) {
	if rq.GetValidateOnly() {
		c.dry.Add(1)
	} else if n := c.yanks.Add(1); c.before != nil {
		c.before(n, rq)
	}
	return c.RegistryServiceClient.YankVersion(ctx, rq, opts...)
}

func (c *counting) GetVersion(ctx context.Context, rq *registryv1.GetVersionRequest, opts ...grpc.CallOption) (*registryv1.GetVersionResponse, error) {
	c.reads.Add(1)
	return c.RegistryServiceClient.GetVersion(ctx, rq, opts...)
}

func (c *counting) GetConnector(ctx context.Context, rq *registryv1.GetConnectorRequest, opts ...grpc.CallOption) (*registryv1.GetConnectorResponse, error) {
	c.connectors.Add(1)
	return c.RegistryServiceClient.GetConnector(ctx, rq, opts...)
}

// house is a registry with versions that are all PUBLISHED.
type house struct {
	calls  *client.Client
	count  *counting
	server *registrytest.Server
	refs   []*registryv1.VersionRef // as a list gives them
}

func newHouse(tb testing.TB, connectors, versions int) house {
	tb.Helper()
	dir := tb.TempDir()
	registrytest.Seed(tb, dir, registrytest.Catalogue{Connectors: connectors, Versions: versions})
	s := registrytest.Start(tb, registrytest.In(dir), registrytest.On(registrytest.Memory))
	target := client.Target{Name: s.Address, Dial: s.Dial}.WithToken(s.Token(tb, "mara", registryv1.Role_ROLE_ADMIN))
	calls, err := client.Open(target, client.Options{})
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = calls.Close() })
	h := house{calls: calls, count: &counting{RegistryServiceClient: calls.Registry}, server: s}
	calls.Registry = h.count
	rq := &registryv1.ListVersionsRequest{PageSize: 1000}
	for {
		page, err := calls.Registry.ListVersions(tb.Context(), rq)
		require.NoError(tb, err)
		for _, v := range page.GetVersions() {
			h.refs = append(h.refs, v.GetRef())
		}
		if rq.PageToken = page.GetNextPageToken(); rq.PageToken == "" {
			return h
		}
	}
}

// of are the versions of one connector, the lowest first.
func (h house) of(name string) []*registryv1.VersionRef {
	var found []*registryv1.VersionRef
	for _, ref := range slices.Backward(h.refs) {
		if ref.GetName() == name {
			found = append(found, ref)
		}
	}
	return found
}

func (h house) promote(tb testing.TB, refs ...*registryv1.VersionRef) {
	tb.Helper()
	for _, ref := range refs {
		_, err := h.calls.Registry.SetStableVersion(tb.Context(), &registryv1.SetStableVersionRequest{Ref: ref})
		require.NoError(tb, err)
	}
}

// events are those of one kind, the first first.
func (h house) events(tb testing.TB, kind registryv1.EventKind) []*registryv1.Event {
	tb.Helper()
	page, err := h.calls.Events.ListEvents(tb.Context(), &registryv1.ListEventsRequest{PageSize: 1000, Kinds: []registryv1.EventKind{kind}})
	require.NoError(tb, err)
	slices.Reverse(page.GetEvents())
	return page.GetEvents()
}

func order(refs ...*registryv1.VersionRef) yank.Order {
	return yank.Order{Versions: refs, Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "loops on empty pages"}
}

func outcomes(results []yank.Result) map[yank.Outcome]int {
	counts := map[yank.Outcome]int{}
	for _, r := range results {
		counts[r.Outcome]++
	}
	return counts
}

// TestStableIsForetoldForAllAndMovesOnce: what is said of several versions of
// a connector is what happens, and stable never stops at one that leaves too.
func TestStableIsForetoldForAllAndMovesOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		replacement string
		stable      string // the index of what becomes stable, as a suffix
		kept        int
	}{
		{"back to what was promoted and stays", "", "promoted", 0},
		{"to what the registry suggests", yank.Suggested, "suggested", 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, 2, 6)
			name := h.refs[0].GetName()
			v := h.of(name)
			h.promote(t, v[0], v[2], v[3]) // stable is v[3], before it v[2], before it v[0]
			o := order(v[3], v[2], v[1], v[2])
			o.Replacement = test.replacement
			weighed, err := yank.NewWeighing(o).Do(t.Context(), h.calls)
			require.NoError(t, err)
			require.Len(t, weighed.Sets, 1)
			require.Len(t, weighed.Results, 3, "what is named twice is one")
			set := weighed.Sets[0]
			want := v[0].GetVersion()
			if test.replacement != "" {
				want = v[4].GetVersion()
				assert.Equal(t, want, set.Replacement)
			}
			assert.Equal(t, v[3].GetVersion(), set.Facts.GetStableBefore())
			assert.Equal(t, want, set.Facts.GetStableAfter())
			assert.EqualValues(t, 3, set.Facts.GetPublishedAfter())

			run := yank.NewRun(o, weighed)
			require.NoError(t, run.Do(t.Context(), h.calls))
			assert.Equal(t, map[yank.Outcome]int{yank.Done: 3}, outcomes(run.Results()))
			connector, err := h.calls.Registry.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "acme", Name: name}})
			require.NoError(t, err)
			assert.Equal(t, want, connector.GetConnector().GetStable())
			events := h.events(t, registryv1.EventKind_EVENT_KIND_VERSION_YANKED)
			require.Len(t, events, 3)
			assert.Equal(t, v[3].GetVersion(), events[2].GetVersion(), "the stable one goes last")
			moved := 0
			for _, e := range events {
				for key := range e.GetDetail() {
					if strings.HasPrefix(key, "stable") {
						moved++
						break
					}
				}
			}
			assert.Equal(t, 1, moved, "stable moves once: %v", events)
		})
	}
}

// TestManyCostOneCallEach is the gate on speed: not time, which depends on the
// computer, but how often the registry is asked.
func TestManyCostOneCallEach(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 4, 25)
	o := order(h.refs...)
	weighing := yank.NewWeighing(o)
	weighed, err := weighing.Do(t.Context(), h.calls)
	require.NoError(t, err)
	assert.EqualValues(t, 100+4, h.count.dry.Load(), "one for each version, and one for each connector")
	done, of := weighing.Done()
	assert.Equal(t, []int{100, 100}, []int{done, of})
	assert.Equal(t, 100, weighed.Accepted())
	run := yank.NewRun(o, weighed)
	require.NoError(t, run.Do(t.Context(), h.calls))
	assert.EqualValues(t, 100, h.count.yanks.Load())
	assert.EqualValues(t, 4, h.count.connectors.Load())
	assert.Zero(t, h.count.reads.Load())
	assert.Len(t, h.events(t, registryv1.EventKind_EVENT_KIND_VERSION_YANKED), 100)
	assert.InDelta(t, 1, run.Fraction(), 0)
}

// TestAStoppedRunIsFinishedByAnother: as after ctrl+c, with nothing done twice.
func TestAStoppedRunIsFinishedByAnother(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		again func(first *yank.Run) *yank.Run
	}{
		{"the same run", func(first *yank.Run) *yank.Run { return first }},
		{"another process", func(first *yank.Run) *yank.Run { return yank.NewRun(first.Order(), yank.Weighed{}) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, 2, 30)
			ctx, stop := context.WithCancel(t.Context())
			h.count.before = func(n int64, _ *registryv1.YankVersionRequest) {
				if n == 20 {
					stop()
				}
			}
			run := yank.NewRun(order(h.refs...), yank.Weighed{})
			err := run.Do(ctx, h.calls)
			require.Error(t, err)
			assert.Equal(t, registryv1.Reason_REASON_INTERRUPTED, client.ReasonOf(err))
			counts := outcomes(run.Results())
			assert.Positive(t, counts[yank.Open])
			assert.Zero(t, counts[yank.Refused], "what was stopped was not refused")
			assert.Less(t, len(h.events(t, registryv1.EventKind_EVENT_KIND_VERSION_YANKED)), 60)

			again := test.again(run)
			require.NoError(t, again.Do(t.Context(), h.calls))
			yanked, refused, open := yank.Count(again.Results())
			assert.Equal(t, []int{60, 0, 0}, []int{yanked, refused, open})
			assert.Len(t, h.events(t, registryv1.EventKind_EVENT_KIND_VERSION_YANKED), 60, "none twice")
		})
	}
}

// TestWhatIsRefusedIsSaidOfEachVersion: a refusal stops nothing, and what is
// YANKED in the same words already is as good as done.
func TestWhatIsRefusedIsSaidOfEachVersion(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2, 4)
	same, other := order(h.refs[0]), order(h.refs[1])
	other.Reason = "another reason"
	for _, o := range []yank.Order{same, other} {
		require.NoError(t, yank.NewRun(o, yank.Weighed{}).Do(t.Context(), h.calls))
	}
	none := &registryv1.VersionRef{Org: "acme", Name: "baton-none", Version: "v1.0.0"}
	wrong := &registryv1.VersionRef{Org: "acme", Name: "baton-none", Version: "1.0"}
	o := order(append(slices.Clone(h.refs), none, wrong)...)
	weighed, err := yank.NewWeighing(o).Do(t.Context(), h.calls)
	require.NoError(t, err)
	assert.Equal(t, map[yank.Outcome]int{yank.Ready: 6, yank.Already: 1, yank.Refused: 3}, outcomes(weighed.Results))
	run := yank.NewRun(o, weighed)
	require.NoError(t, run.Do(t.Context(), h.calls))
	results := run.Results()
	assert.Equal(t, map[yank.Outcome]int{yank.Done: 6, yank.Already: 1, yank.Refused: 3}, outcomes(results))
	assert.Equal(t, yank.Already, results[0].Outcome)
	assert.Equal(t, registryv1.Reason_REASON_WRONG_STATE, results[1].Err.Reason)
	assert.Equal(t, registryv1.Reason_REASON_NOT_FOUND, results[8].Err.Reason)
	assert.Equal(t, registryv1.Reason_REASON_INVALID_VERSION, results[9].Err.Reason)

	before := h.count.yanks.Load()
	require.NoError(t, run.Do(t.Context(), h.calls))
	assert.EqualValues(t, 3, h.count.yanks.Load()-before, "only what was refused is tried again")
}

// TestNothingIsTriedWhereNobodyAnswers: a thousand versions do not wait for a
// thousand failures.
func TestNothingIsTriedWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1, 40)
	h.server.Stop(t)
	run := yank.NewRun(order(h.refs...), yank.Weighed{})
	err := run.Do(t.Context(), h.calls)
	assert.Equal(t, registryv1.Reason_REASON_UNAVAILABLE, client.ReasonOf(err))
	assert.Equal(t, map[yank.Outcome]int{yank.Open: 40}, outcomes(run.Results()))
	_, err = yank.NewWeighing(order(h.refs...)).Do(t.Context(), h.calls)
	assert.Equal(t, registryv1.Reason_REASON_UNAVAILABLE, client.ReasonOf(err))
}

// BenchmarkYankMany yanks 1,000 versions of 20 connectors, of an embedded
// registry on a disk.
func BenchmarkYankMany(b *testing.B) {
	for _, n := range []int{20} {
		b.Run(fmt.Sprintf("%d connectors", n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				h := newHouse(b, n, 1000/n)
				b.StartTimer()
				run := yank.NewRun(order(h.refs...), yank.Weighed{})
				require.NoError(b, run.Do(b.Context(), h.calls))
				yanked, _, _ := yank.Count(run.Results())
				require.Equal(b, 1000, yanked)
			}
		})
	}
}
