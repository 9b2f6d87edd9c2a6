package wizard

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// atProjectStep is the wizard on that step, with its folder read.
func atProjectStep(t *testing.T, dir string) (*Publish, *projectStep) {
	t.Helper()
	s := early(dir)
	settle(t, s, nil, s.enter(atProject))
	return s, s.steps[atProject].(*projectStep)
}

// What the project says is filled in, with where it says so; a fork's module
// path names its origin, which is told.
func TestTheProjectIsProposed(t *testing.T) {
	t.Parallel()
	dir := folder(t, scaffold())
	s, p := atProjectStep(t, dir)
	assert.Equal(t, "mara", p.said[0].value())
	assert.Equal(t, "baton-widget", p.said[1].value())
	assert.Equal(t, "A connector for Widget.", p.said[2].value())
	assert.Equal(t, "from git remote origin; ! git remote origin says mara, go.mod says acme; forks keep the module path of their origin", p.said[0].hint().String())
	keys(t, s, nil, "enter")
	assert.Equal(t, atPreflight, s.at)
	assert.Equal(t, dir, s.answers.Directory)
	assert.Equal(t, "mara", s.answers.Org)
	assert.Equal(t, "baton-widget", s.answers.Name)
	assert.Empty(t, s.answers.Description, "the project says it, and may say it better later")
	assert.Equal(t, "github.com/acme/baton-widget", s.project.Module)
}

// What a person types over a proposal stays, also when the folder is read
// again; what cannot be is told.
func TestWhatIsTypedOverAProposalStays(t *testing.T) {
	t.Parallel()
	s, p := atProjectStep(t, folder(t, scaffold()))
	keys(t, s, nil, "tab", "x")
	assert.Equal(t, "marax", p.said[0].value())
	assert.Equal(t, "yours; git remote origin says mara; ! git remote origin says mara, go.mod says acme; forks keep the module path of their origin", p.said[0].hint().String())
	settle(t, s, nil, p.look())
	assert.Equal(t, "marax", p.said[0].value())
	keys(t, s, nil, "!")
	assert.Contains(t, off(t, s, "enter"), "until Organization can be: ")
	s.Handle(action.Turn{By: 1})
	assert.Equal(t, atProject, s.at)
	s.Handle(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	assert.Equal(t, "until Organization is there", off(t, s, "enter"))
	keys(t, s, nil, "acme", "tab", "tab", "tab", "tab", "ftp:x")
	assert.Equal(t, "until Homepage can be: an address begins with https://", off(t, s, "enter"))
}

// A folder that is no project says so, and nothing changes.
func TestAFolderThatIsNoProject(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"notes.txt": "x", "inner/go.mod": "module example.org/a/b\n"})
	s, p := atProjectStep(t, dir)
	assert.Equal(t, "until the folder holds a connector's project", off(t, s, "enter"))
	said := p.folderHint().String()
	assert.Contains(t, said, "has no go.mod: it does not look like a connector's project; inner has one")
	assert.Contains(t, said, "Nothing was changed.")
	s.Handle(action.Turn{By: 1})
	assert.Equal(t, atProject, s.at)
	assert.Equal(t, project.Project{}, s.project)

	keys(t, s, nil, string(filepath.Separator)+"inner")
	assert.NotContains(t, p.folderHint().String(), "no go.mod", "it was read as it was typed")
	assert.Equal(t, "b", p.said[1].value())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2)
	s.Handle(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	assert.Equal(t, "until there is a folder", off(t, s, "enter"))
}

// The home folder has its short name.
func TestTheHomeFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	require.NoError(t, os.CopyFS(filepath.Join(home, "src"), os.DirFS(folder(t, scaffold()))))
	s, _ := atProjectStep(t, "~/src")
	keys(t, s, nil, "enter")
	assert.Equal(t, filepath.Join(home, "src"), s.answers.Directory)
}

// w writes a connector.yaml with what the fields say, once.
func TestTheDescriptionIsWritten(t *testing.T) {
	t.Parallel()
	dir := folder(t, scaffold())
	s, p := atProjectStep(t, dir)
	keys(t, s, nil, "tab", "tab", "tab")
	s.Handle(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	keys(t, s, nil, "Syncs widgets", "tab", "Apache-2.0", "tab", "tab")
	require.False(t, s.Typing())
	keys(t, s, nil, "w")
	text, err := os.ReadFile(filepath.Join(dir, "connector.yaml"))
	require.NoError(t, err)
	assert.Equal(t, "description: Syncs widgets\nlicense: Apache-2.0\nrepository_url: https://github.com/mara/baton-widget\n", string(text))
	assert.True(t, p.file.described)
	assert.Equal(t, "there is one, and it is never overwritten", off(t, s, "w"))
	assert.Equal(t, "from connector.yaml", p.said[2].hint().String(), "it was read again")
	assert.Nil(t, p.handle(action.Mend{}), "also when somebody asks all the same")
}

// What a folder says comes from anywhere: it is clean before it is drawn.
func TestAHostileProject(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"go.mod": "module github.com/acme/baton-widget\n", "README.md": "# x\n\nTitle \x1b]0;owned\x07 \u202e and \x9b more\n",
		"connector.yaml": "description: \"a\\e[2Jb\\u202e\"\nlicense: \"\\e[31mMIT\"\nhomepage_url: \"https://x\\n\\e[1m\"\n",
	})
	pageAtAnySize(t, func() *Publish { s, _ := atProjectStep(t, dir); return s })
	s, p := atProjectStep(t, dir+"\x1b[31m")
	_ = s
	assert.NotContains(t, p.folderHint().String(), "\x1b")
}

// projectPages are the second step in its situations.
func projectPages() map[string]func(s *Publish) {
	answer := func(s *Publish, a folderRead) {
		s.enter(atProject)
		a.typed, a.directory = "/home/mara/baton-coupa", "/home/mara/baton-coupa"
		s.Handle(a)
	}
	said := project.Project{
		Module: "github.com/conductorone/baton-coupa", Org: project.Proposal{Value: "mara", From: "git remote origin"}, Name: project.Proposal{Value: "baton-coupa", From: "git remote origin"},
		Commit: "4be19c07d2a14be19c07d2a14be19c07d2a14be1", Description: project.Proposal{Value: "Coupa connector", From: "README.md"}, License: project.Proposal{Value: "Apache-2.0", From: "LICENSE"},
		Notes: []project.Note{{About: "org", Text: "git remote origin says mara, go.mod says conductorone; forks keep the module path of their origin"}, {About: "README", Text: "there is no README: people will not know what the connector needs"}},
	}
	return map[string]func(s *Publish){
		"project":         func(s *Publish) { answer(s, folderRead{project: said}) },
		"project-reading": func(s *Publish) { s.enter(atProject) },
		"project-none": func(s *Publish) {
			answer(s, folderRead{err: fmt.Errorf("%q has no go.mod: %w", "/home/mara/baton-coupa", project.ErrNoProject)})
		},
		"project-described": func(s *Publish) {
			answer(s, folderRead{project: said, described: true})
			s.Handle(action.Focus{By: -1})
		},
		"project-refused": func(s *Publish) { answer(s, folderRead{err: errors.New("permission denied")}) },
	}
}

func TestProjectScreens(t *testing.T) {
	t.Parallel()
	for name, prepare := range projectPages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pageTest(t, name, func() *Publish {
				s := early("/home/mara/baton-coupa")
				prepare(s)
				return s
			})
		})
	}
}

// A click puts the focus on the field below it.
func TestClicksOnFields(t *testing.T) {
	t.Parallel()
	s, p := atProjectStep(t, folder(t, scaffold()))
	lines := s.View(ui.Look{Theme: dark()}, 120, 36)
	for y, line := range lines {
		if containsPlain(line, "Homepage") {
			s.Handle(action.Point{X: 20, Y: y})
		}
	}
	assert.Equal(t, 5, p.fieldset.focus)
}
