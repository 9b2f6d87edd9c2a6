package main

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/registrar-console/registrar/client/publish"
)

// pathsKey is the section of the configuration file about publishing paths.
const pathsKey = "paths"

// readGuide reads the section: links and names, and texts of single paths.
func readGuide(path string, section *yaml.Node, into *publish.Guide, wrong *faults) {
	eachSetting(path, section, wrong, func(key, value *yaml.Node) string {
		links := map[string]*string{
			"official": &into.Official, "sdk": &into.SDK, "guide": &into.SDKGuide, "hub": &into.Hub, "security": &into.Security,
		}
		if target := links[key.Value]; target != nil {
			return setText(key.Value, value, target)
		}
		if key.Value != "texts" {
			return fmt.Sprintf("%q is not a setting of the paths; there are official, sdk, guide, hub, security, texts", key.Value)
		}
		into.Texts = map[publish.PathID]publish.PathText{}
		eachSetting(path, value, wrong, func(key, value *yaml.Node) string {
			if !slices.Contains(publish.PathIDs(), publish.PathID(key.Value)) {
				return fmt.Sprintf("%q is not a path; there are %s", key.Value, pathNames())
			}
			into.Texts[publish.PathID(key.Value)] = readPathText(path, value, wrong)
			return ""
		})
		return ""
	})
}

func pathNames() string {
	names := make([]string, len(publish.PathIDs()))
	for i, id := range publish.PathIDs() {
		names[i] = string(id)
	}
	return strings.Join(names, ", ")
}

// readPathText reads what replaces the built-in text of one path.
func readPathText(path string, section *yaml.Node, wrong *faults) publish.PathText {
	var text publish.PathText
	eachSetting(path, section, wrong, func(key, value *yaml.Node) string {
		lists := map[string]*[]string{"needs": &text.Needs, "consequences": &text.Consequences, "commands": &text.Commands}
		switch {
		case key.Value == "title":
			return setText(key.Value, value, &text.Title)
		case key.Value == "meaning":
			return setText(key.Value, value, &text.Meaning)
		case lists[key.Value] == nil:
			return fmt.Sprintf("%q is not part of a path; there are title, meaning, needs, consequences, commands", key.Value)
		case value.Kind != yaml.SequenceNode || value.Decode(lists[key.Value]) != nil:
			return fmt.Sprintf("%q takes a list of lines", key.Value)
		default:
			return ""
		}
	})
	return text
}

func setText(key string, value *yaml.Node, into *string) string {
	if value.Kind != yaml.ScalarNode {
		return fmt.Sprintf("%q takes one value", key)
	}
	*into = value.Value
	return ""
}
