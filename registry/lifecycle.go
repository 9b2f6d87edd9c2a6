package registry

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// The states and causes of the lifecycle, under the short names that the rules
// of this package are written in.
const (
	pending    = registryv1.State_STATE_PENDING
	uploading  = registryv1.State_STATE_UPLOADING
	validating = registryv1.State_STATE_VALIDATING
	published  = registryv1.State_STATE_PUBLISHED
	failed     = registryv1.State_STATE_FAILED
	yanked     = registryv1.State_STATE_YANKED

	causeUploading = registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING
	causeFinalized = registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED
	causePublished = registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED
	causeFailed    = registryv1.EventKind_EVENT_KIND_VERSION_FAILED
	causeWithdrawn = registryv1.EventKind_EVENT_KIND_VERSION_WITHDRAWN
	causeRetried   = registryv1.EventKind_EVENT_KIND_VERSION_RETRIED
	causeYanked    = registryv1.EventKind_EVENT_KIND_VERSION_YANKED
	causeUnyanked  = registryv1.EventKind_EVENT_KIND_VERSION_UNYANKED
	causeAbandoned = registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED
	causeExpired   = registryv1.EventKind_EVENT_KIND_VERSION_EXPIRED
)

// legalMoves is the lifecycle, and store.Tx.Move knows no other:
//
//	PENDING -> UPLOADING -> VALIDATING -> PUBLISHED <-> YANKED
//	   ^                          \
//	   +---- the next attempt ---- FAILED
//
// A VALIDATING version waits for its checks, and then for as many approvals as
// the org's policy asks for.
//
// Creating a version and removing a draft are no moves: before the first and
// after the second there is no version that could be in a state.
func legalMoves() []store.Transition {
	return []store.Transition{
		{From: pending, To: uploading, Cause: causeUploading},
		{From: uploading, To: validating, Cause: causeFinalized},
		{From: validating, To: published, Cause: causePublished},
		{From: validating, To: failed, Cause: causeFailed},
		{From: validating, To: failed, Cause: causeWithdrawn},
		{From: failed, To: pending, Cause: causeRetried},
		{From: published, To: yanked, Cause: causeYanked},
		{From: yanked, To: published, Cause: causeUnyanked},
	}
}

// isDraft says whether files may still be brought, and whether the version
// can be removed without leaving its number taken.
func isDraft(state registryv1.State) bool { return state == pending || state == uploading }

// isSettled says whether nothing will happen to a version by itself any more:
// its publisher has finished, the automatic checks have, and if it is not
// decided then it is people who have to decide.
func isSettled(v *registryv1.VersionSummary) bool {
	if v.GetState() != validating {
		return !isDraft(v.GetState())
	}
	waits := v.GetWaitingFor()
	return !waits.GetChecks() && waits.GetApprovalsGiven() < waits.GetApprovalsNeeded()
}
