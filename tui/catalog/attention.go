package catalog

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Held is a version that is anything but simply public, with what it waits for.
type Held struct {
	*Version
	// By is who yanked it, as far as that is known.
	By string
}

// Survey is what was read at once about everything that may want a person.
type Survey struct {
	// Versions are those in every state but PUBLISHED, the last changed first.
	Versions []*registryv1.VersionSummary
	// Yanks are the last yanks, newest first: who.
	Yanks []*registryv1.Event
	// Keys are signing keys of the orgs that the person has a role in.
	Keys []*registryv1.SigningKey
	// Since are the events since the person was last here, newest first.
	Since map[registryv1.EventKind][]*registryv1.Event
	// Cut says that there are more than were read, More that this is so of Since.
	Cut, More bool
}

// Attention is what may want a person: one survey, kept up to date by the
// watch. Which of it is shown depends on time and caller: see Catalog.Needs.
type Attention struct {
	// Known says that a survey came in, Cut that it is not the whole.
	Known, Cut bool
	// Err is why the last survey failed.
	Err error
	// Journal are the drafts of this computer, JournalErr why some of them
	// cannot be read.
	Journal    []publish.Draft
	JournalErr error
	// Last is when the person was here last; zero is not known.
	Last time.Time
	// Edition is raised by every change.
	Edition int64

	asked    int
	underway bool
	versions map[int64]*Held
	// met are the revisions of versions that changed since the survey was
	// begun: a page of it may be older.
	met   map[int64]int64
	yanks map[string]*registryv1.Event
	keys  []*registryv1.SigningKey
	since Since
	// late are events that came while the survey was under way.
	late []*registryv1.Event

	needs   Needs
	needsOf needsKey
}

// heldLimit bounds the versions that are kept, lateLimit the events: a
// console may stay open for weeks.
const (
	heldLimit = 2000
	lateLimit = 1000
	gone      = math.MaxInt64
)

func newAttention() *Attention {
	return &Attention{versions: map[int64]*Held{}, met: map[int64]int64{}, yanks: map[string]*registryv1.Event{}}
}

// Begin starts a survey and returns its number; answers to earlier ones are
// dropped.
func (a *Attention) Begin() int {
	a.asked++
	a.underway = true
	a.late = nil
	clear(a.met)
	return a.asked
}

// Break tells why the survey with a number gave nothing.
func (a *Attention) Break(asked int, err error) {
	if asked == a.asked {
		a.underway, a.Err = false, err
		a.Edition++
	}
}

// Miss tells why there is no survey at all: nobody knows who asks.
func (a *Attention) Miss(err error) {
	if !a.underway {
		a.Err = err
		a.Edition++
	}
}

// Underway tells that a survey is on its way.
func (a *Attention) Underway() bool { return a.underway }

// KeepJournal takes the drafts of this computer.
func (a *Attention) KeepJournal(drafts []publish.Draft, err error) {
	a.Journal, a.JournalErr = drafts, err
	a.Edition++
}

// TakeSurvey takes what was read, except where the watch knows better by now.
func (c *Catalog) TakeSurvey(asked int, s Survey) {
	a := c.Attention
	if asked != a.asked {
		return
	}
	before := a.versions
	a.versions = make(map[int64]*Held, len(s.Versions))
	for _, v := range s.Versions {
		if a.met[v.GetId()] <= v.GetRevision() {
			a.versions[v.GetId()] = c.heldRow(v)
		}
	}
	for id := range a.met {
		if newer, held := before[id]; held && (a.versions[id] == nil || a.versions[id].Revision < newer.Revision) {
			a.versions[id] = newer
		}
	}
	clear(a.yanks)
	for _, e := range slices.Backward(s.Yanks) {
		a.yanks[yankKey(e.GetOrg(), e.GetName(), e.GetVersion())] = e
	}
	a.keys, a.Cut = s.Keys, s.Cut
	a.since = sinceOf(s.Since, s.More)
	for _, e := range a.late {
		a.happened(e)
	}
	a.Known, a.underway, a.Err, a.late = true, false, nil, nil
	a.Edition++
}

// heldRow makes a row of a message.
func (c *Catalog) heldRow(v *registryv1.VersionSummary) *Held {
	return &Held{Version: c.versionRow(v, &texts{})}
}

// attend takes a change of the watch stream.
func (c *Catalog) attend(change *registryv1.Change) {
	a := c.Attention
	event, id := change.GetEvent(), change.GetVersionId()
	a.Edition++
	if a.underway && len(a.late) < lateLimit {
		a.late = append(a.late, event)
	} else {
		a.happened(event)
	}
	switch v := change.GetVersion(); {
	case v != nil:
		if a.met[v.GetId()] > v.GetRevision() {
			return
		}
		a.meet(v.GetId(), v.GetRevision())
		delete(a.versions, v.GetId())
		if v.GetState() != registryv1.State_STATE_PUBLISHED {
			a.versions[v.GetId()] = c.heldRow(v)
			a.bound()
		}
	case id != 0 && removes(event.GetKind()):
		a.meet(id, gone)
		delete(a.versions, id)
	}
}

// meet notes the revision of a version while it can still matter.
func (a *Attention) meet(id, revision int64) {
	if len(a.met) >= heldLimit && !a.underway {
		clear(a.met)
	}
	a.met[id] = revision
}

// bound forgets the versions that nobody touched for longest.
func (a *Attention) bound() {
	if len(a.versions) <= heldLimit {
		return
	}
	rows := make([]*Held, 0, len(a.versions))
	for _, h := range a.versions {
		rows = append(rows, h)
	}
	slices.SortFunc(rows, func(x, y *Held) int { return cmp.Compare(x.Updated, y.Updated) })
	for _, h := range rows[:len(rows)/4] {
		delete(a.versions, h.ID)
	}
	a.Cut = true
}

// happened takes what an event says beyond the version that it is about.
func (a *Attention) happened(e *registryv1.Event) {
	if e.GetKind() == registryv1.EventKind_EVENT_KIND_VERSION_YANKED {
		if len(a.yanks) >= heldLimit {
			clear(a.yanks)
		}
		a.yanks[yankKey(e.GetOrg(), e.GetName(), e.GetVersion())] = e
	}
	a.since.later(e)
}

func yankKey(org, name, number string) string { return Home(org, name) + " " + number }
