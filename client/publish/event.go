package publish

import (
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// Event is what a run tells while it runs. The set is sealed: Step, Hashed,
// SignsWith, Signed, Noted, Targeted, Progress, Stored, Checked, Finished.
type Event interface{ event() }

// StepName is one step of a run.
type StepName string

// The steps of a run in their order.
const (
	StepHash      StepName = "hash"
	StepSign      StepName = "sign"
	StepConnector StepName = "connector"
	StepVersion   StepName = "version"
	StepUpload    StepName = "upload"
	StepFinalize  StepName = "finalize"
	StepValidate  StepName = "validate"
	StepStable    StepName = "stable"
	StepDone      StepName = "done"
)

// Status is how a step or a file is doing.
type Status string

// The statuses of a step.
const (
	StatusStarted Status = "started"
	StatusOK      Status = "ok"
	// StatusSkipped had nothing to do; the detail says why.
	StatusSkipped Status = "skipped"
	StatusFailed  Status = "failed"
)

// Step tells that a step began or ended.
type Step struct {
	Name   StepName
	Status Status
	// Detail is a sentence for people, or empty.
	Detail string
}

// Hashed tells a file's digest.
type Hashed struct {
	Asset  AssetKey
	SHA256 [32]byte
	Size   int64
	// Reused: the digest of an earlier run, since the file is unchanged.
	Reused bool
}

// SignsWith tells with which key the files are signed, before they are. Who
// signs keyless is known afterwards.
type SignsWith struct{ Key signing.TrustedKey }

// Signed tells what the signatures of a file are worth, by what the registry
// knows of its org's keys.
type Signed struct {
	Asset   AssetKey
	Verdict *registryv1.Verdict
	// Made: this run signed the file, or an earlier one did and Reused is set.
	Made, Reused bool
}

// Noted tells something that a person should know and nothing refuses.
type Noted struct{ Note Note }

// Targeted tells what the registry wants of a file.
type Targeted struct {
	Asset AssetKey
	Size  int64
	// Have: the registry has these bytes; nothing is sent.
	Have bool
}

// RowState is how the transfer of one file is doing.
type RowState string

// The states of a row.
const (
	RowQueued    RowState = "queued"
	RowUploading RowState = "uploading"
	RowWaiting   RowState = "waiting"
	RowStored    RowState = "stored"
	RowHave      RowState = "already there"
	RowStopped   RowState = "stopped"
)

// Row is the transfer of one file in a snapshot.
type Row struct {
	Asset       AssetKey
	State       RowState
	Done, Total int64
	// Rate is bytes a second, Left how long the rest takes; 0 is unknown.
	Rate float64
	Left time.Duration
	// Took is how long a stored file took.
	Took time.Duration
	// Attempt of at most Attempts.
	Attempt, Attempts int
	// Wait is how long until the next attempt.
	Wait time.Duration
	// Reason is why it waits or stopped, as a sentence.
	Reason string
}

// Progress is a snapshot of all transfers, at most twelve a second.
type Progress struct {
	Rows        []Row
	Done, Total int64
	// Sent counts bytes that went over the wire, repeated ones included.
	Sent int64
	Rate float64
	Left time.Duration
}

// Stored tells that the registry has a file whole.
type Stored struct {
	Asset AssetKey
	Size  int64
	Took  time.Duration
	// Have: it was there before.
	Have bool
}

// Checked tells the outcome of one check of the registry.
type Checked struct{ Check *registryv1.Check }

// Finished is the last event of every run.
type Finished struct {
	Result Result
	// Err is what Run returns.
	Err error
}

// Result is what became of a run.
type Result struct {
	// Version is as the registry last told it; nil if it never did.
	Version *registryv1.Version
	// Unchanged: exactly this was published before, and nothing was done.
	Unchanged bool
	// Stable: the version is the connector's stable now.
	Stable bool
	// Sent counts bytes that went over the wire.
	Sent int64
	Took time.Duration
	// Plan is the plan as the run knows it, with the digests of its files.
	Plan Plan
}

func (Step) event()      {}
func (Hashed) event()    {}
func (SignsWith) event() {}
func (Signed) event()    {}
func (Noted) event()     {}
func (Targeted) event()  {}
func (Progress) event()  {}
func (Stored) event()    {}
func (Checked) event()   {}
func (Finished) event()  {}
