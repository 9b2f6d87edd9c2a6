package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// checksums: each checksum file agrees with the files that it names.
func checksums(e *examined) []Finding {
	var out []Finding
	for _, f := range e.files {
		if f.kind() == registryv1.AssetKind_ASSET_KIND_CHECKSUM {
			out = append(out, e.agrees(f))
		}
	}
	if len(out) == 0 {
		return []Finding{{
			Result: registryv1.CheckResult_CHECK_RESULT_SKIPPED, Detail: "The version has no checksum file.",
			Fix: "Nothing needs doing: the registry computes its own digests.",
		}}
	}
	return out
}

// agrees compares one checksum file with the files of the version.
func (e *examined) agrees(list *file) Finding {
	const fix = "The checksum file is of another build. Send the one of this build, or leave it out: the registry computes its own."
	switch {
	case list.external():
		return list.skip("The bytes are elsewhere; the registry does not see them.")
	case !list.intact():
		return list.skip("The file is not intact, so it was not read.")
	case list.tooLong:
		return list.fail(registryv1.Reason_REASON_CHECKSUM_MISMATCH, fix, "The checksum file has more than %s.", count(maxChecksumFile, "byte"))
	}
	sums, err := artifact.ParseChecksums(list.text, artifact.ChecksumSubject(list.Meta.GetFilename()))
	if err != nil {
		return list.fail(registryv1.Reason_REASON_CHECKSUM_MISMATCH, fix, "%s", sentence(faults(err)))
	}
	var faults, unlisted []string
	agreeing := 0
	for _, f := range e.files {
		says, listed := e.listed(sums, list, f)
		switch {
		case f == list:
		case listed && len(says) == 1 && says[0] == f.declared():
			agreeing++
		case listed:
			faults = append(faults, disagreement(f, says))
		case f.runs() && list.platform() == "":
			unlisted = append(unlisted, fmt.Sprintf("%q", f.Meta.GetFilename()))
		}
	}
	switch {
	case len(faults) > 0:
		return list.fail(registryv1.Reason_REASON_CHECKSUM_MISMATCH, fix, "%s", strings.Join(faults, " "))
	case agreeing == 0:
		return list.warn(fix, "The checksum file names none of the version's files.")
	case len(unlisted) > 0:
		return list.warn("Write the checksum file after all files are built.", "The checksum file does not name %s.", enumerate(unlisted))
	}
	return list.pass("agrees with %s", count(agreeing, "file"))
}

// listed is what a checksum file says of a file: one digest, or several if it
// contradicts itself. The checksum file of one platform may call the file as
// it was called where it was built.
func (e *examined) listed(sums artifact.Checksums, list, f *file) (digests []artifact.Digest, ok bool) {
	named := func(name string) {
		for _, line := range sums.Lines {
			if line.Filename == name && !slices.Contains(digests, line.SHA256) {
				digests = append(digests, line.SHA256)
			}
		}
	}
	named(f.Meta.GetFilename())
	if len(digests) == 0 && f.runs() && list.platform() != "" && list.platform() == f.platform() && len(sums.Lines) == 1 && !e.holds(sums.Lines[0].Filename) {
		named(sums.Lines[0].Filename)
	}
	return digests, len(digests) > 0
}

// holds says whether the version has a file of this name.
func (e *examined) holds(name string) bool {
	return slices.ContainsFunc(e.files, func(f *file) bool { return f.Meta.GetFilename() == name })
}

// disagreement says how a checksum file contradicts a file, or itself.
func disagreement(f *file, says []artifact.Digest) string {
	if len(says) > 1 {
		return fmt.Sprintf("The checksum file gives %q two digests.", f.Meta.GetFilename())
	}
	return fmt.Sprintf("%q has the sha256 %s, and the checksum file says %s.", f.Meta.GetFilename(), f.declared().Hex(), says[0].Hex())
}
