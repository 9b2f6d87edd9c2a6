package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/check"
	"github.com/registrar-console/registrar/registry/store"
	"github.com/registrar-console/registrar/trust"
)

// pointValidating is where Config.At is called while a version is validated:
// the bytes are about to be read, and nothing is decided yet.
const pointValidating = "validating"

// validate runs the checks of one attempt and moves the version on. It may be
// run again at any time: the checks are pure, and the result counts only if
// the version is still VALIDATING in the attempt that was checked.
func (r *Registry) validate(ctx context.Context, job store.Job, held *claim) error {
	of, outcome, err := r.judge(ctx, job)
	if stale(err) {
		return r.endJob(ctx, held.settle())
	}
	if err != nil {
		return err
	}
	job = held.settle()
	err = r.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error {
		if err := r.storeOutcome(ctx, tx, of, outcome); err != nil {
			return err
		}
		return tx.Done(ctx, job)
	})
	if stale(err) {
		return r.endJob(ctx, job)
	}
	return err
}

// rejudge is how often a validation begins again at once because the org
// trusts others by then; what happens after that is for the next try.
const rejudge = 5

// judge runs the checks of one attempt, by what the org trusts at their end.
func (r *Registry) judge(ctx context.Context, job store.Job) (of validation, outcome check.Outcome, err error) {
	for range rejudge {
		if of, err = r.readForValidation(ctx, job); err != nil {
			return of, outcome, err
		}
		r.config.At(pointValidating)
		if outcome, err = check.Run(ctx, of.checks, r.subjectOf(of)); err != nil {
			return of, outcome, fmt.Errorf("checking %s/%s %s: %w", of.page.OrgSpelling, of.page.Name, of.page.Number, err)
		}
		err = r.store.Read(ctx, func(v *store.View) error { return r.expectTrust(ctx, v, of.page.Org, of.trust) })
		if !errors.Is(err, errTrustChanged) {
			break
		}
	}
	return of, outcome, err
}

// stale says whether the version is no longer what was to be validated.
func stale(err error) bool {
	_, ok := errors.AsType[*store.StaleError](err)
	return ok || errors.Is(err, store.ErrNotFound)
}

// endJob ends a job of which nothing is left to do.
func (r *Registry) endJob(ctx context.Context, job store.Job) error {
	return r.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error { return tx.Done(ctx, job) })
}

// validation is everything that a validation goes by, read in one snapshot.
type validation struct {
	page   versionPage
	checks []check.Check
	// latest is the highest PUBLISHED number, or empty.
	latest string
	trust  trust.Sources
}

// readForValidation reads a version as it was finalized, the checks that its
// org asks for, and what the org trusts.
func (r *Registry) readForValidation(ctx context.Context, job store.Job) (of validation, err error) {
	err = r.store.Read(ctx, func(v *store.View) error {
		if of.page, err = readVersion(ctx, v, job.Version); err != nil {
			return err
		}
		if of.page.State != validating || of.page.Attempt != job.Attempt {
			return &store.StaleError{Version: of.page.ID, From: validating, Attempt: job.Attempt, Found: of.page.Version}
		}
		c, err := v.ConnectorByID(ctx, of.page.Connector, store.Visibility{})
		if err != nil {
			return err
		}
		org, err := v.OrgByID(ctx, of.page.Org)
		if err != nil {
			return err
		}
		of.latest = c.Latest
		var unknown []string
		of.checks, unknown = check.Raise(check.All(), org.Policy.GetRequiredChecks())
		if len(unknown) > 0 {
			r.log.Warn("the policy names checks that this registry does not have", "org", org.Spelling, "checks", strings.Join(unknown, " "))
		}
		of.trust, err = r.sourcesOf(ctx, v, org)
		return err
	})
	return of, err
}

// subjectOf is a version as the checks see it.
func (r *Registry) subjectOf(of validation) check.Subject {
	now := r.now()
	subject := check.Subject{
		Version: versionProto(of.page, store.Visibility{}), Latest: of.latest, DocumentBytes: r.config.Limits.DocumentBytes,
		Trust: check.Trust{Sources: of.trust, Now: func() time.Time { return now }},
	}
	for _, asset := range of.page.Assets {
		subject.Assets = append(subject.Assets, check.Asset{
			ID:   int64(asset.ID),
			Meta: assetProto(asset, nil),
			Open: func(ctx context.Context) (check.Bytes, error) { return r.blobs.Open(ctx, *asset.Digest) },
		})
	}
	return subject
}

// storeOutcome keeps what was found and moves the version on. It fails with
// *store.StaleError if the version was withdrawn, or tried again, meanwhile,
// and with errTrustChanged if the org trusts others by now.
func (r *Registry) storeOutcome(ctx context.Context, tx *store.Tx, of validation, outcome check.Outcome) error {
	v := of.page.Version
	checks := make([]store.Check, len(outcome.Findings))
	for i, finding := range outcome.Findings {
		checks[i] = checkOf(finding, tx.Now())
	}
	if err := tx.PutChecks(ctx, v.ID, v.Attempt, checks); err != nil {
		return err
	}
	if err := r.expectTrust(ctx, &tx.View, v.Org, of.trust); err != nil {
		return err
	}
	for digest, facts := range outcome.Facts {
		if err := tx.PutFacts(ctx, digest, factsProto(facts)); err != nil {
			return err
		}
	}
	if err := storeVerdicts(ctx, tx, v, outcome, of.trust); err != nil {
		return err
	}
	if outcome.Failed {
		failure := failureOf(outcome.Findings)
		return fail(ctx, tx, v, failure, firstLine(failure.Message))
	}
	return passed(ctx, tx, v, of.trust.Policy)
}

// fail ends an attempt at a version that will not be published.
func fail(ctx context.Context, tx *store.Tx, v store.Version, failure store.Failure, reason string) error {
	_, err := tx.Move(ctx, v.ID, store.Move{
		From: validating, Attempt: v.Attempt, To: failed, Cause: causeFailed, Failure: &failure, Reason: reason,
	})
	return err
}

// failureOf gathers every failure: the reason is that of the first.
func failureOf(findings []check.Finding) store.Failure {
	var (
		failure store.Failure
		lines   []string
	)
	for _, finding := range findings {
		if !finding.Required || finding.Result != registryv1.CheckResult_CHECK_RESULT_FAIL {
			continue
		}
		if len(lines) == 0 {
			failure.Reason = finding.Reason
		}
		about := finding.Check
		if finding.Filename != "" {
			about += " of " + finding.Filename
		}
		if reason := finding.Verdict.GetReason(); reason != "" {
			about += ": " + reason
		}
		lines = append(lines, about+": "+strings.Join(strings.Fields(finding.Detail), " "))
	}
	if failure.Reason == registryv1.Reason_REASON_UNSPECIFIED {
		failure.Reason = registryv1.Reason_REASON_CHECK_FAILED
	}
	failure.Message = strings.Join(lines, "\n")
	return failure
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// giveUp fails a version that the registry could not validate, so that its
// publisher is not left waiting.
func (r *Registry) giveUp(ctx context.Context, job store.Job) error {
	return r.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Move(ctx, job.Version, store.Move{
			From: validating, Attempt: job.Attempt, To: failed, Cause: causeFailed, Reason: gaveUp,
			Failure: &store.Failure{Reason: registryv1.Reason_REASON_INTERNAL, Message: gaveUp},
		})
		if err != nil && !stale(err) {
			return err
		}
		return tx.Done(ctx, job)
	})
}

const gaveUp = "the registry could not finish the validation, its log knows why; create the version again to start the next attempt"

// inspectBlobs names the bytes that the store has recorded and the disk has
// lost. Nothing can bring them back here; uploading the file again does.
func (r *Registry) inspectBlobs(ctx context.Context) {
	var after *store.Digest
	for ctx.Err() == nil {
		var page []store.Blob
		err := r.store.Read(ctx, func(v *store.View) (err error) {
			page, err = v.Blobs(ctx, after, sweepPage)
			return err
		})
		if err != nil && ctx.Err() == nil {
			r.log.Error("comparing the recorded bytes with the disk", "cause", err)
		}
		if err != nil || len(page) == 0 {
			return
		}
		for _, b := range page {
			if err := r.checkBytes(ctx, b); err != nil {
				r.log.Error("the bytes of a release file are lost or damaged; its versions cannot be downloaded",
					"sha256", artifact.Digest(b.Digest).Hex(), "cause", err)
			}
		}
		after = &page[len(page)-1].Digest
	}
}
