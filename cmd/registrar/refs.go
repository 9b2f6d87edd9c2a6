package main

import (
	"strings"

	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What a connector and a version look like on the command line, for hints.
const (
	connectorHint = "name the connector as ORG/NAME, for example acme/baton-sample"
	versionHint   = "name the version as ORG/NAME VERSION or ORG/NAME@VERSION, for example acme/baton-sample v1.2.0"
)

// parseConnector reads ORG/NAME. Whether the names follow the rules is for the
// registry to say, which names every fault of both at once.
func parseConnector(text string) (*registryv1.ConnectorRef, error) {
	org, name, ok := strings.Cut(text, "/")
	if !ok || org == "" || name == "" {
		return nil, usage(connectorHint, "%q does not name a connector", text)
	}
	return &registryv1.ConnectorRef{Org: org, Name: name}, nil
}

// parseVersion reads ORG/NAME@VERSION, or ORG/NAME and VERSION in two words.
func parseVersion(words ...string) (*registryv1.VersionRef, error) {
	ref, problem := yank.ParseVersion(words...)
	if problem != "" {
		return nil, usage(versionHint, "%s", problem)
	}
	return ref, nil
}

// parseOptionalVersion is parseVersion where the version may be left out.
func parseOptionalVersion(words []string) (*registryv1.VersionRef, error) {
	if len(words) == 1 && !strings.Contains(words[0], "@") {
		ref, err := parseConnector(words[0])
		if err != nil {
			return nil, err
		}
		return &registryv1.VersionRef{Org: ref.GetOrg(), Name: ref.GetName()}, nil
	}
	return parseVersion(words...)
}

// parseVersions reads what commands on many versions take: ORG/NAME and the
// versions that follow it, and ORG/NAME@VERSION, in any mixture.
func parseVersions(words []string) ([]*registryv1.VersionRef, error) {
	var refs []*registryv1.VersionRef
	connector := ""
	waiting := false // a connector that no version followed yet
	for _, word := range words {
		switch {
		case strings.Contains(word, "@"):
			if waiting {
				return nil, usage(versionHint, "no version follows %q", connector)
			}
			ref, err := parseVersion(word)
			if err != nil {
				return nil, err
			}
			refs = append(refs, ref)
		case strings.Contains(word, "/") && (connector == "" || !looksLikeVersion(word)):
			if waiting {
				return nil, usage(versionHint, "no version follows %q", connector)
			}
			if _, err := parseConnector(word); err != nil {
				return nil, err
			}
			connector, waiting = word, true
		case connector == "":
			return nil, usage(versionHint, "%q does not say which connector it is a version of", word)
		default:
			ref, err := parseVersion(connector, word)
			if err != nil {
				return nil, err
			}
			refs, waiting = append(refs, ref), false
		}
	}
	if waiting {
		return nil, usage(versionHint, "no version follows %q", connector)
	}
	return refs, nil
}

// looksLikeVersion says whether a word is meant as a version, be it a wrong one
// such as v1.0.0/../.., and not as the next connector.
func looksLikeVersion(word string) bool {
	return len(word) > 1 && word[0] == 'v' && word[1] >= '0' && word[1] <= '9'
}

// spell is ORG/NAME@VERSION.
func spell(ref *registryv1.VersionRef) string {
	return ref.GetOrg() + "/" + ref.GetName() + "@" + ref.GetVersion()
}

// spellConnector is ORG/NAME.
func spellConnector(ref *registryv1.ConnectorRef) string {
	return ref.GetOrg() + "/" + ref.GetName()
}

// connectorOf is the connector of a version.
func connectorOf(ref *registryv1.VersionRef) *registryv1.ConnectorRef {
	return &registryv1.ConnectorRef{Org: ref.GetOrg(), Name: ref.GetName()}
}
