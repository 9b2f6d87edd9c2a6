package check

import (
	"fmt"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// archiveSafety: the file is a container that can be unpacked without harm.
func archiveSafety(e *examined) []Finding {
	return e.each(func(f *file) Finding {
		unknown := f.problems(func(k artifact.ProblemKind) bool { return k.About() == artifact.AboutFile })
		if len(unknown) > 0 {
			return f.fail(registryv1.Reason_REASON_CHECK_FAILED,
				"Send a tar.gz or zip that holds the executable, or the bare executable.", "%s", strings.Join(unknown, " "))
		}
		unsafe := f.problems(func(k artifact.ProblemKind) bool { return k.About() == artifact.AboutArchive })
		if len(unsafe) > 0 {
			return f.fail(registryv1.Reason_REASON_ARCHIVE_UNSAFE,
				"Pack the executable alone, as a plain file, and publish again.", "%s", strings.Join(unsafe, " "))
		}
		if f.facts.Container == artifact.ContainerExecutable {
			return f.pass("bare executable, nothing to unpack")
		}
		entries := "entries"
		if len(f.facts.Entries) == 1 {
			entries = "entry"
		}
		return f.pass("%d %s, %s unpacked", len(f.facts.Entries), entries, count(f.facts.UnpackedBytes, "byte"))
	})
}

// executable: there is exactly one program, whole, and called as the
// connector is.
func executable(e *examined) []Finding {
	return e.each(func(f *file) Finding {
		broken := f.problems(func(k artifact.ProblemKind) bool { return k.About() == artifact.AboutExecutable && !aboutPlatform(k) })
		exe := f.facts.Executable
		switch {
		case len(broken) > 0:
			return f.fail(registryv1.Reason_REASON_CHECK_FAILED,
				"Put exactly one executable, as the build made it, into the file.", "%s", strings.Join(broken, " "))
		case exe == nil:
			return f.skip("The archive is not safe, so its executable was not looked at.")
		}
		if named := e.compare(f, artifact.ProblemOtherName); named != "" {
			return f.warn(fmt.Sprintf("Name it %s, or %s.exe for Windows.", e.name(), e.name()), "%s", named)
		}
		if exe.Name == "" {
			return f.pass("the file itself")
		}
		return f.pass("%s", exe.Name)
	})
}

// platformMatch: the executable is made for the platform that the file claims.
func platformMatch(e *examined) []Finding {
	return e.each(func(f *file) Finding {
		claimed := f.Meta.GetPlatform().Slug()
		wrong := f.problems(aboutPlatform)
		if other := e.compare(f, artifact.ProblemPlatformMismatch); other != "" {
			wrong = append(wrong, other)
		}
		exe := f.facts.Executable
		switch {
		case len(wrong) > 0:
			return f.fail(registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH,
				"Send the file that was built for "+claimed+".", "%s", strings.Join(wrong, " "))
		case exe == nil:
			return f.skip("There is no executable to compare with %s.", claimed)
		case exe.Platform == "":
			return f.skip("The executable does not say what it runs on.")
		case claimed == "":
			return f.fail(registryv1.Reason_REASON_PLATFORM_MISSING,
				"Declare the platform of the file.", "The file claims no platform, and its executable is %s.", exe.Detail)
		}
		return f.pass("%s", exe.Detail)
	})
}

// module: the executable is built from the connector's own module. Forks keep
// the module path of their origin, so another one is a warning.
func module(e *examined) []Finding {
	return e.each(func(f *file) Finding {
		exe := f.facts.Executable
		if exe == nil {
			return f.skip("There is no executable to look at.")
		}
		if exe.Go == nil || exe.Go.Module == "" {
			return f.skip("The executable holds no Go module information.")
		}
		if other := e.compare(f, artifact.ProblemOtherModule); other != "" {
			return f.warn("A fork keeps its origin's module path; then nothing needs doing. Else send this connector's own executable.", "%s", other)
		}
		return f.pass("%s, %s", exe.Go.Module, exe.Go.GoVersion)
	})
}

// aboutPlatform says whether a problem is that the executable runs on the
// wrong system, and not that it is broken.
func aboutPlatform(k artifact.ProblemKind) bool {
	return k == artifact.ProblemForeignPlatform || k == artifact.ProblemContradiction || k == artifact.ProblemPlatformMismatch
}

// name is the connector's.
func (e *examined) name() string { return e.Version.GetSummary().GetRef().GetName() }

// compare says, as a sentence, how a file differs from what it should be in
// one respect; "" if it does not.
func (e *examined) compare(f *file, kind artifact.ProblemKind) string {
	for _, p := range f.facts.Compare(artifact.Expectation{Platform: f.platform(), Name: e.name()}) {
		if p.Kind == kind {
			return sentence(p.Detail)
		}
	}
	return ""
}
