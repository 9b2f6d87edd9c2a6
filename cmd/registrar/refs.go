package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

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
	joined := strings.Join(words, " ")
	connector, version, at := strings.Cut(words[0], "@")
	switch {
	case at && len(words) > 1:
		return nil, usage(versionHint, "%q names the version twice", joined)
	case !at && len(words) > 1:
		version = words[1]
	}
	ref, err := parseConnector(connector)
	if err != nil {
		return nil, usage(versionHint, "%q does not name a version", joined)
	}
	if version == "" {
		return nil, usage(versionHint, "%q names no version", joined)
	}
	return &registryv1.VersionRef{Org: ref.GetOrg(), Name: ref.GetName(), Version: version}, nil
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

// readVersions reads one version a line, in either spelling; empty lines and
// lines that begin with # are skipped. Every line that cannot be read is named.
func readVersions(r io.Reader, from string) ([]*registryv1.VersionRef, error) {
	var (
		refs  []*registryv1.VersionRef
		wrong faults
		lines = bufio.NewScanner(r)
	)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		field := fmt.Sprintf("%s:%d", from, number)
		if len(words) > 2 {
			wrong.add(field, registryv1.Reason_REASON_USAGE, "%q has more than a connector and a version", line)
			continue
		}
		ref, err := parseVersion(words...)
		if err != nil {
			wrong.add(field, registryv1.Reason_REASON_USAGE, "%s", asError(err).Message)
			continue
		}
		refs = append(refs, ref)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading versions from %s: %w", from, err)
	}
	return refs, wrong.err("reading versions from "+from, "write one version a line as ORG/NAME@VERSION")
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
