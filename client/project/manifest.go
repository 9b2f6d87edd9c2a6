package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const capabilitiesFile = "baton_capabilities.json"

// capabilities: the capabilities file says what the connector can do.
func capabilities(ctx context.Context, s *survey) *registryv1.PreflightResult {
	write := s.connectorCommand("capabilities") + " > " + capabilitiesFile
	text, found, err := s.tree.read(capabilitiesFile, artifact.MaxCapabilities)
	if !found {
		return result(fail, "there is no "+capabilitiesFile, "", "let the connector write it: "+write)
	}
	if err != nil {
		return result(fail, capabilitiesFile+" cannot be read", err.Error(), "let the connector write it: "+write)
	}
	parsed, err := artifact.ParseCapabilities([]byte(text))
	if err != nil {
		said := err.Error()
		if bad, ok := errors.AsType[*artifact.InvalidError](err); ok && len(bad.Faults) > 0 {
			said = bad.Faults[0].Message
		}
		return result(fail, capabilitiesFile+": "+said, "", "let the connector write it: "+write)
	}
	syncing := parsed.Syncing()
	if len(syncing) == 0 {
		return result(fail, capabilitiesFile+" declares no resource type that syncs", "", "let the connector write it: "+write)
	}
	detail := fmt.Sprintf("%s, %d of them sync", plural(len(parsed.ResourceTypes), "resource type", "resource types"), len(syncing))
	if s.options.Connector {
		told := s.printed(ctx)
		if told.err != nil {
			return result(notChecked, "the file is well-formed; the connector did not print its capabilities to compare", told.err.Error(), "run it by hand: "+write)
		}
		if differ := differences(parsed, told.capabilities); len(differ) > 0 {
			return result(warn, capabilitiesFile+" differs from what the connector prints", evidence(differ), "let the connector write it: "+write)
		}
		detail += ", as the connector itself prints them"
	}
	if len(parsed.Warnings) > 0 {
		return result(warn, detail+"; "+plural(len(parsed.Warnings), "remark", "remarks"), evidence(parsed.Warnings), "let the connector write it: "+write)
	}
	return result(pass, detail, evidence([]string{"sync: " + joined(syncing)}), "")
}

func joined(names []string) string {
	const most = 20
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// differences are what a file and the connector do not agree on.
func differences(file, told artifact.Capabilities) []string {
	var out []string
	for _, t := range told.ResourceTypes {
		i := slices.IndexFunc(file.ResourceTypes, func(o artifact.ResourceType) bool { return o.ID == t.ID })
		if i < 0 {
			out = append(out, "resource type "+t.ID+" is missing in the file")
			continue
		}
		out = append(out, listDifferences("resource type "+t.ID+": ", file.ResourceTypes[i].Capabilities, t.Capabilities)...)
	}
	for _, t := range file.ResourceTypes {
		if !slices.ContainsFunc(told.ResourceTypes, func(o artifact.ResourceType) bool { return o.ID == t.ID }) {
			out = append(out, "resource type "+t.ID+" is in the file only")
		}
	}
	if file.Connector != nil && told.Connector != nil {
		out = append(out, listDifferences("the connector: ", file.Connector, told.Connector)...)
	}
	return out
}

func listDifferences(of string, file, told []string) []string {
	var out []string
	for _, name := range told {
		if !slices.Contains(file, name) {
			out = append(out, of+name+" is missing in the file")
		}
	}
	for _, name := range file {
		if !slices.Contains(told, name) {
			out = append(out, of+name+" is in the file only")
		}
	}
	return out
}

// printed is what the connector says of itself.
type printed struct {
	capabilities artifact.Capabilities
	err          error
}

// errNotAllowed is that running the connector was not allowed.
var errNotAllowed = errors.New("running the connector was not allowed")

// print builds the connector and lets it print its capabilities; that needs no
// credentials.
func (s *survey) print(ctx context.Context) printed {
	if !s.options.Connector {
		return printed{err: errNotAllowed}
	}
	out, err := s.output(ctx, s.connectorArgs("capabilities"))
	if err != nil {
		return printed{err: err}
	}
	parsed, err := artifact.ParseCapabilities([]byte(out))
	if err != nil {
		return printed{err: fmt.Errorf("reading what the connector printed: %w", err)}
	}
	return printed{capabilities: parsed}
}
