package artifact

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Platform is what a release file runs on, spelled as in file names:
// "linux-amd64". The zero value belongs to files of no platform.
type Platform string

// The five platforms that a version may declare, and the one that only files
// have: a universal macOS file serves both darwin platforms.
const (
	DarwinAMD64     Platform = "darwin-amd64"
	DarwinARM64     Platform = "darwin-arm64"
	LinuxAMD64      Platform = "linux-amd64"
	LinuxARM64      Platform = "linux-arm64"
	WindowsAMD64    Platform = "windows-amd64"
	DarwinUniversal Platform = "darwin-universal"
)

// Platforms are the five platforms that a version may declare, in the order
// in which they are always shown.
func Platforms() []Platform {
	return []Platform{DarwinAMD64, DarwinARM64, LinuxAMD64, LinuxARM64, WindowsAMD64}
}

// ParsePlatform reads one of the five platforms that a version may declare.
func ParsePlatform(s string) (Platform, error) {
	p := Platform(s)
	if !p.Declarable() {
		return "", invalid(s, []Fault{platformFault(s)})
	}
	return p, nil
}

// ParseFilePlatform reads the platform of a file: one of the five,
// "darwin-universal", or "" for files of no platform.
func ParseFilePlatform(s string) (Platform, error) {
	if p := Platform(s); p == "" || p == DarwinUniversal {
		return p, nil
	}
	return ParsePlatform(s)
}

// ParsePlatforms reads the platforms that a version declares. Unknown and
// repeated ones are faults, and so is an empty list. The result is in the
// fixed order.
func ParsePlatforms(list []string) ([]Platform, error) {
	var (
		faults []Fault
		out    []Platform
	)
	counts := map[Platform]int{}
	for _, s := range list {
		p := Platform(s)
		if !p.Declarable() {
			faults = append(faults, platformFault(s))
			continue
		}
		counts[p]++
		if counts[p] == 2 {
			faults = append(faults, Fault{
				Field:   FieldPlatform,
				Message: s + " is named more than once",
				Fix:     "name each platform once",
			})
		}
		if counts[p] == 1 {
			out = append(out, p)
		}
	}
	if len(list) == 0 {
		faults = append(faults, Fault{
			Field:   FieldPlatform,
			Message: "no platform is named",
			Fix:     "a version ships at least one of " + knownPlatforms(),
		})
	}
	if len(faults) > 0 {
		return nil, invalid(strings.Join(list, ","), faults)
	}
	slices.SortFunc(out, ComparePlatforms)
	return out, nil
}

func platformFault(s string) Fault {
	f := Fault{
		Field:   FieldPlatform,
		Message: quote(s) + " is not a platform of the registry",
		Fix:     "use one of " + knownPlatforms(),
	}
	switch {
	case s == "":
		f.Message = "the platform is empty"
	case Platform(s) == DarwinUniversal:
		f.Message = "a version cannot declare darwin-universal, only its files can be that"
		f.Fix = "declare darwin-amd64 and darwin-arm64"
	default:
		if p, ok := nearPlatform(s); ok {
			f.Fix = "did you mean " + string(p) + "?"
		}
	}
	return f
}

// nearPlatform finds what "Linux_x86_64" or "linux/amd64" was meant to be.
func nearPlatform(s string) (Platform, bool) {
	if len(s) > maxQuoted {
		return "", false
	}
	s = strings.NewReplacer("x86_64", "amd64", "aarch64", "arm64", "macos", "darwin").Replace(strings.ToLower(s))
	p := Platform(strings.NewReplacer("_", "-", "/", "-").Replace(s))
	return p, p.Declarable()
}

func knownPlatforms() string {
	names := make([]string, 0, 5)
	for _, p := range Platforms() {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

// FromGo gives the platform that Go calls goos and goarch. The architecture
// "all" is a universal macOS file; ok is false for what the registry does not
// ship, such as linux-386.
func FromGo(goos, goarch string) (p Platform, ok bool) {
	if goos == "darwin" && goarch == "all" {
		return DarwinUniversal, true
	}
	p = Platform(goos + "-" + goarch)
	if !p.Declarable() {
		return "", false
	}
	return p, true
}

// Declarable says whether a version may declare the platform.
func (p Platform) Declarable() bool {
	return slices.Contains(Platforms(), p)
}

// Known says whether p is one of the five platforms or darwin-universal.
func (p Platform) Known() bool {
	return p == DarwinUniversal || p.Declarable()
}

// Serves gives the declared platforms that a file of this platform serves:
// itself, both darwin platforms for a universal file, or none.
func (p Platform) Serves() []Platform {
	switch {
	case p == DarwinUniversal:
		return []Platform{DarwinAMD64, DarwinARM64}
	case p.Declarable():
		return []Platform{p}
	default:
		return nil
	}
}

// OS is the operating system as Go spells it, or "".
func (p Platform) OS() string {
	goos, _, _ := strings.Cut(string(p), "-")
	return goos
}

// Arch is the architecture as Go spells it, "universal", or "".
func (p Platform) Arch() string {
	_, arch, _ := strings.Cut(string(p), "-")
	return arch
}

// ComparePlatforms orders platforms as they are shown: files of no platform
// first, then the five, then darwin-universal.
func ComparePlatforms(a, b Platform) int {
	return cmp.Compare(a.order(), b.order())
}

func (p Platform) order() int {
	if p == "" {
		return -1
	}
	if i := slices.Index(Platforms(), p); i >= 0 {
		return i
	}
	return len(Platforms())
}

// count says "1 file" or "5 files".
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}
