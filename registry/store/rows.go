package store

import (
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Org is an org. It exists from its first connector, token, policy, key or
// identity on.
type Org struct {
	ID       OrgID
	Key      string
	Spelling string
	// Policy is nil where the org has set none.
	Policy *registryv1.Policy
}

// Connector is one connector with its pointers and counters.
type Connector struct {
	ID          ConnectorID
	Org         OrgID
	OrgKey      string
	OrgSpelling string
	Key         string
	Spelling    string
	ConnectorTexts
	// Deprecation is nil unless the connector is deprecated.
	Deprecation *Deprecation

	// StableID, LatestID are 0 and Stable, Latest empty where there is none.
	StableID VersionID
	LatestID VersionID
	Stable   string
	Latest   string
	// Newest is the highest number that the reader may see, releases before
	// pre-releases; nil where there is none.
	Newest *Version
	// Counts has the number of versions by state; only PUBLISHED and YANKED
	// are everybody's to know.
	Counts Counts

	// Revision is raised by every change of the connector or of the state of
	// one of its versions.
	Revision  int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

func (c Connector) public() int64 {
	return c.Counts.Of(registryv1.State_STATE_PUBLISHED) + c.Counts.Of(registryv1.State_STATE_YANKED)
}

// Counts are numbers of versions by state.
type Counts [7]int64

// Of is the number of versions in a state.
func (c Counts) Of(state registryv1.State) int64 { return c[state%7] }

// ConnectorTexts is what people write about a connector.
type ConnectorTexts struct {
	DisplayName string
	Description string
	// Aliases are further names, spelled as given; AliasKeys the same in the
	// form in which they are looked up.
	Aliases    []Alias
	Repository string
	Homepage   string
	License    string
}

// Alias is a further name of a connector.
type Alias struct {
	Key      string
	Spelling string
}

// Deprecation says that a connector should not be used any more.
type Deprecation struct {
	Reason      string
	Replacement string
	By          string
	At          time.Time
}

// Version is a version as a row of a list and as the subject of decisions.
type Version struct {
	ID        VersionID
	Connector ConnectorID
	Org       OrgID
	// OrgSpelling and Name are as they were registered first.
	OrgSpelling string
	Name        string
	Number      string
	// Precedence orders numbers: its byte order is that of semver.
	Precedence []byte
	Prerelease bool
	State      registryv1.State
	Attempt    int32
	// Revision is raised by every change of the version.
	Revision  int64
	Platforms Platforms
	// Received are the declared platforms whose bytes are complete.
	Received Platforms
	Verdict  registryv1.VerdictStatus
	// VerdictReason is why Verdict is NOT_VERIFIED.
	VerdictReason string
	Verdicts      Verdicts
	// Size is that of all assets together.
	Size   int64
	Author string
	Stable bool
	Latest bool
	// Reason is one line on why a FAILED or YANKED version is what it is.
	Reason       string
	YankCategory registryv1.YankCategory
	// YankReplacement is the version to use instead of a YANKED one.
	YankReplacement string
	// Blocked: downloads are refused.
	Blocked bool
	// AssetSet is nil until Finalize fixed it.
	AssetSet *Digest
	// Awaiting: the checks passed, and people have to decide.
	Awaiting bool
	// Given and Needed are approvals, as far as the version waits for any.
	Given, Needed int32

	CreatedAt time.Time
	// ActivityAt is when its publisher last did something; drafts without
	// any expire.
	ActivityAt  time.Time
	UpdatedAt   time.Time
	PublishedAt time.Time
}

// VersionTexts is what a publisher says about a version. It is read only for
// the version's own page.
type VersionTexts struct {
	Description   string
	Changelog     string
	Documentation string
	Capabilities  string
	ConfigSchema  string
	License       string
	Repository    string
	Homepage      string
	Commit        string
	WorkflowRunID string
	ReleasedAt    time.Time
	Preflight     *registryv1.PreflightReport
	Images        []*registryv1.Image
}

// VersionDetail is a version with all that the store keeps in its own rows.
type VersionDetail struct {
	Version
	Texts VersionTexts
	// Failure is set on FAILED versions, Yank on YANKED ones.
	Failure *Failure
	Yank    *Yank
	// Steps are those of the present attempt, oldest first.
	Steps []Step
	// Earlier are the outcomes of the attempts before, oldest first.
	Earlier []Attempt
}

// Step is one passed stage of the lifecycle.
type Step struct {
	State registryv1.State
	At    time.Time
	By    string
}

// Failure says why an attempt FAILED.
type Failure struct {
	Reason registryv1.Reason
	// Message has every failure, one a line.
	Message string
}

// Yank says why and with what advice a version was withdrawn.
type Yank struct {
	Category registryv1.YankCategory
	Reason   string
	Advisory string
	// Replacement is as written; ReplacementID is set by the caller of Move
	// if it is a version of the same connector, and is not stored.
	Replacement   string
	ReplacementID VersionID
	Credit        string
	Blocked       bool
	// By and At are set by Move.
	By string
	At time.Time
}

// Attempt is the kept outcome of an earlier attempt at a number.
type Attempt struct {
	Attempt  int32
	State    registryv1.State
	Failure  Failure
	AssetSet *Digest
	EndedAt  time.Time
}

// Asset is one file of one attempt.
type Asset struct {
	ID      AssetID
	Version VersionID
	Attempt int32
	AssetSpec
	// Digest and Size are what the registry computed over the bytes; nil and
	// 0 until they were received. Of external assets they are as declared.
	Digest     *Digest
	Size       int64
	ReceivedAt time.Time
}

// Complete says whether the bytes are there, or are none of ours.
func (a Asset) Complete() bool {
	return a.Digest != nil || a.Source == registryv1.AssetSource_ASSET_SOURCE_EXTERNAL
}

// AssetSpec is a file as its publisher declares it. Platform, Kind and
// Filename tell the files of an attempt apart.
type AssetSpec struct {
	Platform  registryv1.Platform
	Kind      registryv1.AssetKind
	Filename  string
	MediaType string
	Source    registryv1.AssetSource
	// URL is where the bytes of an external asset are.
	URL string
	// DeclaredSize and DeclaredDigest are nil where the publisher said none.
	DeclaredSize   *int64
	DeclaredDigest *Digest
	Attestations   []*registryv1.Attestation
}

// Blob says that bytes are complete and durable.
type Blob struct {
	Digest Digest
	Size   int64
	At     time.Time
}

// Garbage is what no row names any more. The caller removes the files after
// the transaction.
type Garbage struct {
	Blobs   []Digest
	Uploads []UploadID
}

// Upload is one way for the bytes of one asset to come in.
type Upload struct {
	ID    UploadID
	Asset AssetID
	Until time.Time
	// Done: the bytes were received.
	Done bool
}

// Check is the outcome of one automatic check.
type Check struct {
	Name     string
	Platform registryv1.Platform
	// Asset is 0 for a check of the whole version; Filename is its name.
	Asset    AssetID
	Filename string
	Result   registryv1.CheckResult
	Detail   string
	Fix      string
	Required bool
	// Reason is the stable reason of a FAIL.
	Reason  registryv1.Reason
	Verdict *registryv1.Verdict
	At      time.Time
}

// JobKind is what a job does.
type JobKind int

const (
	// JobValidate checks one attempt of a version.
	JobValidate JobKind = 1
	// JobExpire removes drafts without activity and sweeps.
	JobExpire JobKind = 2
	// JobDecide looks whether a version that waits for people has what the
	// org's policy asks for by now.
	JobDecide JobKind = 3
)

// Job is work that any process may do, one at a time.
type Job struct {
	ID JobID
	// Version and Attempt are 0 for jobs about no version.
	Version VersionID
	Attempt int32
	Kind    JobKind
	// RunAfter is when it is due; while leased, when the lease ends.
	RunAfter   time.Time
	LeasedBy   string
	LeaseUntil time.Time
	// Tries counts the claims.
	Tries     int
	LastError string
}

// Grant is one role in one org.
type Grant struct {
	// Org is 0 and OrgKey, OrgSpelling are empty for all orgs.
	Org         OrgID
	OrgKey      string
	OrgSpelling string
	Role        registryv1.Role
}

// Token is an access token. Only its hash is stored.
type Token struct {
	ID        TokenID
	Name      string
	Person    string
	Grants    []Grant
	CreatedAt time.Time
	// Until is zero for never; so are UsedAt and RevokedAt.
	Until     time.Time
	UsedAt    time.Time
	RevokedAt time.Time
}

// Event is one entry of the log.
type Event struct {
	Seq Seq
	At  time.Time
	// Body is decoded from Stored.Body.
	Body *registryv1.EventBody
	// TokenName is the present name of the token, empty without one.
	TokenName string
	Stored    Stored
}

// Stored is what an event's row holds beside seq and at: the bytes that were
// hashed, the hashes, and the columns by which events are found.
type Stored struct {
	Body, Prev, Hash []byte
	// Columns has only the fields that are columns.
	Columns Columns
}

// Columns are the copies of an event's facts by which events are found.
type Columns struct {
	Kind      registryv1.EventKind
	Person    string
	TokenID   TokenID
	From      string
	Org       OrgID
	Connector ConnectorID
	Version   VersionID
}

// Head is the newest event of a log, or one that was it once.
type Head struct {
	Seq  Seq
	Hash Digest
}
