package wizard

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// answered is what the registry has of the version that is published.
func answered(d *LeavePublish, h held) *LeavePublish {
	d.Handle(heldFound{ref: d.publish.ref(), held: h})
	return d
}

// leaves are the question in each situation.
func leaves() map[string]func() *LeavePublish {
	draft := held{known: true, state: registryv1.State_STATE_UPLOADING, size: 14_100_000}
	at := func(prepare func(s *Publish)) *LeavePublish { return screen(nil, prepare).NewLeavePublish() }
	answering := func(s *Publish) { s.confirm() }
	uploads := func(s *Publish) { s.runs(false, progress{step: publish.StepUpload, transfer: situations()}) }
	stopped := func(s *Publish) {
		s.runs(true, progress{step: publish.StepUpload, transfer: situations()})
		s.run.err = errors.New("it was stopped")
	}
	return map[string]func() *LeavePublish{
		"leave-early":   func() *LeavePublish { return at(func(s *Publish) { s.at = atProject }) },
		"leave-unsent":  func() *LeavePublish { return answered(at(answering), held{known: true}) },
		"leave-asking":  func() *LeavePublish { return at(answering) },
		"leave-unasked": func() *LeavePublish { return answered(at(answering), held{err: errors.New("no answer")}) },
		"leave-job": func() *LeavePublish {
			return answered(at(func(s *Publish) {
				s.confirm()
				s.at = atPreflight
				s.steps[atPreflight].(*preflightStep).out.show(wrote(project.JobLint, []string{"make", "lint"}, running{}))
			}), held{known: true})
		},
		"leave-draft":   func() *LeavePublish { return answered(at(answering), draft) },
		"leave-upload":  func() *LeavePublish { return at(uploads) },
		"leave-stopped": func() *LeavePublish { return answered(at(stopped), draft) },
		"leave-checks":  func() *LeavePublish { return at(pages()["checking"]) },
		"leave-theirs": func() *LeavePublish {
			return answered(at(answering), held{known: true, state: registryv1.State_STATE_VALIDATING})
		},
		"leave-over": func() *LeavePublish { return at(pages()["done"]) },
	}
}

func TestLeaveScreens(t *testing.T) {
	t.Parallel()
	for name, question := range leaves() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tuitest.Goldens(t, name, func(look *theme.Theme, w, h int) string {
				return ui.Join(question().View(ui.Look{Theme: look, Now: noon}, w, h))
			})
		})
	}
}

// Leaving says what is true: what the registry has, what stops, and what goes
// on without this console.
func TestLeavingSaysWhatIsTrue(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"leave-early":   {"Nothing was sent: only this computer keeps it.", "goes on where you stopped.", "Abandoned, the answers go."},
		"leave-unsent":  {"Nothing was sent: only this computer keeps it.", "goes on where you stopped.", "Abandoned, the answers go. The number stays free."},
		"leave-asking":  {"hub.example.org is asked what it has of it.", "goes on where you stopped.", "What hub.example.org may have of it stays."},
		"leave-unasked": {"hub.example.org cannot be asked what it has of it.", "goes on where you stopped.", "What hub.example.org may have of it stays."},
		"leave-job":     {"make lint is running, and stops when you leave.", "Nothing was sent", "goes on where you stopped.", "Abandoned, the answers go."},
		"leave-draft":   {"hub.example.org has a draft of it, 14 MB.", "goes on where you stopped.", "The draft at hub.example.org stays"},
		"leave-upload":  {"The upload stops when you leave.", "what arrived stays at hub.example.org as a draft", "and what hub.example.org has received of it"},
		"leave-stopped": {"hub.example.org has a draft of it, 14 MB.", "goes on where you stopped.", "and the draft at hub.example.org."},
		"leave-checks":  {"hub.example.org checks v0.1.10, and goes on with that when you leave.", "what the checks and the policy make of it", "the version is withdrawn"},
		"leave-theirs":  {"hub.example.org checks v0.1.10, and goes on with that when you leave.", "what the checks and the policy make of it", "hub.example.org goes on with the version."},
		"leave-over":    {"hub.example.org has v0.1.10: it is PUBLISHED. Leaving changes nothing there."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := leaves()[name]().Say
			require.Len(t, said, len(want), "%v", said)
			for i, part := range want {
				assert.Contains(t, said[i].String(), part)
			}
		})
	}
}

// While the question is open, an upload comes to its end: the words follow.
func TestTheWordsFollowTheRun(t *testing.T) {
	t.Parallel()
	d := leaves()["leave-upload"]()
	assert.Nil(t, handled(d))
	d.publish.run.run.now.step = publish.StepValidate
	assert.Nil(t, handled(d))
	assert.Contains(t, d.Say[0].String(), "checks v0.1.10, and goes on")
}

// handled gives the question a message that is about something else.
func handled(d *LeavePublish) action.Action {
	next, _ := d.Handle(nil)
	return next
}

// What the registry has is asked of the registry, and what goes there is only
// what was sent from here.
func TestLeavingAsksTheRegistry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		draft, sent bool
		there       string
		said        string
		stays       bool
	}{
		"nothing is there":        {there: "Nothing was sent", said: "The answers are removed from this computer."},
		"a draft of somebody":     {draft: true, there: "has a draft of it.", said: "The answers are removed from this computer.", stays: true},
		"a draft that was sent":   {draft: true, sent: true, there: "has a draft of it.", said: "The draft is removed. Nothing of it was public."},
		"it ended before a draft": {sent: true, there: "Nothing was sent", said: "The answers are removed from this computer. hub.example.org has nothing of it."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls, _ := newCalls(t, registryv1.Role_ROLE_MAINTAINER)
			ref := plan.Ref
			if c.draft {
				_, err := calls.Registry.CreateConnector(t.Context(), create(ref.Org, ref.Name, "A connector."))
				require.NoError(t, err)
				_, err = calls.Registry.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{
					Ref: &registryv1.VersionRef{Org: ref.Org, Name: ref.Name, Version: ref.Version}, Platforms: registryv1.Platforms(),
				})
				require.NoError(t, err)
			}
			s := screen(nil, func(s *Publish) { s.confirm() })
			if c.sent {
				s.runs(true, progress{step: publish.StepUpload})
				s.run.err = errors.New("the link broke")
				close(s.run.run.over)
			}
			d := s.NewLeavePublish()
			d.Handle(d.Ask().(action.Ask).Question.Ask(t.Context(), calls))
			assert.Contains(t, d.Say[0].String(), c.there)
			said, err := s.Drop().(action.Begin).Work.Do(t.Context(), calls, func(float64) {})
			require.NoError(t, err)
			assert.Equal(t, c.said, said)
			_, err = calls.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: &registryv1.VersionRef{Org: ref.Org, Name: ref.Name, Version: ref.Version}})
			if c.stays {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, registryv1.Reason_REASON_NOT_FOUND, client.ReasonOf(err))
			}
		})
	}
}

// A number that is typed by half was never sent.
func TestLeavingWithHalfANumber(t *testing.T) {
	t.Parallel()
	calls, _ := newCalls(t, registryv1.Role_ROLE_PUBLISHER)
	s := screen(nil, func(s *Publish) { s.confirm() })
	s.answers.Version = "v1."
	d := s.NewLeavePublish()
	d.Handle(d.Ask().(action.Ask).Question.Ask(t.Context(), calls))
	assert.Contains(t, d.Say[0].String(), "Nothing was sent")
}

// Who leaves while a job runs stops it: nobody would see what it says.
func TestLeavingStopsAJob(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(s *Publish) action.Action{"kept": (*Publish).Keep, "dropped": (*Publish).Drop} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := screen(nil, func(s *Publish) {
				s.steps[atPreflight].(*preflightStep).out.show(wrote(project.JobBuild, []string{"make", "build"}, running{}))
			})
			next := leave(s)
			if several, is := next.(action.Several); is {
				next = several.All[0]
			}
			assert.Equal(t, action.StopTask{Task: "job /home/mara/baton-coupa"}, next)
		})
	}
}

// Leaving the program says of what runs what becomes of it.
func TestLeavingTheProgram(t *testing.T) {
	t.Parallel()
	r := newRun(plan, nil)
	assert.Contains(t, r.Left()[0], "stays there as a draft")
	r.now.step = publish.StepValidate
	assert.Contains(t, r.Left()[0], "The registry goes on with its checks")
	assert.NotContains(t, newJob("/x", project.JobLint).Left()[0], "registry")
}
