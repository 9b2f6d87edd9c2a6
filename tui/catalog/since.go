package catalog

import (
	"slices"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Since is what happened since the person was last here.
type Since struct {
	Published, Failed, Yanked, Created int
	// More says that there was more than was read.
	More bool
	// Names are connectors that are new, the newest first; not all of them.
	Names []string
	// Last is the publication that is the most recent.
	Last *registryv1.Event

	// newest is the last event that was counted, by kind.
	newest map[registryv1.EventKind]int64
}

// SinceKinds are the kinds of events that Since counts.
var SinceKinds = []registryv1.EventKind{
	registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED,
	registryv1.EventKind_EVENT_KIND_VERSION_FAILED,
	registryv1.EventKind_EVENT_KIND_VERSION_YANKED,
	registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED,
}

// newNames is how many new connectors are named.
const newNames = 2

// Any reports whether anything happened.
func (s Since) Any() bool { return s.Published+s.Failed+s.Yanked+s.Created > 0 }

// sinceOf counts events, newest first by kind. Without any it counts nothing
// later either: when the person was last here is not known.
func sinceOf(events map[registryv1.EventKind][]*registryv1.Event, more bool) Since {
	if events == nil {
		return Since{}
	}
	s := Since{More: more, newest: map[registryv1.EventKind]int64{}}
	for _, of := range events {
		for _, e := range slices.Backward(of) {
			s.later(e)
		}
	}
	return s
}

// later counts an event, unless it was counted already.
func (s *Since) later(e *registryv1.Event) {
	if s.newest == nil || e.GetSeq() <= s.newest[e.GetKind()] {
		return
	}
	switch e.GetKind() {
	case registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED:
		s.Published++
		s.Last = e
	case registryv1.EventKind_EVENT_KIND_VERSION_FAILED:
		s.Failed++
	case registryv1.EventKind_EVENT_KIND_VERSION_YANKED:
		s.Yanked++
	case registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED:
		s.Created++
		s.Names = append([]string{e.GetName()}, s.Names[:min(len(s.Names), newNames-1)]...)
	default:
		return
	}
	s.newest[e.GetKind()] = e.GetSeq()
}
