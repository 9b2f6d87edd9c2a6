// Package project reads what a connector's project says about itself: where
// it comes from, what it is called, its documents and its license. It runs
// nothing and writes nothing.
package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"gopkg.in/yaml.v3"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/clean"
)

// Proposal is a value that was found, and where.
type Proposal struct{ Value, From string }

// Note is a remark that a person should read.
type Note struct {
	// About is a field ("org") or a file.
	About, Text string
	// Caution marks what deserves a warning.
	Caution bool
}

// Project is what a directory says about its connector. Absent things are
// empty.
type Project struct {
	Directory string
	// Module is the path in go.mod.
	Module string
	// Org and Name are proposals: a fork's module path names its origin, so
	// the git remote goes first, then connector.yaml, then go.mod.
	Org, Name Proposal
	// Orgs and Names are what every source says, in this order.
	Orgs, Names []Proposal
	// Commit is what is checked out.
	Commit string
	// Repository is an https address: of connector.yaml, else of the git remote.
	Repository, Homepage        Proposal
	Description, License        Proposal
	Documentation, Capabilities Document
	ConfigSchema                Document
	Notes                       []Note

	root *os.Root
}

// Document is a file that goes with a version, as it is.
type Document struct {
	// File is relative to the project.
	File string
	Text string
}

const (
	// MaxDocument is how large a document may be; registries take no more.
	MaxDocument = 1 << 20
	maxSmall    = 64 << 10
)

// Read reads a project. Only a directory that cannot be read is an error; what
// is odd in it becomes a note.
func Read(directory string) (Project, error) {
	info, err := os.Stat(directory)
	if err != nil {
		return Project{}, fmt.Errorf("reading the project directory: %w", err)
	}
	if !info.IsDir() {
		return Project{}, fmt.Errorf("reading the project directory: %q is not a directory", directory)
	}
	root, err := os.OpenRoot(directory)
	if err != nil {
		return Project{}, fmt.Errorf("reading the project directory: %w", err)
	}
	defer root.Close() //nolint:errcheck // it was only read
	p := Project{Directory: directory, root: root}
	remote := p.gitRepository()
	p.describedByYAML()
	p.Repository.propose(remote.Value, remote.From)
	p.goModule()
	p.documents()
	p.findLicense()
	p.disagreements()
	p.root = nil
	return p, nil
}

// claim notes who a source says that the connector is.
func (p *Project) claim(org, name, from string) {
	if org != "" {
		p.Orgs = append(p.Orgs, Proposal{org, from})
		p.Org.propose(org, from)
	}
	if name = strings.ToLower(name); name != "" {
		p.Names = append(p.Names, Proposal{name, from})
		p.Name.propose(name, from)
	}
}

// disagreements notes where sources name different connectors.
func (p *Project) disagreements() {
	differ := func(about string, said []Proposal, key func(string) string) {
		for _, other := range said[min(1, len(said)):] {
			if key(other.Value) == key(said[0].Value) {
				continue
			}
			why := ""
			if other.From == goMod {
				why = "; forks keep the module path of their origin"
			}
			p.note(about, "%s says %s, %s says %s%s", said[0].From, clean.Line(said[0].Value, 100), other.From, clean.Line(other.Value, 100), why)
		}
	}
	differ("org", p.Orgs, artifact.OrgKey)
	differ("name", p.Names, artifact.ConnectorKey)
}

func (p *Project) note(about, format string, args ...any) {
	p.Notes = append(p.Notes, Note{About: about, Text: fmt.Sprintf(format, args...), Caution: true})
}

// propose takes a value unless a stronger source gave one.
func (p *Proposal) propose(value, from string) {
	if p.Value == "" && value != "" {
		*p = Proposal{Value: value, From: from}
	}
}

// errTooLarge is a file beyond its bound.
var errTooLarge = errors.New("it is too large")

// read reads a file of the project up to a bound. A file that is absent is no
// error.
func (p *Project) read(name string, limit int64) (text string, found bool, err error) {
	return readIn(p.root, name, limit)
}

// readFile reads a file outside the project: git keeps its own where it wants.
// Pipes and devices are not opened.
func readFile(path string, limit int64) (text string, found bool, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", false, nil
	case err != nil:
		return "", true, err
	case !info.Mode().IsRegular():
		return "", false, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", true, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return readBounded(f, limit)
}

const (
	goMod         = "go.mod"
	connectorYAML = "connector.yaml"
)

// goModule reads the module path of go.mod.
func (p *Project) goModule() {
	text, found, err := p.read(goMod, MaxDocument)
	if !found {
		return
	}
	if err == nil {
		p.Module = modfile.ModulePath([]byte(text))
	}
	if p.Module == "" {
		p.note(goMod, "go.mod names no module that can be read")
		return
	}
	if err := module.CheckPath(p.Module); err != nil {
		p.note(goMod, "go.mod names a module that cannot be: %s", clean.Line(err.Error(), 200))
		return
	}
	prefix, _, _ := module.SplitPathVersion(p.Module)
	org := ""
	if strings.Contains(path.Dir(prefix), "/") { // host/org/name; a bare module names no org
		org = path.Base(path.Dir(prefix))
	}
	p.claim(org, path.Base(prefix), goMod)
}

// describedByYAML reads connector.yaml, which is flat.
func (p *Project) describedByYAML() {
	const file = connectorYAML
	text, found, err := p.read(file, maxSmall)
	if !found {
		return
	}
	var said struct {
		Description string `yaml:"description"`
		License     string `yaml:"license"`
		Homepage    string `yaml:"homepage_url"`
		Repository  string `yaml:"repository_url"`
	}
	if err == nil {
		err = yaml.Unmarshal([]byte(text), &said)
	}
	if err != nil {
		p.note(file, "connector.yaml cannot be read: %s", clean.Line(err.Error(), 200))
		return
	}
	p.Description.propose(strings.TrimSpace(said.Description), file)
	p.License.propose(strings.TrimSpace(said.License), file)
	p.Homepage.propose(strings.TrimSpace(said.Homepage), file)
	p.Repository.propose(strings.TrimSpace(said.Repository), file)
	if _, repository := splitRemote(p.Repository.Value); repository != "" {
		if parts := strings.Split(strings.Trim(repository, "/"), "/"); len(parts) >= 2 {
			p.claim(parts[len(parts)-2], parts[len(parts)-1], file)
		}
	}
}
