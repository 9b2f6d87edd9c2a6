package catalog

import (
	"cmp"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Queued is a version that waits for a person, as a row. It is never changed
// once made.
type Queued struct {
	Version
	// Known says that the row comes from the list of what waits: the watch
	// tells nothing of the asset set, the checks and the version before.
	Known bool
	// AssetSet is what a decision has to name.
	AssetSet [32]byte
	// Waiting is since when it waits, in microseconds.
	Waiting int64
	// Given and Needed are its approvals.
	Given, Needed int32
	// Claimer says that he looks at it, and that others can rely on that until
	// ClaimedUntil, in microseconds.
	Claimer        string
	ClaimedUntil   int64
	Passed, Warned int32
	// Previous is the PUBLISHED version below, or "".
	Previous string
	// Refused is why the caller cannot approve it.
	Refused registryv1.Reason
}

// Claimed is who looks at the version at a time, or "": claims expire by
// themselves.
func (q *Queued) Claimed(now time.Time) (by string, left time.Duration) {
	left = time.UnixMicro(q.ClaimedUntil).Sub(now)
	if q.Claimer == "" || left <= 0 {
		return "", 0
	}
	return q.Claimer, left
}

// Rows want rows of their own kind.
func (q *Queued) same(other *Queued) bool {
	x := *other
	x.Edition = q.Edition
	return *q == x
}

// CompareWaiting orders two rows by how long they wait, the longest first.
func CompareWaiting(a, b *Queued) int {
	return cmp.Or(cmp.Compare(a.Waiting, b.Waiting), cmp.Compare(a.ID, b.ID))
}

// queuedRow makes a row of a message.
func (c *Catalog) queuedRow(m *registryv1.QueuedReview, text *texts) *Queued {
	w := m.GetVersion().GetWaitingFor()
	q := &Queued{
		Version: *c.versionRow(m.GetVersion(), text), Known: true,
		Waiting: micros(m.GetWaitingSince()), Given: w.GetApprovalsGiven(), Needed: w.GetApprovalsNeeded(),
		Claimer: c.once(m.GetClaim().GetPerson()), ClaimedUntil: micros(m.GetClaim().GetUntil()),
		Passed: m.GetChecksPassed(), Warned: m.GetChecksWarned(), Previous: m.GetPrevious(), Refused: m.GetApprovalRefused(),
	}
	copy(q.AssetSet[:], m.GetAssetSet())
	return q
}

// AddQueued takes a page of what waits for people. What the watch saw leave is
// not brought back by a page that is older.
func (c *Catalog) AddQueued(page []*registryv1.QueuedReview) {
	text := &texts{piece: textPiece}
	for _, each := range page {
		if c.left[each.GetVersion().GetId()] > each.GetVersion().GetRevision() {
			continue
		}
		c.Queue.put(c.queuedRow(each, text))
	}
}

// waits reports whether a version waits for people and for nothing else.
func waits(v *registryv1.VersionSummary) bool {
	w := v.GetWaitingFor()
	return v.GetState() == registryv1.State_STATE_VALIDATING && !w.GetChecks() && w.GetApprovalsNeeded() > w.GetApprovalsGiven()
}

// leftLimit bounds how many versions that left are remembered.
const leftLimit = 2000

// queue takes a change of the watch stream.
func (c *Catalog) queue(change *registryv1.Change) {
	if c.Queue.Number() == 0 {
		return
	}
	v, id := change.GetVersion(), change.GetVersionId()
	switch {
	case v != nil && waits(v):
		delete(c.left, v.GetId())
		c.Queue.put(c.awaited(v, change.GetEvent()))
	case v != nil:
		c.leave(v.GetId(), v.GetRevision())
	case id != 0 && removes(change.GetEvent().GetKind()):
		c.leave(id, gone)
	}
	if held, known := c.Queue.Find(cmp.Or(id, v.GetId())); known {
		c.claim(held, change.GetEvent())
	}
}

// awaited is the row of a version that the watch says waits. What only the
// list knows stays as long as the bytes are the same.
func (c *Catalog) awaited(v *registryv1.VersionSummary, e *registryv1.Event) *Queued {
	w := v.GetWaitingFor()
	q := &Queued{Waiting: micros(e.GetAt())}
	if before, known := c.Queue.Find(v.GetId()); known && before.Attempt == v.GetAttempt() {
		same := *before
		q = &same
	}
	q.Version = *c.versionRow(v, &texts{})
	q.Given, q.Needed = w.GetApprovalsGiven(), w.GetApprovalsNeeded()
	return q
}

// leave takes a version out that waits no more. It may come back, as its next
// attempt.
func (c *Catalog) leave(id, revision int64) {
	if len(c.left) >= leftLimit {
		clear(c.left)
	}
	c.left[id] = revision
	if gone, known := c.Queue.at[id]; known {
		c.Queue.drop(func(pos int32) bool { return pos == gone })
	}
}

// claimFor is how long a claim can be relied on where its event does not say.
const claimFor = 30 * time.Minute

// claim takes what an event says of who looks at a version.
func (c *Catalog) claim(q *Queued, e *registryv1.Event) {
	row := *q
	switch e.GetKind() {
	case registryv1.EventKind_EVENT_KIND_REVIEW_CLAIMED:
		until := e.GetAt().AsTime().Add(claimFor)
		if said, err := time.Parse(time.RFC3339, e.GetDetail()["until"]); err == nil {
			until = said
		}
		row.Claimer, row.ClaimedUntil = c.once(e.GetPerson()), until.UnixMicro()
	case registryv1.EventKind_EVENT_KIND_REVIEW_RELEASED:
		row.Claimer, row.ClaimedUntil = "", 0
	default:
		return
	}
	c.Queue.put(&row)
}

// Queued returns the row of a version that waits.
func (c *Catalog) Queued(home, number string) (*Queued, bool) {
	for _, q := range c.Queue.All() {
		if q.Home == home && q.Number == number {
			return q, true
		}
	}
	return nil, false
}

// Reviewed carries decisions, the latest first, or why they could not be read.
type Reviewed struct {
	// For and Asked are those of the question.
	For     string
	Asked   int
	Reviews []*registryv1.ReviewOf
	Err     error
}
