package tui

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/review"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// candidate is the version that most tests review.
var candidate = action.Version{Org: "ConductorOne", Name: "baton-okta", Number: "v0.5.27-rc.1"}

var waiting = catalog.List{Waiting: true}

// queued are versions that wait for a person: of mara the last one.
func queued() []*registryv1.QueuedReview {
	hour := time.Hour
	item := func(id int64, r released, org string, needed, warned int32, previous string) *registryv1.QueuedReview {
		v := r.summary(id)
		v.Ref.Org, v.WaitingFor = org, &registryv1.WaitingFor{ApprovalsNeeded: needed}
		set := sha256.Sum256([]byte(r.number))
		return &registryv1.QueuedReview{
			Version: v, AssetSet: set[:], WaitingSince: ago(r.age), ChecksPassed: 14 - warned, ChecksWarned: warned, Previous: previous,
		}
	}
	all := []*registryv1.QueuedReview{
		item(500, released{"baton-workday", "v0.1.12", registryv1.State_STATE_VALIDATING, false, false, 20 * hour, "theo", -1}, "ConductorOne", 1, 0, "v0.1.11"),
		item(501, released{"baton-jira", "v0.4.10", registryv1.State_STATE_VALIDATING, false, false, 6 * hour, "lin", -1}, "acme", 2, 1, "v0.4.9"),
		item(100, released{"baton-okta", "v0.5.27-rc.1", registryv1.State_STATE_VALIDATING, false, false, 22 * time.Minute, "ines", -1}, "ConductorOne", 1, 0, "v0.5.26"),
		item(502, released{"baton-sap", "v0.2.0", registryv1.State_STATE_VALIDATING, false, false, 2 * time.Minute, "mara", -1}, "ConductorOne", 1, 0, ""),
	}
	all[1].Claim = &registryv1.Claim{Person: "juno", At: ago(5 * time.Minute), Until: ago(-25 * time.Minute)}
	all[3].ApprovalRefused = registryv1.Reason_REASON_SELF_REVIEW
	return all
}

// judgedVersion is the version that waits, with all that is known about it.
func judgedVersion() *registryv1.Version {
	w := documented("v0.5.27-rc.1")
	w.Summary.State, w.Summary.WaitingFor = registryv1.State_STATE_VALIDATING, &registryv1.WaitingFor{ApprovalsNeeded: 1}
	w.Changelog = "Sync device assurance policies. Fix paging of terminated users."
	for _, c := range w.GetChecks() {
		c.Result = registryv1.CheckResult_CHECK_RESULT_PASS
	}
	w.Preflight = &registryv1.PreflightReport{At: ago(time.Hour), Results: []*registryv1.PreflightResult{
		{Requirement: "lint", Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: "gofmt and go vet found nothing"},
		{Requirement: "tests", Result: registryv1.CheckResult_CHECK_RESULT_WARN, Detail: "no test touches device-assurance"},
	}}
	return w
}

// decisions are the last ones, the latest first.
func decisions() []*registryv1.ReviewOf {
	six := func(fail int, why string) []*registryv1.ReviewCriterion {
		var all []*registryv1.ReviewCriterion
		for i, name := range registryv1.Criteria() {
			c := &registryv1.ReviewCriterion{Name: name, Mark: registryv1.ReviewMark_REVIEW_MARK_PASS}
			if i == fail {
				c.Mark, c.Note = registryv1.ReviewMark_REVIEW_MARK_FAIL, why
			}
			all = append(all, c)
		}
		return all
	}
	of := func(name, number, person string, d registryv1.ReviewDecision, age time.Duration, criteria []*registryv1.ReviewCriterion, note string) *registryv1.ReviewOf {
		return &registryv1.ReviewOf{
			Ref:    &registryv1.VersionRef{Org: "ConductorOne", Name: name, Version: number},
			Review: &registryv1.Review{Person: person, Decision: d, Criteria: criteria, Note: note, At: ago(age), Attempt: 1},
		}
	}
	return []*registryv1.ReviewOf{
		of("baton-okta", "v0.5.26", "juno", registryv1.ReviewDecision_REVIEW_DECISION_APPROVE, 15*time.Hour, six(-1, ""), ""),
		of("baton-zoom", "v0.2.5", "mara", registryv1.ReviewDecision_REVIEW_DECISION_REJECT, 3*24*time.Hour, six(5, "token written to the log at debug level"), "See the note."),
		of("baton-okta", "v0.5.24", "mara", registryv1.ReviewDecision_REVIEW_DECISION_REJECT, 8*24*time.Hour, six(3, "no test for paging"), "Tests first."),
		of("baton-workday", "v0.1.11", "juno", registryv1.ReviewDecision_REVIEW_DECISION_COMMENT, 9*24*time.Hour, nil, "I look at it on Monday."),
	}
}

// queues gives the console the queue, as if the registry had answered.
func (a *App) queues() {
	a.receive(page{list: waiting, queued: queued()})
}

// glanced answers what is new in each version that waits.
func (a *App) glanced() {
	for _, q := range queued() {
		v := judgedVersion()
		v.Summary = q.GetVersion()
		a.Update(catalog.Glanced{
			ID: q.GetVersion().GetId(), Attempt: q.GetVersion().GetAttempt(), Previous: q.GetPrevious(), Version: v, Report: diff.Compare(documented("v0.5.26"), judgedVersion()),
		})
	}
	for asked := 1; asked < 5; asked++ {
		a.Update(catalog.Reviewed{For: "queue", Asked: asked, Reviews: decisions()})
	}
}

// queue opens the place with everything on it.
func (a *App) queue() {
	a.queues()
	a.do(action.Go{To: action.Review})
	a.screen()
	a.Update(catalog.Changed{})
	a.glanced()
	a.glanced()
}

// reviewing opens the page on which the candidate is judged.
func (a *App) reviewing() {
	a.queues()
	a.do(action.OpenReview{Version: candidate})
	a.answerReview(judgedVersion())
}

// answerReview answers what the page asks for.
func (a *App) answerReview(v *registryv1.Version) {
	for asked := 1; asked < 6; asked++ {
		a.Update(catalog.Shown{Org: candidate.Org, Name: candidate.Name, Number: candidate.Number, Asked: asked, Version: v})
	}
	a.contrasted(documented("v0.5.26"), v)
	a.Update(catalog.Reviewed{For: "review " + candidate.String(), Asked: 1, Reviews: decisions()})
	a.Update(catalog.FoundReview{Org: candidate.Org, Name: candidate.Name, Number: candidate.Number, Keeps: true})
}

// types types a text.
func (a *App) types(text string) {
	for _, r := range text {
		a.screen()
		a.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// kept answers that the draft is on the disk.
func (a *App) kept() {
	a.Update(catalog.KeptReview{Org: candidate.Org, Name: candidate.Name, Number: candidate.Number})
}

// half judges half of it.
func (a *App) half() {
	a.presses("p", "p", "p", "f", "e")
	a.types("Please add one for paging.")
	a.presses("enter", "s")
	a.types("Good work. Before I approve: a test for paging of policies, and one line in the README.")
	a.presses("enter", "5")
	a.kept()
}

// oldDraft is what was judged of other bytes.
func oldDraft() review.Draft {
	set := sha256.Sum256([]byte("other bytes"))
	d := review.Draft{Org: candidate.Org, Name: candidate.Name, Version: candidate.Number, Attempt: 1, AssetSet: hex.EncodeToString(set[:]), Summary: "Almost."}
	for i := range 4 {
		d.Judgements[i].Mark = registryv1.ReviewMark_REVIEW_MARK_PASS
	}
	return d
}

// reviewPages are the pages of reviews with something on them, and without.
func reviewPages() map[string]func(a *App) {
	return map[string]func(a *App){
		"queue":       (*App).queue,
		"queue-other": func(a *App) { a.queue(); a.presses("j") },
		"queue-none": func(a *App) {
			a.receive(page{list: waiting})
			a.do(action.Go{To: action.Review})
			a.glanced()
		},
		"queue-loading": func(a *App) { a.do(action.Go{To: action.Review}) },
		"queue-lost": func(a *App) {
			a.do(action.Go{To: action.Review})
			a.receive(page{list: waiting, err: unanswered})
		},
		"review":      func(a *App) { a.reviewing() },
		"review-half": func(a *App) { a.reviewing(); a.half() },
		"review-writing": func(a *App) {
			a.reviewing()
			a.presses("p", "e")
			a.types("All of them sync.")
		},
		"review-summary": func(a *App) { a.reviewing(); a.half(); a.presses("s") },
		"review-other-bytes": func(a *App) {
			a.queues()
			a.do(action.OpenReview{Version: candidate})
			a.Update(catalog.FoundReview{Org: candidate.Org, Name: candidate.Name, Number: candidate.Number, Keeps: true, Known: true, Draft: oldDraft()})
			a.answerReview(judgedVersion())
		},
		"review-moved": func(a *App) {
			a.reviewing()
			a.half()
			v := judgedVersion()
			v.Summary.State, v.Summary.Revision = registryv1.State_STATE_FAILED, 900
			a.Update(batch{events: []*registryv1.Change{{
				Event:   &registryv1.Event{Seq: 1, At: ago(0), Kind: registryv1.EventKind_EVENT_KIND_REVIEW_SUBMITTED, Person: "juno", Org: candidate.Org, Name: candidate.Name, Version: candidate.Number},
				Version: v.GetSummary(), VersionId: v.GetSummary().GetId(),
			}}})
			a.answerReview(v)
		},
		"review-approve": func(a *App) { a.reviewing(); a.half(); a.presses("p", "p", "a") },
		"review-reject":  func(a *App) { a.reviewing(); a.half(); a.presses("X") },
		"review-first": func(a *App) {
			a.queues()
			a.do(action.OpenReview{Version: action.Version{Org: "ConductorOne", Name: "baton-sap", Number: "v0.2.0"}})
			v := judgedVersion()
			v.Summary = queued()[3].GetVersion()
			a.Update(catalog.Shown{Org: "ConductorOne", Name: "baton-sap", Number: "v0.2.0", Asked: 1, Version: v})
		},
		"version-reviews": func(a *App) {
			a.open("v0.5.26")
			for range 3 {
				a.do(action.Tab{By: 1})
			}
			all := decisions()[:2]
			all[1].Review.Void, all[1].Review.Attempt = true, 0
			a.Update(catalog.Reviewed{For: "version " + okta.String(), Asked: 1, Reviews: all})
		},
	}
}
