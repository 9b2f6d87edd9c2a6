package registry

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/check"
)

// Limits of texts, in characters, and of lists. Those of a version's texts are
// the limits of its check, which judges what comes in by any way.
const (
	maxChangelog   = check.MaxChangelog
	maxDescription = check.MaxDescription
	maxURL         = check.MaxURL
	maxLicense     = check.MaxLicense
	maxReason      = 2_000
	maxLine        = 200
	maxAliases     = 20
	maxImages      = 50
	maxFindings    = 100
	maxStatements  = 20
)

// subject is what a request is about, after its names were checked: a
// connector, and one of its versions if Number is not zero.
type subject struct {
	artifact.Ref
	OrgKey, Key string
}

// newSubject keeps what can be compared of a reference.
func newSubject(ref artifact.Ref) subject {
	return subject{Ref: ref, OrgKey: artifact.OrgKey(ref.Org), Key: artifact.ConnectorKey(ref.Name)}
}

// checker gathers every fault of a request while its fields are read.
type checker struct {
	faults Faults
	limits Limits
}

func (r *Registry) checker() *checker { return &checker{limits: r.config.Limits} }

// invalid notes the faults of a value that package artifact refused.
func (c *checker) invalid(reason registryv1.Reason, path string, err error) {
	bad, ok := errors.AsType[*artifact.InvalidError](err)
	if !ok {
		c.faults.Add(path, reason, "%s", err)
		return
	}
	for _, fault := range bad.Faults {
		field, reason := path, reason
		switch fault.Field {
		case artifact.FieldOrg, artifact.FieldName:
			field, reason = path+"."+fault.Field, registryv1.Reason_REASON_INVALID_NAME
		case artifact.FieldVersion:
			reason = registryv1.Reason_REASON_INVALID_VERSION
		}
		c.faults.Add(field, reason, "%s", fault)
	}
}

// connector reads the name of a connector, in whatever spelling.
func (c *checker) connector(path string, ref *registryv1.ConnectorRef) subject {
	named, err := artifact.NewRef(ref.GetOrg(), ref.GetName(), "")
	if err != nil {
		c.invalid(registryv1.Reason_REASON_INVALID_NAME, path, err)
	}
	return newSubject(named)
}

// version reads the name of the version that a request is about.
func (c *checker) version(ref *registryv1.VersionRef) subject {
	const path = "ref"
	of := c.connector(path, &registryv1.ConnectorRef{Org: ref.GetOrg(), Name: ref.GetName()})
	number, err := artifact.ParseNumber(ref.GetVersion())
	if err != nil {
		c.invalid(registryv1.Reason_REASON_INVALID_VERSION, path+".version", err)
	}
	of.Version = number
	return of
}

// registered reads the name that a connector is to be registered under, which
// keeps to stricter rules than one that is looked up.
func (c *checker) registered(path string, ref *registryv1.ConnectorRef) subject {
	if _, err := artifact.ParseOrg(ref.GetOrg()); err != nil {
		c.invalid(registryv1.Reason_REASON_INVALID_NAME, path, err)
	}
	if _, err := artifact.ParseConnector(ref.GetName()); err != nil {
		c.invalid(registryv1.Reason_REASON_INVALID_NAME, path, err)
	}
	return newSubject(artifact.Ref{Org: ref.GetOrg(), Name: ref.GetName()})
}

// number reads a version number that may be absent.
func (c *checker) number(path, text string) artifact.Number {
	if text == "" {
		return artifact.Number{}
	}
	number, err := artifact.ParseNumber(text)
	if err != nil {
		c.invalid(registryv1.Reason_REASON_INVALID_VERSION, path, err)
	}
	return number
}

// called is what people call the field with a path: "source ref".
func called(path string) string {
	return strings.ReplaceAll(path[strings.LastIndexByte(path, '.')+1:], "_", " ")
}

// line checks a text of one line.
func (c *checker) line(path, text string, limit int) { c.text(path, text, limit, false) }

// lines checks a text that may have several lines.
func (c *checker) lines(path, text string, limit int) { c.text(path, text, limit, true) }

func (c *checker) text(path, text string, limit int, lines bool) {
	if n := utf8.RuneCountInString(text); n > limit {
		c.faults.Add(path, registryv1.Reason_REASON_TEXT_INVALID, "the %s has %d characters, but at most %d are allowed", called(path), n, limit)
	}
	c.characters(path, text, lines)
}

// document checks a text that is bounded in bytes, such as a README.
func (c *checker) document(path, text string) {
	if len(text) > c.limits.DocumentBytes {
		c.faults.Add(path, registryv1.Reason_REASON_TEXT_INVALID, "the %s has %d bytes, but at most %d are allowed", called(path), len(text), c.limits.DocumentBytes)
	}
	c.characters(path, text, true)
}

// characters refuses control characters, which could drive the terminal of
// whoever reads the text.
func (c *checker) characters(path, text string, lines bool) {
	for i, char := range text {
		allowed := !unicode.IsControl(char) || lines && strings.ContainsRune("\n\r\t", char)
		if allowed {
			continue
		}
		c.faults.Add(path, registryv1.Reason_REASON_TEXT_INVALID, "the %s holds the control character %U at byte %d", called(path), char, i)
		return
	}
}

// required refuses a text that is absent or blank.
func (c *checker) required(path, text, what string) {
	if strings.TrimSpace(text) == "" {
		c.faults.Add(path, registryv1.Reason_REASON_INVALID_ARGUMENT, "%s is required", what)
	}
}

// atMost bounds the length of a list; what is beyond it is not looked at.
func (c *checker) atMost(path string, n, limit int, what string) int {
	if n > limit {
		c.faults.Add(path, registryv1.Reason_REASON_INVALID_ARGUMENT, "there are %d %s, but at most %d are allowed", n, what, limit)
		return limit
	}
	return n
}

// platforms checks what a version declares: at least one of the five, none twice.
func (c *checker) platforms(path string, platforms []registryv1.Platform) {
	if len(platforms) == 0 {
		c.faults.Add(path, registryv1.Reason_REASON_INVALID_PLATFORM, "no platform is declared; a version ships at least one of %s", knownPlatforms())
	}
	seen := map[registryv1.Platform]bool{}
	for i, platform := range platforms[:c.atMost(path, len(platforms), maxFindings, "platforms")] {
		field := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case platform == registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL:
			c.faults.Add(field, registryv1.Reason_REASON_INVALID_PLATFORM,
				"a version cannot declare darwin-universal, only its files can be that; declare darwin-amd64 and darwin-arm64")
		case !isDeclarable(platform):
			c.faults.Add(field, registryv1.Reason_REASON_INVALID_PLATFORM, "%s is not a platform of the registry; use one of %s", nameOf(platform), knownPlatforms())
		case seen[platform]:
			c.faults.Add(field, registryv1.Reason_REASON_INVALID_PLATFORM, "%s is declared twice", platform.Slug())
		}
		seen[platform] = true
	}
}

// attempt checks the attempt that the caller says he saw.
func (c *checker) attempt(path string, attempt int32) {
	if attempt < 1 {
		c.faults.Add(path, registryv1.Reason_REASON_INVALID_ARGUMENT, "the attempt is %d; send the one that CreateVersion answered", attempt)
	}
}

// attestations checks the signed statements about a file or an image.
func (c *checker) attestations(path string, list []*registryv1.Attestation) {
	for i, a := range list[:c.atMost(path, len(list), maxStatements, "attestations")] {
		field := path + "[" + strconv.Itoa(i) + "]"
		c.line(field+".type", a.GetType(), maxLine)
		c.line(field+".url", a.GetUrl(), maxURL)
		c.line(field+".digest", a.GetDigest(), maxLine)
	}
}

// err is the error with every fault that was found.
func (c *checker) err(doing string) error { return c.faults.Err(doing) }

func isDeclarable(platform registryv1.Platform) bool {
	return platform > registryv1.Platform_PLATFORM_UNSPECIFIED && platform < registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL
}

// nameOf is a platform for people, also one that this registry does not know.
func nameOf(platform registryv1.Platform) string {
	if slug := platform.Slug(); slug != "" {
		return slug
	}
	return "no platform"
}

func knownPlatforms() string {
	names := make([]string, 0, 5)
	for _, platform := range registryv1.Platforms() {
		names = append(names, platform.Slug())
	}
	return strings.Join(names, ", ")
}

// shown is a name for errors: as it is if it is plain, quoted and bounded if
// it could be anything.
func shown(name string) string {
	plain := strings.IndexFunc(name, func(c rune) bool {
		return c != '-' && c != '.' && c != '_' && (c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c))
	}) < 0
	if plain && name != "" && len(name) <= 2*maxConnectorShown {
		return name
	}
	return strconv.QuoteToASCII(bound(name, maxConnectorShown))
}

const maxConnectorShown = 100

// labelOf names a version or a connector of a request in errors.
func labelOf(ref interface {
	GetOrg() string
	GetName() string
},
) string {
	label := shown(ref.GetOrg()) + "/" + shown(ref.GetName())
	if v, ok := ref.(interface{ GetVersion() string }); ok {
		label += " " + shown(v.GetVersion())
	}
	return label
}
