package artifact

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// choose turns what was found into the files that are released.
func (s *search) choose(siblings []*candidate) error {
	var runnable, installers, checksums []*candidate
	for _, c := range s.order {
		switch {
		case c.Kind == KindChecksum:
			checksums = append(checksums, c)
		case !s.looksRight(c):
		case c.Kind == KindInstaller:
			installers = append(installers, c)
		default:
			runnable = append(runnable, c)
		}
	}
	chosen := s.choosePlatforms(runnable)
	for _, c := range chosen {
		if err := s.compareSums(c); err != nil {
			return err
		}
	}
	for _, c := range installers {
		if err := s.compareSums(c); err != nil {
			return err
		}
	}
	chosen = append(append(chosen, installers...), checksums...)
	slices.SortStableFunc(chosen, func(a, b *candidate) int {
		return cmp.Or(compareLast(a.Platform == "", b.Platform == ""), ComparePlatforms(a.Platform, b.Platform),
			cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind)))
	})
	for _, c := range chosen {
		s.warnAboutNames(c)
		slices.SortStableFunc(c.Evidence, func(a, b Evidence) int { return cmp.Compare(a.Source.rank(), b.Source.rank()) })
		s.out.Files = append(s.out.Files, c.File)
	}
	s.addSiblings(chosen, siblings)
	s.missing(installers)
	return nil
}

func compareLast(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

func (s Source) rank() int {
	return slices.Index([]Source{FoundByHand, FoundByArtifacts, FoundByChecksums, FoundByName, FoundByFolder}, s)
}

func (c *candidate) source() int {
	best := FoundByFolder.rank()
	for _, e := range c.Evidence {
		best = min(best, e.Source.rank())
	}
	return best
}

// looksRight looks at the first bytes: they say what a file is, its name only
// promises. Files that cannot be released are skipped.
func (s *search) looksRight(c *candidate) bool {
	refuse := func(why string) bool {
		s.skip(c.Path, "%s", why)
		s.note(c.Platform, "%s: %s", c.Filename, why)
		s.refused[c.Platform] = true
		return false
	}
	if c.Size == 0 {
		return refuse("it is empty")
	}
	begin := head(c.Path)
	var is Container
	switch {
	case isExecutable(begin):
		is = ContainerExecutable
	case bytes.HasPrefix(begin, []byte("\x1f\x8b")):
		is = ContainerTarGz
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")):
		is = ContainerZip
	case c.Kind == KindInstaller:
		return true
	default:
		return refuse("it is " + describeContent(begin) + ", not a tar.gz, a zip or an executable")
	}
	if c.Kind == KindInstaller {
		return true
	}
	c.Kind = KindArchive
	if is == ContainerExecutable {
		c.Kind = KindBinary
	}
	if promised := parseReleaseName(c.Filename).wantsArchive(); promised != "" && promised != is {
		what := "a " + string(is)
		if is == ContainerExecutable {
			what = "a bare executable"
		}
		c.Warnings = append(c.Warnings, Warning{Kind: WarnLabel, Detail: "its name says " + string(promised) + ", but it is " + what})
	}
	return true
}

// choosePlatforms takes the best file for each platform, and a universal macOS
// file where it is needed.
func (s *search) choosePlatforms(all []*candidate) []*candidate {
	best := map[Platform]*candidate{}
	var out []*candidate
	for _, p := range append(Platforms(), DarwinUniversal) {
		var same []*candidate
		for _, c := range all {
			if c.Platform == p {
				same = append(same, c)
			}
		}
		if len(same) > 0 {
			best[p] = s.chooseOne(p, same)
		}
	}
	s.macs(best)
	for _, p := range append(Platforms(), DarwinUniversal) {
		if c := best[p]; c != nil {
			out = append(out, c)
		}
	}
	return out
}

// macs decides between a universal macOS file and those for one Mac each. What
// was picked for one of them leaves the universal file to the other.
func (s *search) macs(best map[Platform]*candidate) {
	universal, amd64, arm64 := best[DarwinUniversal], best[DarwinAMD64], best[DarwinARM64]
	picked := func(c *candidate) bool { return c != nil && c.picked }
	switch {
	case universal == nil:
	case picked(amd64) && !eachMac(universal, amd64, arm64):
		s.serveOne(best, universal, DarwinARM64)
	case picked(arm64) && !eachMac(universal, amd64, arm64):
		s.serveOne(best, universal, DarwinAMD64)
	case eachMac(universal, amd64, arm64):
		s.skip(universal.Path, "it is universal, and there is a file for each Mac")
		delete(best, DarwinUniversal)
	default:
		universal.Warnings = append(universal.Warnings, Warning{
			Kind: WarnUniversal, Detail: "one universal file serves both darwin-amd64 and darwin-arm64",
		})
		for _, c := range []*candidate{amd64, arm64} {
			if c != nil {
				s.skip(c.Path, "the universal file %s serves this Mac too", universal.Filename)
				delete(best, c.Platform)
			}
		}
	}
}

// eachMac reports whether there is a file for each Mac that goes before the
// universal one: it was picked, or both are made for release.
func eachMac(universal, amd64, arm64 *candidate) bool {
	switch {
	case amd64 == nil || arm64 == nil:
		return false
	case universal.picked:
		return amd64.picked && arm64.picked
	case amd64.picked || arm64.picked:
		return true
	default:
		return !amd64.raw && !arm64.raw || universal.raw
	}
}

// serveOne makes a universal file that of one Mac, since another file was
// picked for the other one.
func (s *search) serveOne(best map[Platform]*candidate, universal *candidate, p Platform) {
	if c := best[p]; c != nil {
		s.skip(c.Path, "the universal file %s was picked", universal.Filename)
	}
	delete(best, DarwinUniversal)
	universal.Platform = p
	universal.Warnings = append(universal.Warnings, Warning{Kind: WarnUniversal, Detail: "the universal file serves " + string(p)})
	best[p] = universal
}

// chooseOne prefers what is made for release to the output of builds, then the
// number that is to be published, then the folder that was named first, the
// stronger source, and the variant that runs everywhere.
func (s *search) chooseOne(p Platform, same []*candidate) *candidate {
	slices.SortStableFunc(same, func(a, b *candidate) int {
		return cmp.Or(
			compareLast(!a.picked, !b.picked),
			compareLast(a.raw, b.raw),
			compareLast(s.otherVersion(a), s.otherVersion(b)),
			cmp.Compare(a.folder, b.folder),
			b.version.Compare(a.version),
			cmp.Compare(a.source(), b.source()),
			compareLast(a.Kind == KindBinary, b.Kind == KindBinary),
			strings.Compare(a.variant, b.variant),
			strings.Compare(a.rel, b.rel),
		)
	})
	taken := same[0]
	for _, c := range same[1:] {
		switch {
		case taken.picked:
		case c.raw && !taken.raw:
			s.skip(c.Path, "it is the output of a build; %s is released", taken.Filename)
			continue
		case c.variant != "" && c.variant != taken.variant && c.folder == taken.folder:
			taken.Warnings = append(taken.Warnings, Warning{Kind: WarnVariants, Detail: fmt.Sprintf(
				"there are builds for the variants %s and %s of amd64; %s was taken", orPlain(taken.variant), c.variant, orPlain(taken.variant))})
		case c.folder != taken.folder:
			taken.Warnings = append(taken.Warnings, Warning{Kind: WarnTwice, Detail: fmt.Sprintf(
				"%s is for %s too; the folder that was named first was taken", quote(c.Path), p)})
		default:
			taken.Warnings = append(taken.Warnings, Warning{Kind: WarnTwice, Detail: fmt.Sprintf(
				"%s is for %s too", quote(c.Path), p)})
		}
		s.skip(c.Path, "%s was taken for %s", quote(taken.Path), p)
	}
	return taken
}

func orPlain(variant string) string {
	if variant == "" {
		return "plain"
	}
	return variant
}

func (s *search) otherVersion(c *candidate) bool {
	return !s.want.Version.IsZero() && !c.version.IsZero() && c.version.Compare(s.want.Version) != 0
}

// warnAboutNames warns about snapshots and older builds that a name gives away.
func (s *search) warnAboutNames(c *candidate) {
	for _, kind := range []WarningKind{WarnSnapshot, WarnDirty} {
		if detail, odd := s.oddBuild(c.Filename)[kind]; odd {
			c.Warnings = append(c.Warnings, Warning{Kind: kind, Detail: "by its name it " + detail})
			return // What a name adds to the number is no version of its own.
		}
	}
	if s.otherVersion(c) {
		c.Warnings = append(c.Warnings, Warning{Kind: WarnOtherVersion, Detail: fmt.Sprintf(
			"its name says %s, not %s", c.version, s.want.Version)})
	}
}

// compareSums compares a file with what the checksum files of its folder and
// artifacts.json say. Only then is it read.
func (s *search) compareSums(c *candidate) error {
	type claim struct {
		by, list string
		digest   Digest
		file     *candidate
	}
	var claims []claim
	if !c.recorded.IsZero() && !c.raw {
		claims = append(claims, claim{by: artifactsList, list: c.list, digest: c.recorded})
	}
	for _, sum := range s.sums {
		if d, ok := sum.sums.Of(c.Filename); ok && sum.folder == c.folder {
			claims = append(claims, claim{by: sum.name, list: sum.file.Path, digest: d, file: sum.file})
		}
	}
	if len(claims) == 0 {
		return nil
	}
	digest, err := s.hash(c.Path)
	if err != nil {
		return err
	}
	c.SHA256 = digest
	for _, claim := range claims {
		if claim.digest == digest {
			c.Agrees = append(c.Agrees, claim.by)
			continue
		}
		detail := claim.by + " has another sha256 for it: one of the two is from another build"
		if claim.file != nil && claim.file.ModTime.Before(c.ModTime) {
			detail = claim.by + " was written before this file and has another sha256 for it"
		}
		w := Warning{Kind: WarnStaleChecksum, Detail: detail, Listed: claim.digest, Found: digest, List: claim.list}
		c.Warnings = append(c.Warnings, w)
		if claim.file != nil {
			w.Detail = "it has another sha256 for " + c.Filename
			claim.file.Warnings = append(claim.file.Warnings, w)
		}
	}
	return nil
}

func (s *search) hash(path string) (Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return Digest{}, err
	}
	defer func() { _ = f.Close() }() // Only read.
	d, _, err := Hash(s.ctx, f)
	if err != nil {
		return Digest{}, fmt.Errorf("%s: %w", quote(path), err)
	}
	return d, nil
}

// addSiblings lists what lies beside a released file and is about it, also
// what is about that: the signature of an SBOM.
func (s *search) addSiblings(chosen, siblings []*candidate) {
	about := map[string]*candidate{} // By folder and name.
	key := func(c *candidate, name string) string {
		return fmt.Sprintf("%d/%s/%s", c.folder, filepath.Dir(c.Path), name)
	}
	for _, c := range chosen {
		about[key(c, c.Filename)] = c
		about[key(c, filepath.Base(c.Path))] = c
	}
	open := siblings
	for {
		var rest []*candidate
		for _, c := range open {
			base, ok := about[key(c, c.For)]
			if !ok {
				rest = append(rest, c)
				continue
			}
			c.Platform, c.For = base.Platform, base.Filename
			about[key(c, c.Filename)] = c
			s.out.Files = append(s.out.Files, c.File)
		}
		if len(rest) == len(open) {
			break
		}
		open = rest
	}
	for _, c := range open {
		s.skip(c.Path, "it is about %s, which is not released", quote(c.For))
	}
}

// missing says why platforms have no file.
func (s *search) missing(installers []*candidate) {
	for _, p := range Platforms() {
		if _, ok := s.out.For(p); ok {
			continue
		}
		reasons := slices.Clone(s.notes[p])
		for _, c := range installers {
			if c.Platform == p {
				reasons = append(reasons, "there is only the installer "+c.Filename)
			}
		}
		if len(reasons) == 0 {
			reasons = append(reasons, s.nothing())
		}
		slices.Sort(reasons)
		s.out.Missing = append(s.out.Missing, Missing{Platform: p, Why: strings.Join(slices.Compact(reasons), "; "), Refused: s.refused[p]})
	}
}

func (s *search) nothing() string {
	if len(s.want.Dirs) == 0 {
		return "no folder was searched"
	}
	names := make([]string, 0, len(s.want.Dirs))
	for _, dir := range s.want.Dirs {
		names = append(names, "not in "+printable(filepath.Base(filepath.Clean(dir))))
	}
	return strings.Join(names, ", ")
}
