package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// A page of versions is mostly the cost of its cells: the driver takes locks
// and allocates for each of them. So the small numbers of a version travel in
// one integer, its texts in one text, and its bytes in one blob.

// packed are the small numbers, each with how many bits it needs, lowest
// first. unpack takes them in the same order.
var packed = []struct {
	column string
	bits   int
	// connector: it also needs the version's connector c.
	connector bool
}{
	{"v.state", 3, false},
	{"v.prerelease", 1, false},
	{"v.blocked", 1, false},
	{"v.yank_category", 4, false},
	{"v.platforms", 8, false},
	{"v.received", 8, false},
	{"v.verdict", 3, false},
	{"case when v.id = c.stable_id then 1 else 0 end", 1, true},
	{"case when v.id = c.latest_id then 1 else 0 end", 1, true},
	{"case when v.asset_set is null then 0 else 1 end", 1, false},
	{"v.attempt", 32, false},
}

// waitingAndVerdicts are the verdicts by platform, and above them what a
// version waits for: whether for people, approvals given, approvals needed.
var waitingAndVerdicts = fmt.Sprintf("(coalesce(v.verdicts, 0) | ((v.waiting_since <> 0) << %d) | (v.approvals_given << %d) | (v.approvals_needed << %d))",
	verdictBits, verdictBits+1, verdictBits+1+approvalBits)

const (
	verdictBits  = 32
	approvalBits = 8
)

// separator stands between texts that travel together. Those that are stored
// hold none; see plain.
const separator = "\x1f"

var (
	versionColumns = columnsOfVersion(true, func(column, _ string) string { return column })
	// bareVersionColumns leave out what the connector says.
	bareVersionColumns   = columnsOfVersion(false, func(column, _ string) string { return column })
	newestVersionColumns = columnsOfVersion(true, func(column, none string) string { return "coalesce(" + column + ", " + none + ")" })
	selectVersion        = "select " + versionColumns + " from versions v join connectors c on c.id = v.connector_id"
)

// columnsOfVersion are the columns of a version v, with or without what its
// connector c says; orNone may give those of a version that is missing values.
func columnsOfVersion(connector bool, orNone func(column, none string) string) string {
	var numbers []string
	shift := 0
	for _, p := range packed {
		if connector || !p.connector {
			numbers = append(numbers, fmt.Sprintf("((%s) << %d)", p.column, shift))
		}
		shift += p.bits
	}
	columns := []string{orNone(strings.Join(numbers, " | "), "0")}
	for _, column := range []string{"v.id", "v.revision", "v.size", "v.created_at", "v.activity_at", "v.updated_at", "v.published_at"} {
		columns = append(columns, orNone(column, "0"))
	}
	columns = append(columns, orNone(waitingAndVerdicts, "0"))
	texts := []string{"v.number", "v.author", "v.reason", "v.verdict_reason", "v.yank_replacement"}
	if connector {
		texts = append(texts, "c.org_spelling", "c.spelling")
	}
	columns = append(columns, orNone(strings.Join(texts, " || char(31) || "), "''"))
	columns = append(columns, "v.precedence || coalesce(v.asset_set, x'')")
	if connector {
		columns = append(columns, orNone("v.connector_id", "0"), orNone("v.org_id", "0"))
	}
	return strings.Join(columns, ", ")
}

// versionRow is a version as the driver gives it. It is used again for all
// rows of a result.
type versionRow struct {
	packed, id, connector, org, revision, size int64
	created, activity, updated, published      int64
	verdicts                                   int64
	texts                                      string
	bytes                                      []byte

	all []any
}

func (r *versionRow) dest() []any {
	if r.all == nil {
		r.all = []any{
			(*integer)(&r.packed), (*integer)(&r.id), (*integer)(&r.revision), (*integer)(&r.size),
			(*integer)(&r.created), (*integer)(&r.activity), (*integer)(&r.updated), (*integer)(&r.published),
			(*integer)(&r.verdicts), &r.texts, &r.bytes,
			(*integer)(&r.connector), (*integer)(&r.org),
		}
	}
	return r.all
}

// integer is an int64 that is read without reflection.
type integer int64

// Scan implements sql.Scanner.
func (i *integer) Scan(from any) error {
	number, ok := from.(int64)
	if !ok {
		return fmt.Errorf("the column holds %T, not an integer", from)
	}
	*i = integer(number)
	return nil
}

func (r *versionRow) to(v *Version) {
	number := r.unpack()
	*v = Version{
		ID: VersionID(r.id), Connector: ConnectorID(r.connector), Org: OrgID(r.org),
		State: narrow[registryv1.State](number()), Prerelease: number() != 0, Blocked: number() != 0,
		YankCategory: narrow[registryv1.YankCategory](number()), Platforms: narrow[Platforms](number()), Received: narrow[Platforms](number()),
		Verdict: narrow[registryv1.VerdictStatus](number()), Stable: number() != 0, Latest: number() != 0,
		Revision: r.revision, Verdicts: narrow[Verdicts](r.verdicts & (1<<verdictBits - 1)), Size: r.size,
		Awaiting:  r.verdicts>>verdictBits&1 != 0,
		Given:     narrow[int32](r.verdicts >> (verdictBits + 1) & (1<<approvalBits - 1)),
		Needed:    narrow[int32](r.verdicts >> (verdictBits + 1 + approvalBits) & (1<<approvalBits - 1)),
		CreatedAt: fromMicros(r.created), ActivityAt: fromMicros(r.activity), UpdatedAt: fromMicros(r.updated), PublishedAt: fromMicros(r.published),
	}
	hasSet := number() != 0
	v.Attempt = narrow[int32](number())
	text := func() (first string) {
		first, r.texts, _ = strings.Cut(r.texts, separator)
		return first
	}
	v.Number, v.Author, v.Reason, v.VerdictReason, v.YankReplacement = text(), text(), text(), text(), text()
	v.OrgSpelling, v.Name = text(), text()
	v.Precedence = r.bytes
	if end := len(r.bytes) - len(Digest{}); hasSet && end >= 0 {
		v.Precedence, v.AssetSet = r.bytes[:end:end], toDigest(r.bytes[end:])
	}
}

// unpack gives the packed numbers one after the other.
func (r *versionRow) unpack() func() int64 {
	rest, i := r.packed, 0
	return func() int64 {
		bits := packed[i].bits
		i++
		number := rest & (1<<bits - 1)
		rest >>= bits
		return number
	}
}

// plain takes out of a text what the columns of a list are told apart by.
// Names and reasons have no control characters by the registry's rules.
func plain(text string) string { return strings.ReplaceAll(text, separator, " ") }

// bareScan converts rows of bareVersionColumns.
func bareScan(of *Place) func(scanner, *Version) error {
	var r versionRow
	dest := r.dest()
	dest = dest[:len(dest)-2]
	return func(row scanner, v *Version) error {
		if err := row.Scan(dest...); err != nil {
			return err
		}
		r.to(v)
		v.Connector, v.Org, v.OrgSpelling, v.Name = of.ID, of.Org, of.OrgSpelling, of.Spelling
		v.Stable, v.Latest = v.ID == of.StableID, v.ID == of.LatestID
		return nil
	}
}

// versionScan converts rows of versionColumns.
func versionScan() func(scanner, *Version) error {
	var r versionRow
	return func(row scanner, v *Version) error {
		if err := row.Scan(r.dest()...); err != nil {
			return err
		}
		r.to(v)
		return nil
	}
}

// Version finds a version by the precedence of its number; ErrNotFound.
func (v *View) Version(ctx context.Context, c ConnectorID, precedence []byte) (Version, error) {
	return one(ctx, v.c, versionScan(), selectVersion+" where v.connector_id = ? and v.precedence = ?", int64(c), precedence)
}

// VersionByID finds a version; ErrNotFound.
func (v *View) VersionByID(ctx context.Context, id VersionID) (Version, error) {
	return one(ctx, v.c, versionScan(), selectVersion+" where v.id = ?", int64(id))
}

// Detail reads everything of a version that has no rows of its own; for
// files and checks see Assets and Checks. ErrNotFound.
func (v *View) Detail(ctx context.Context, id VersionID) (VersionDetail, error) {
	summary, err := v.VersionByID(ctx, id)
	if err != nil {
		return VersionDetail{}, err
	}
	detail := VersionDetail{Version: summary}
	if detail.Texts, err = one(ctx, v.c, scanTexts, `select license, repository, homepage, commit_sha, workflow_run_id, released_at,
		description, changelog, documentation, capabilities, config_schema, preflight, images from version_texts where version_id = ?`, int64(id)); err != nil {
		return VersionDetail{}, fmt.Errorf("reading the texts of version %d: %w", id, err)
	}
	if err := v.readOutcome(ctx, &detail); err != nil {
		return VersionDetail{}, fmt.Errorf("reading the outcome of version %d: %w", id, err)
	}
	detail.Steps, err = collect(ctx, v.c, func(row scanner, s *Step) error {
		var state, at int64
		err := row.Scan(&state, &at, &s.By)
		s.State, s.At = narrow[registryv1.State](state), fromMicros(at)
		return err
	}, "select state, at, person from steps where version_id = ? and attempt = ? order by revision", int64(id), summary.Attempt)
	if err != nil {
		return VersionDetail{}, fmt.Errorf("reading the steps of version %d: %w", id, err)
	}
	detail.Earlier, err = v.attempts(ctx, id)
	if err != nil {
		return VersionDetail{}, fmt.Errorf("reading the attempts of version %d: %w", id, err)
	}
	return detail, nil
}

// readOutcome reads why a version FAILED or was YANKED.
func (v *View) readOutcome(ctx context.Context, d *VersionDetail) error {
	var failure Failure
	var yank Yank
	_, err := one(ctx, v.c, func(row scanner, _ *struct{}) error {
		var reason, at int64
		err := row.Scan(&reason, &failure.Message, &at, &yank.By, &yank.Reason, &yank.Advisory, &yank.Replacement, &yank.Credit)
		failure.Reason, yank.At = narrow[registryv1.Reason](reason), fromMicros(at)
		return err
	}, `select fail_reason, fail_message, yanked_at, yanked_by, yank_reason, yank_advisory, yank_replacement, yank_credit
		from versions where id = ?`, int64(d.ID))
	if err != nil {
		return err
	}
	switch d.State {
	case registryv1.State_STATE_FAILED:
		d.Failure = &failure
	case registryv1.State_STATE_YANKED:
		yank.Category, yank.Blocked = d.YankCategory, d.Blocked
		d.Yank = &yank
	default:
	}
	return nil
}

func (v *View) attempts(ctx context.Context, id VersionID) ([]Attempt, error) {
	return collect(ctx, v.c, func(row scanner, a *Attempt) error {
		var attempt, state, reason, ended int64
		var set []byte
		err := row.Scan(&attempt, &state, &reason, &a.Failure.Message, &set, &ended)
		a.Attempt, a.State, a.Failure.Reason = narrow[int32](attempt), narrow[registryv1.State](state), narrow[registryv1.Reason](reason)
		a.AssetSet, a.EndedAt = toDigest(set), fromMicros(ended)
		return err
	}, "select attempt, state, fail_reason, fail_message, asset_set, ended_at from attempts where version_id = ? order by attempt", int64(id))
}

func scanTexts(row scanner, t *VersionTexts) error {
	var released int64
	var preflight, images []byte
	err := row.Scan(&t.License, &t.Repository, &t.Homepage, &t.Commit, &t.WorkflowRunID, &released,
		&t.Description, &t.Changelog, &t.Documentation, &t.Capabilities, &t.ConfigSchema, &preflight, &images)
	if err != nil {
		return err
	}
	t.ReleasedAt = fromMicros(released)
	if preflight != nil {
		t.Preflight = &registryv1.PreflightReport{}
		if err := unmarshal(preflight, t.Preflight); err != nil {
			return err
		}
	}
	if images == nil {
		return nil
	}
	// A list is kept as the one field of the message that has it.
	var list registryv1.Version
	err = unmarshal(images, &list)
	t.Images = list.GetImages()
	return err
}

// putTexts stores what the publisher says about a version.
func (tx *Tx) putTexts(ctx context.Context, id VersionID, t VersionTexts) (err error) {
	var preflight, images []byte
	if t.Preflight != nil {
		if preflight, err = marshal(t.Preflight); err != nil {
			return err
		}
	}
	if len(t.Images) > 0 {
		if images, err = marshal(&registryv1.Version{Images: t.Images}); err != nil {
			return err
		}
	}
	_, err = tx.c.exec(ctx, `insert into version_texts (version_id, license, repository, homepage, commit_sha, workflow_run_id, released_at,
			description, changelog, documentation, capabilities, config_schema, preflight, images)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (version_id) do update set license = excluded.license, repository = excluded.repository, homepage = excluded.homepage,
			commit_sha = excluded.commit_sha, workflow_run_id = excluded.workflow_run_id, released_at = excluded.released_at,
			description = excluded.description, changelog = excluded.changelog, documentation = excluded.documentation,
			capabilities = excluded.capabilities, config_schema = excluded.config_schema, preflight = excluded.preflight, images = excluded.images`,
		int64(id), t.License, t.Repository, t.Homepage, t.Commit, t.WorkflowRunID, micros(t.ReleasedAt),
		t.Description, t.Changelog, t.Documentation, t.Capabilities, t.ConfigSchema, preflight, images)
	if err != nil {
		return fmt.Errorf("storing the texts of version %d: %w", id, err)
	}
	return nil
}

// LatestPublished is what latest is, or would be if some versions were not
// there; ErrNotFound.
func (v *View) LatestPublished(ctx context.Context, c ConnectorID, except ...VersionID) (Version, error) {
	return v.firstBut(ctx, except, `select id from versions where connector_id = ? and state = 4
		order by prerelease, precedence desc limit ?`, int64(c))
}

// firstBut is the first version that a query finds, but for some; ErrNotFound.
// The query ends with its limit, so that it is the same text and bounded
// however many are left out.
func (v *View) firstBut(ctx context.Context, except []VersionID, query string, args ...any) (Version, error) {
	ids, err := collect(ctx, v.c, value[int64], query, append(args, len(except)+1)...)
	if err != nil {
		return Version{}, err
	}
	for _, id := range ids {
		if !slices.Contains(except, VersionID(id)) {
			return v.VersionByID(ctx, VersionID(id))
		}
	}
	return Version{}, ErrNotFound
}

// NextPublished is the PUBLISHED version with the next higher number than a
// precedence, but for some; ErrNotFound if there is none.
func (v *View) NextPublished(ctx context.Context, c ConnectorID, precedence []byte, except ...VersionID) (Version, error) {
	// Releases and pre-releases each have their part of the index.
	var next Version
	for _, prerelease := range []int{0, 1} {
		found, err := v.firstBut(ctx, except, `select id from versions where connector_id = ? and state = 4 and prerelease = ?
			and precedence > ? order by precedence limit ?`, int64(c), prerelease, precedence)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return Version{}, err
		}
		if next.ID == 0 || string(found.Precedence) < string(next.Precedence) {
			next = found
		}
	}
	if next.ID == 0 {
		return Version{}, ErrNotFound
	}
	return next, nil
}

// Newest is the number of the newest PUBLISHED version that ships a platform,
// "" if none does: as it is, and as if some versions were not there.
type Newest struct{ Is, Without string }

// NewestPublished gives for each of some platforms the newest PUBLISHED
// version of a connector, releases before pre-releases.
func (v *View) NewestPublished(ctx context.Context, c ConnectorID, of Platforms, except ...VersionID) (map[registryv1.Platform]Newest, error) {
	type candidate struct {
		id     int64
		number string
	}
	newest := map[registryv1.Platform]Newest{}
	for _, platform := range of.List() {
		found, err := collect(ctx, v.c, func(row scanner, to *candidate) error { return row.Scan(&to.id, &to.number) },
			`select id, number from versions where connector_id = ? and state = 4
			and platforms & ? <> 0 order by prerelease, precedence desc limit ?`,
			int64(c), int64(PlatformsOf(platform)), len(except)+1)
		if err != nil {
			return nil, err
		}
		var n Newest
		if len(found) > 0 {
			n.Is = found[0].number
		}
		if at := slices.IndexFunc(found, func(f candidate) bool { return !slices.Contains(except, VersionID(f.id)) }); at >= 0 {
			n.Without = found[at].number
		}
		newest[platform] = n
	}
	return newest, nil
}

// StableWithout is what stable goes to if versions, the stable one among
// them, are yanked in favour of a replacement (0: none): the replacement if
// that is PUBLISHED, else what was stable last before and still is PUBLISHED;
// ErrNotFound if there is neither, for stable never goes to a version that
// nobody promoted.
func (v *View) StableWithout(ctx context.Context, c ConnectorID, replacement VersionID, yanked ...VersionID) (Version, error) {
	if replacement != 0 && !slices.Contains(yanked, replacement) {
		found, err := v.VersionByID(ctx, replacement)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return Version{}, err
		}
		if found.Connector == c && found.State == registryv1.State_STATE_PUBLISHED {
			return found, nil
		}
	}
	return v.firstBut(ctx, yanked, `select p.version_id from stables p join versions v on v.id = p.version_id
		where p.connector_id = ? and v.state = 4 group by p.version_id order by max(p.id) desc limit ?`, int64(c))
}

// IdleDrafts are drafts without activity since a time, at most limit.
func (v *View) IdleDrafts(ctx context.Context, since time.Time, limit int) ([]Version, error) {
	var idle []Version
	for _, state := range []registryv1.State{registryv1.State_STATE_PENDING, registryv1.State_STATE_UPLOADING} {
		// Whatever changes a draft is activity, so the first condition, for
		// which there is an index, leaves out none that the second wants.
		found, err := collect(ctx, v.c, versionScan(), selectVersion+` where v.state = ? and v.updated_at < ? and v.activity_at < ?
			order by v.updated_at limit ?`, int64(state), micros(since), micros(since), limit-len(idle))
		if err != nil {
			return nil, err
		}
		idle = append(idle, found...)
	}
	return idle, nil
}

// Touch notes that the publisher of a draft did something that changed
// nothing yet, such as sending a part of a file.
func (tx *Tx) Touch(ctx context.Context, id VersionID) error {
	_, err := tx.c.exec(ctx, "update versions set activity_at = ? where id = ?", micros(tx.now), int64(id))
	return err
}

// SetVerdicts stores what checking the signatures of an attempt gave;
// *StaleError if another attempt began meanwhile.
func (tx *Tx) SetVerdicts(ctx context.Context, id VersionID, attempt int32, whole registryv1.VerdictStatus, reason string, each Verdicts) (Version, error) {
	changed, err := tx.c.exec(ctx, `update versions set verdict = ?, verdict_reason = ?, verdicts = ?, revision = revision + 1, updated_at = ?
		where id = ? and attempt = ?`, int64(whole), reason, int64(each), micros(tx.now), int64(id), attempt)
	if err != nil {
		return Version{}, fmt.Errorf("storing the verdicts of version %d: %w", id, err)
	}
	v, err := tx.VersionByID(ctx, id)
	if err == nil && changed == 0 {
		return Version{}, &StaleError{Version: id, From: v.State, Attempt: attempt, Found: v}
	}
	return v, err
}
