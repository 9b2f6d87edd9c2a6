package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// This file is the only one whose SQL writes versions.state, creates versions
// or removes them; a test looks for others. What goes with it is written in
// the same transaction: the steps, the earlier attempts and the event here, the
// pointers and counters of the connector in follow.go, the counters of keys in
// signed.go. What a VALIDATING version waits for is kept in waiting.go.

// Transition is one legal step and what may cause it.
type Transition struct {
	From, To registryv1.State
	Cause    registryv1.EventKind
}

// Move is a change of a version's state. From and Attempt are what the caller
// saw; the kind of the event that is appended is Cause.
type Move struct {
	From    registryv1.State
	Attempt int32
	To      registryv1.State
	Cause   registryv1.EventKind
	// Reason and Detail go into the event; stable_before, stable_after,
	// latest_before and latest_after are added to Detail where they change.
	Reason string
	Detail map[string]string

	// AssetSet is what Finalize fixed; required for VALIDATING.
	AssetSet *Digest
	// Failure is required for FAILED, Yank for YANKED.
	Failure *Failure
	Yank    *Yank
	// Draft is required for the next attempt: FAILED to PENDING.
	Draft *Draft
}

// Draft is what a publisher says about a version before its files.
type Draft struct {
	Platforms Platforms
	// Author may be empty in a change of a draft: he stays.
	Author string
	Texts  VersionTexts
}

// NewVersion is a version to be created.
type NewVersion struct {
	Connector  ConnectorID
	Number     string
	Precedence []byte
	Prerelease bool
	Draft
}

// outcome is what a state brings with it besides the state itself.
type outcome struct {
	failure Failure
	yank    Yank
}

// Move changes the state of a version, and with it latest, stable, the
// counters, the steps and the audit log. It returns a *StaleError if the
// version is not in From and Attempt any more, and an *IllegalMoveError if no
// rule allows the move; nothing is changed then.
//
// If the stable version is yanked, stable goes to the replacement if that is
// PUBLISHED, else to what it pointed to last before and still is PUBLISHED,
// else to none. Whatever it goes to counts as promoted from then on.
func (tx *Tx) Move(ctx context.Context, id VersionID, m Move) (Version, error) {
	if err := tx.checkMove(m); err != nil {
		return Version{}, err
	}
	before, err := tx.expect(ctx, id, m.From, m.Attempt)
	if err != nil {
		return Version{}, err
	}
	after := before
	after.State, after.Revision = m.To, before.Revision+1
	after.UpdatedAt, after.ActivityAt = tx.now, tx.now
	after.Reason, after.YankCategory, after.YankReplacement, after.Blocked = "", 0, "", false
	after.Awaiting, after.Given, after.Needed = false, 0, 0
	var out outcome
	switch m.To {
	case registryv1.State_STATE_VALIDATING:
		after.AssetSet = m.AssetSet
	case registryv1.State_STATE_PUBLISHED:
		if before.PublishedAt.IsZero() {
			after.PublishedAt = tx.now
		}
	case registryv1.State_STATE_FAILED:
		out.failure = *m.Failure
		after.Reason = plain(oneLine(m.Failure.Message))
	case registryv1.State_STATE_YANKED:
		out.yank = *m.Yank
		out.yank.By, out.yank.At, out.yank.Replacement = tx.by.Person, tx.now, plain(m.Yank.Replacement)
		after.Reason, after.YankCategory, after.Blocked = plain(oneLine(m.Yank.Reason)), m.Yank.Category, m.Yank.Blocked
		after.YankReplacement = out.yank.Replacement
	case registryv1.State_STATE_PENDING:
		if err := tx.nextAttempt(ctx, before, &after, *m.Draft); err != nil {
			return Version{}, err
		}
	default:
	}
	if err := tx.swap(ctx, before, after, out); err != nil {
		return Version{}, err
	}
	detail := maps.Clone(m.Detail)
	points, err := tx.follow(ctx, before, m, &detail)
	if err != nil {
		return Version{}, fmt.Errorf("bringing connector %s up to date: %w", before.Name, err)
	}
	if Public(m.To) && !Public(m.From) {
		if err := tx.countSigned(ctx, before, 0, 1); err != nil {
			return Version{}, err
		}
	}
	after.Stable, after.Latest = points.stable == int64(id), points.latest == int64(id)
	tx.Record(versionRecord(after, m.Cause, m.Reason, detail))
	return after, nil
}

// checkMove finds faults of the program that calls.
func (tx *Tx) checkMove(m Move) error {
	transition := Transition{From: m.From, To: m.To, Cause: m.Cause}
	if !tx.s.legal[transition] {
		return &IllegalMoveError{transition}
	}
	missing := ""
	switch {
	case m.To == registryv1.State_STATE_VALIDATING && m.AssetSet == nil:
		missing = "the asset set"
	case m.To == registryv1.State_STATE_FAILED && m.Failure == nil:
		missing = "the failure"
	case m.To == registryv1.State_STATE_YANKED && m.Yank == nil:
		missing = "the yank"
	case m.To == registryv1.State_STATE_PENDING && m.Draft == nil:
		missing = "the draft"
	}
	if missing != "" {
		return fmt.Errorf("moving a version to %s: %s is missing", registryv1.Short(m.To), missing)
	}
	return nil
}

// expect reads a version that has to be in a state and attempt; attempt 0 is
// any.
func (tx *Tx) expect(ctx context.Context, id VersionID, state registryv1.State, attempt int32) (Version, error) {
	v, err := tx.VersionByID(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return Version{}, &StaleError{Version: id, From: state, Attempt: attempt, NotFound: true}
	}
	if err != nil {
		return Version{}, err
	}
	if v.State != state || (attempt != 0 && v.Attempt != attempt) {
		return Version{}, &StaleError{Version: id, From: state, Attempt: attempt, Found: v}
	}
	return v, nil
}

// expectDraft is expect for PENDING or UPLOADING.
func (tx *Tx) expectDraft(ctx context.Context, id VersionID, attempt int32) (Version, error) {
	v, err := tx.expect(ctx, id, registryv1.State_STATE_PENDING, attempt)
	var stale *StaleError
	if errors.As(err, &stale) && stale.Found.State == registryv1.State_STATE_UPLOADING {
		return tx.expect(ctx, id, registryv1.State_STATE_UPLOADING, attempt)
	}
	return v, err
}

// swap writes the row of a version if it still is in the state and attempt of
// before, and adds the step.
func (tx *Tx) swap(ctx context.Context, before, after Version, out outcome) error {
	swapped, err := tx.c.exec(ctx, `update versions set state = ?, attempt = ?, revision = revision + 1, platforms = ?, received = ?,
			verdict = ?, verdicts = ?, verdict_reason = ?, size = ?, author = ?, reason = ?, yank_category = ?, blocked = ?, asset_set = ?,
			activity_at = ?, updated_at = ?, published_at = ?, fail_reason = ?, fail_message = ?,
			yanked_at = ?, yanked_by = ?, yank_reason = ?, yank_advisory = ?, yank_replacement = ?, yank_credit = ?,
			waiting_since = 0, approvals_given = 0, approvals_needed = 0
		where id = ? and attempt = ? and state = ?`,
		int64(after.State), after.Attempt, int64(after.Platforms), int64(after.Received),
		int64(after.Verdict), int64(after.Verdicts), after.VerdictReason, after.Size, after.Author, after.Reason,
		int64(after.YankCategory), after.Blocked, digestOrNil(after.AssetSet),
		micros(after.ActivityAt), micros(after.UpdatedAt), micros(after.PublishedAt), int64(out.failure.Reason), out.failure.Message,
		micros(out.yank.At), out.yank.By, out.yank.Reason, out.yank.Advisory, out.yank.Replacement, out.yank.Credit,
		int64(before.ID), before.Attempt, int64(before.State))
	if err != nil {
		return fmt.Errorf("changing the state of version %s: %w", before.Number, err)
	}
	if swapped == 0 {
		return &StaleError{Version: before.ID, From: before.State, Attempt: before.Attempt, Found: before}
	}
	if before.State == registryv1.State_STATE_VALIDATING {
		if err := tx.dropClaim(ctx, before.ID); err != nil {
			return err
		}
	}
	return tx.addStep(ctx, before.ID, after.Attempt, before.Revision+1, after.State)
}

func (tx *Tx) addStep(ctx context.Context, id VersionID, attempt int32, revision int64, state registryv1.State) error {
	_, err := tx.c.exec(ctx, "insert into steps (version_id, attempt, revision, state, at, person) values (?, ?, ?, ?, ?, ?)",
		int64(id), attempt, revision, int64(state), micros(tx.now), tx.by.Person)
	if err != nil {
		return fmt.Errorf("adding a step of version %d: %w", id, err)
	}
	return nil
}

// nextAttempt keeps the outcome of a FAILED attempt and starts the next one,
// which has no files yet.
func (tx *Tx) nextAttempt(ctx context.Context, before Version, after *Version, d Draft) error {
	_, err := tx.c.exec(ctx, `insert into attempts (version_id, attempt, state, fail_reason, fail_message, asset_set, ended_at)
		select id, attempt, state, fail_reason, fail_message, asset_set, updated_at from versions where id = ?`, int64(before.ID))
	if err != nil {
		return fmt.Errorf("keeping attempt %d of version %s: %w", before.Attempt, before.Number, err)
	}
	if err := tx.countSigned(ctx, before, -1, 0); err != nil {
		return err
	}
	// Other bytes will come.
	if _, err := tx.c.exec(ctx, "update reviews set void = 1 where version_id = ? and void = 0", int64(before.ID)); err != nil {
		return fmt.Errorf("ending the reviews of version %s: %w", before.Number, err)
	}
	after.Attempt++
	after.Platforms, after.Received, after.Size, after.AssetSet = d.Platforms, 0, 0, nil
	after.Verdict, after.VerdictReason, after.Verdicts = 0, "", 0
	after.Author = plain(cmp.Or(d.Author, before.Author))
	return tx.putTexts(ctx, before.ID, d.Texts)
}

// CreateVersion creates a PENDING version; *ExistsError if the number is
// taken, in whatever state. Event VERSION_CREATED.
func (tx *Tx) CreateVersion(ctx context.Context, n NewVersion) (Version, error) {
	found, err := tx.Version(ctx, n.Connector, n.Precedence)
	if err == nil {
		return Version{}, &ExistsError{Version: &found, Key: n.Number}
	}
	if !errors.Is(err, ErrNotFound) {
		return Version{}, err
	}
	const pending = registryv1.State_STATE_PENDING
	now := micros(tx.now)
	row, err := tx.c.insert(ctx, `insert into versions (connector_id, org_id, number, precedence, prerelease, state, platforms, author,
			created_at, activity_at, updated_at)
		select id, org_id, ?, ?, ?, ?, ?, ?, ?, ?, ? from connectors where id = ?`,
		n.Number, n.Precedence, n.Prerelease, int64(pending), int64(n.Platforms), plain(n.Author), now, now, now, int64(n.Connector))
	if err != nil {
		return Version{}, fmt.Errorf("creating version %s: %w", n.Number, err)
	}
	id := VersionID(row)
	if err := tx.putTexts(ctx, id, n.Texts); err != nil {
		return Version{}, err
	}
	if err := tx.addStep(ctx, id, 1, 1, pending); err != nil {
		return Version{}, err
	}
	v, err := tx.VersionByID(ctx, id)
	if err != nil {
		return Version{}, err
	}
	points, err := tx.pointers(ctx, n.Connector)
	if err != nil {
		return Version{}, err
	}
	if points.newest, err = tx.higher(ctx, points.newest, v); err != nil {
		return Version{}, err
	}
	if err := tx.putConnector(ctx, n.Connector, points, Counts{pending: 1}); err != nil {
		return Version{}, fmt.Errorf("counting version %s: %w", n.Number, err)
	}
	tx.Record(versionRecord(v, registryv1.EventKind_EVENT_KIND_VERSION_CREATED, "", nil))
	return v, nil
}

// ChangeDraft gives a PENDING or UPLOADING version new texts and platforms;
// the files of dropped platforms go. Event VERSION_CHANGED. *StaleError.
func (tx *Tx) ChangeDraft(ctx context.Context, id VersionID, attempt int32, d Draft) (Version, Garbage, error) {
	before, err := tx.expectDraft(ctx, id, attempt)
	if err != nil {
		return Version{}, Garbage{}, err
	}
	if err := tx.putTexts(ctx, id, d.Texts); err != nil {
		return Version{}, Garbage{}, err
	}
	_, err = tx.c.exec(ctx, "update versions set platforms = ?, author = ? where id = ?",
		int64(d.Platforms), plain(cmp.Or(d.Author, before.Author)), int64(id))
	if err != nil {
		return Version{}, Garbage{}, fmt.Errorf("changing version %s: %w", before.Number, err)
	}
	garbage, err := tx.dropPlatforms(ctx, before, d.Platforms)
	if err != nil {
		return Version{}, Garbage{}, err
	}
	after, err := tx.filesChanged(ctx, id)
	if err != nil {
		return Version{}, Garbage{}, err
	}
	tx.Record(versionRecord(after, registryv1.EventKind_EVENT_KIND_VERSION_CHANGED, "", nil))
	return after, garbage, nil
}

// Removed is what went with a draft.
type Removed struct {
	Version Version
	// Attempts are earlier FAILED ones.
	Attempts int
	Garbage  Garbage
}

// RemoveDraft removes a PENDING or UPLOADING version with all its attempts;
// cause is VERSION_ABANDONED or VERSION_EXPIRED. The number is free again.
// *StaleError; attempt 0 is any.
func (tx *Tx) RemoveDraft(ctx context.Context, id VersionID, attempt int32, cause registryv1.EventKind, reason string) (Removed, error) {
	v, err := tx.expectDraft(ctx, id, attempt)
	if err != nil {
		return Removed{}, err
	}
	removed := Removed{Version: v, Attempts: int(v.Attempt) - 1}
	if removed.Garbage, err = tx.removeAssets(ctx, "version_id = ?", int64(id)); err != nil {
		return Removed{}, err
	}
	for _, table := range []string{"signed", "checks", "steps", "attempts", "jobs", "reviews", "claims", "version_texts"} {
		if _, err := tx.c.exec(ctx, "delete from "+table+" where version_id = ?", int64(id)); err != nil {
			return Removed{}, fmt.Errorf("removing the %s of version %s: %w", table, v.Number, err)
		}
	}
	if _, err := tx.c.exec(ctx, "delete from versions where id = ?", int64(id)); err != nil {
		return Removed{}, fmt.Errorf("removing version %s: %w", v.Number, err)
	}
	points, err := tx.pointers(ctx, v.Connector)
	if err != nil {
		return Removed{}, err
	}
	if points.newest == int64(id) {
		if points.newest, err = tx.findNewest(ctx, v.Connector); err != nil {
			return Removed{}, err
		}
	}
	var counts Counts
	counts[v.State]--
	if err := tx.putConnector(ctx, v.Connector, points, counts); err != nil {
		return Removed{}, fmt.Errorf("counting without version %s: %w", v.Number, err)
	}
	tx.Record(versionRecord(v, cause, reason, nil))
	return removed, nil
}

// versionRecord is an event about a version.
func versionRecord(v Version, kind registryv1.EventKind, reason string, detail map[string]string) Record {
	return Record{
		Kind: kind, Org: v.Org, Connector: v.Connector, Version: v.ID,
		OrgName: v.OrgSpelling, Name: v.Name, Number: v.Number, Attempt: v.Attempt,
		Reason: reason, Detail: detail,
	}
}

// maxReasonLine bounds what a list shows of a reason, in bytes.
const maxReasonLine = 200

// oneLine gives the first line of a text, cut at a rune.
func oneLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line = strings.TrimSpace(line)
	if len(line) <= maxReasonLine {
		return line
	}
	cut := maxReasonLine - len("…")
	for cut > 0 && !utf8.RuneStart(line[cut]) {
		cut--
	}
	return line[:cut] + "…"
}
