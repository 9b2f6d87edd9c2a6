package catalog

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// awaiting is a version that waits for one approval.
func awaiting(id, revision int64, number string) *registryv1.VersionSummary {
	v := held(id, revision, number, "ines", validating, time.Hour)
	v.Attempt = 1
	v.WaitingFor = &registryv1.WaitingFor{ApprovalsNeeded: 1}
	return v
}

func queueOf(c *Catalog) []string {
	var all []string
	for _, q := range c.Queue.All() {
		all = append(all, q.Number)
	}
	return all
}

// The watch moves the queue: what is awaited comes, what is decided leaves, and
// a page that is older brings nothing back.
func TestTheWatchMovesTheQueue(t *testing.T) {
	t.Parallel()
	c := New()
	c.Caller = caller("mara", "acme", registryv1.Role_ROLE_REVIEWER)
	change := func(kind registryv1.EventKind, v *registryv1.VersionSummary, detail map[string]string) *registryv1.Change {
		return &registryv1.Change{Version: v, VersionId: v.GetId(), Event: &registryv1.Event{
			Kind: kind, At: timestamppb.New(today), Person: "juno", Org: "acme", Name: "baton-x", Version: v.GetRef().GetVersion(), Detail: detail,
		}}
	}
	c.Apply([]*registryv1.Change{change(registryv1.EventKind_EVENT_KIND_REVIEW_AWAITED, awaiting(9, 1, "v0.9.0"), nil)})
	assert.Empty(t, queueOf(c), "nobody has read the queue yet")

	c.Queue.Begin(false)
	page := []*registryv1.QueuedReview{{Version: awaiting(1, 3, "v1.0.0"), Previous: "v0.8.0", ChecksPassed: 12, AssetSet: make([]byte, 32), WaitingSince: timestamppb.New(today.Add(-time.Hour))}}
	c.AddQueued(page)
	c.Queue.End()
	require.Equal(t, []string{"v1.0.0"}, queueOf(c))
	assert.Len(t, c.Needs(today).Waiting, 1)

	c.Apply([]*registryv1.Change{change(registryv1.EventKind_EVENT_KIND_REVIEW_AWAITED, awaiting(2, 1, "v2.0.0"), nil)})
	assert.Equal(t, []string{"v1.0.0", "v2.0.0"}, queueOf(c))

	// A claim is told with its end, and ends by itself.
	until := today.Add(10 * time.Minute)
	c.Apply([]*registryv1.Change{change(registryv1.EventKind_EVENT_KIND_REVIEW_CLAIMED, awaiting(1, 3, "v1.0.0"), map[string]string{"until": until.Format(time.RFC3339)})})
	q, _ := c.Queued("acme/baton-x", "v1.0.0")
	require.NotNil(t, q)
	by, left := q.Claimed(today)
	assert.Equal(t, "juno", by)
	assert.Equal(t, 10*time.Minute, left)
	assert.Equal(t, "v0.8.0", q.Previous, "what only the list knows stays")
	by, _ = q.Claimed(until)
	assert.Empty(t, by)
	c.Apply([]*registryv1.Change{change(registryv1.EventKind_EVENT_KIND_REVIEW_RELEASED, awaiting(1, 3, "v1.0.0"), nil)})
	q, _ = c.Queued("acme/baton-x", "v1.0.0")
	by, _ = q.Claimed(today)
	assert.Empty(t, by)

	// It is decided, comes back as the next attempt, and an old page does not.
	decided := held(1, 5, "v1.0.0", "ines", failed, 0)
	c.Apply([]*registryv1.Change{change(registryv1.EventKind_EVENT_KIND_REVIEW_SUBMITTED, decided, nil)})
	assert.Equal(t, []string{"v2.0.0"}, queueOf(c))
	c.AddQueued(page)
	assert.Equal(t, []string{"v2.0.0"}, queueOf(c))
	again := awaiting(1, 8, "v1.0.0")
	again.Attempt = 2
	c.Apply([]*registryv1.Change{change(registryv1.EventKind_EVENT_KIND_REVIEW_AWAITED, again, nil)})
	q, waits := c.Queued("acme/baton-x", "v1.0.0")
	require.True(t, waits)
	assert.False(t, q.Known, "its bytes are others")
	c.Apply([]*registryv1.Change{{VersionId: 2, Event: &registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED}}})
	assert.Equal(t, []string{"v1.0.0"}, queueOf(c))
}

// What a person made himself waits for others, and so does what he may not
// approve.
func TestTheQueueOfAPerson(t *testing.T) {
	t.Parallel()
	c := New()
	c.Queue.Begin(false)
	own := &registryv1.QueuedReview{Version: awaiting(2, 1, "v2.0.0"), ApprovalRefused: registryv1.Reason_REASON_SELF_REVIEW}
	c.AddQueued([]*registryv1.QueuedReview{{Version: awaiting(1, 1, "v1.0.0")}, own})
	for name, test := range map[string]struct {
		who  *registryv1.GetCallerResponse
		want int
	}{
		"reviewer":  {caller("mara", "acme", registryv1.Role_ROLE_REVIEWER), 1},
		"publisher": {caller("ines", "acme", registryv1.Role_ROLE_PUBLISHER), 0},
		"elsewhere": {caller("mara", "other", registryv1.Role_ROLE_REVIEWER), 0},
	} {
		c.Caller = test.who
		assert.Len(t, c.Needs(today).Waiting, test.want, name)
	}
}
