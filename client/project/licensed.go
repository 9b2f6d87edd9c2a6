package project

import (
	"context"
	"fmt"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// wantedLicense is what connectors that are published are licensed under.
const wantedLicense = "Apache-2.0"

// wholeApache are sentences of the whole text; a notice has only the name.
var wholeApache = []string{"terms and conditions for use, reproduction, and distribution", "grant of patent license", "limitation of liability"}

// licensed: the project is under the Apache license, with its whole text.
func licensed(_ context.Context, s *survey) *registryv1.PreflightResult {
	const fix = "add the Apache-2.0 text as LICENSE"
	name, text, err := s.licenseFile()
	said := s.project.License
	switch {
	case err != nil:
		return result(fail, name+" cannot be read", err.Error(), fix)
	case name == "" && said.From == connectorYAML:
		return result(fail, fmt.Sprintf("there is no LICENSE file; %s says %s", said.From, said.Value), "", fix)
	case name == "":
		return result(fail, "there is no LICENSE file", "", fix)
	}
	id, line := licenseOf(text), firstLine(text)
	switch {
	case id == "":
		return result(fail, name+" is not a license that is known by its text", name+": "+line, "put the Apache-2.0 text into "+name)
	case id != wantedLicense:
		return result(fail, fmt.Sprintf("%s is %s, not %s", name, id, wantedLicense), name+": "+line, "put the Apache-2.0 text into "+name)
	case !wholeText(text):
		return result(warn, name+" names Apache-2.0 and does not hold its whole text", name+": "+line, "put the whole Apache-2.0 text into "+name)
	case said.From == connectorYAML && !strings.EqualFold(said.Value, id):
		return result(warn, fmt.Sprintf("%s is %s, and connector.yaml says %s", name, id, said.Value), name+": "+line, "correct the license in connector.yaml")
	default:
		return result(pass, name+" is the text of Apache-2.0", name+": "+line, "")
	}
}

// licenseFile is the file that states the license; "" if there is none.
func (s *survey) licenseFile() (name, text string, err error) {
	for _, name := range licenseFiles {
		text, found, err := s.tree.read(name, MaxDocument)
		if found {
			return name, text, err
		}
	}
	return "", "", nil
}

func wholeText(text string) bool {
	words := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, phrase := range wholeApache {
		if !strings.Contains(words, phrase) {
			return false
		}
	}
	return true
}

func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			return strings.Join(strings.Fields(line), " ")
		}
	}
	return "it is empty"
}
