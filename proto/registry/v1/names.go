// Package registryv1 is the contract of the registry, and the domain types of
// client, console and commands. All but the names in this file is generated.
package registryv1

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Short returns the name of an enum value without the prefix that protobuf
// asks for, as commands, events and error reasons spell it: "PUBLISHED" for
// STATE_PUBLISHED. The zero value of every enum gives "".
func Short(e protoreflect.Enum) string {
	number := e.Number()
	if number == 0 {
		return ""
	}
	values := e.Descriptor().Values()
	value := values.ByNumber(number)
	if value == nil {
		return fmt.Sprintf("UNKNOWN_%d", number)
	}
	zero := string(values.ByNumber(0).Name())
	return strings.TrimPrefix(string(value.Name()), strings.TrimSuffix(zero, "UNSPECIFIED"))
}

// enum is any generated enum type.
type enum interface {
	~int32
	protoreflect.Enum
}

// FromShort is the reverse of Short. It ignores case and takes "-" and " "
// for "_", so that "wrong-artifact" finds WRONG_ARTIFACT; ok is false for
// names that the enum does not have, and for "".
func FromShort[E enum](short string) (e E, ok bool) {
	var zero E
	values := zero.Descriptor().Values()
	prefix := strings.TrimSuffix(string(values.ByNumber(0).Name()), "UNSPECIFIED")
	name := strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToUpper(short))
	value := values.ByName(protoreflect.Name(prefix + name))
	if value == nil || value.Number() == 0 {
		return zero, false
	}
	return E(value.Number()), true
}

// Slug returns the platform as people and file names spell it: "linux-amd64".
// It is "" for files that belong to no platform.
func (p Platform) Slug() string {
	return strings.ToLower(strings.ReplaceAll(Short(p), "_", "-"))
}

// PlatformFromSlug is the reverse of Platform.Slug; ok is false for anything
// but the five platforms and "darwin-universal".
func PlatformFromSlug(slug string) (p Platform, ok bool) {
	p, ok = FromShort[Platform](slug)
	if !ok || p.Slug() != slug {
		return 0, false
	}
	return p, true
}

// Platforms are the five platforms that a version may declare, in the order
// in which they are always shown.
func Platforms() []Platform {
	return []Platform{
		Platform_PLATFORM_DARWIN_AMD64, Platform_PLATFORM_DARWIN_ARM64,
		Platform_PLATFORM_LINUX_AMD64, Platform_PLATFORM_LINUX_ARM64,
		Platform_PLATFORM_WINDOWS_AMD64,
	}
}

// Criteria are the names of the six criteria of a review, in the order in which
// they are always shown.
func Criteria() []string {
	return []string{"correctness", "completeness", "code-quality", "test-coverage", "documentation", "security"}
}

// Serves returns the declared platforms that a file of this platform serves:
// itself, or both darwin platforms for a universal macOS file, or none.
func (p Platform) Serves() []Platform {
	switch p {
	case Platform_PLATFORM_UNSPECIFIED:
		return nil
	case Platform_PLATFORM_DARWIN_UNIVERSAL:
		return []Platform{Platform_PLATFORM_DARWIN_AMD64, Platform_PLATFORM_DARWIN_ARM64}
	default:
		return []Platform{p}
	}
}
