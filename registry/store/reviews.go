package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Review is one person's decision on an attempt of a version.
type Review struct {
	ID      ReviewID
	Version VersionID
	Org     OrgID
	// Attempt and AssetSet are what was looked at.
	Attempt  int32
	AssetSet Digest
	Person   string
	Decision registryv1.ReviewDecision
	Criteria []*registryv1.ReviewCriterion
	Note     string
	// Self: by the author.
	Self bool
	// Void: it does not count any more.
	Void bool
	At   time.Time
}

const reviewColumns = "r.id, r.version_id, r.org_id, r.attempt, r.asset_set, r.person, r.decision, r.criteria, r.note, r.self, r.void, r.at"

// reviewRow is a review as the driver gives it.
type reviewRow struct {
	id, version, org, attempt, decision, at integer
	set, criteria                           []byte
}

func (row *reviewRow) dest(r *Review) []any {
	return []any{
		&row.id, &row.version, &row.org, &row.attempt, &row.set, &r.Person, &row.decision, &row.criteria, &r.Note, &r.Self, &r.Void, &row.at,
	}
}

func (row *reviewRow) to(r *Review) error {
	r.ID, r.Version, r.Org = ReviewID(row.id), VersionID(row.version), OrgID(row.org)
	r.Attempt, r.Decision, r.At = narrow[int32](int64(row.attempt)), narrow[registryv1.ReviewDecision](int64(row.decision)), fromMicros(int64(row.at))
	if set := toDigest(row.set); set != nil {
		r.AssetSet = *set
	}
	// A list is kept as the one field of the message that has it.
	var list registryv1.Review
	if err := unmarshal(row.criteria, &list); err != nil {
		return err
	}
	r.Criteria = list.GetCriteria()
	return nil
}

func scanReview(s scanner, r *Review) error {
	var row reviewRow
	if err := s.Scan(row.dest(r)...); err != nil {
		return err
	}
	return row.to(r)
}

// Reviews are those of an attempt, oldest first.
func (v *View) Reviews(ctx context.Context, id VersionID, attempt int32) ([]Review, error) {
	all, err := collect(ctx, v.c, scanReview, "select "+reviewColumns+" from reviews r where r.version_id = ? and r.attempt = ? order by r.id", int64(id), attempt)
	if err != nil {
		return nil, fmt.Errorf("reading the reviews of version %d: %w", id, err)
	}
	return all, nil
}

// Approvals is how many people's approvals count for a version as it is now;
// those of its author only if self says so.
func (v *View) Approvals(ctx context.Context, of Version, self bool) (int32, error) {
	n, err := one(ctx, v.c, value[int64], `select count(distinct r.person) from reviews r where r.version_id = ? and r.attempt = ? and r.asset_set = ?
		and r.decision = 1 and r.void = 0 and (r.self = 0 or ?)`, int64(of.ID), of.Attempt, digestOrNil(of.AssetSet), self)
	if err != nil {
		return 0, fmt.Errorf("counting the approvals of version %s: %w", of.Number, err)
	}
	return narrow[int32](n), nil
}

// SelfApproved says whether the author's own approval is among those that count.
func (v *View) SelfApproved(ctx context.Context, of Version) (bool, error) {
	return one(ctx, v.c, value[bool], `select exists (select 1 from reviews r where r.version_id = ? and r.attempt = ? and r.asset_set = ?
		and r.decision = 1 and r.void = 0 and r.self)`, int64(of.ID), of.Attempt, digestOrNil(of.AssetSet))
}

// Made says whether a person had a hand in the present attempt of a version:
// its author, who began it, sent files or finalized it.
func (v *View) Made(ctx context.Context, of Version, person string) (bool, error) {
	if person == "" || person == of.Author {
		return person != "", nil
	}
	return one(ctx, v.c, value[bool], "select exists (select 1 from steps where version_id = ? and attempt = ? and person = ?)",
		int64(of.ID), of.Attempt, person)
}

// AddReview keeps a decision of the person who acts, which takes the place of
// those that he made on this attempt before. What follows from it is for the
// caller; event REVIEW_SUBMITTED is, too, for it says what that was.
func (tx *Tx) AddReview(ctx context.Context, of Version, r Review) (Review, error) {
	criteria, err := marshal(&registryv1.Review{Criteria: r.Criteria})
	if err != nil {
		return Review{}, err
	}
	_, err = tx.c.exec(ctx, "update reviews set void = 1 where version_id = ? and attempt = ? and person = ? and void = 0",
		int64(of.ID), of.Attempt, tx.by.Person)
	if err != nil {
		return Review{}, fmt.Errorf("replacing a review of version %s: %w", of.Number, err)
	}
	id, err := tx.c.insert(ctx, `insert into reviews (version_id, org_id, attempt, asset_set, person, decision, criteria, note, self, at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(of.ID), int64(of.Org), of.Attempt, digestOrNil(of.AssetSet), tx.by.Person, int64(r.Decision), criteria, r.Note, r.Self, micros(tx.now))
	if err != nil {
		return Review{}, fmt.Errorf("keeping a review of version %s: %w", of.Number, err)
	}
	return one(ctx, tx.c, scanReview, "select "+reviewColumns+" from reviews r where r.id = ?", id)
}

// RecordReview appends the event of a decision.
func (tx *Tx) RecordReview(of Version, r Review, given, needed int32) {
	detail := approvalsDetail(given, needed)
	detail["decision"] = registryv1.Short(r.Decision)
	if r.Self {
		detail["self_review"] = "true"
	}
	var marks []string
	for _, c := range r.Criteria {
		marks = append(marks, c.GetName()+"="+registryv1.Short(c.GetMark()))
	}
	if len(marks) > 0 {
		detail["marks"] = strings.Join(marks, " ")
	}
	tx.Record(versionRecord(of, registryv1.EventKind_EVENT_KIND_REVIEW_SUBMITTED, r.Note, detail))
}

// ReviewOf is a decision and the version that it is about, as it is now.
type ReviewOf struct {
	Review
	Of Version
}

// ReviewQuery is a page of decisions, the latest first: of one version, or (0)
// of the orgs of which the reader also sees what is not public.
type ReviewQuery struct {
	See     Visibility
	Version VersionID
	// After is the Next of the page before, nil on the first.
	After []byte
	Limit int
}

// ListReviews lists decisions.
func (v *View) ListReviews(ctx context.Context, q ReviewQuery) (Page[ReviewOf], error) {
	var version versionRow
	l := list[ReviewOf]{
		columns: versionColumns + ", " + reviewColumns,
		table:   "reviews r",
		joined:  "join versions v on v.id = r.version_id join connectors c on c.id = v.connector_id",
		order:   []string{"r.id"},
		desc:    true,
		scan: func(s scanner, r *ReviewOf) error {
			var row reviewRow
			if err := s.Scan(append(append([]any{}, version.dest()...), row.dest(&r.Review)...)...); err != nil {
				return err
			}
			version.to(&r.Of)
			return row.to(&r.Review)
		},
		keyOf: func(r *ReviewOf) []any { return []any{int64(r.ID)} },
	}
	if q.Version != 0 {
		l.index, l.keys = "reviews_version", where("r.version_id = ?", int64(q.Version))
	}
	if !q.See.All {
		l.accept = func(r *ReviewOf) bool { return q.See.Org(r.Org) }
	}
	page, err := l.page(ctx, v, keyIDs, q.After, q.Limit)
	if err != nil {
		return Page[ReviewOf]{}, fmt.Errorf("listing reviews: %w", err)
	}
	return page, nil
}

// Claim says who looks at a version, and until when others can rely on it.
type Claim struct {
	Person    string
	At, Until time.Time
}

// Claimed is the claim of a version that has not ended at a time; ErrNotFound.
func (v *View) Claimed(ctx context.Context, of Version, now time.Time) (Claim, error) {
	return one(ctx, v.c, func(row scanner, c *Claim) error {
		var at, until int64
		err := row.Scan(&c.Person, &at, &until)
		c.At, c.Until = fromMicros(at), fromMicros(until)
		return err
	}, "select person, at, until from claims where version_id = ? and attempt = ? and until > ?", int64(of.ID), of.Attempt, micros(now))
}

// Claim makes the claim of a version that of the person who acts; event
// REVIEW_CLAIMED. Whether another one has it is for the caller to ask.
func (tx *Tx) Claim(ctx context.Context, of Version, until time.Time) (Claim, error) {
	_, err := tx.c.exec(ctx, `insert into claims (version_id, attempt, person, at, until) values (?, ?, ?, ?, ?)
		on conflict (version_id) do update set attempt = excluded.attempt, person = excluded.person, at = excluded.at, until = excluded.until`,
		int64(of.ID), of.Attempt, tx.by.Person, micros(tx.now), micros(until))
	if err != nil {
		return Claim{}, fmt.Errorf("claiming version %s: %w", of.Number, err)
	}
	tx.Record(versionRecord(of, registryv1.EventKind_EVENT_KIND_REVIEW_CLAIMED, "", map[string]string{"until": until.UTC().Format(time.RFC3339)}))
	return tx.Claimed(ctx, of, tx.now)
}

// Unclaim gives the claim of the person who acts back; nothing happens if he
// has none. Event REVIEW_RELEASED.
func (tx *Tx) Unclaim(ctx context.Context, of Version) error {
	claim, err := tx.Claimed(ctx, of, tx.now)
	if errors.Is(err, ErrNotFound) || err == nil && claim.Person != tx.by.Person {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.dropClaim(ctx, of.ID); err != nil {
		return err
	}
	tx.Record(versionRecord(of, registryv1.EventKind_EVENT_KIND_REVIEW_RELEASED, "", nil))
	return nil
}

func (tx *Tx) dropClaim(ctx context.Context, id VersionID) error {
	if _, err := tx.c.exec(ctx, "delete from claims where version_id = ?", int64(id)); err != nil {
		return fmt.Errorf("ending the claim of version %d: %w", id, err)
	}
	return nil
}
