package catalog

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// How long things are of interest.
const (
	failedFor  = 7 * 24 * time.Hour
	yankedFor  = 30 * 24 * time.Hour
	keysBefore = 30 * 24 * time.Hour
)

// YankedFor is how far back yanks are looked for.
const YankedFor = yankedFor

// Needs is what wants this person now, and what happened lately.
type Needs struct {
	// Waiting are versions that this person may review, the longest wait first.
	Waiting []*Queued
	// Failed are the failures of the last days, this person's first.
	Failed []*Held
	// Drafts are what this person, or this computer, left unfinished.
	Drafts []Unfinished
	// Keys are signing keys that expire soon, the first to do so first.
	Keys []*registryv1.SigningKey
	// Yanked are the last yanks, the newest first.
	Yanked []*Held
	// Since is what happened since this person was last here.
	Since Since
}

// Count is how many things want the person. Yanks are news only.
func (n Needs) Count() int { return len(n.Waiting) + len(n.Failed) + len(n.Drafts) + len(n.Keys) }

// Items is how many things can be opened.
func (n Needs) Items() int { return n.Count() + len(n.Yanked) }

// Quiet reports whether there is nothing to show at all.
func (n Needs) Quiet() bool { return n.Items() == 0 && !n.Since.Any() }

// needsKey is what Needs depend on.
type needsKey struct {
	edition, queue int64
	now            int64
	caller         *registryv1.GetCallerResponse
}

// Needs selects what wants the caller at a time. It is kept until something
// changes: headers ask for it at every frame.
func (c *Catalog) Needs(now time.Time) Needs {
	a := c.Attention
	key := needsKey{edition: a.Edition, queue: c.Queue.Edition(), now: now.UnixMicro(), caller: c.Caller}
	if a.needsOf == key {
		return a.needs
	}
	n := Needs{Keys: a.expiring(now), Since: a.since}
	for _, h := range a.versions {
		age := now.Sub(time.UnixMicro(h.Updated))
		switch {
		case h.State == registryv1.State_STATE_FAILED && age < failedFor:
			n.Failed = append(n.Failed, h)
		case h.State == registryv1.State_STATE_YANKED && age < yankedFor:
			n.Yanked = append(n.Yanked, a.withYank(h))
		}
	}
	for _, q := range c.Queue.All() {
		if c.reviews(q) {
			n.Waiting = append(n.Waiting, q)
		}
	}
	slices.SortFunc(n.Waiting, CompareWaiting)
	slices.SortFunc(n.Yanked, newestFirst)
	slices.SortFunc(n.Failed, func(x, y *Held) int {
		return cmp.Or(-cmp.Compare(btoi(c.mine(x)), btoi(c.mine(y))), newestFirst(x, y))
	})
	n.Drafts = slices.DeleteFunc(c.Drafts(), func(u Unfinished) bool { return u.Local == nil && !c.mine(u.Held) })
	a.needs, a.needsOf = n, key
	return n
}

// mine reports whether the caller is the author of a version.
func (c *Catalog) mine(h *Held) bool {
	return h != nil && c.Caller.GetPerson() != "" && h.Author == c.Caller.GetPerson()
}

// reviews reports whether the caller may be the one that a version waits for.
// The registry said so with the list; of what the watch brought since, nobody
// reviews his own, except where there is one person only.
func (c *Catalog) reviews(q *Queued) bool {
	if c.Caller == nil || !c.May(q.Org, registryv1.Role_ROLE_REVIEWER, registryv1.Role_ROLE_MAINTAINER) {
		return false
	}
	if q.Known {
		return q.Refused == registryv1.Reason_REASON_UNSPECIFIED
	}
	return q.Author != c.Caller.GetPerson() || c.Caller.GetEmbedded()
}

// withYank adds who yanked a version, if that is known.
func (a *Attention) withYank(h *Held) *Held {
	e := a.yanks[yankKey(h.Org, h.Name, h.Number)]
	if e == nil {
		return h
	}
	known := *h
	known.By = e.GetPerson()
	return &known
}

// expiring are the keys that stop being good soon, unless they are not in use.
func (a *Attention) expiring(now time.Time) []*registryv1.SigningKey {
	var soon []*registryv1.SigningKey
	for _, k := range a.keys {
		if k.GetExpiresAt() == nil || k.GetRetiredAt() != nil || k.GetRevokedAt() != nil {
			continue
		}
		if left := k.GetExpiresAt().AsTime().Sub(now); left > 0 && left < keysBefore {
			soon = append(soon, k)
		}
	}
	slices.SortFunc(soon, func(x, y *registryv1.SigningKey) int {
		return cmp.Or(x.GetExpiresAt().AsTime().Compare(y.GetExpiresAt().AsTime()), cmp.Compare(x.GetId(), y.GetId()))
	})
	return soon
}

func newestFirst(x, y *Held) int {
	return cmp.Or(-cmp.Compare(x.Updated, y.Updated), -cmp.Compare(x.ID, y.ID))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Unfinished is a publish that was begun and not finished: at the registry, on
// this computer, or both.
type Unfinished struct {
	// Held is nil where the registry knows nothing of it.
	Held *Held
	// Local is nil where this computer knows nothing of it.
	Local *publish.Draft
}

// Ref names the version.
func (u Unfinished) Ref() publish.Ref {
	if u.Held != nil {
		return publish.Ref{Org: u.Held.Org, Name: u.Held.Name, Version: u.Held.Number}
	}
	return u.Local.Plan.Ref
}

// Key is the same for the same draft at any time.
func (u Unfinished) Key() string {
	if u.Held != nil {
		return yankKey(u.Held.Org, u.Held.Name, u.Held.Number)
	}
	return u.Local.ID
}

// At is when somebody last did something about it, in microseconds.
func (u Unfinished) At() int64 {
	var at int64
	if u.Held != nil {
		at = u.Held.Updated
	}
	if u.Local != nil {
		at = max(at, u.Local.SavedAt.UnixMicro())
	}
	return at
}

// Arrived is how many of its platforms have all their bytes at the registry.
func (u Unfinished) Arrived() (arrived, of int) {
	if u.Held != nil {
		p := u.Held.Platforms
		return bits.OnesCount8(p.Declared & p.Received), bits.OnesCount8(p.Declared)
	}
	return 0, len(u.Local.Plan.Platforms())
}

// Drafts are all publishes that are unfinished as far as the caller may see
// them, the last touched first.
func (c *Catalog) Drafts() []Unfinished {
	var held []*Held
	for _, h := range c.Attention.versions {
		if h.State == registryv1.State_STATE_PENDING || h.State == registryv1.State_STATE_UPLOADING {
			held = append(held, h)
		}
	}
	refs := make([]*registryv1.VersionRef, len(held))
	for i, h := range held {
		refs[i] = &registryv1.VersionRef{Org: h.Org, Name: h.Name, Version: h.Number}
	}
	beside, alone := publish.Pair(refs, c.Attention.Journal)
	all := make([]Unfinished, 0, len(held)+len(alone))
	for i, h := range held {
		all = append(all, Unfinished{Held: h, Local: beside[i]})
	}
	for _, local := range alone {
		all = append(all, Unfinished{Local: local})
	}
	slices.SortFunc(all, func(x, y Unfinished) int { return cmp.Or(-cmp.Compare(x.At(), y.At()), cmp.Compare(x.Key(), y.Key())) })
	return all
}
