package registry

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// publicKinds are the events that everybody may read, if they may see the
// connector: what can be seen of published versions anyway.
var publicKinds = []registryv1.EventKind{
	registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED,
	registryv1.EventKind_EVENT_KIND_CONNECTOR_CHANGED,
	registryv1.EventKind_EVENT_KIND_CONNECTOR_DEPRECATED,
	registryv1.EventKind_EVENT_KIND_CONNECTOR_UNDEPRECATED,
	registryv1.EventKind_EVENT_KIND_STABLE_SET,
	registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED,
	registryv1.EventKind_EVENT_KIND_VERSION_YANKED,
	registryv1.EventKind_EVENT_KIND_VERSION_UNYANKED,
}

// ListEvents implements registryv1.EventServiceServer.
func (r *Registry) ListEvents(ctx context.Context, rq *registryv1.ListEventsRequest) (*registryv1.ListEventsResponse, error) {
	const doing = "reading the audit log"
	page, query, err := r.eventQuery(ctx, rq)
	if err != nil {
		return nil, wrap(doing, err)
	}
	caller := PrincipalFrom(ctx)
	answer := &registryv1.ListEventsResponse{}
	err = r.store.Read(ctx, func(v *store.View) error {
		found, err := v.Events(ctx, query)
		if err != nil {
			return err
		}
		subjects := newSubjects(v, caller)
		for _, event := range found.Events {
			readable, err := subjects.mayRead(ctx, event)
			if err != nil {
				return err
			}
			if readable {
				answer.Events = append(answer.Events, eventProto(event, caller))
			}
		}
		answer.Scanned = found.Scanned
		if found.Next != 0 {
			answer.NextPageToken = page.next(seqKey(found.Next))
		}
		if page.First() {
			answer.Cursor, answer.Head, err = r.ends(ctx, v, caller)
		}
		return err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return answer, nil
}

// eventQuery checks a request as a whole and says what it asks of the store.
func (r *Registry) eventQuery(ctx context.Context, rq *registryv1.ListEventsRequest) (page, store.EventQuery, error) {
	page, faults := openPage(ctx, rq)
	query := store.EventQuery{
		See: PrincipalFrom(ctx).See, PublicKinds: publicKinds, Kinds: rq.GetKinds(),
		Ascending: rq.GetAscending(), Since: timeOf(rq.GetSince()), Limit: page.Size,
	}
	for i, kind := range rq.GetKinds() {
		if _, known := registryv1.EventKind_name[int32(kind)]; !known || kind == registryv1.EventKind_EVENT_KIND_UNSPECIFIED {
			faults.Add(fmt.Sprintf("kinds[%d]", i), registryv1.Reason_REASON_INVALID_FILTER, "there is no kind of event with the number %d", kind)
		}
	}
	if since := rq.GetSince(); since != nil && !since.IsValid() {
		faults.Add("since", registryv1.Reason_REASON_INVALID_ARGUMENT, "the time is not one")
	}
	if page.After != nil {
		after, ok := seqOf(page.After)
		if !ok {
			faults.Add("page_token", registryv1.Reason_REASON_INVALID_PAGE_TOKEN, "the page token is not one of this list; start again without one")
		}
		query.After = after
	}
	filter, err := store.NewFilter(rq.GetFilter())
	if err != nil {
		known := AsError(err)
		if len(known.Faults) == 0 {
			return page, query, err
		}
		faults = append(faults, known.Faults...)
	}
	query.Filter = filter
	return page, query, faults.Err("")
}

// ends is where to watch from after a list, and for those who may read the
// whole log also its newest entry.
func (r *Registry) ends(ctx context.Context, v *store.View, caller Principal) (cursor string, head *registryv1.ChainHead, err error) {
	newest, err := v.Head(ctx)
	if err != nil {
		return "", nil, err
	}
	if caller.readsWholeLog() {
		head = &registryv1.ChainHead{Seq: int64(newest.Seq), Hash: newest.Hash[:]}
	}
	return r.cursor(newest.Seq), head, nil
}

// listCursor is where to watch from after the first page of a list, read in
// the snapshot of that page: list, then watch from there, and nothing is missed.
func (r *Registry) listCursor(ctx context.Context, v *store.View) (string, error) {
	newest, err := v.Head(ctx)
	if err != nil {
		return "", err
	}
	return r.cursor(newest.Seq), nil
}

func seqKey(seq store.Seq) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(seq)) //nolint:gosec // sequence numbers are positive
}

func seqOf(key []byte) (store.Seq, bool) {
	if len(key) != 8 {
		return 0, false
	}
	seq := store.Seq(binary.BigEndian.Uint64(key)) //nolint:gosec // checked in the next line
	return seq, seq > 0
}

// readsWholeLog says whether a caller may read every event as it is stored.
func (p Principal) readsWholeLog() bool { return p.Everywhere(registryv1.Role_ROLE_ADMIN) }

// subjects knows, for one snapshot and one caller, what events are about.
// Many events of a page are about the same few versions.
type subjects struct {
	view       *store.View
	caller     Principal
	connectors map[store.ConnectorID]*store.Connector
	versions   map[store.VersionID]*store.Version
}

func newSubjects(v *store.View, caller Principal) *subjects {
	return &subjects{
		view: v, caller: caller,
		connectors: map[store.ConnectorID]*store.Connector{}, versions: map[store.VersionID]*store.Version{},
	}
}

// mayRead says whether the caller may read an event. The store has left out
// other orgs but for public kinds; this is what depends on more than the org.
func (s *subjects) mayRead(ctx context.Context, event store.Event) (bool, error) {
	org := event.Body.GetOrg()
	switch event.Body.GetKind() {
	case registryv1.EventKind_EVENT_KIND_TOKEN_CREATED, registryv1.EventKind_EVENT_KIND_TOKEN_REVOKED,
		registryv1.EventKind_EVENT_KIND_TRUST_ROOT_SET:
		return s.caller.readsWholeLog(), nil
	case registryv1.EventKind_EVENT_KIND_REFUSED:
		return s.caller.May(registryv1.Role_ROLE_MAINTAINER, org), nil
	default:
	}
	if s.caller.May(anyRole, org) {
		return true, nil
	}
	if !slices.Contains(publicKinds, event.Body.GetKind()) {
		return false, nil
	}
	connector, err := s.connector(ctx, store.ConnectorID(event.Body.GetConnectorId()))
	return connector != nil, err
}

// connector is nil where there is none, or none that the caller may see.
func (s *subjects) connector(ctx context.Context, id store.ConnectorID) (*store.Connector, error) {
	return seen(s.connectors, id, s.caller.See.Connector, func() (store.Connector, error) {
		return s.view.ConnectorByID(ctx, id, s.caller.See)
	})
}

// version is nil where there is none, or none that the caller may see.
func (s *subjects) version(ctx context.Context, id store.VersionID) (*store.Version, error) {
	return seen(s.versions, id, s.caller.See.Version, func() (store.Version, error) {
		return s.view.VersionByID(ctx, id)
	})
}

// eventProto is an event as a caller may read it.
func eventProto(event store.Event, caller Principal) *registryv1.Event {
	body := event.Body
	out := &registryv1.Event{
		Seq: int64(event.Seq), At: timestamp(event.At), Kind: body.GetKind(), Person: body.GetPerson(),
		Org: body.GetOrg(), Name: body.GetName(), Version: body.GetVersion(), Attempt: body.GetAttempt(),
		Reason: body.GetReason(), Detail: maps.Clone(body.GetDetail()),
	}
	if caller.May(registryv1.Role_ROLE_MAINTAINER, body.GetOrg()) {
		out.From, out.TokenName = body.GetFrom(), event.TokenName
	}
	if caller.readsWholeLog() {
		out.Stored = storedProto(event)
	}
	return out
}

// storedProto is what the chain was computed over, exactly as it is stored.
func storedProto(event store.Event) *registryv1.StoredEvent {
	stored, columns := event.Stored, event.Stored.Columns
	return &registryv1.StoredEvent{
		Body: stored.Body, Prev: stored.Prev, Hash: stored.Hash, AtMicros: event.At.UnixMicro(),
		Columns: &registryv1.EventBody{
			Kind: columns.Kind, Person: columns.Person, TokenId: int64(columns.TokenID), From: columns.From,
			OrgId: int64(columns.Org), ConnectorId: int64(columns.Connector), VersionId: int64(columns.Version),
		},
	}
}
