package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Being filled in: each method moves to the file that architecture.md names.
var errTodo = errors.New("store: not written yet")

// Config says where the store is and what rules it keeps.
type Config struct {
	// Dir is the data directory; it is created if it is not there.
	Dir string
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// Legal is the table of legal moves.
	Legal []Transition
	// At is called at "before-commit" and "after-commit" of each
	// transaction. Tests end the process there; nil does nothing.
	At func(point string)
	// Log is where faults in the background go; nil is nowhere.
	Log *slog.Logger
}

// Store is an open database. All methods may be called at once.
type Store struct{}

// Open opens the database of a data directory, or makes it.
func Open(ctx context.Context, cfg Config) (*Store, error) { return nil, errTodo }

// Close waits for open transactions and lets the directory go.
func (s *Store) Close() error { return errTodo }

// ID is the random name of this store, made with it.
func (s *Store) ID() string { return "" }

// Read runs fn on one snapshot.
func (s *Store) Read(ctx context.Context, fn func(*View) error) error { return errTodo }

// Write runs fn in one transaction, by one person at one time. fn may be
// called again and so has no effect but on tx.
func (s *Store) Write(ctx context.Context, by Actor, fn func(*Tx) error) error { return errTodo }

// Wait returns once an event after `after` may exist, whichever process wrote it.
func (s *Store) Wait(ctx context.Context, after Seq) error { return errTodo }

// View reads.
type View struct{}

// Tx changes; everything that a View reads can be read in it, too.
type Tx struct{ View }

// Now is the time of the transaction.
func (tx *Tx) Now() time.Time { return time.Time{} }

// By is who changes.
func (tx *Tx) By() Actor { return Actor{} }

// ---- orgs and connectors (connectors.go)

// Org finds an org by its key (lower case); ErrNotFound.
func (v *View) Org(ctx context.Context, key string) (Org, error) { return Org{}, errTodo }

// OrgByID finds an org.
func (v *View) OrgByID(ctx context.Context, id OrgID) (Org, error) { return Org{}, errTodo }

// EnsureOrg finds an org or creates it with this spelling.
func (tx *Tx) EnsureOrg(ctx context.Context, key, spelling string) (Org, error) {
	return Org{}, errTodo
}

// SetPolicy sets what an org asks of its versions; event POLICY_SET.
func (tx *Tx) SetPolicy(ctx context.Context, id OrgID, policy *registryv1.Policy) error {
	return errTodo
}

// Connector finds a connector by its keys or by the key of an alias, for a
// caller; ErrNotFound. It does not hide the connector itself: see
// Visibility.Connector.
func (v *View) Connector(ctx context.Context, orgKey, key string, see Visibility) (Connector, error) {
	return Connector{}, errTodo
}

// ConnectorByID finds a connector.
func (v *View) ConnectorByID(ctx context.Context, id ConnectorID, see Visibility) (Connector, error) {
	return Connector{}, errTodo
}

// ConnectorQuery is a page of a list of connectors.
type ConnectorQuery struct {
	See    Visibility
	Filter Filter
	// Order is by name unless it is CONNECTOR_ORDER_UPDATED.
	Order registryv1.ConnectorOrder
	// After is the Next of the page before, nil on the first.
	After []byte
	Limit int
}

// Page is a part of a list.
type Page[T any] struct {
	Rows []T
	// Next is the key to go on from, nil on the last page. A page may hold
	// fewer rows than asked for, or none, and still have a next one.
	Next []byte
	// Scanned is how many rows were examined.
	Scanned int64
}

// ListConnectors lists connectors.
func (v *View) ListConnectors(ctx context.Context, q ConnectorQuery) (Page[Connector], error) {
	return Page[Connector]{}, errTodo
}

// NewConnector is a connector to be created.
type NewConnector struct {
	Org           OrgID
	Key, Spelling string
	ConnectorTexts
}

// CreateConnector creates a connector; *ExistsError with the one that is
// there if its key, or one of the aliases, is taken. Event CONNECTOR_CREATED.
func (tx *Tx) CreateConnector(ctx context.Context, c NewConnector) (Connector, error) {
	return Connector{}, errTodo
}

// ChangeConnector replaces the texts of a connector; event CONNECTOR_CHANGED.
func (tx *Tx) ChangeConnector(ctx context.Context, id ConnectorID, texts ConnectorTexts) (Connector, error) {
	return Connector{}, errTodo
}

// Deprecate marks a connector, or with nil takes that back; events
// CONNECTOR_DEPRECATED and CONNECTOR_UNDEPRECATED. By and At are set here.
func (tx *Tx) Deprecate(ctx context.Context, id ConnectorID, d *Deprecation) (Connector, error) {
	return Connector{}, errTodo
}

// SetStable promotes a PUBLISHED version; *StaleError if it is not. Nothing
// changes if it is stable already. Event STABLE_SET.
func (tx *Tx) SetStable(ctx context.Context, id VersionID) (Connector, error) {
	return Connector{}, errTodo
}

// ---- versions (versions.go)

// Version finds a version by its number's precedence; ErrNotFound.
func (v *View) Version(ctx context.Context, c ConnectorID, precedence []byte) (Version, error) {
	return Version{}, errTodo
}

// VersionByID finds a version.
func (v *View) VersionByID(ctx context.Context, id VersionID) (Version, error) {
	return Version{}, errTodo
}

// Detail reads everything of a version.
func (v *View) Detail(ctx context.Context, id VersionID) (VersionDetail, error) {
	return VersionDetail{}, errTodo
}

// VersionQuery is a page of a list of versions: of one connector, highest
// number first, or of all, last changed first.
type VersionQuery struct {
	Connector ConnectorID
	See       Visibility
	Filter    Filter
	After     []byte
	Limit     int
}

// ListVersions lists versions.
func (v *View) ListVersions(ctx context.Context, q VersionQuery) (Page[Version], error) {
	return Page[Version]{}, errTodo
}

// NewestPublished gives for each platform the number of the newest PUBLISHED
// version of a connector that ships it, leaving one version out if except is
// not 0; releases before pre-releases. Platforms that none ships are absent.
func (v *View) NewestPublished(ctx context.Context, c ConnectorID, except VersionID) (map[registryv1.Platform]Version, error) {
	return nil, errTodo
}

// NextPublished is the PUBLISHED version with the next higher number than a
// precedence; ErrNotFound if it is the highest.
func (v *View) NextPublished(ctx context.Context, c ConnectorID, precedence []byte) (Version, error) {
	return Version{}, errTodo
}

// LatestPublished is what latest would be if one version were not there.
func (v *View) LatestPublished(ctx context.Context, c ConnectorID, except VersionID) (Version, error) {
	return Version{}, errTodo
}

// StableWithout is what stable falls back to if a version is yanked with a
// replacement (0: none); ErrNotFound if to none.
func (v *View) StableWithout(ctx context.Context, c ConnectorID, yanked, replacement VersionID) (Version, error) {
	return Version{}, errTodo
}

// IdleDrafts are drafts without activity since a time, oldest first.
func (v *View) IdleDrafts(ctx context.Context, since time.Time, limit int) ([]Version, error) {
	return nil, errTodo
}

// Touch notes that the publisher of a draft did something.
func (tx *Tx) Touch(ctx context.Context, id VersionID) error { return errTodo }

// SetVerdicts stores what checking the signatures of an attempt gave.
func (tx *Tx) SetVerdicts(ctx context.Context, id VersionID, attempt int32, whole registryv1.VerdictStatus, reason string, each Verdicts) (Version, error) {
	return Version{}, errTodo
}

// ---- the lifecycle (move.go)

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
	Author    string
	Texts     VersionTexts
}

// NewVersion is a version to be created.
type NewVersion struct {
	Connector  ConnectorID
	Number     string
	Precedence []byte
	Prerelease bool
	Draft
}

// Move changes the state of a version: *StaleError if it is not in From and
// Attempt any more, *IllegalMoveError if no rule allows it.
func (tx *Tx) Move(ctx context.Context, id VersionID, m Move) (Version, error) {
	return Version{}, errTodo
}

// CreateVersion creates a PENDING version; *ExistsError if the number is
// taken, in whatever state. Event VERSION_CREATED.
func (tx *Tx) CreateVersion(ctx context.Context, v NewVersion) (Version, error) {
	return Version{}, errTodo
}

// ChangeDraft gives a PENDING or UPLOADING version new texts and platforms;
// the files of dropped platforms go. Event VERSION_CHANGED. *StaleError.
func (tx *Tx) ChangeDraft(ctx context.Context, id VersionID, attempt int32, d Draft) (Version, Garbage, error) {
	return Version{}, Garbage{}, errTodo
}

// Removed is what went with a draft.
type Removed struct {
	Version Version
	// Attempts are earlier FAILED ones.
	Attempts int
	Garbage  Garbage
}

// RemoveDraft removes a PENDING or UPLOADING version; cause is
// VERSION_ABANDONED or VERSION_EXPIRED. The number is free again. *StaleError;
// attempt 0 is any.
func (tx *Tx) RemoveDraft(ctx context.Context, id VersionID, attempt int32, cause registryv1.EventKind, reason string) (Removed, error) {
	return Removed{}, errTodo
}

// ---- files (assets.go)

// Assets are the files of an attempt by platform, kind and name.
func (v *View) Assets(ctx context.Context, id VersionID, attempt int32) ([]Asset, error) {
	return nil, errTodo
}

// DeclareAsset adds a file to a draft, or finds it. A file that was declared
// with another size or digest starts again: what was received of it goes.
// *StaleError if the version is not a draft in this attempt.
func (tx *Tx) DeclareAsset(ctx context.Context, id VersionID, attempt int32, spec AssetSpec) (Asset, Garbage, error) {
	return Asset{}, Garbage{}, errTodo
}

// RemoveAsset takes a file out of a draft.
func (tx *Tx) RemoveAsset(ctx context.Context, id AssetID) (Garbage, error) {
	return Garbage{}, errTodo
}

// Receive notes that the bytes of an asset are complete and durable; doing so
// again with the same bytes changes nothing. *StaleError if the version is not
// a draft in the asset's attempt. Every upload of the asset is done by it.
func (tx *Tx) Receive(ctx context.Context, id AssetID, digest Digest, size int64) (Asset, error) {
	return Asset{}, errTodo
}

// UploadDetail is an upload with what it is for.
type UploadDetail struct {
	Upload
	Asset   Asset
	Version Version
}

// Upload finds an upload; ErrNotFound.
func (v *View) Upload(ctx context.Context, id UploadID) (UploadDetail, error) {
	return UploadDetail{}, errTodo
}

// UploadOf is the open upload of an asset, to go on with; ErrNotFound.
func (v *View) UploadOf(ctx context.Context, id AssetID) (Upload, error) { return Upload{}, errTodo }

// PutUpload adds an upload, or gives the one that is there a new end.
func (tx *Tx) PutUpload(ctx context.Context, u Upload) error { return errTodo }

// SweepUploads removes rows of uploads that ended before a time; the caller
// removes their part files.
func (tx *Tx) SweepUploads(ctx context.Context, before time.Time, limit int) ([]UploadID, error) {
	return nil, errTodo
}

// Blob finds bytes; ErrNotFound.
func (v *View) Blob(ctx context.Context, digest Digest) (Blob, error) { return Blob{}, errTodo }

// Downloadable finds bytes that the caller could download: of a version of
// his orgs, or of one that is public and not blocked; ErrNotFound.
func (v *View) Downloadable(ctx context.Context, digest Digest, see Visibility) (Blob, error) {
	return Blob{}, errTodo
}

// Blobs lists blobs by digest, to compare with what the disk holds.
func (v *View) Blobs(ctx context.Context, after *Digest, limit int) ([]Blob, error) {
	return nil, errTodo
}

// SweepBlobs removes rows older than a time that no asset names; the caller
// removes the files.
func (tx *Tx) SweepBlobs(ctx context.Context, before time.Time, limit int) ([]Digest, error) {
	return nil, errTodo
}

// Facts is what was found in bytes; ErrNotFound if nobody looked yet.
func (v *View) Facts(ctx context.Context, digest Digest) (*registryv1.Facts, error) {
	return nil, errTodo
}

// PutFacts stores what was found in bytes.
func (tx *Tx) PutFacts(ctx context.Context, digest Digest, facts *registryv1.Facts) error {
	return errTodo
}

// Checks are those of an attempt, in the order of PutChecks.
func (v *View) Checks(ctx context.Context, id VersionID, attempt int32) ([]Check, error) {
	return nil, errTodo
}

// PutChecks replaces the checks of an attempt, if the version is still
// VALIDATING in it; *StaleError.
func (tx *Tx) PutChecks(ctx context.Context, id VersionID, attempt int32, checks []Check) error {
	return errTodo
}

// ---- events (events.go)

// Record is an event to append. Person, token and address are the actor's.
type Record struct {
	Kind      registryv1.EventKind
	Org       OrgID
	Connector ConnectorID
	Version   VersionID
	// OrgName, Name and Number are as registered.
	OrgName, Name, Number string
	Attempt               int32
	Reason                string
	Detail                map[string]string
}

// Record appends an event when the transaction commits.
func (tx *Tx) Record(r Record) {}

// Head is the newest event; its Seq is 0 in an empty log.
func (v *View) Head(ctx context.Context) (Head, error) { return Head{}, errTodo }

// EventQuery is a page of the log.
type EventQuery struct {
	See Visibility
	// PublicKinds are those of which everybody sees the events of every org.
	PublicKinds []registryv1.EventKind
	// Connector, Version, Kinds narrow it; the zero values do not.
	Connector ConnectorID
	Version   VersionID
	Kinds     []registryv1.EventKind
	Filter    Filter
	Since     time.Time
	// Ascending is oldest first.
	Ascending bool
	// After is the seq to go on from, 0 for the start of the list.
	After Seq
	Limit int
}

// EventPage is a part of the log.
type EventPage struct {
	Events []Event
	// Next is the After of the next page, 0 on the last one. While watching
	// (Ascending) it is Last that counts.
	Next Seq
	// Last is the last event examined, or After.
	Last    Seq
	Scanned int64
}

// Events lists events.
func (v *View) Events(ctx context.Context, q EventQuery) (EventPage, error) {
	return EventPage{}, errTodo
}

// VerifyChain recomputes the whole log. With want it also proves that this
// earlier head is still in it. *ChainError names the first event that is wrong.
func (s *Store) VerifyChain(ctx context.Context, want *Head) (Head, error) {
	return Head{}, errTodo
}

// ---- filters (list.go)

// Filter is a checked filter; the zero value lets everything through.
type Filter struct{}

// NewFilter checks the terms of a request; *FilterError has all faults.
func NewFilter(terms []*registryv1.FilterTerm) (Filter, error) { return Filter{}, errTodo }

// ---- jobs (jobs.go)

// Enqueue adds a job unless it is there.
func (tx *Tx) Enqueue(ctx context.Context, kind JobKind, id VersionID, attempt int32, runAfter time.Time) error {
	return errTodo
}

// Claim leases the job that is due longest; ok is false if none is.
func (s *Store) Claim(ctx context.Context, worker string, lease time.Duration) (j Job, ok bool, err error) {
	return Job{}, false, errTodo
}

// Renew makes a lease last longer; ErrLeaseLost.
func (s *Store) Renew(ctx context.Context, j Job, lease time.Duration) (Job, error) {
	return Job{}, errTodo
}

// Release ends a lease at once, so that another process goes on; the try does
// not count. For a process that ends.
func (s *Store) Release(ctx context.Context, j Job) error { return errTodo }

// Done removes a job; ErrLeaseLost.
func (tx *Tx) Done(ctx context.Context, j Job) error { return errTodo }

// Retry gives a job back, to be tried again later; ErrLeaseLost.
func (tx *Tx) Retry(ctx context.Context, j Job, at time.Time, cause string) error { return errTodo }

// NextDue is when the next job is due or its lease ends; ok is false if there
// is none.
func (v *View) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	return time.Time{}, false, errTodo
}

// HasJob says whether a job of a version's attempt is open.
func (v *View) HasJob(ctx context.Context, kind JobKind, id VersionID, attempt int32) (bool, error) {
	return false, errTodo
}

// ---- requests, tokens, secrets (access.go)

// Once makes a mutation answer a repeated request with its first answer.
// *ReusedError. An empty id just calls do.
func Once[T proto.Message](ctx context.Context, tx *Tx, id, method string, rq proto.Message, do func() (T, error)) (T, error) {
	var zero T
	return zero, errTodo
}

// SweepRequests removes answers older than 24 hours.
func (tx *Tx) SweepRequests(ctx context.Context, limit int) (int, error) { return 0, errTodo }

// TokenByHash finds a token by the sha256 of its secret, also an expired or
// revoked one; ErrNotFound.
func (v *View) TokenByHash(ctx context.Context, hash [32]byte) (Token, error) {
	return Token{}, errTodo
}

// TokenByID finds a token.
func (v *View) TokenByID(ctx context.Context, id TokenID) (Token, error) { return Token{}, errTodo }

// ListTokens lists tokens by id.
func (v *View) ListTokens(ctx context.Context, after []byte, limit int) (Page[Token], error) {
	return Page[Token]{}, errTodo
}

// HasAdmin says whether a token with the role admin in all orgs is valid.
func (v *View) HasAdmin(ctx context.Context, now time.Time) (bool, error) { return false, errTodo }

// NewToken is a token to be created.
type NewToken struct {
	Name, Person string
	Hash         [32]byte
	Until        time.Time
	// Grants need only Org and Role.
	Grants []Grant
}

// CreateToken adds a token; event TOKEN_CREATED.
func (tx *Tx) CreateToken(ctx context.Context, t NewToken) (Token, error) { return Token{}, errTodo }

// RevokeToken ends a token; nothing changes if it is revoked already. Event
// TOKEN_REVOKED.
func (tx *Tx) RevokeToken(ctx context.Context, id TokenID) (Token, error) { return Token{}, errTodo }

// UseToken notes that a token was used; callers do so at most once a minute.
func (tx *Tx) UseToken(ctx context.Context, id TokenID) error { return errTodo }

// Secret is a random secret of this store, made when it is first asked for
// and the same for every process.
func (s *Store) Secret(ctx context.Context, name string) ([32]byte, error) {
	return [32]byte{}, errTodo
}
