package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Record is an event to append. Person, token and address are the actor's.
type Record struct {
	Kind      registryv1.EventKind
	Org       OrgID
	Connector ConnectorID
	Version   VersionID
	// OrgName, Name and Number are as registered; they stay readable after
	// their subject is gone.
	OrgName, Name, Number string
	Attempt               int32
	Reason                string
	Detail                map[string]string
}

// Record appends an event when the transaction commits.
func (tx *Tx) Record(r Record) {
	r.Detail = maps.Clone(r.Detail)
	tx.events = append(tx.events, r)
}

// appendEvents writes the events of the transaction and gives the seq of the
// last one, 0 if there are none. It is the last thing that a transaction
// does: numbers are given under the chain row, so that where several write at
// once the order of numbers is that of commits, and a reader with a cursor
// misses nothing.
func (tx *Tx) appendEvents(ctx context.Context) (Seq, error) {
	if len(tx.events) == 0 {
		return 0, nil
	}
	head, err := tx.Head(ctx)
	if err != nil {
		return 0, err
	}
	at := micros(tx.now)
	for _, r := range tx.events {
		body, err := marshal(tx.body(r))
		if err != nil {
			return 0, err
		}
		prev := head.Hash
		head.Seq++
		head.Hash = link(prev[:], head.Seq, at, body)
		_, err = tx.c.exec(ctx, `insert into events (seq, at, kind, actor, token_id, address, org_id, connector_id, version_id, body, prev, hash)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			int64(head.Seq), at, int64(r.Kind), tx.by.Person, int64(tx.by.TokenID), tx.by.From,
			int64(r.Org), int64(r.Connector), int64(r.Version), body, prev[:], head.Hash[:])
		if err != nil {
			return 0, err
		}
	}
	_, err = tx.c.exec(ctx, "update chain set seq = ?, hash = ?", int64(head.Seq), head.Hash[:])
	return head.Seq, err
}

func (tx *Tx) body(r Record) *registryv1.EventBody {
	return &registryv1.EventBody{
		Kind: r.Kind, Person: tx.by.Person, TokenId: int64(tx.by.TokenID), From: tx.by.From,
		OrgId: int64(r.Org), ConnectorId: int64(r.Connector), VersionId: int64(r.Version),
		Org: r.OrgName, Name: r.Name, Version: r.Number, Attempt: r.Attempt, Reason: r.Reason, Detail: r.Detail,
	}
}

// link is the hash of an event: sha256(prev || seq || at || body), seq and at
// as eight bytes big endian, at in microseconds.
func link(prev []byte, seq Seq, at int64, body []byte) Digest {
	h := sha256.New()
	h.Write(prev)
	var number [8]byte
	binary.BigEndian.PutUint64(number[:], uint64(seq)) //nolint:gosec // G115: the bits are what is hashed.
	h.Write(number[:])
	binary.BigEndian.PutUint64(number[:], uint64(at)) //nolint:gosec // G115: the bits are what is hashed.
	h.Write(number[:])
	h.Write(body)
	return Digest(h.Sum(nil))
}

// Head is the newest event. In an empty log its Seq is 0 and its Hash, which
// is the first event's prev, 32 zero bytes.
func (v *View) Head(ctx context.Context) (Head, error) {
	return one(ctx, v.c, func(row scanner, h *Head) error {
		var seq int64
		var hash []byte
		err := row.Scan(&seq, &hash)
		h.Seq = Seq(seq)
		copy(h.Hash[:], hash)
		return err
	}, "select seq, hash from chain")
}

// EventQuery is a page of the log.
type EventQuery struct {
	See Visibility
	// PublicKinds are those of which everybody sees the events of every org.
	PublicKinds []registryv1.EventKind
	// Connector, Version and Kinds narrow it; their zero values do not.
	Connector ConnectorID
	Version   VersionID
	Kinds     []registryv1.EventKind
	Filter    Filter
	// Since is found by the index on time. A clock that ran backwards may
	// hide an event from it, never from a cursor.
	Since time.Time
	// Ascending is oldest first.
	Ascending bool
	// After is the seq to go on from, 0 for the start of the list.
	After Seq
	Limit int
}

// EventPage is a part of the log.
type EventPage struct {
	Events []Event
	// Next is the After of the next page, 0 on the last one.
	Next Seq
	// Last is the last event that was examined, also if it was not to be
	// shown, or After: where a watcher goes on.
	Last    Seq
	Scanned int64
}

const eventColumns = `e.seq, e.at, e.kind, e.actor, e.token_id, e.address, e.org_id, e.connector_id, e.version_id,
	e.body, e.prev, e.hash, coalesce(t.name, '')`

func scanEvent(row scanner, e *Event) error {
	var seq, at, kind, token, org, connector, version int64
	s := &e.Stored
	err := row.Scan(&seq, &at, &kind, &s.Columns.Person, &token, &s.Columns.From, &org, &connector, &version,
		&s.Body, &s.Prev, &s.Hash, &e.TokenName)
	if err != nil {
		return err
	}
	e.Seq, e.At = Seq(seq), time.UnixMicro(at).UTC()
	s.Columns.Kind, s.Columns.TokenID = narrow[registryv1.EventKind](kind), TokenID(token)
	s.Columns.Org, s.Columns.Connector, s.Columns.Version = OrgID(org), ConnectorID(connector), VersionID(version)
	e.Body = &registryv1.EventBody{}
	// A body that cannot be read is for VerifyChain to find; it must not keep
	// the rest of the log from being read.
	if proto.Unmarshal(s.Body, e.Body) != nil {
		e.Body = &registryv1.EventBody{Kind: s.Columns.Kind, Person: s.Columns.Person}
	}
	return nil
}

// Events lists events.
func (v *View) Events(ctx context.Context, q EventQuery) (EventPage, error) {
	l := list[Event]{
		columns: eventColumns,
		table:   "events e",
		joined:  "left join tokens t on t.id = e.token_id",
		order:   []string{"e.seq"},
		desc:    !q.Ascending,
		scan:    scanEvent,
		keyOf:   func(e *Event) []any { return []any{int64(e.Seq)} },
		accept:  q.accept(),
	}
	switch {
	case q.Version != 0:
		l.index = "events_version"
		l.keys = where("e.version_id = ? and e.version_id <> 0", int64(q.Version))
	case q.Connector != 0:
		l.index = "events_connector"
		l.keys = where("e.connector_id = ? and e.connector_id <> 0", int64(q.Connector))
	case len(q.Kinds) == 1:
		l.index, l.keys = "events_kind", where("e.kind = ?", int64(q.Kinds[0]))
	}
	if !q.Since.IsZero() {
		first, err := one(ctx, v.c, value[int64], "select seq from events where at >= ? order by at, seq limit 1", micros(q.Since))
		if errors.Is(err, ErrNotFound) {
			return EventPage{Last: q.After}, nil
		}
		if err != nil {
			return EventPage{}, err
		}
		l.keys = all(l.keys, where("e.seq >= ?", first))
	}
	var after []any
	if q.After != 0 {
		after = []any{int64(q.After)}
	}
	p, err := l.read(ctx, v, after, q.Limit)
	if err != nil {
		return EventPage{}, fmt.Errorf("reading the audit log: %w", err)
	}
	return v.eventPage(ctx, q, p)
}

func (v *View) eventPage(ctx context.Context, q EventQuery, p part[Event]) (EventPage, error) {
	page := EventPage{Events: p.rows, Scanned: p.scanned, Last: q.After}
	seq := func(key []any) Seq {
		n, _ := key[0].(int64) // The only column of the key.
		return Seq(n)
	}
	switch {
	case p.next != nil:
		page.Next = seq(p.next)
		page.Last = page.Next
	case q.Ascending:
		// Everything up to the head of this snapshot was examined.
		head, err := v.Head(ctx)
		if err != nil {
			return EventPage{}, err
		}
		page.Last = max(q.After, head.Seq)
	case p.last != nil:
		page.Last = seq(p.last)
	}
	return page, nil
}

// accept are the conditions that no index answers; nil if there are none.
func (q EventQuery) accept() func(*Event) bool {
	kinds := q.Kinds
	if len(kinds) == 1 && q.Version == 0 && q.Connector == 0 {
		kinds = nil // Their index is used.
	}
	if q.See.All && len(kinds) == 0 && q.Filter.Empty() && (q.Version == 0 || q.Connector == 0) {
		return nil
	}
	return func(e *Event) bool {
		c := e.Stored.Columns
		return (q.See.Org(c.Org) || c.Org != 0 && slices.Contains(q.PublicKinds, c.Kind)) &&
			(len(kinds) == 0 || slices.Contains(kinds, c.Kind)) &&
			(q.Connector == 0 || c.Connector == q.Connector) &&
			q.Filter.event(e.Body)
	}
}

// verifyBatch is how many events VerifyChain reads in one snapshot. The log
// only grows, so that it needs no single one.
const verifyBatch = 1000

// VerifyChain recomputes the whole log: every hash, that no event is missing
// or out of order, that the columns say what the bodies say, and that the log
// ends where the store says it ends. With want it also proves that this
// earlier head is still in it; without, cutting off the tail, or rewriting
// all of the log, does not show. A *ChainError names the first event that is
// wrong.
func (s *Store) VerifyChain(ctx context.Context, want *Head) (Head, error) {
	var at, end Head
	for {
		var batch []Event
		err := s.Read(ctx, func(v *View) (err error) {
			if end, err = v.Head(ctx); err != nil {
				return err
			}
			batch, err = collect(ctx, v.c, scanEvent, "select "+eventColumns+` from events e left join tokens t on t.id = e.token_id
				where e.seq > ? order by e.seq limit ?`, int64(at.Seq), verifyBatch)
			return err
		})
		if err != nil {
			return Head{}, fmt.Errorf("reading the audit log: %w", err)
		}
		for _, e := range batch {
			if at, err = follows(at, e); err != nil {
				return Head{}, err
			}
			if want != nil && want.Seq == at.Seq && want.Hash != at.Hash {
				return Head{}, &ChainError{Seq: at.Seq, Problem: "its hash is not that of the earlier head: the log was rewritten"}
			}
		}
		if len(batch) < verifyBatch {
			break
		}
	}
	switch {
	case at != end:
		return Head{}, &ChainError{Seq: at.Seq, Problem: fmt.Sprintf("the log ends here, but should end with event %d", end.Seq)}
	case want != nil && want.Seq > at.Seq:
		return Head{}, &ChainError{Seq: at.Seq, Problem: fmt.Sprintf("the log ends here, but its earlier head was event %d", want.Seq)}
	}
	return at, nil
}

// follows checks that an event is the next one and gives the head that it is.
func follows(at Head, e Event) (Head, error) {
	wrong := func(format string, args ...any) (Head, error) {
		return Head{}, &ChainError{Seq: e.Seq, Problem: fmt.Sprintf(format, args...)}
	}
	if e.Seq != at.Seq+1 {
		return wrong("event %d should come here: events are missing", at.Seq+1)
	}
	if !slices.Equal(e.Stored.Prev, at.Hash[:]) {
		return wrong("it does not name the hash of the event before it")
	}
	hash := link(e.Stored.Prev, e.Seq, e.At.UnixMicro(), e.Stored.Body)
	if !slices.Equal(e.Stored.Hash, hash[:]) {
		return wrong("its hash is not that of its content: it was altered")
	}
	var body registryv1.EventBody
	if err := proto.Unmarshal(e.Stored.Body, &body); err != nil {
		return wrong("its body cannot be read: %v", err)
	}
	if said := ColumnsOf(&body); said != e.Stored.Columns {
		return wrong("its columns say %+v, but its body says %+v", e.Stored.Columns, said)
	}
	return Head{Seq: e.Seq, Hash: hash}, nil
}

// ColumnsOf are the columns that the row of an event must have.
func ColumnsOf(body *registryv1.EventBody) Columns {
	return Columns{
		Kind: body.GetKind(), Person: body.GetPerson(), TokenID: TokenID(body.GetTokenId()), From: body.GetFrom(),
		Org: OrgID(body.GetOrgId()), Connector: ConnectorID(body.GetConnectorId()), Version: VersionID(body.GetVersionId()),
	}
}
