package action

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"

	"github.com/registrar-console/registrar/client/review"
)

// What reading reviews asks for.
type (
	// OpenReview shows the page on which a version is judged.
	OpenReview struct {
		effect
		Version Version
	}
	// LoadReviews reads the decisions on a version, or without one the last of
	// all. For and Asked come back with the answer.
	LoadReviews struct {
		effect
		Version Version
		For     string
		Asked   int
	}
	// Glance finds out what is the biggest change of a version that waits.
	// Without a number of the one before it, that is looked for as well.
	Glance struct {
		effect
		Version  Version
		Previous string
		// ID and Attempt name the row that it is for.
		ID      int64
		Attempt int32
	}
	// FindReview looks for a half-written review on this computer.
	FindReview struct {
		effect
		Version Version
		Asked   int
	}
	// KeepReview keeps a half-written review on this computer.
	KeepReview struct {
		effect
		Draft review.Draft
	}
	// DropReview forgets a half-written review.
	DropReview struct {
		effect
		Version Version
	}
)

// What reviewing changes at the registry.
type (
	// Claim tells others that one looks at a version, or with Release that one
	// stopped.
	Claim struct {
		effect
		Version Version
		Attempt int32
		Release bool
	}
	// AskDecide opens the dialog before a decision.
	AskDecide struct {
		effect
		Decision Decide
		// Given and Needed are the approvals as they are without it.
		Given, Needed int32
	}
	// Decide records a decision about the bytes that were looked at.
	Decide struct {
		effect
		Version  Version
		Attempt  int32
		AssetSet [32]byte
		Decision registryv1.ReviewDecision
		Criteria []*registryv1.ReviewCriterion
		Note     string
	}
)

// What moves within the pages of reviews.
type (
	// Criterion puts the cursor on one of the six, or with 6 on the summary.
	Criterion struct {
		local
		At int
	}
	// Judge marks the criterion under the cursor.
	Judge struct {
		local
		Mark registryv1.ReviewMark
	}
	// Write begins to type the note of the criterion under the cursor, or the
	// summary.
	Write struct{ local }
	// Written ends that; what was typed stays.
	Written struct{ local }
	// Restore takes over what was judged of other bytes.
	Restore struct{ local }
)
