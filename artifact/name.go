package artifact

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of names, in characters.
const (
	MaxOrg       = 39 // As on GitHub, where orgs are named first; hyphens count extra.
	MaxConnector = 100
)

// Ref names a connector, or one version of it when Version is not zero.
type Ref struct {
	Org     string
	Name    string
	Version Number
}

// String is ORG/NAME or ORG/NAME@VERSION.
func (r Ref) String() string {
	s := r.Org + "/" + r.Name
	if !r.Version.IsZero() {
		s += "@" + r.Version.String()
	}
	return s
}

// SameConnector says whether both name the same connector, in whatever spelling.
func (r Ref) SameConnector(other Ref) bool {
	return OrgKey(r.Org) == OrgKey(other.Org) && ConnectorKey(r.Name) == ConnectorKey(other.Name)
}

// ParseRef reads ORG/NAME or ORG/NAME@VERSION as a person types it. Names are
// looked up whatever their case, so capital letters in NAME are accepted here;
// registering a connector goes through ParseConnector.
func ParseRef(s string) (Ref, error) {
	names, number, hasNumber := strings.Cut(s, "@")
	org, name, ok := strings.Cut(names, "/")
	var faults []Fault
	if ok {
		faults = append(faults, orgFaults(org)...)
		faults = append(faults, connectorFaults(asciiLower(name))...)
	} else {
		faults = append(faults, Fault{
			Field:   FieldRef,
			Message: "there is no slash between org and name",
			Fix:     "write ORG/NAME or ORG/NAME@VERSION",
		})
	}
	if hasNumber {
		faults = append(faults, numberFaults(number)...)
	}
	if len(faults) > 0 {
		return Ref{}, invalid(s, faults)
	}
	return Ref{Org: org, Name: name, Version: Number{text: number}}, nil
}

// NewRef checks the parts of a reference to one version, or to a connector if
// version is empty, as they come in a request: every fault of all three.
func NewRef(org, name, version string) (Ref, error) {
	faults := append(orgFaults(org), connectorFaults(asciiLower(name))...)
	if version != "" {
		faults = append(faults, numberFaults(version)...)
	}
	if len(faults) > 0 {
		value := org + "/" + name
		if version != "" {
			value += "@" + version
		}
		return Ref{}, invalid(value, faults)
	}
	return Ref{Org: org, Name: name, Version: Number{text: version}}, nil
}

// ParseOrg checks the name of an org: letters, digits and single hyphens
// between them, at most 39 letters and digits.
func ParseOrg(s string) (string, error) {
	if err := invalid(s, orgFaults(s)); err != nil {
		return "", err
	}
	return s, nil
}

// ParseConnector checks the name of a connector that is to be registered: a
// lower-case letter, then lower-case letters, digits and hyphens.
func ParseConnector(s string) (string, error) {
	if err := invalid(s, connectorFaults(s)); err != nil {
		return "", err
	}
	return s, nil
}

// OrgKey is what orgs are compared by.
func OrgKey(org string) string { return asciiLower(org) }

// ConnectorKey is what connectors are compared by: lower case and without a
// leading "baton-", unless nothing would be left. "okta" and "baton-okta" are
// the same connector.
func ConnectorKey(name string) string {
	key := asciiLower(name)
	if short := strings.TrimPrefix(key, "baton-"); short != "" {
		return short
	}
	return key
}

func orgFaults(s string) []Fault {
	if s == "" {
		return []Fault{{Field: FieldOrg, Message: "the org is empty", Fix: "use a name like acme"}}
	}
	var faults []Fault
	add := func(message, fix string) {
		faults = append(faults, Fault{Field: FieldOrg, Message: message, Fix: fix})
	}
	if n := utf8.RuneCountInString(s) - strings.Count(s, "-"); n > MaxOrg {
		add("the org has "+strconv.Itoa(n)+" letters and digits", "at most "+strconv.Itoa(MaxOrg))
	}
	if strange := strangeCharacters(s, orgCharacter); strange != "" {
		add("the org holds "+strange, "only ASCII letters, digits and hyphens")
	}
	if strings.HasPrefix(s, "-") || strings.HasSuffix(s, "-") || strings.Contains(s, "--") {
		add("the org has a hyphen that is not between two letters or digits", "single hyphens inside the name only")
	}
	return faults
}

func connectorFaults(s string) []Fault {
	if s == "" {
		return []Fault{{Field: FieldName, Message: "the connector name is empty", Fix: "use a name like baton-sample"}}
	}
	var faults []Fault
	add := func(message, fix string) {
		faults = append(faults, Fault{Field: FieldName, Message: message, Fix: fix})
	}
	if n := utf8.RuneCountInString(s); n > MaxConnector {
		add("the connector name has "+strconv.Itoa(n)+" characters", "at most "+strconv.Itoa(MaxConnector))
	}
	lower := asciiLower(s)
	if lower != s {
		add("the connector name has capital letters", "write "+quote(lower))
	}
	if strange := strangeCharacters(lower, connectorCharacter); strange != "" {
		add("the connector name holds "+strange, "only lower-case ASCII letters, digits and hyphens")
	} else if lower[0] < 'a' || lower[0] > 'z' {
		add("the connector name does not start with a letter", "start with a lower-case letter")
	}
	return faults
}

func orgCharacter(r rune) bool { return isAlphanumeric(r) || r == '-' }

func connectorCharacter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-'
}

// asciiLower does not touch letters outside ASCII: names that hold them are
// refused, and must not become valid by folding.
func asciiLower(s string) string {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			continue
		}
		b := []byte(s)
		for j := i; j < len(b); j++ {
			if b[j] >= 'A' && b[j] <= 'Z' {
				b[j] += 'a' - 'A'
			}
		}
		return string(b)
	}
	return s
}
