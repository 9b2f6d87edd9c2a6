package wizard

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// numbers are what a registry with one published version answers.
func numbers(asked int) numberFound {
	changes := []publish.Change{{Size: publish.SizeMinor, Text: "resource type device is new"}}
	return numberFound{asked: asked, next: publish.Next{
		Previous: &registryv1.Version{Summary: &registryv1.VersionSummary{Ref: &registryv1.VersionRef{Version: "v0.1.9"}}},
		Changes:  changes, Choices: publish.NumberChoices([]artifact.Number{artifact.MustNumber("v0.1.9")}, changes),
	}, proposals: []project.Proposal{{Value: "- Sync devices", From: "CHANGELOG.md"}, {Value: "- Fix paging\n- Sync devices", From: "git since v0.1.9"}}}
}

// atVersionStep is the wizard on that step, asked once.
func atVersionStep() (*Publish, *versionStep, int) {
	s := New(Config{Answers: publish.Answers{Directory: "/src/baton-coupa"}, Registry: "hub.example.org"})
	s.answers.Org, s.answers.Name = "ConductorOne", "baton-coupa"
	asked := s.enter(atVersion).(action.Ask).Question.(lookForNumber).asked
	return s, s.steps[atVersion].(*versionStep), asked
}

// The number that fits what changed is proposed, and so is what is new; the
// registry is asked about both before one goes on.
func TestTheNextNumberIsProposed(t *testing.T) {
	t.Parallel()
	s, v, asked := atVersionStep()
	next, _ := s.Handle(numbers(asked))
	assert.Equal(t, "v0.2.0", v.number.Value())
	assert.Equal(t, "- Sync devices", v.text())
	weigh := next.(action.Ask).Question.(weighNumber)
	assert.Equal(t, "v0.2.0", weigh.answers.Version)
	assert.Equal(t, "- Sync devices", weigh.answers.Changelog)

	s.Handle(numberWeighed{asked: asked, said: verdictOfNumber{number: "v0.2.0", err: &client.Error{Message: "v0.2.0 is already published."}}})
	assert.NotEmpty(t, v.off())
	s.Handle(tea.KeyPressMsg{Code: '1', Text: "1"})
	assert.Empty(t, v.off(), "another number was not refused")
	s.Handle(numberWeighed{asked: asked, said: verdictOfNumber{number: "v0.2.0", err: &client.Error{Message: "late"}}})
	assert.Empty(t, v.off(), "the answer was about the number before")
	s.Handle(action.Turn{By: 1})
	require.Equal(t, atFiles, s.at)
	assert.Equal(t, "v0.2.01", s.answers.Version)
}

// What was typed stays when the answer comes, and when one comes back.
func TestWhatIsTypedStays(t *testing.T) {
	t.Parallel()
	s, v, asked := atVersionStep()
	for _, r := range "0.1.10" {
		s.Handle(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	s.Handle(numbers(asked))
	assert.Equal(t, "v0.1.10", v.typed(), "with the v that people leave out")
	s.Handle(action.Turn{By: 1})
	s.Handle(action.Turn{By: -1})
	assert.Equal(t, "v0.1.10", v.typed())
	v.source.Chosen = 2
	v.sourced()
	assert.Equal(t, "- Fix paging\n- Sync devices", v.text(), "with its lines")
	s.Handle(action.Turn{By: 1})
	asked = s.enter(atVersion).(action.Ask).Question.(lookForNumber).asked
	s.Handle(numbers(asked))
	assert.Equal(t, 2, v.source.Chosen)
}

func TestVersionScreens(t *testing.T) {
	t.Parallel()
	tuitest.Goldens(t, "version", func(look *theme.Theme, w, h int) string {
		s, _, asked := atVersionStep()
		s.Handle(numbers(asked))
		s.Handle(numberWeighed{asked: asked, said: verdictOfNumber{number: "v0.2.0", answer: &registryv1.CreateVersionResponse{Consequences: &registryv1.Consequences{
			Ref: &registryv1.VersionRef{Version: "v0.2.0"}, LatestBefore: "v0.1.9", LatestAfter: "v0.2.0", StableBefore: "v0.1.5", StableAfter: "v0.1.5", Attempt: 1,
		}}}})
		return ui.Join(s.View(ui.Look{Theme: look}, w, h))
	})
}
