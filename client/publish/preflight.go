package publish

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"

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
