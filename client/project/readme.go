package project

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

var (
	// usageHeading and the others find the headings under which people look.
	usageHeading         = regexp.MustCompile(`(?i)\b(usage|getting started|quick ?start|running|how to run|command[- ]line|installation|install)\b`)
	configurationHeading = regexp.MustCompile(`(?i)\b(configur\w*|settings|options|flags|environment|credentials|authentication|prerequisites|set ?up)\b`)
	permissionHeading    = regexp.MustCompile(`(?i)\b(permissions?|scopes?|privileges?|access required|required access)\b`)
	// permissionLine and needWord together find prose that says what an account
	// must be allowed. A connector's README speaks of permissions anyway: they
	// are what it syncs.
	permissionLine = regexp.MustCompile(`(?i)\b(permissions?|scopes?|privileges?|read[- ]only (access|role|admin\w*)|admin\w* roles?)\b`)
	needWord       = regexp.MustCompile(`(?i)\b(needs?|needed|requires?|required|must|grant(s|ed)?|assign(s|ed)?|allow(s|ed)?)\b`)
	// flagName finds what a person sets: --domain, BATON_DOMAIN.
	flagName = regexp.MustCompile(`(--[a-z][a-z0-9-]+|\bBATON_[A-Z0-9_]+)`)
	// ordinary are the flags that every connector has; they configure nothing
	// of the target system.
	ordinary = map[string]bool{
		"--help": true, "--version": true, "--file": true, "--log-level": true, "--log-format": true, "--provisioning": true, "--client-id": true,
		"--client-secret": true, "--ticketing": true, "--skip-full-sync": true, "--rm": true, "--output-format": true,
		"BATON_FILE": true, "BATON_LOG_LEVEL": true, "BATON_LOG_FORMAT": true, "BATON_CLIENT_ID": true, "BATON_CLIENT_SECRET": true,
	}
)

// told is where a document tells something; "" is nowhere.
type told struct{ permissions, configuration, usage string }

// readme: the README tells which permissions the connector needs, how it is
// configured and how it is run.
func readme(_ context.Context, s *survey) *registryv1.PreflightResult {
	file, text, err := s.document(documentFiles)
	switch {
	case err != nil:
		return result(fail, file+" cannot be read", err.Error(), "keep README.md a text of at most 1 MB")
	case file == "" || !isReadme(file):
		return result(fail, "there is no README.md", "", "write one with sections Permissions, Configuration and Usage")
	case strings.TrimSpace(text) == "":
		return result(fail, file+" is empty", "", "write sections Permissions, Configuration and Usage")
	}
	found := s.tells(file, text)
	if guide, more, err := s.document([]string{"docs/connector.mdx", "connector.mdx"}); err == nil && more != "" {
		in := s.tells(guide, more)
		found.permissions = first(found.permissions, in.permissions)
		found.configuration = first(found.configuration, in.configuration)
	}
	var missing, where, fixes []string
	for _, section := range []struct{ name, at, missing, fix string }{
		{"permissions", found.permissions, "no line names the permissions in the target system", "add a Permissions section: reviewers look for it first"},
		{"configuration", found.configuration, "no line names a flag or a BATON_ variable", "add a Configuration section with every flag and its variable"},
		{"usage", found.usage, "no section shows how to run " + s.binary(), "add a Usage section with a command that runs " + s.binary()},
	} {
		if section.at == "" {
			missing = append(missing, section.missing)
			fixes = append(fixes, section.fix)
			continue
		}
		where = append(where, section.name+" at "+section.at)
	}
	unnamed := s.unnamedFields(text)
	if len(unnamed) > 0 && found.configuration != "" {
		missing = append(missing, fmt.Sprintf("config_schema.json has %s that it does not name: %s", plural(len(unnamed), "required field", "required fields"), joined(unnamed)))
		fixes = append(fixes, "name every required field as flag and variable")
	}
	switch {
	case len(where) == 0:
		return result(fail, file+" tells neither permissions, configuration nor usage", "", strings.Join(fixes, "; "))
	case len(missing) > 0:
		return result(warn, strings.Join(missing, "; "), evidence(where), strings.Join(fixes, "; "))
	default:
		return result(pass, "permissions, configuration and usage are told", evidence(where), "")
	}
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// document is the first of some files that is there.
func (s *survey) document(names []string) (file, text string, err error) {
	for _, name := range names {
		text, found, err := s.tree.read(name, MaxDocument)
		if found {
			return name, text, err
		}
	}
	return "", "", nil
}

func isReadme(file string) bool { return strings.HasPrefix(strings.ToLower(file), "readme") }

// tells finds what a document tells, and where.
func (s *survey) tells(file, text string) told {
	var found told
	var section string
	at := func(p part) string { return fmt.Sprintf("%s:%d: %s", file, p.line, shortened(p.text)) }
	binary := s.binary()
	inPermissions, inUsage, heads := false, false, told{}
	for _, p := range parts(text) {
		switch p.kind {
		case heading:
			section = p.text
			inPermissions, inUsage = permissionHeading.MatchString(section), usageHeading.MatchString(section)
			if configurationHeading.MatchString(section) {
				heads.configuration = first(heads.configuration, at(p))
			}
		case prose:
			if inPermissions || permissionLine.MatchString(p.text) && needWord.MatchString(p.text) {
				found.permissions = first(found.permissions, at(p))
			}
			found.configuration = first(found.configuration, names(p, at))
		case code:
			if strings.Contains(p.text, binary) && !strings.Contains(p.text, "brew install") && !strings.Contains(p.text, "go install") {
				heads.usage = first(heads.usage, at(p))
				if inUsage {
					found.usage = first(found.usage, at(p))
				}
			}
			found.configuration = first(found.configuration, names(p, at))
		}
	}
	// A command under another heading shows the usage as well; a heading alone
	// configures nothing, unless a table below it was no prose for us.
	found.usage = first(found.usage, heads.usage)
	return found
}

// names is where a line names a flag or variable of the target system.
func names(p part, at func(part) string) string {
	for _, name := range flagName.FindAllString(p.text, 10) {
		if !ordinary[name] {
			return at(p)
		}
	}
	return ""
}

func shortened(text string) string {
	const most = 80
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-3]) + "..."
	}
	return text
}

// unnamedFields are the required fields of the configuration that a text names
// neither as flag nor as variable.
func (s *survey) unnamedFields(text string) []string {
	schema, found, err := s.tree.read("config_schema.json", MaxDocument)
	if !found || err != nil {
		return nil
	}
	var unnamed []string
	for _, name := range requiredFields([]byte(schema)) {
		variable := "BATON_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		if !strings.Contains(text, "--"+name) && !strings.Contains(text, variable) {
			unnamed = append(unnamed, "--"+name)
		}
	}
	return unnamed
}

// requiredFields are the names of the fields that a configuration cannot do
// without. A schema that cannot be read has none.
func requiredFields(schema []byte) []string {
	var doc struct {
		Fields []struct {
			Name     string `json:"name"`
			Required bool   `json:"isRequired"`
		} `json:"fields"`
	}
	if err := json.Unmarshal(schema, &doc); err != nil {
		return nil
	}
	var required []string
	for _, field := range doc.Fields {
		if field.Required && field.Name != "" {
			required = append(required, field.Name)
		}
	}
	return required
}
