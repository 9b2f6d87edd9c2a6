package yank

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Most is how many versions one list may name.
const Most = 10_000

// Read reads one version a line, as ORG/NAME@VERSION or ORG/NAME VERSION.
// Empty lines and what follows a # are skipped. All lines that cannot be read
// are named at once; from is what the list is called then.
func Read(r io.Reader, from string) ([]*registryv1.VersionRef, error) {
	var (
		refs  []*registryv1.VersionRef
		wrong []client.Fault
		lines = bufio.NewScanner(r)
	)
	for number := 1; lines.Scan(); number++ {
		line, _, _ := strings.Cut(" "+lines.Text(), " #")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		ref, problem := ParseVersion(words...)
		if problem != "" {
			wrong = append(wrong, client.Fault{Field: fmt.Sprintf("%s:%d", from, number), Reason: registryv1.Reason_REASON_USAGE, Message: problem})
			continue
		}
		refs = append(refs, ref)
	}
	if err := lines.Err(); err != nil {
		return nil, &client.Error{
			Reason: registryv1.Reason_REASON_USAGE, Doing: "reading versions from " + from, Message: err.Error(), Err: err,
			Next: "give a text file with one ORG/NAME@VERSION a line",
		}
	}
	if len(refs) > Most {
		wrong = append(wrong, client.Fault{Field: from, Reason: registryv1.Reason_REASON_USAGE, Message: fmt.Sprintf("%d versions are named, and %d at most go at once", len(refs), Most)})
	}
	return refs, faulty(wrong, from)
}

// faulty is nil without faults.
func faulty(wrong []client.Fault, from string) error {
	if len(wrong) == 0 {
		return nil
	}
	e := &client.Error{
		Reason: registryv1.Reason_REASON_USAGE, Doing: "reading versions from " + from, Message: wrong[0].Message,
		Next: "write one version a line as ORG/NAME@VERSION", Faults: wrong,
	}
	if len(wrong) > 1 {
		e.Message = fmt.Sprintf("%d things are wrong", len(wrong))
	}
	return e
}

// ParseVersion reads a version in one word or two. Whether its names follow
// the rules is for the registry to say.
func ParseVersion(words ...string) (ref *registryv1.VersionRef, problem string) {
	joined := strings.Join(words, " ")
	if len(words) == 0 || len(words) > 2 {
		return nil, fmt.Sprintf("%q has more than a connector and a version", joined)
	}
	connector, version, at := strings.Cut(words[0], "@")
	switch {
	case at && len(words) > 1:
		return nil, fmt.Sprintf("%q names the version twice", joined)
	case !at && len(words) > 1:
		version = words[1]
	}
	org, name, ok := strings.Cut(connector, "/")
	if !ok || org == "" || name == "" {
		return nil, fmt.Sprintf("%q does not name a version", joined)
	}
	if version == "" {
		return nil, fmt.Sprintf("%q names no version", joined)
	}
	return &registryv1.VersionRef{Org: org, Name: name, Version: version}, ""
}
