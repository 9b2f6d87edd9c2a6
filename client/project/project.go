// Package project reads what a connector's project says about itself: where
// it comes from, what it is called, its documents and its license. It runs
// nothing and writes nothing.
package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"gopkg.in/yaml.v3"

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
	// the git remote goes before go.mod.
	Org, Name Proposal
	// Repository is the https address of the git remote, Commit what is
	// checked out.
	Repository, Commit, Homepage string
	Description, License         Proposal
	Documentation, Capabilities  Document
	ConfigSchema                 Document
	Notes                        []Note
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
	p := Project{Directory: directory}
	p.gitRepository()
	p.goModule()
	p.describedByYAML()
	p.documents()
	if p.License.Value == "" {
		p.findLicense()
	}
	return p, nil
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
	return readFile(filepath.Join(p.Directory, filepath.FromSlash(name)), limit)
}

func readFile(path string, limit int64) (text string, found bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", true, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return "", err != nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return "", true, err
	}
	if int64(len(data)) > limit {
		return "", true, fmt.Errorf("%w: more than %d bytes", errTooLarge, limit)
	}
	return strings.TrimPrefix(string(data), "\ufeff"), true, nil
}

// goModule reads the module path of go.mod.
func (p *Project) goModule() {
	text, found, err := p.read("go.mod", MaxDocument)
	if !found {
		return
	}
	if err == nil {
		p.Module = modfile.ModulePath([]byte(text))
	}
	if p.Module == "" {
		p.note("go.mod", "go.mod names no module that can be read")
		return
	}
	if err := module.CheckPath(p.Module); err != nil {
		p.note("go.mod", "go.mod names a module that cannot be: %s", clean.Line(err.Error(), 200))
		return
	}
	prefix, _, _ := module.SplitPathVersion(p.Module)
	org := path.Base(path.Dir(prefix))
	if name := path.Base(prefix); name != "." {
		p.Name.propose(strings.ToLower(name), "go.mod")
	}
	if strings.Contains(path.Dir(prefix), "/") { // host/org/name; a bare module names no org
		p.Org.propose(org, "go.mod")
	}
}

// describedByYAML reads connector.yaml, which is flat.
func (p *Project) describedByYAML() {
	const file = "connector.yaml"
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
	p.Homepage = strings.TrimSpace(said.Homepage)
	if said.Repository != "" {
		p.Repository = strings.TrimSpace(said.Repository)
	}
}
