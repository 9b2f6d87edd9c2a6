package artifact

// Container is how a release file is packed, found by looking at its bytes.
type Container string

// The containers.
const (
	ContainerTarGz      Container = "tar.gz"
	ContainerZip        Container = "zip"
	ContainerExecutable Container = "executable"
	ContainerUnknown    Container = "unknown"
)

// Facts is what looking at the bytes of a release file found. Every string in
// it is bounded and holds only what can be printed.
type Facts struct {
	Container     Container   `json:"container"`
	Detail        string      `json:"detail,omitempty"` // What an unknown container seems to be.
	Executable    *Executable `json:"executable,omitempty"`
	Entries       []Entry     `json:"entries,omitempty"`
	UnpackedBytes int64       `json:"unpackedBytes,omitempty"` // Counted, never believed.
	Problems      []Problem   `json:"problems,omitempty"`
}

// Entry is one file or folder of an archive.
type Entry struct {
	Name       string `json:"name"`
	Size       int64  `json:"size,omitempty"`
	Folder     bool   `json:"folder,omitempty"`
	Executable bool   `json:"executable,omitempty"`
}

// Format is the kind of executable.
type Format string

// The formats of executables.
const (
	FormatELF   Format = "ELF"
	FormatMachO Format = "Mach-O"
	FormatPE    Format = "PE"
)

// Executable is the program in a release file.
type Executable struct {
	Name     string   `json:"name,omitempty"` // Its path in the archive; empty for a bare one.
	Format   Format   `json:"format"`
	Platform Platform `json:"platform,omitempty"` // Empty: none that the registry ships.
	Detail   string   `json:"detail"`             // "ELF 64-bit x86-64".
	Size     int64    `json:"size"`
	Go       *Build   `json:"go,omitempty"` // Nil: not built by Go, or the information was removed.
}

// Build is what the Go toolchain wrote into an executable.
type Build struct {
	GoVersion     string   `json:"goVersion"`
	Package       string   `json:"package,omitempty"`
	Module        string   `json:"module,omitempty"`
	ModuleVersion string   `json:"moduleVersion,omitempty"`
	Deps          []Module `json:"deps,omitempty"`
	GOOS          string   `json:"goos,omitempty"`
	GOARCH        string   `json:"goarch,omitempty"`
	VCSRevision   string   `json:"vcsRevision,omitempty"`
	VCSTime       string   `json:"vcsTime,omitempty"`
	VCSModified   bool     `json:"vcsModified,omitempty"`
}

// Module is one Go module that an executable was built with; a replaced one
// is named by what replaced it.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version,omitempty"`
}

// ProblemKind is the stable name of something that is wrong with a file.
type ProblemKind string

// What can be wrong with a file.
const (
	ProblemEmpty               ProblemKind = "empty"
	ProblemUnknownContainer    ProblemKind = "unknown-container"
	ProblemTruncated           ProblemKind = "truncated"
	ProblemCorrupt             ProblemKind = "corrupt"
	ProblemTrailingData        ProblemKind = "trailing-data"
	ProblemUnsafePath          ProblemKind = "unsafe-path"
	ProblemLink                ProblemKind = "link"
	ProblemDevice              ProblemKind = "device"
	ProblemDuplicate           ProblemKind = "duplicate"
	ProblemTooManyEntries      ProblemKind = "too-many-entries"
	ProblemTooLarge            ProblemKind = "too-large"
	ProblemEncrypted           ProblemKind = "encrypted"
	ProblemUnsupported         ProblemKind = "unsupported"
	ProblemNoExecutable        ProblemKind = "no-executable"
	ProblemSeveralExecutables  ProblemKind = "several-executables"
	ProblemExecutableTruncated ProblemKind = "executable-truncated"
	ProblemExecutableMalformed ProblemKind = "executable-malformed"
	ProblemNotAProgram         ProblemKind = "not-a-program"
	ProblemForeignPlatform     ProblemKind = "foreign-platform"
	ProblemContradiction       ProblemKind = "contradiction"
	ProblemPlatformMismatch    ProblemKind = "platform-mismatch"
	ProblemOtherName           ProblemKind = "other-name"
	ProblemOtherModule         ProblemKind = "other-module"
)

// Subject is what a problem is about: which check reports it.
type Subject string

// The subjects of problems.
const (
	AboutFile       Subject = "file"
	AboutArchive    Subject = "archive"
	AboutExecutable Subject = "executable"
)

// About says which check a problem of this kind belongs to.
func (k ProblemKind) About() Subject {
	switch k {
	case ProblemEmpty, ProblemUnknownContainer:
		return AboutFile
	case ProblemNoExecutable, ProblemSeveralExecutables, ProblemExecutableTruncated, ProblemExecutableMalformed,
		ProblemNotAProgram, ProblemForeignPlatform, ProblemContradiction, ProblemPlatformMismatch,
		ProblemOtherName, ProblemOtherModule:
		return AboutExecutable
	default:
		return AboutArchive
	}
}

// Problem is one thing that is wrong with a file.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	Entry  string      `json:"entry,omitempty"` // The entry of the archive, or empty.
	Detail string      `json:"detail"`          // One sentence.
}

// String gives the problem as one sentence.
func (p Problem) String() string {
	if p.Entry == "" {
		return p.Detail
	}
	return quote(p.Entry) + ": " + p.Detail
}
