package check

import (
	"cmp"
	"context"
	"slices"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// All returns every check in its order, with the requirements that no policy
// can lower.
func All() []Check {
	return []Check{
		{Name: Integrity, Required: true, run: integrity},
		{Name: ArchiveSafety, Required: true, run: archiveSafety},
		{Name: Executable, Required: true, run: executable},
		{Name: PlatformMatch, Required: true, run: platformMatch},
		{Name: Module, run: module},
		{Name: Platforms, Required: true, run: platforms},
		{Name: Checksums, Required: true, run: checksums},
		{Name: Signatures, Required: true, run: signatures, raised: registryv1.Reason_REASON_SIGNATURE_INVALID},
		{Name: Capabilities, run: capabilities, raised: registryv1.Reason_REASON_CAPABILITIES_INVALID},
		{Name: License, run: license, raised: registryv1.Reason_REASON_LICENSE_MISSING},
		{Name: Order, run: order},
		{Name: Texts, Required: true, run: texts},
		{Name: Label, run: label},
	}
}

// Raise returns the checks with those named raised: their WARN and SKIPPED
// count as FAIL, and their FAIL fails the version. unknown are the names that
// no check has.
func Raise(checks []Check, names []string) (raised []Check, unknown []string) {
	raised = slices.Clone(checks)
	for _, name := range names {
		i := slices.IndexFunc(raised, func(c Check) bool { return c.Name == name })
		if i < 0 {
			unknown = append(unknown, name)
			continue
		}
		raised[i].Required, raised[i].Raised = true, true
	}
	return raised, unknown
}

// Run reads the files of the subject and runs the checks on what it found. An
// error means that a file could not be read or that ctx is done: nothing is
// known about the version then, and Run is to be called again.
func Run(ctx context.Context, checks []Check, s Subject) (Outcome, error) {
	e, err := examine(ctx, s)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Facts: map[artifact.Digest]artifact.Facts{}, Verdicts: e.verdicts()}
	for _, file := range e.files {
		if file.facts != nil {
			out.Facts[file.sha256] = *file.facts
		}
	}
	for _, c := range checks {
		findings := c.run(e)
		slices.SortStableFunc(findings, inOrder)
		for _, f := range findings {
			f.Check, f.Required = c.Name, c.Required
			if c.Raised {
				f = c.raise(f)
			}
			out.Failed = out.Failed || f.fails()
			out.Findings = append(out.Findings, f)
		}
	}
	return out, nil
}

// inOrder puts findings about the version first, then those about files by
// platform and name.
func inOrder(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(min(a.AssetID, 1), min(b.AssetID, 1)),
		cmp.Compare(a.Platform, b.Platform),
		cmp.Compare(a.Filename, b.Filename),
		cmp.Compare(a.AssetID, b.AssetID),
	)
}

// raise makes a FAIL of what the org's policy does not accept.
func (c Check) raise(f Finding) Finding {
	if f.Result != registryv1.CheckResult_CHECK_RESULT_WARN && f.Result != registryv1.CheckResult_CHECK_RESULT_SKIPPED {
		return f
	}
	f.Result = registryv1.CheckResult_CHECK_RESULT_FAIL
	f.Reason = cmp.Or(c.raised, registryv1.Reason_REASON_CHECK_FAILED)
	f.Detail += " The org's policy requires this check."
	return f
}

// fails says whether the finding fails the version.
func (f Finding) fails() bool {
	return f.Required && f.Result == registryv1.CheckResult_CHECK_RESULT_FAIL
}
