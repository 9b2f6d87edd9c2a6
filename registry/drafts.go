package registry

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// place is what CreateVersion found under a number, and what it therefore does.
type place struct {
	connector store.Connector
	outcome   registryv1.CreateOutcome
	// found is the version that is there; zero when the number is free.
	found store.Version
}

// CreateVersion creates a version, takes up a draft again, or starts the next
// attempt at a FAILED number. A version under validation is returned as it is.
func (r *Registry) CreateVersion(ctx context.Context, rq *registryv1.CreateVersionRequest) (*registryv1.CreateVersionResponse, error) {
	doing := "creating version " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	c.platforms("platforms", rq.GetPlatforms())
	c.versionTexts(rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	caller := PrincipalFrom(ctx)
	draft := draftOf(rq, caller.Person)
	if rq.GetValidateOnly() {
		answer, err := r.foreseeCreate(ctx, of, caller.See)
		return answer, wrap(doing, err)
	}
	var garbage store.Garbage
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.CreateVersionResponse, error) {
		garbage = store.Garbage{}
		p, err := findPlace(ctx, &tx.View, of, caller.See)
		if err != nil {
			return nil, err
		}
		facts := ofCreate(p, of.Version)
		v, dropped, err := p.take(ctx, tx, of.Version, draft)
		if err != nil {
			return nil, err
		}
		garbage = dropped
		version, err := answerVersion(ctx, &tx.View, v.ID, caller.See)
		return &registryv1.CreateVersionResponse{Version: version, Consequences: facts, Outcome: p.outcome}, err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	r.discard(ctx, garbage)
	return answer, nil
}

// foreseeCreate says what CreateVersion would do.
func (r *Registry) foreseeCreate(ctx context.Context, of subject, see store.Visibility) (*registryv1.CreateVersionResponse, error) {
	answer := &registryv1.CreateVersionResponse{}
	err := r.store.Read(ctx, func(v *store.View) error {
		p, err := findPlace(ctx, v, of, see)
		if err != nil {
			return err
		}
		answer.Consequences, answer.Outcome = ofCreate(p, of.Version), p.outcome
		if p.found.ID == 0 {
			return nil
		}
		answer.Version, err = answerVersion(ctx, v, p.found.ID, see)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// findPlace decides what a number is to its publisher.
func findPlace(ctx context.Context, v *store.View, of subject, see store.Visibility) (place, error) {
	c, err := findConnector(ctx, v, of, see)
	if err != nil {
		return place{}, err
	}
	p := place{connector: c, outcome: registryv1.CreateOutcome_CREATE_OUTCOME_NEW}
	if p.found, err = optional(v.Version(ctx, c.ID, of.Version.Precedence())); err != nil {
		return place{}, err
	}
	switch p.found.State {
	case pending, uploading:
		p.outcome = registryv1.CreateOutcome_CREATE_OUTCOME_DRAFT
	case validating:
		p.outcome = registryv1.CreateOutcome_CREATE_OUTCOME_VALIDATING
	case failed:
		p.outcome = registryv1.CreateOutcome_CREATE_OUTCOME_NEXT_ATTEMPT
	case published, yanked:
		return place{}, numberTaken(p.found)
	default:
	}
	return p, nil
}

// ofCreate says what creating a version does.
func ofCreate(p place, number artifact.Number) *registryv1.Consequences {
	v := p.found
	if v.ID == 0 {
		v.Number = number.String()
	}
	facts := unchanged(p.connector, v)
	switch p.outcome {
	case registryv1.CreateOutcome_CREATE_OUTCOME_NEW:
		facts.StateAfter, facts.Attempt = pending, 1
	case registryv1.CreateOutcome_CREATE_OUTCOME_NEXT_ATTEMPT:
		facts.StateAfter, facts.Attempt = pending, v.Attempt+1
	default:
	}
	return facts
}

// take makes the number the publisher's draft.
func (p place) take(ctx context.Context, tx *store.Tx, number artifact.Number, draft store.Draft) (store.Version, store.Garbage, error) {
	var (
		v       = p.found
		garbage store.Garbage
		err     error
	)
	switch p.outcome {
	case registryv1.CreateOutcome_CREATE_OUTCOME_NEW:
		v, err = tx.CreateVersion(ctx, store.NewVersion{
			Connector: p.connector.ID, Number: number.String(), Precedence: number.Precedence(),
			Prerelease: number.Prerelease() != "", Draft: draft,
		})
	case registryv1.CreateOutcome_CREATE_OUTCOME_DRAFT:
		v, garbage, err = tx.ChangeDraft(ctx, v.ID, v.Attempt, draft)
	case registryv1.CreateOutcome_CREATE_OUTCOME_NEXT_ATTEMPT:
		v, err = tx.Move(ctx, v.ID, store.Move{From: failed, Attempt: v.Attempt, To: pending, Cause: causeRetried, Draft: &draft})
	default:
	}
	return v, garbage, err
}

// numberTaken refuses a number that was public once. The asset set lets the
// publisher see whether what he has is what was published.
func numberTaken(v store.Version) *Error {
	e := refuse(registryv1.Reason_REASON_VERSION_EXISTS, "%s is %s, and a number that was public is never used again", v.Number, registryv1.Short(v.State)).
		WithNext("publish under a higher number").
		WithMeta("state", registryv1.Short(v.State)).
		WithMeta("attempt", strconv.Itoa(int(v.Attempt)))
	if v.AssetSet != nil {
		e = e.WithMeta("asset_set", artifact.Digest(*v.AssetSet).String())
	}
	return e
}

// wrongState refuses what cannot be done to a version in its state.
func wrongState(v store.Version, why string) *Error {
	e := refuse(registryv1.Reason_REASON_WRONG_STATE, "%s is %s: %s", v.Number, registryv1.Short(v.State), why).
		WithMeta("state", registryv1.Short(v.State)).
		WithMeta("attempt", strconv.Itoa(int(v.Attempt)))
	if v.AssetSet != nil {
		e = e.WithMeta("asset_set", artifact.Digest(*v.AssetSet).String())
	}
	return e
}

// checkAttempt refuses whoever saw another attempt than the present one.
func checkAttempt(v store.Version, seen int32) error {
	if seen == v.Attempt {
		return nil
	}
	return &store.StaleError{Version: v.ID, From: v.State, Attempt: seen, Found: v}
}

// versionTexts checks everything that a publisher says about a version.
func (c *checker) versionTexts(rq *registryv1.CreateVersionRequest) {
	c.lines("description", rq.GetDescription(), maxDescription)
	c.lines("changelog", rq.GetChangelog(), maxChangelog)
	c.document("documentation", rq.GetDocumentation())
	c.document("capabilities", rq.GetCapabilities())
	c.document("config_schema", rq.GetConfigSchema())
	c.line("license", rq.GetLicense(), maxLicense)
	c.line("repository", rq.GetRepository(), maxURL)
	c.line("homepage", rq.GetHomepage(), maxURL)
	c.line("commit", rq.GetCommit(), maxLicense)
	c.line("workflow_run_id", rq.GetWorkflowRunId(), maxLine)
	if at := rq.GetReleasedAt(); at != nil && !at.IsValid() {
		c.faults.Add("released_at", registryv1.Reason_REASON_INVALID_ARGUMENT, "the time is not one")
	}
	c.preflight(rq.GetPreflight())
	for i, image := range rq.GetImages()[:c.atMost("images", len(rq.GetImages()), maxImages, "images")] {
		field := fmt.Sprintf("images[%d]", i)
		c.line(field+".key", image.GetKey(), maxLine)
		c.line(field+".ref", image.GetRef(), maxURL)
		c.line(field+".digest", image.GetDigest(), maxLine)
		c.attestations(field+".attestations", image.GetAttestations())
	}
}

// preflight checks the publisher's own report of his project.
func (c *checker) preflight(report *registryv1.PreflightReport) {
	if at := report.GetAt(); at != nil && !at.IsValid() {
		c.faults.Add("preflight.at", registryv1.Reason_REASON_INVALID_ARGUMENT, "the time is not one")
	}
	results := report.GetResults()
	for i, result := range results[:c.atMost("preflight.results", len(results), maxFindings, "results")] {
		field := fmt.Sprintf("preflight.results[%d]", i)
		c.line(field+".requirement", result.GetRequirement(), maxLine)
		c.lines(field+".detail", result.GetDetail(), maxDescription)
		c.lines(field+".evidence", result.GetEvidence(), maxDescription)
		c.lines(field+".fix", result.GetFix(), maxDescription)
		c.lines(field+".override", result.GetOverride(), maxReason)
	}
}

// AbandonVersion removes a draft, whose number is free again, or withdraws a
// version under validation, which is FAILED then.
func (r *Registry) AbandonVersion(ctx context.Context, rq *registryv1.AbandonVersionRequest) (*registryv1.AbandonVersionResponse, error) {
	doing := "abandoning version " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	c.lines("reason", rq.GetReason(), maxReason)
	if rq.GetAttempt() < 0 {
		c.faults.Add("attempt", registryv1.Reason_REASON_INVALID_ARGUMENT, "there is no attempt %d; 0 is any", rq.GetAttempt())
	}
	if err := c.err(doing); err != nil {
		return nil, err
	}
	caller := PrincipalFrom(ctx)
	var garbage store.Garbage
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.AbandonVersionResponse, error) {
		garbage = store.Garbage{}
		_, v, err := findVersion(ctx, &tx.View, of, caller.See)
		if err != nil {
			return nil, err
		}
		if rq.GetAttempt() != 0 {
			if err := checkAttempt(v, rq.GetAttempt()); err != nil {
				return nil, err
			}
		}
		switch {
		case isDraft(v.State):
			removed, err := tx.RemoveDraft(ctx, v.ID, v.Attempt, causeAbandoned, rq.GetReason())
			garbage = removed.Garbage
			return &registryv1.AbandonVersionResponse{RemovedAttempts: int32(removed.Attempts)}, err //nolint:gosec // attempts are numbered in an int32
		case v.State == validating:
			version, err := withdraw(ctx, tx, v, caller, rq.GetReason())
			return &registryv1.AbandonVersionResponse{Version: version}, err
		default:
			return nil, wrongState(v, "only a draft can be removed, and only a version under validation be withdrawn").
				WithNext("yank it if it is PUBLISHED; otherwise there is nothing to abandon")
		}
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	r.discard(ctx, garbage)
	return answer, nil
}

// withdraw ends a validation by the will of the publisher.
func withdraw(ctx context.Context, tx *store.Tx, v store.Version, caller Principal, reason string) (*registryv1.Version, error) {
	message := "withdrawn by " + caller.Person
	if reason != "" {
		message += ": " + reason
	}
	_, err := tx.Move(ctx, v.ID, store.Move{
		From: validating, Attempt: v.Attempt, To: failed, Cause: causeWithdrawn, Reason: reason,
		Failure: &store.Failure{Reason: registryv1.Reason_REASON_WITHDRAWN, Message: message},
	})
	if err != nil {
		return nil, err
	}
	return answerVersion(ctx, &tx.View, v.ID, caller.See)
}

// discard removes the files of what no row names any more. The rows are gone
// already, so what fails here is left to the sweep.
func (r *Registry) discard(ctx context.Context, garbage store.Garbage) {
	ctx = context.WithoutCancel(ctx)
	for _, id := range garbage.Uploads {
		if err := r.blobs.Forget(id); err != nil {
			r.log.Warn("a part of an upload was not removed", "upload", fmt.Sprintf("%x", id), "cause", err)
		}
	}
	for _, digest := range garbage.Blobs {
		if err := r.deleteBlob(ctx, digest); err != nil {
			r.log.Warn("bytes that nothing names were not removed", "sha256", artifact.Digest(digest).Hex(), "cause", err)
		}
	}
}

// deleteBlob removes bytes unless they were recorded again meanwhile.
func (r *Registry) deleteBlob(ctx context.Context, digest store.Digest) error {
	return r.blobs.Delete(ctx, digest, func(ctx context.Context) (unused bool, err error) {
		recorded, err := r.isRecorded(ctx, digest)
		return !recorded, err
	})
}

// isRecorded says whether the store knows bytes.
func (r *Registry) isRecorded(ctx context.Context, digest store.Digest) (recorded bool, err error) {
	err = r.store.Read(ctx, func(v *store.View) error {
		_, err := v.Blob(ctx, digest)
		recorded = err == nil
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return recorded, err
}
