package artifact

import (
	"strings"
)

// releaseName is what the name of a release file says.
type releaseName struct {
	platform Platform
	foreign  string // "linux-386": a platform that is named and not ours.
	variant  string // "v3": of amd64, when it is named.
	version  Number
	ext      string // ".tar.gz", in lower case.
}

// releaseExts are the endings of release files, the longer ones first.
var releaseExts = []string{
	".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tgz", ".zip", ".exe", ".msi", ".pkg", ".dmg", ".deb", ".rpm", ".apk", ".7z", ".gz", ".xz",
}

// archNames are spellings of architectures; spelled with a separator they are
// put together before the name is split.
var (
	archSpelling = strings.NewReplacer("x86_64", "amd64", "x86-64", "amd64", "aarch64", "arm64")
	archNames    = map[string]string{
		"amd64": "amd64", "x64": "amd64", "arm64": "arm64", "all": "all", "universal": "all", "386": "386", "i386": "386", "i686": "386", "x86": "386",
		"arm": "arm", "armv5": "arm", "armv6": "arm", "armv7": "arm", "armhf": "arm", "ppc64": "ppc64", "ppc64le": "ppc64le", "s390x": "s390x",
		"riscv64": "riscv64", "loong64": "loong64", "mips": "mips", "mips64": "mips64", "mips64le": "mips64le", "mipsle": "mipsle",
	}
	osNames = map[string]string{
		"darwin": "darwin", "macos": "darwin", "osx": "darwin", "linux": "linux", "windows": "windows", "win": "windows",
		"freebsd": "freebsd", "openbsd": "openbsd", "netbsd": "netbsd", "android": "android", "solaris": "solaris", "js": "js", "plan9": "plan9", "aix": "aix",
	}
)

// parseReleaseName reads {repo}-v{X.Y.Z}-{os}-{arch}.tar.gz, {name}_{os}_{arch},
// the build folders {id}_{os}_{arch}_v1, and what people write instead. The
// last operating system that is followed by an architecture counts: connectors
// may be called baton-windows-server.
func parseReleaseName(name string) releaseName {
	var n releaseName
	lower := strings.ToLower(name)
	for _, ext := range releaseExts {
		if rest, ok := strings.CutSuffix(lower, ext); ok && rest != "" {
			lower, n.ext = rest, ext
			break
		}
	}
	lower = archSpelling.Replace(lower)
	tokens := strings.FieldsFunc(lower, isNameSeparator)
	for i := len(tokens) - 2; i >= 0; i-- {
		token, variant := cutVariant(tokens[i+1])
		goos, arch := osNames[tokens[i]], archNames[token]
		if goos == "" || arch == "" {
			continue
		}
		var ok bool
		if n.platform, ok = FromGo(goos, arch); !ok {
			n.foreign = goos + "-" + arch
		}
		n.variant = variant
		if rest := tokens[i+2:]; arch == "amd64" && len(rest) > 0 && isAMD64Variant(rest) {
			n.variant = rest[0]
		}
		break
	}
	n.version = versionIn(name)
	return n
}

func isNameSeparator(r rune) bool { return r == '-' || r == '_' || r == '.' || r == '/' || r == ' ' }

// cutVariant takes the variant off an architecture that is written as one word
// with it, as in amd64v3.
func cutVariant(token string) (arch, variant string) {
	if at := len(token) - 2; at > 0 && archNames[token[:at]] == "amd64" && isAMD64Variant([]string{token[at:]}) {
		return token[:at], token[at:]
	}
	return token, ""
}

// isAMD64Variant tells the "v1" of a build folder from the "v1" of a version.
func isAMD64Variant(rest []string) bool {
	v := rest[0]
	return len(v) == 2 && v[0] == 'v' && v[1] >= '1' && v[1] <= '4' && (len(rest) == 1 || !isDigits(rest[1]))
}

// versionIn finds a version number in a file name: from the first part that
// begins with three numbers to where the platform or the rest begins.
func versionIn(name string) Number {
	for i := range len(name) {
		if i > 0 && !isNameSeparator(rune(name[i-1])) {
			continue
		}
		rest := strings.TrimPrefix(name[i:], "v")
		if rest == "" || rest[0] < '0' || rest[0] > '9' {
			continue
		}
		end := len(rest)
		for _, stop := range []string{"_", " ", "/"} {
			if j := strings.Index(rest, stop); j >= 0 {
				end = min(end, j)
			}
		}
		for word := range osNames {
			if j := strings.Index(strings.ToLower(rest), "-"+word); j >= 0 {
				end = min(end, j)
			}
		}
		for _, ext := range releaseExts {
			if j := strings.Index(strings.ToLower(rest), ext); j >= 0 {
				end = min(end, j)
			}
		}
		if n, err := ParseNumber("v" + rest[:end]); err == nil {
			return n
		}
	}
	return Number{}
}

// installer says whether files with this ending are installers.
func (n releaseName) installer() bool {
	return n.ext == ".msi" || n.ext == ".pkg" || n.ext == ".dmg"
}

// wantsArchive says whether the ending promises an archive, and which.
func (n releaseName) wantsArchive() Container {
	switch n.ext {
	case ".tar.gz", ".tgz":
		return ContainerTarGz
	case ".zip":
		return ContainerZip
	default:
		return ""
	}
}

// sibling is what a name says about a file that lies beside another one.
type sibling struct {
	kind Kind
	base string // The name of the file that it is about.
}

// siblingSuffixes are endings of files that are about another file. The
// longer ones come first: x.sbom.sigstore.json is an SBOM.
var siblingSuffixes = []struct {
	suffix string
	kind   Kind
}{
	{".provenance.sigstore.json", KindProvenance},
	{".provenance.json", KindProvenance},
	{".intoto.jsonl", KindProvenance},
	{".provenance", KindProvenance},
	{".sbom.sigstore.json", KindSBOM},
	{".cyclonedx.json", KindSBOM},
	{".spdx.sbom.json", KindSBOM},
	{".sbom.json", KindSBOM},
	{".spdx.json", KindSBOM},
	{".cdx.json", KindSBOM},
	{".sbom", KindSBOM},
	{".sigstore.json", KindBundle},
	{".sigstore", KindBundle},
	{".bundle", KindBundle},
	{".cert", KindCertificate},
	{".crt", KindCertificate},
	{".pem", KindCertificate},
	{".sig", KindSignature},
	{".asc", KindSignature},
	{".gpg", KindSignature},
}

// siblingOf recognises signatures and the like by their names. What is in
// them is looked at when they are verified: names say nothing about formats.
func siblingOf(name string) (sibling, bool) {
	lower := strings.ToLower(name)
	for _, s := range siblingSuffixes {
		if strings.HasSuffix(lower, s.suffix) && len(name) > len(s.suffix) {
			return sibling{kind: s.kind, base: name[:len(name)-len(s.suffix)]}, true
		}
	}
	return sibling{}, false
}

// Beside gives the name of the file that a signature, a certificate, a bundle
// or an attestation is about, by its own name; ok is false for other files.
func Beside(name string) (base string, ok bool) {
	about, ok := siblingOf(name)
	return about.base, ok
}

// isChecksumName recognises checksum files; one is of a single file when its
// name is that file's with .sha256 behind it.
func isChecksumName(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, "checksums.txt") || strings.HasSuffix(lower, "checksum.txt") ||
		strings.HasSuffix(lower, ".sha256") || strings.HasSuffix(lower, ".sha256sum") ||
		strings.HasPrefix(lower, "sha256sum")
}

// NamedKind is what the name of a file says that it is for: the kinds that lie
// beside others and checksum files. "" for the rest, whose bytes have to say it.
func NamedKind(name string) Kind {
	if about, ok := siblingOf(name); ok {
		return about.kind
	}
	if isChecksumName(name) {
		return KindChecksum
	}
	return ""
}

// ReleaseIn reads which connector and which version a release file is of, by
// its name: baton-okta-v0.5.26-linux-amd64.tar.gz. Either may be missing.
func ReleaseIn(filename string) (connector string, version Number) {
	version = versionIn(filename)
	before := filename
	if !version.IsZero() {
		number := strings.TrimPrefix(version.String(), "v")
		before = strings.TrimSuffix(filename[:strings.Index(filename, number)], "v")
		before = strings.TrimRightFunc(before, isNameSeparator)
	}
	name, err := ParseConnector(before)
	if err != nil || version.IsZero() {
		return "", version
	}
	return name, version
}

// ChecksumSubject is the file that a checksum file of one file is called
// after, or "".
func ChecksumSubject(name string) string {
	for _, suffix := range []string{".sha256", ".sha256sum"} {
		if subject, ok := strings.CutSuffix(name, suffix); ok {
			return subject
		}
	}
	return ""
}
