package publish

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/project"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// PathID names one of the ways to publish a connector.
type PathID string

// The publishing paths. The first two are for a system that has a connector.
const (
	PathUpstream PathID = "upstream"
	PathFork     PathID = "fork"
	PathOfficial PathID = "official"
	PathOwn      PathID = "own"
	PathInternal PathID = "internal"
)

// PathIDs are all paths in the order in which they are shown.
func PathIDs() []PathID { return []PathID{PathUpstream, PathFork, PathOfficial, PathOwn, PathInternal} }

// PathText is what is said of a path. {system}, {name}, {org}, {repository},
// {official}, {sdk}, {guide} and {security} stand for what a person looks for
// and what is configured; in commands they are words that a shell leaves alone,
// and {fork} and {issue} are whole commands.
type PathText struct {
	Title, Meaning string
	Needs          []string
	Consequences   []string
	Commands       []string
}

// Guide is what is told of the publishing paths. All of it may be configured,
// since addresses and names change.
type Guide struct {
	// Official is the org that hosts the official connectors.
	Official string
	// SDK is the repository of the SDK, as ORG/NAME; SDKGuide tells how to build
	// a connector with it.
	SDK, SDKGuide string
	// Hub is the public page of published connectors; empty if there is none.
	Hub string
	// Security is where security problems are told privately.
	Security string
	// Texts replace parts of the built-in ones.
	Texts map[PathID]PathText
}

// DefaultGuide is what is told when nothing is configured.
func DefaultGuide() Guide {
	return Guide{
		Official: "ConductorOne", SDK: "conductorone/baton-sdk", SDKGuide: "https://github.com/conductorone/baton-sdk", Security: "security@conductorone.com",
	}
}

// Path is one way to publish, with everything that is needed to go it.
type Path struct {
	ID PathID
	PathText
	// Publishes is false for the ways that end before this registry.
	Publishes bool
	// Suggested marks the way that fits what was found.
	Suggested bool
}

// Subject is what the paths are told for; what is empty stays a word to
// replace.
type Subject struct {
	// System is the target system in a person's own words.
	System string
	// Org is the person's org.
	Org string
	// Existing is the connector that there is already, or nil.
	Existing *registryv1.Connector
	// Mine is the connector that the project at hand is, or zero.
	Mine Ref
}

// Own reports whether what exists is what the project at hand publishes.
func (s Subject) Own() bool {
	return s.Existing != nil && s.Mine.sameConnector(s.Existing.GetRef())
}

// sameConnector compares names as registries do.
func (r Ref) sameConnector(other *registryv1.ConnectorRef) bool {
	return artifact.OrgKey(r.Org) == artifact.OrgKey(other.GetOrg()) && artifact.ConnectorKey(r.Name) == artifact.ConnectorKey(other.GetName())
}

// suggested is the path that fits what was found; empty where nothing speaks
// for one of them. A project that has its connector already goes on with it.
func (g Guide) suggested(s Subject) PathID {
	switch {
	case s.Existing != nil && !s.Own():
		return PathUpstream
	case s.Mine.Org == "":
		return ""
	case artifact.OrgKey(s.Mine.Org) == artifact.OrgKey(g.Official):
		return PathOfficial
	default:
		return PathOwn
	}
}

// Paths are the five paths for a subject.
func (g Guide) Paths(s Subject) []Path {
	words, suggested := g.words(s), g.suggested(s)
	paths := make([]Path, 0, len(PathIDs()))
	for _, id := range PathIDs() {
		text := merged(builtInPaths[id], g.Texts[id])
		paths = append(paths, Path{
			ID:        id,
			Publishes: id != PathUpstream && id != PathInternal,
			Suggested: id == suggested,
			PathText: PathText{
				Title: fill(text.Title, words.text), Meaning: fill(text.Meaning, words.text), Needs: fillAll(text.Needs, words.text),
				Consequences: fillAll(text.Consequences, words.text), Commands: fillAll(text.Commands, words.shell),
			},
		})
	}
	return paths
}

// SecurityNote says where security problems are told.
func (g Guide) SecurityNote() string {
	if g.Security == "" {
		return "Never tell a security problem in a public issue: ask the maintainers for a private way."
	}
	return "Never tell a security problem in a public issue: write to " + g.Security + "."
}

// merged replaces what is configured.
func merged(text, own PathText) PathText {
	if own.Title != "" {
		text.Title = own.Title
	}
	if own.Meaning != "" {
		text.Meaning = own.Meaning
	}
	if own.Needs != nil {
		text.Needs = own.Needs
	}
	if own.Consequences != nil {
		text.Consequences = own.Consequences
	}
	if own.Commands != nil {
		text.Commands = own.Commands
	}
	return text
}

// filling are the words for placeholders, in texts and in commands.
type filling struct{ text, shell *strings.Replacer }

// Words to replace, which no shell reads as something else.
const (
	unknownOrg    = "YOUR-ORG"
	unknownOwner  = "OWNER"
	unknownSystem = "SYSTEM"
)

func (g Guide) words(s Subject) filling {
	system, name := oneLine(s.System), "baton-"+unknownSystem
	if slug := systemSlug(system); slug != "" {
		name = "baton-" + slug
	}
	if system == "" {
		system = "the target system"
	}
	org := unknownOrg
	if safeWord.MatchString(s.Org) {
		org = s.Org
	}
	repository, address := unknownOwner+"/"+name, ""
	if s.Existing != nil {
		ref := s.Existing.GetRef()
		repository = ref.GetOrg() + "/" + ref.GetName()
		if safeWord.MatchString(ref.GetName()) {
			name = ref.GetName()
		}
		if host, path := repositoryOf(s.Existing.GetRepository()); path != "" {
			repository = path
			if host != gitHub {
				address = "https://" + host + "/" + path
			}
		}
	}
	fork := "gh repo fork " + project.ShellWord(repository) + " --clone"
	if address != "" {
		fork = "git clone " + project.ShellWord(address) + " " + name
	}
	pairs := func(quote func(string) string) []string {
		return []string{
			"{system}", quote(system), "{name}", quote(name), "{org}", quote(org), "{repository}", quote(repository), "{official}", quote(g.Official),
			"{sdk}", quote(g.SDK), "{guide}", quote(g.SDKGuide), "{security}", quote(g.Security),
			"{fork}", fork, "{issue}", g.issue(s.System),
		}
	}
	return filling{
		text:  strings.NewReplacer(pairs(func(s string) string { return s })...),
		shell: strings.NewReplacer(pairs(project.ShellWord)...),
	}
}

// issue is the command that asks for official hosting, filled in as far as it
// is known.
func (g Guide) issue(system string) string {
	title, body := issueText(system)
	return "gh issue create --repo " + project.ShellWord(g.SDK) + " --title " + project.ShellWord(title) + " --body " + project.ShellWord(body)
}

// IssueText is the text of an issue that asks for official hosting: its title,
// a blank line, what it says.
func IssueText(system string) string {
	title, body := issueText(system)
	return title + "\n\n" + body + "\n"
}

func issueText(system string) (title, body string) {
	if system = oneLine(system); system == "" {
		system = unknownSystem
	}
	return "Connector for " + system, "Target system: " + system + ". API documentation: LINK. Use case: WHAT IT IS FOR, AND FOR WHOM. Code: LINK."
}

const gitHub = "github.com"

// safeWord is a word that no shell takes apart and no program for a flag.
var safeWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// repositoryOf takes an address of a repository apart. What a registry says is
// used in a command only if it is nothing but an address.
func repositoryOf(address string) (host, path string) {
	u, err := url.Parse(strings.TrimSuffix(address, ".git"))
	if err != nil || u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || !safeWord.MatchString(u.Host) {
		return "", ""
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) != 2 || !safeWord.MatchString(parts[0]) || !safeWord.MatchString(parts[1]) {
		return "", ""
	}
	return u.Host, parts[0] + "/" + parts[1]
}

// oneLine is what a person calls a system, fit to be shown.
func oneLine(system string) string { return strings.TrimSpace(clean.Line(system, 200)) }

// systemSlug is a system's name as connectors are called: "Google Workspace"
// is google-workspace.
func systemSlug(system string) string {
	slug := hyphened(system)
	slug = strings.Trim(slug[:min(len(slug), maxSlug)], "-")
	if short := strings.TrimPrefix(slug, "baton-"); short != "" {
		slug = short
	}
	return slug
}

// hyphened is a text in lower-case letters and digits with hyphens between its
// words.
func hyphened(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words, "-")
}

// maxSlug leaves room for the prefix of a connector's name.
const maxSlug = 90

func fill(text string, with *strings.Replacer) string { return with.Replace(text) }

func fillAll(texts []string, with *strings.Replacer) []string {
	filled := slices.Clone(texts)
	for i := range filled {
		filled[i] = fill(filled[i], with)
	}
	return filled
}
