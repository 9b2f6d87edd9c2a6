package tui

import (
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/review"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/triage"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

func TestReviewGoldens(t *testing.T) {
	t.Parallel()
	for name, open := range reviewPages() {
		tuitest.Goldens(t, name, func(look *theme.Theme, w, h int) string {
			a := newApp(t, look, w, h)
			open(a)
			return a.screen()
		})
	}
}

// Below, above and between the sizes of the goldens nothing is wider than the
// screen, and no text of others is more than text.
func TestHostileReviews(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(r *rand.Rand, a *App){
		"queue": func(r *rand.Rand, a *App) {
			a.receive(page{list: waiting, queued: poisonedAll(r, queued())})
			a.do(action.Go{To: action.Review})
			for _, q := range queued() {
				v := poisoned(r, judgedVersion())
				a.Update(catalog.Glanced{ID: q.GetVersion().GetId(), Attempt: q.GetVersion().GetAttempt(), Previous: "v0.1.0", Version: v})
			}
			a.Update(catalog.Reviewed{For: "queue", Asked: 1, Reviews: poisonedAll(r, decisions())})
		},
		"review": func(r *rand.Rand, a *App) {
			a.queues()
			a.do(action.OpenReview{Version: candidate})
			v := poisoned(r, judgedVersion())
			v.Summary.Ref = candidate.Ref()
			a.answerReview(v)
			a.Update(catalog.Reviewed{For: "review " + candidate.String(), Asked: 1, Reviews: poisonedAll(r, decisions())})
			a.presses("e")
			a.types(hostile(r, "a note"))
			a.presses("enter", "s")
			a.types(hostile(r, "a summary"))
			a.presses("enter", "X")
		},
		"version": func(r *rand.Rand, a *App) {
			a.open("v0.5.26")
			for range 3 {
				a.do(action.Tab{By: 1})
			}
			a.Update(catalog.Reviewed{For: "version " + okta.String(), Asked: 1, Reviews: poisonedAll(r, decisions())})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(4) {
				a := newApp(t, tuitest.Looks()[0].Theme, 120, 40)
				open(rand.New(rand.NewPCG(seed, 17)), a)
				tuitest.Sweep(t, func(w, h int) string {
					a.width, a.height = w, h
					return a.screen()
				}, wideText+"\u0301") // a mark that a name may keep is no cell of its own
			}
		})
	}
}

// The keys of a page belong to it alone, whatever it shows.
func TestBindingsOfReviews(t *testing.T) {
	t.Parallel()
	for name, open := range reviewPages() {
		a := plainApp(t)
		open(a)
		all := a.bindings()
		require.NoError(t, ui.CheckBindings(all), name)
		for i, b := range all {
			assert.Contains(t, Bindings(), b.ID, name)
			assert.Subset(t, Bindings()[b.ID], b.Keys, name)
			for _, other := range all[:i] {
				assert.True(t, meet(b.ID, other.ID), "%s and %s are on one screen", b.ID, other.ID)
			}
		}
	}
}

// Each criterion has a key, a mark may be taken back, and what is off says why.
func TestJudging(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.reviewing()
	assert.Contains(t, a.line("a approve"), "needs all six marked: 1 to 6 are open")
	a.presses("3", "f")
	assert.Contains(t, a.line("3 Code quality"), "✗ fail")
	a.presses("f")
	assert.NotContains(t, a.line("3 Code quality"), "✗", "the same key takes it back")
	a.presses("1", "p", "p", "p", "p", "p")
	assert.Contains(t, a.line("a approve"), "6 is open")
	a.presses("a")
	assert.Contains(t, a.line("approve: needs"), "6 is open", "the toast says it as well")
	a.presses("n")
	assert.Contains(t, a.line("6 Security"), "∙ n/a")
	assert.Contains(t, a.line("a approve"), "counts for these bytes only")
	a.presses("X")
	assert.Contains(t, a.text(), "reject: needs a reason")
	a.presses("p")
	assert.Contains(t, a.line("6 Security"), "✓ pass", "p passes here and does not publish")
}

// A note without a mark could not be kept by the registry.
func TestANoteWantsAMark(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.reviewing()
	a.presses("2", "e")
	a.types("which?")
	a.presses("enter", "s")
	a.types("Say more.")
	a.presses("enter", "w")
	assert.Contains(t, a.text(), "comment only: needs a mark on 2, which has a note")
}

// What was judged is bound to bytes: of others it is offered, not taken.
func TestJudgementsOfOtherBytes(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	reviewPages()["review-other-bytes"](a)
	assert.Contains(t, a.text(), "You judged other bytes of it before")
	assert.NotContains(t, a.line("1 Correctness"), "✓")
	a.presses("b")
	assert.Contains(t, a.line("1 Correctness"), "✓ pass")
	assert.NotContains(t, a.text(), "other bytes")

	// Uploaded again while the page is open.
	a = plainApp(t)
	a.reviewing()
	a.half()
	v := judgedVersion()
	v.AssetSet = []byte("0123456789abcdef0123456789abcdef")
	v.Summary.Attempt = 2
	a.answerReview(v)
	assert.Contains(t, a.text(), "You judged other bytes of it before")
	assert.NotContains(t, a.line("1 Correctness"), "✓")
}

// Somebody was faster: the dialog says who, and nothing written is lost.
func TestSomebodyWasFaster(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.reviewing()
	a.half()
	a.presses("p", "p", "a")
	d := a.dialog()
	require.NotNil(t, d)
	v := judgedVersion().GetSummary()
	v.Revision = 999
	event := &registryv1.Event{Seq: 7, At: ago(0), Kind: registryv1.EventKind_EVENT_KIND_REVIEW_SUBMITTED, Person: "juno", Org: candidate.Org, Name: candidate.Name, Version: candidate.Number}
	a.Update(batch{events: []*registryv1.Change{{Event: event, Version: v, VersionId: v.GetId()}}})
	dialog, is := d.dialog.(*triage.Decide)
	require.True(t, is)
	next, _ := dialog.Handle(ui.Press{ID: "do"})
	decided, is := next.(action.Decide)
	require.True(t, is)
	assert.Equal(t, registryv1.ReviewDecision_REVIEW_DECISION_APPROVE, decided.Decision)
	assert.Len(t, decided.Criteria, 6)
	assert.Equal(t, judgedVersion().GetAssetSet(), decided.AssetSet[:])
	a.Update(taskDone{id: triage.DecideTask(candidate), err: &client.Error{
		Reason: registryv1.Reason_REASON_STALE, Doing: "reviewing", Message: "v0.5.27-rc.1 is another one now", Next: "look at it again",
	}})
	assert.Contains(t, a.text(), "juno was faster.")
	assert.Contains(t, a.text(), "Your review is kept.")
	a.dialogs = nil
	assert.Contains(t, a.line("1 Correctness"), "✓ pass")
}

// A half-written review is on the disk in the order in which it was written,
// and read by the next console of the same person.
func TestHalfAReviewSurvives(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "reviews")
	a := plainApp(t)
	a.keeper = newReviewKeeper(dir)
	a.reviewing()
	d := review.Draft{Org: candidate.Org, Name: candidate.Name, Version: candidate.Number, AssetSet: "0a"}
	for i := range 50 {
		d.Summary = "draft " + strconv.Itoa(i)
		cmd := a.keepReview(action.KeepReview{Draft: d})
		if i%7 == 0 {
			go cmd()
		}
	}
	a.Close()
	kept, found, err := review.Open(dir).Find("hub.example.org", "mara", candidate.Org, candidate.Name, candidate.Number)
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, "draft 49", kept.Summary)
	a.dropReview(candidate)
	require.NoError(t, a.keeper.flush())
	_, found, err = review.Open(dir).Find("hub.example.org", "mara", candidate.Org, candidate.Name, candidate.Number)
	require.NoError(t, err)
	assert.False(t, found)
}

// The disk may be full: the page says so, and goes on.
func TestAReviewThatCannotBeKept(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.reviewing()
	a.presses("p")
	a.Update(catalog.KeptReview{Org: candidate.Org, Name: candidate.Name, Number: candidate.Number, Err: errors.New("no space left on device")})
	assert.Contains(t, a.text(), "! draft not kept")
	assert.Contains(t, a.text(), "This review is not kept on this computer: no space")
}

// With 10,000 versions that wait, what is new in them is read for those in
// sight, a few at a time.
func TestALongQueue(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	first := queued()[0]
	for from := range 10 {
		rows := make([]*registryv1.QueuedReview, 0, 1000)
		for i := range 1000 {
			q := poisonless(first, int64(from*1000+i+1000))
			rows = append(rows, q)
		}
		a.receive(page{list: waiting, queued: rows, next: map[bool]string{true: "more"}[from < 9]})
	}
	began := time.Now()
	a.do(action.Go{To: action.Review})
	for range 50 {
		a.presses("j")
	}
	a.presses("G", "g")
	assert.Less(t, time.Since(began), 5*time.Second, "53 keys in a list of 10,000")
	assert.Contains(t, a.text(), "10,000 wait for a person")
	assert.LessOrEqual(t, a.top().(interface{ Reading() int }).Reading(), 3)
}

// poisonless is a version that waits with an id of its own.
func poisonless(of *registryv1.QueuedReview, id int64) *registryv1.QueuedReview {
	v := released{"baton-" + strconv.FormatInt(id, 10), "v1.0.0", registryv1.State_STATE_VALIDATING, false, false, time.Duration(id) * time.Second, "theo", -1}.summary(id)
	v.Ref.Org, v.WaitingFor = "ConductorOne", &registryv1.WaitingFor{ApprovalsNeeded: 1}
	return &registryv1.QueuedReview{Version: v, AssetSet: of.GetAssetSet(), WaitingSince: v.GetUpdatedAt(), Previous: "v0.9.0", ChecksPassed: 12}
}

// Line by line: the queue and the page of a review are told whole, and a note
// is asked for as a question.
func TestReviewsAloud(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.queue()
	o, ok := a.top().(interface {
		Outline(ui.Look) (ui.Outline, bool)
	}).Outline(a.look())
	require.True(t, ok)
	assert.Equal(t, 4, o.Rows)
	assert.Contains(t, o.Row(1).Text.String(), "acme/jira ∙ v0.4.10 ∙ approvals 0 of 2 ∙ author lin ∙ claimed by juno, 25m left")
	a.reviewing()
	page, is := a.top().(*triage.Review)
	require.True(t, is)
	o, ok = page.Outline(a.look())
	require.True(t, ok)
	assert.Equal(t, 7, o.Rows)
	assert.Contains(t, o.Row(0).Text.String(), "Correctness: not marked")
	_, asks := page.Inquiry(a.look())
	assert.False(t, asks)
	a.presses("4", "f", "e")
	q, asks := page.Inquiry(a.look())
	require.True(t, asks)
	assert.Equal(t, "A note on Test coverage", q.Title.String())
	field, is := q.Fields[0].(ui.Question)
	require.True(t, is)
	field.Take("none for paging")
	a.presses("enter")
	o, _ = page.Outline(a.look())
	assert.Contains(t, o.Row(3).Text.String(), "Test coverage: fail")
	assert.Contains(t, o.Row(3).Text.String(), "note: none for paging")
}

// What checks warn of is read where one judges, once for all platforms, and a
// field says how much fits into it.
func TestAReviewerSeesWhatChecksWarnOf(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.reviewing()
	assert.NotContains(t, a.text(), "What the checks warn of")
	v := judgedVersion()
	for _, platform := range registryv1.Platforms() {
		v.Checks = append(v.Checks, &registryv1.Check{
			Name: "module", Platform: platform, Result: registryv1.CheckResult_CHECK_RESULT_WARN, Detail: "The module is another one.",
		})
	}
	a.answerReview(v)
	assert.Contains(t, a.text(), "! check module warns, ")
	assert.Equal(t, 1, strings.Count(a.text(), "! module The module is another one."))
	a.presses("s")
	a.types("Look again.")
	assert.Contains(t, a.text(), "11 of 2,000 characters")
	a.types(strings.Repeat("y", 3000))
	assert.Contains(t, a.text(), "2,000 of 2,000 characters")
}

// What has no column on a narrow page stands below it.
func TestANarrowQueueNamesWhoLooks(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.width, a.height = 80, 24
	a.queue()
	a.presses("j")
	a.text()
	assert.Contains(t, a.line("claimed by juno"), "1 warning ∙ by lin")
	a.width, a.height = 120, 40
	assert.NotContains(t, a.text(), "claimed by juno", "the column says it")
}

// Only what was written is kept, and the page promises no more.
func TestAMovedVersionPromisesNoReviewThatIsNone(t *testing.T) {
	t.Parallel()
	moved := func(half bool) string {
		a := plainApp(t)
		a.reviewing()
		if half {
			a.half()
		}
		v := judgedVersion()
		v.Summary.State, v.Summary.Revision = registryv1.State_STATE_FAILED, 900
		event := &registryv1.Event{Seq: 1, At: ago(0), Kind: registryv1.EventKind_EVENT_KIND_REVIEW_SUBMITTED, Person: "juno", Org: candidate.Org, Name: candidate.Name, Version: candidate.Number}
		a.Update(batch{events: []*registryv1.Change{{Event: event, Version: v.GetSummary(), VersionId: v.GetSummary().GetId()}}})
		return a.text()
	}
	assert.Contains(t, moved(true), "Your review is kept.")
	assert.Contains(t, moved(false), "juno changed this version")
	assert.NotContains(t, moved(false), "is kept.")
}

// A queue that is not read is not an empty one.
func TestAnUnreadQueueIsNotEmpty(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	reviewPages()["queue-lost"](a)
	a.presses("enter")
	assert.Contains(t, a.text(), "what waits is not read yet")
	a = plainApp(t)
	reviewPages()["queue-none"](a)
	a.presses("enter")
	assert.Contains(t, a.text(), "nothing waits here")
}

// The head of a page says how many approvals there are, a sentence how many
// are missing.
func TestApprovalsAreSaidOneWay(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.reviewing()
	assert.Contains(t, a.text(), "0 of 1 approval")
	a.presses("s")
	a.types("Why?")
	a.presses("enter", "w")
	assert.Contains(t, a.text(), "still waits for 1 approval.")
	a.dialogs = nil
	a.presses("o")
	a.answerReview(judgedVersion())
	assert.Contains(t, a.text(), "VALIDATING, 0 of 1 approval")
}
