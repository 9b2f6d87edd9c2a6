package wizard

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/tui/action"
)

// What was answered is on disk a moment later, under one name whatever the
// version becomes, and another console goes on with it where it stopped.
func TestAnswersOutliveTheProgram(t *testing.T) {
	t.Parallel()
	journal := publish.OpenJournal(t.TempDir())
	cfg := Config{Answers: publish.Answers{Directory: "/src/baton-coupa", Org: "acme", Name: "baton-coupa", Path: publish.PathOwn}, Registry: "hub", Journal: journal}
	s := New(cfg)
	s.enter(atVersion)
	for _, r := range "v1.0.0" {
		_, cmd := s.Handle(tea.KeyPressMsg{Code: r, Text: string(r)})
		require.NotNil(t, cmd)
		cmd()
	}
	drafts, err := journal.ListFor("hub")
	require.NoError(t, err)
	require.Len(t, drafts, 1, "the drafts of half a version are gone")
	assert.Equal(t, "v1.0.0", drafts[0].Plan.Ref.Version)
	assert.Equal(t, "Version", drafts[0].Plan.Answers.Step)

	other := New(cfg)
	ask := other.Open()[0].(action.Ask).Question.Ask(t.Context(), nil)
	other.Handle(ask)
	require.NotNil(t, other.drafts, "it is offered")
	chosen := other.drafts.bindings()[0].Do().(action.Resume)
	other.Handle(other.TakeUp(chosen.ID).(action.Ask).Question.Ask(t.Context(), nil))
	assert.Equal(t, atVersion, other.at)
	assert.Equal(t, "v1.0.0", other.answers.Version)
	assert.Equal(t, "v1.0.0", other.steps[atVersion].(*versionStep).typed())
}

// Leaving at once loses nothing that was typed a moment before.
func TestLeavingWritesWhatIsPending(t *testing.T) {
	t.Parallel()
	journal := publish.OpenJournal(t.TempDir())
	s := New(Config{Answers: publish.Answers{Directory: "/src/x", Org: "acme", Name: "baton-x", Path: publish.PathOwn}, Registry: "hub", Journal: journal})
	s.enter(atVersion)
	begun := time.Now()
	s.Handle(tea.PasteMsg{Content: "v2.0.0"})
	require.NoError(t, s.Flush())
	assert.Less(t, time.Since(begun), keepAfter*10)
	drafts, err := journal.List()
	require.NoError(t, err)
	require.Len(t, drafts, 1)
	assert.Equal(t, "v2.0.0", drafts[0].Plan.Ref.Version)
}

// A proposal is no answer: what is unfinished is offered though the system of
// the project was known earlier, and nothing is kept of it.
func TestAProposalIsNoAnswer(t *testing.T) {
	t.Parallel()
	journal := publish.OpenJournal(t.TempDir())
	cfg := Config{Answers: publish.Answers{Directory: "/src/baton-coupa", Path: publish.PathOwn}, Registry: "hub", Journal: journal}
	s := New(cfg)
	s.Open()
	_, cmd := s.Handle(systemFound{about: "", known: &publish.Known{}, proposed: "coupa"})
	assert.Equal(t, "coupa", s.steps[atPath].(*pathStep).typed())
	if cmd != nil {
		cmd()
	}
	drafts, err := journal.List()
	require.NoError(t, err)
	assert.Empty(t, drafts)
	s.Handle(draftsFound{drafts: []publish.Draft{{ID: "0123456789abcdef", Plan: publish.Plan{Registry: "hub"}}}})
	assert.NotNil(t, s.drafts, "it is offered all the same")
}

// The command for the next time names the next version's files within the
// project, and nothing that was of this build only.
func TestTheCommandForTheNextTime(t *testing.T) {
	t.Parallel()
	s := New(Config{Registry: "hub"})
	s.run.plan.Ref.Version = "v1.2.3"
	s.answers = publish.Answers{
		Directory: "/src/baton-x", Org: "acme", Version: "v1.2.3", Changelog: "new", Homepage: "https://example.org", Dist: []string{"/src/baton-x/out", "/elsewhere"},
		Picked:   []publish.Picked{{Platform: "linux-amd64", Path: "/src/baton-x/out/baton-x-1.2.3-linux.tar.gz"}},
		LeaveOut: []string{"/src/baton-x/out/sums.txt"}, Sign: "cosign:/home/mara/cosign.key",
	}
	assert.Equal(t, "registrar publish --version v1.2.4 --org acme --dist out --dist /elsewhere --file linux-amd64=out/baton-x-1.2.4-linux.tar.gz"+
		" --changelog @CHANGELOG.md --sign cosign:./cosign.key", s.run.nextTime())
	assert.Equal(t, "/src/baton-x/out", s.answers.Dist[0], "the answers stay")
	assert.Contains(t, s.answers.Picked[0].Path, "1.2.3")
}

// From its beginning on the draft is the run's: what was still to be written
// of the answers comes too late, and a publish that ended leaves nothing.
func TestTheDraftIsTheRuns(t *testing.T) {
	t.Parallel()
	journal := publish.OpenJournal(t.TempDir())
	s := New(Config{Answers: publish.Answers{Directory: "/src/x", Org: "acme", Name: "baton-x", Version: "v1.0.0", Path: publish.PathOwn}, Registry: "hub", Journal: journal})
	s.enter(atConfirm)
	s.plan = plan
	late := s.keep()
	require.NotNil(t, late)
	_, ready := s.Begin()
	require.True(t, ready)
	late()
	require.NoError(t, s.Flush())
	drafts, err := journal.List()
	require.NoError(t, err)
	assert.Empty(t, drafts)
}
