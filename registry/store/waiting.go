package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// A version whose checks passed waits for people while its state stays
// VALIDATING. What it waits for is written here; every move ends it.

// Await makes a VALIDATING version wait for approvals, or brings the numbers
// of one that waits already up to date; event REVIEW_AWAITED. *StaleError.
func (tx *Tx) Await(ctx context.Context, id VersionID, attempt, given, needed int32) (Version, error) {
	before, err := tx.expect(ctx, id, registryv1.State_STATE_VALIDATING, attempt)
	if err != nil {
		return Version{}, err
	}
	after, err := tx.putWaiting(ctx, before, given, needed)
	if err != nil {
		return Version{}, err
	}
	tx.Record(versionRecord(after, registryv1.EventKind_EVENT_KIND_REVIEW_AWAITED, "", approvalsDetail(given, needed)))
	return after, nil
}

// SetApprovals brings up to date how many of how many approvals a version has
// that waits for people. Nothing happens if that is known.
func (tx *Tx) SetApprovals(ctx context.Context, v Version, given, needed int32) error {
	if v.Given == given && v.Needed == needed {
		return nil
	}
	_, err := tx.putWaiting(ctx, v, given, needed)
	return err
}

func approvalsDetail(given, needed int32) map[string]string {
	return map[string]string{"approvals_given": strconv.Itoa(int(given)), "approvals_needed": strconv.Itoa(int(needed))}
}

// putWaiting writes what a version waits for; since when stays as it is if it
// waits already.
func (tx *Tx) putWaiting(ctx context.Context, v Version, given, needed int32) (Version, error) {
	_, err := tx.c.exec(ctx, `update versions set waiting_since = case when waiting_since = 0 then ? else waiting_since end,
			approvals_given = ?, approvals_needed = ?, revision = revision + 1, updated_at = ? where id = ?`,
		micros(tx.now), given, needed, micros(tx.now), int64(v.ID))
	if err != nil {
		return Version{}, fmt.Errorf("making version %s wait for approvals: %w", v.Number, err)
	}
	points, err := tx.pointers(ctx, v.Connector)
	if err != nil {
		return Version{}, err
	}
	if err := tx.putConnector(ctx, v.Connector, points, Counts{}); err != nil {
		return Version{}, fmt.Errorf("bringing connector %s up to date: %w", v.Name, err)
	}
	return tx.VersionByID(ctx, v.ID)
}

// WaitingSince is when the checks of a version had passed that waits for
// people; zero if it does not.
func (v *View) WaitingSince(ctx context.Context, id VersionID) (time.Time, error) {
	since, err := one(ctx, v.c, value[int64], "select waiting_since from versions where id = ?", int64(id))
	return fromMicros(since), err
}

// Recheck begins the validation of one version that waits for people again.
// What people decided stays: it is about the same bytes.
func (tx *Tx) Recheck(ctx context.Context, id VersionID) error {
	return tx.recheck(ctx, "versions", where("id = ?", int64(id)))
}

// recheckOrg is Recheck for everything of an org: what it trusts, or what it
// asks of its versions, is not what the checks went by.
func (tx *Tx) recheckOrg(ctx context.Context, org OrgID) error {
	return tx.recheck(ctx, "versions"+tx.s.dialect.useIndex("versions_waiting_org"), where("org_id = ?", int64(org)))
}

// recheckAll is Recheck for everything that waits.
func (tx *Tx) recheckAll(ctx context.Context) error {
	return tx.recheck(ctx, "versions"+tx.s.dialect.useIndex("versions_waiting"), where("1 = 1"))
}

func (tx *Tx) recheck(ctx context.Context, from string, which condition) error {
	if err := tx.enqueueWaiting(ctx, JobValidate, from, which); err != nil {
		return err
	}
	_, err := tx.c.exec(ctx, "update "+from+" set waiting_since = 0, revision = revision + 1, updated_at = ? where waiting_since <> 0 and "+which.sql,
		append([]any{micros(tx.now)}, which.args...)...)
	if err != nil {
		return fmt.Errorf("beginning validations again: %w", err)
	}
	return nil
}

// enqueueWaiting adds a job for each version that waits for people.
func (tx *Tx) enqueueWaiting(ctx context.Context, kind JobKind, from string, which condition) error {
	_, err := tx.c.exec(ctx, "insert into jobs (kind, version_id, attempt, run_after) select ?, id, attempt, ? from "+from+
		" where waiting_since <> 0 and "+which.sql+" on conflict do nothing", append([]any{int64(kind), micros(tx.now)}, which.args...)...)
	if err != nil {
		return fmt.Errorf("adding jobs for what waits for approvals: %w", err)
	}
	return nil
}

// policyChanged holds what waits for people against a new policy: what it asks
// of people is counted again, and what it asks of checks is checked again.
func (tx *Tx) policyChanged(ctx context.Context, org OrgID, was, is *registryv1.Policy) error {
	if was.GetApprovals() != is.GetApprovals() || was.GetSelfReview() != is.GetSelfReview() {
		if err := tx.recount(ctx, org, is); err != nil {
			return err
		}
	}
	if was != nil {
		was, is = proto.CloneOf(was), proto.CloneOf(is)
		was.Approvals, was.SelfReview = is.GetApprovals(), is.GetSelfReview()
		if proto.Equal(was, is) {
			return nil
		}
	}
	return tx.recheckOrg(ctx, org)
}

// recount makes what waits in an org wait for what a policy asks of people,
// and leaves to a job for each version what follows from that: there may be
// thousands.
func (tx *Tx) recount(ctx context.Context, org OrgID, policy *registryv1.Policy) error {
	from := "versions" + tx.s.dialect.useIndex("versions_waiting_org")
	_, err := tx.c.exec(ctx, "update "+from+` set approvals_needed = ?, approvals_given = (select count(distinct r.person) from reviews r
			where r.version_id = versions.id and r.attempt = versions.attempt and r.asset_set = versions.asset_set
			and r.decision = 1 and r.void = 0 and (r.self = 0 or ?)),
			revision = revision + 1, updated_at = ?
		where waiting_since <> 0 and org_id = ?`,
		policy.GetApprovals(), policy.GetSelfReview(), micros(tx.now), int64(org))
	if err != nil {
		return fmt.Errorf("counting approvals again: %w", err)
	}
	return tx.enqueueWaiting(ctx, JobDecide, from, where("org_id = ?", int64(org)))
}

// Waiting is a version that waits for people.
type Waiting struct {
	Version
	Since time.Time
	// Claim is nil where nobody claims it.
	Claim *Claim
	// Own: the reader made it.
	Own bool
}

// WaitingQuery is a page of what waits for people, the longest wait first, of
// the orgs of which the reader also sees what is not public.
type WaitingQuery struct {
	See Visibility
	// Org narrows it; 0 does not.
	Org OrgID
	// Reader is the person who asks.
	Reader string
	// Now is when claims that have ended are none any more.
	Now time.Time
	// After is the Next of the page before, nil on the first.
	After []byte
	Limit int
}

// ListWaiting lists what waits for people.
func (v *View) ListWaiting(ctx context.Context, q WaitingQuery) (Page[Waiting], error) {
	l := list[Waiting]{
		columns: versionColumns + `, v.waiting_since, coalesce(k.person, ''), coalesce(k.at, 0), coalesce(k.until, 0),
			exists (select 1 from steps s where s.version_id = v.id and s.attempt = v.attempt and s.person = ?)`,
		table:      "versions v",
		index:      "versions_waiting",
		joined:     "join connectors c on c.id = v.connector_id left join claims k on k.version_id = v.id and k.attempt = v.attempt and k.until > ?",
		joinedArgs: []any{q.Reader, micros(q.Now)},
		keys:       where("v.waiting_since <> 0"),
		order:      []string{"v.waiting_since", "v.id"},
		scan:       waitingScan(q.Reader),
		keyOf:      func(w *Waiting) []any { return []any{micros(w.Since), int64(w.ID)} },
	}
	if q.Org == 0 && !q.See.All && len(q.See.Orgs) == 1 {
		q.Org = q.See.Orgs[0]
	}
	switch {
	case q.Org != 0:
		l.index, l.keys = "versions_waiting_org", where("v.waiting_since <> 0 and v.org_id = ?", int64(q.Org))
	case !q.See.All:
		l.accept = func(w *Waiting) bool { return q.See.Org(w.Org) }
	}
	page, err := l.page(ctx, v, keyWaiting, q.After, q.Limit)
	if err != nil {
		return Page[Waiting]{}, fmt.Errorf("listing what waits for approvals: %w", err)
	}
	return page, nil
}

func waitingScan(reader string) func(scanner, *Waiting) error {
	var (
		r                integer
		version          versionRow
		since, at, until integer
		person           string
	)
	dest := append([]any{}, version.dest()...)
	dest = append(dest, &since, &person, &at, &until, &r)
	return func(row scanner, w *Waiting) error {
		if err := row.Scan(dest...); err != nil {
			return err
		}
		version.to(&w.Version)
		w.Since = fromMicros(int64(since))
		w.Own = reader != "" && (r != 0 || w.Author == reader)
		if person != "" {
			w.Claim = &Claim{Person: person, At: fromMicros(int64(at)), Until: fromMicros(int64(until))}
		}
		return nil
	}
}

// CountWaiting is how many versions wait for people, of an org or (0) of all
// that the reader is a member of. It counts along an index of what waits,
// which is what people have not got round to.
func (v *View) CountWaiting(ctx context.Context, see Visibility, org OrgID) (int64, error) {
	which := where("1 = 1")
	from := "versions" + v.s.dialect.useIndex("versions_waiting")
	if org != 0 {
		see = Visibility{Orgs: []OrgID{org}}
	}
	if !see.All {
		if len(see.Orgs) == 0 {
			return 0, nil
		}
		from = "versions" + v.s.dialect.useIndex("versions_waiting_org")
		which = isOneOf("org_id", see.Orgs)
	}
	return one(ctx, v.c, value[int64], "select count(*) from "+from+" where waiting_since <> 0 and "+which.sql, which.args...)
}

// PreviousPublished is the PUBLISHED version with the next lower number than a
// precedence; ErrNotFound if there is none.
func (v *View) PreviousPublished(ctx context.Context, c ConnectorID, precedence []byte) (string, error) {
	var number, highest string
	// Releases and pre-releases each have their part of the index.
	for _, prerelease := range []int{0, 1} {
		type row struct {
			number     string
			precedence []byte
		}
		found, err := one(ctx, v.c, func(s scanner, r *row) error { return s.Scan(&r.number, &r.precedence) },
			`select number, precedence from versions where connector_id = ? and state = 4 and prerelease = ?
			and precedence < ? order by precedence desc limit 1`, int64(c), prerelease, precedence)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		if number == "" || strings.Compare(string(found.precedence), highest) > 0 {
			number, highest = found.number, string(found.precedence)
		}
	}
	if number == "" {
		return "", ErrNotFound
	}
	return number, nil
}
