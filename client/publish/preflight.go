package publish

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/registrar-console/registrar/client/project"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Preflight is the publisher's own report of a project as a plan holds it: the
// report goes with the version, and is shown as the publisher's own.
type Preflight struct{ Report *registryv1.PreflightReport }

// IsZero reports whether there is no report.
func (p Preflight) IsZero() bool { return p.Report == nil }

// MarshalJSON writes the report as the contract has it.
func (p Preflight) MarshalJSON() ([]byte, error) { return protojson.Marshal(p.Report) }

// UnmarshalJSON reads a report of a journal, also one that a newer version
// wrote.
func (p *Preflight) UnmarshalJSON(data []byte) error {
	report := &registryv1.PreflightReport{}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(data, report); err != nil {
		return fmt.Errorf("reading the preflight report: %w", err)
	}
	p.Report = report
	return nil
}

// Ran is a job of the project that ran to its end and decided its line of the
// report: looking at files alone says less.
type Ran struct {
	Job project.Job `json:"job"`
	// At is when it began; zero where there was no clock.
	At time.Time `json:"at,omitzero"`
	// Sources is project.SourceStamp from before it began: what the job said
	// holds as long as that is the same.
	Sources string `json:"sources"`
}
