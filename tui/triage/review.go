package triage

import (
	"encoding/hex"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/review"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// summaryAt is where the cursor stands behind the six criteria.
const summaryAt = review.Criteria

// Review is the page on which a person judges a version: six criteria at the
// left, each with what is known already, and what changed at the right.
type Review struct {
	catalog *catalog.Catalog
	ref     action.Version
	home    string

	asked   int // number of the last questions
	version *registryv1.Version
	err     error

	previous   string // the version that it was compared with
	contrasted bool   // that question was asked
	report     diff.Report
	known      bool // the report is there
	reportErr  error

	before []*registryv1.ReviewOf // decisions on other versions of the connector

	draft review.Draft
	// old is what was judged of other bytes, if anything was.
	old *review.Draft
	// keeps says that this computer keeps drafts, kept that this one is.
	keeps, kept bool
	keepErr     error
	looked      bool // for a draft that was kept

	// moved says who changed the version while the page was open.
	moved   string
	cursor  int // a criterion, or summaryAt
	writing bool
	input   ui.Input
	page    reviewPage
}

// NewReview makes the page.
func NewReview(c *catalog.Catalog, v action.Version) *Review {
	s := &Review{catalog: c, ref: v, home: catalog.Home(v.Org, v.Name)}
	s.input.Limit = reasonLimit
	return s
}

// Subject is the version that the page is about.
func (s *Review) Subject() action.Version { return s.ref }

// Open implements the console's Screen.
func (s *Review) Open() []action.Action {
	all := []action.Action{s.show(), action.Load{Org: s.ref.Org, Name: s.ref.Name}, action.Load{Waiting: true}, s.askBefore()}
	if !s.looked {
		all = append(all, action.FindReview{Version: s.ref, Asked: s.asked})
	}
	return all
}

// show asks for the version; answers to earlier questions are dropped.
func (s *Review) show() action.Action {
	s.asked++
	return action.Show{Version: s.ref, Asked: s.asked}
}

// beforeFor names the question for earlier decisions.
func (s *Review) beforeFor() string { return "review " + s.ref.String() }

func (s *Review) askBefore() action.Action {
	return action.LoadReviews{For: s.beforeFor(), Asked: s.asked}
}

// Typing implements the console's Screen.
func (s *Review) Typing() bool { return s.writing }

// queued is the row of the version in the queue, if it waits.
func (s *Review) queued() (*catalog.Queued, bool) { return s.catalog.Queued(s.home, s.ref.Number) }

// Handle implements the console's Screen.
func (s *Review) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Changed:
		return s.happened(msg.Events), nil
	case catalog.Back:
		return s.again(), nil
	case catalog.Done:
		return s.done(msg), nil
	case tea.KeyPressMsg, tea.PasteMsg:
		if s.writing && s.input.Handle(msg) {
			return s.written(), nil
		}
	case action.Local:
		return s.act(msg), nil
	default:
		return s.answered(msg), nil
	}
	return nil, nil
}

// answered takes what was asked for.
func (s *Review) answered(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case catalog.Shown:
		if msg.Asked == s.asked && (action.Version{Org: msg.Org, Name: msg.Name, Number: msg.Number}) == s.ref {
			s.take(msg)
			return s.compare()
		}
	case catalog.Contrasted:
		s.takeReport(msg)
	case catalog.Reviewed:
		if msg.For == s.beforeFor() && msg.Err == nil {
			s.before = slices.DeleteFunc(slices.Clone(msg.Reviews), s.elsewhere)
		}
	case catalog.FoundReview:
		s.found(msg)
	case catalog.KeptReview:
		if catalog.Home(msg.Org, msg.Name) == s.home && msg.Number == s.ref.Number {
			s.kept, s.keepErr = msg.Err == nil && !s.draft.Empty(), msg.Err
		}
	}
	return nil
}

// again asks anew once the registry answers, for what could not be read.
func (s *Review) again() action.Action {
	if s.err == nil && s.version != nil && s.reportErr == nil {
		return nil
	}
	s.contrasted = false
	return s.show()
}

// take keeps the version. If it has other bytes than those that were judged,
// the judgement is put aside: it is about others.
func (s *Review) take(msg catalog.Shown) {
	if s.err = msg.Err; msg.Err != nil {
		return
	}
	s.version = msg.Version
	s.settle()
}

// settle binds the judgement to the bytes that are there now.
func (s *Review) settle() {
	set := hex.EncodeToString(s.version.GetAssetSet())
	if !s.draft.Empty() && s.draft.AssetSet != set {
		old := s.draft
		s.old, s.draft, s.kept = &old, review.Draft{}, false
	}
	if s.old != nil && s.old.AssetSet == set {
		s.draft, s.old = *s.old, nil
	}
	s.draft.Org, s.draft.Name, s.draft.Version = s.ref.Org, s.ref.Name, s.ref.Number
	s.draft.AssetSet, s.draft.Attempt = set, s.version.GetSummary().GetAttempt()
}

// found takes what this computer kept of the review, unless one has begun anew
// by now.
func (s *Review) found(msg catalog.FoundReview) {
	if s.looked || catalog.Home(msg.Org, msg.Name) != s.home || msg.Number != s.ref.Number {
		return
	}
	s.looked, s.keeps, s.keepErr = true, msg.Keeps, msg.Err
	if !msg.Known || msg.Draft.Empty() || !s.draft.Empty() {
		return
	}
	s.draft, s.kept = msg.Draft, true
	if s.version != nil {
		s.settle()
	}
}

// elsewhere reports whether a decision is about another connector.
func (s *Review) elsewhere(r *registryv1.ReviewOf) bool {
	return catalog.Home(r.GetRef().GetOrg(), r.GetRef().GetName()) != s.home
}

// compare asks what changed since the PUBLISHED version before, once that is
// known.
func (s *Review) compare() action.Action {
	previous := ""
	if q, waits := s.queued(); waits && q.Known {
		previous = q.Previous
	} else if before, known := s.catalog.Before(s.home, s.ref.Number); known {
		previous = before.Number
	}
	if previous == "" || s.contrasted && previous == s.previous {
		return nil
	}
	s.previous, s.contrasted = previous, true
	old := s.ref
	old.Number = previous
	return action.Contrast{Old: old, New: s.ref, Asked: s.asked}
}

func (s *Review) takeReport(msg catalog.Contrasted) {
	if msg.New != s.ref.Number || msg.Old != s.previous || catalog.Home(msg.Org, msg.Name) != s.home {
		return
	}
	if s.reportErr = msg.Err; msg.Err == nil {
		s.report, s.known = msg.Report, true
	}
}

// happened notices what others did to the version. Half of a judgement is
// never lost by it.
func (s *Review) happened(events []*registryv1.Change) action.Action {
	var next action.Action
	for _, change := range events {
		e := change.GetEvent()
		if e.GetVersion() != s.ref.Number || catalog.Home(e.GetOrg(), e.GetName()) != s.home || e.GetKind() == registryv1.EventKind_EVENT_KIND_REFUSED {
			continue
		}
		s.contrasted = false
		next = s.show()
		v := change.GetVersion()
		if v != nil && s.version != nil && (v.GetState() != s.version.GetSummary().GetState() || v.GetAttempt() != s.version.GetSummary().GetAttempt()) {
			s.moved = words.Who(e.GetPerson()) + " changed this version at " + words.Time(e.GetAt().AsTime()) + ". It is " + registryv1.Short(v.GetState()) + " now."
		}
	}
	if next == nil {
		return s.compare() // rows may have told which version is before it
	}
	return next
}

// done leaves the page once a decision was accepted. A comment decides nothing,
// so that one goes on from there.
func (s *Review) done(msg catalog.Done) action.Action {
	if msg.ID != DecideTask(s.ref) || msg.Err != nil || s.page.sent == registryv1.ReviewDecision_REVIEW_DECISION_UNSPECIFIED {
		return nil
	}
	sent := s.page.sent
	s.page.sent = registryv1.ReviewDecision_REVIEW_DECISION_UNSPECIFIED
	if sent == registryv1.ReviewDecision_REVIEW_DECISION_COMMENT {
		s.draft.Summary = ""
		return s.keep()
	}
	s.draft.Judgements, s.draft.Summary, s.old = [review.Criteria]review.Judgement{}, "", nil
	return action.Both(action.DropReview{Version: s.ref}, action.Back{})
}

// keep keeps the judgement as it is now.
func (s *Review) keep() action.Action {
	if s.version == nil || s.looked && !s.keeps {
		return nil
	}
	s.kept = false
	return action.KeepReview{Draft: s.draft}
}
