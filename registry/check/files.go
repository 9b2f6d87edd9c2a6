package check

import (
	"mime"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// integrity: each file is here, with the size and sha256 it was received with.
func integrity(e *examined) []Finding {
	var out []Finding
	for _, f := range e.files {
		out = append(out, intact(f))
	}
	return out
}

func intact(f *file) Finding {
	const again = "Publish the version again: the file is sent once more."
	switch {
	case f.external():
		return f.skip("The bytes are elsewhere; the registry does not see them.")
	case f.declared().IsZero():
		return f.fail(registryv1.Reason_REASON_ASSET_MISSING, again, "The file was never received.")
	case f.missing:
		return f.fail(registryv1.Reason_REASON_ASSET_MISSING, again, "The registry has lost the bytes of this file.")
	case f.size != f.Meta.GetSizeBytes():
		return f.fail(registryv1.Reason_REASON_SIZE_MISMATCH, again,
			"The file has %d bytes, and %d were received.", f.size, f.Meta.GetSizeBytes())
	case f.sha256 != f.declared():
		return f.fail(registryv1.Reason_REASON_DIGEST_MISMATCH, again,
			"The bytes have the sha256 %s, and %s was received.", f.sha256.Hex(), f.declared().Hex())
	default:
		return f.pass("%s, sha256 %s", count(f.size, "byte"), f.sha256.Hex())
	}
}

// platforms: every declared platform has a file that people can run there.
func platforms(e *examined) []Finding {
	var out []Finding
	declared := e.Version.GetSummary().GetPlatforms()
	for _, want := range declared {
		served := slices.ContainsFunc(e.files, func(f *file) bool {
			return f.runs() && slices.Contains(f.Meta.GetPlatform().Serves(), want)
		})
		if served {
			continue
		}
		out = append(out, Finding{
			Platform: want, Result: registryv1.CheckResult_CHECK_RESULT_FAIL, Reason: registryv1.Reason_REASON_PLATFORM_MISSING,
			Detail: "The version declares " + want.Slug() + " and has no file for it.",
			Fix:    "Add a file for " + want.Slug() + ", or declare the version without it.",
		})
	}
	if len(out) > 0 {
		return out
	}
	if len(declared) == 0 {
		return []Finding{{
			Result: registryv1.CheckResult_CHECK_RESULT_FAIL, Reason: registryv1.Reason_REASON_PLATFORM_MISSING,
			Detail: "The version declares no platform.", Fix: "Declare at least one platform.",
		}}
	}
	return []Finding{{
		Result: registryv1.CheckResult_CHECK_RESULT_PASS,
		Detail: count(len(declared), "platform") + ", each with a file",
	}}
}

// label: file name, media type and kind say what the bytes are. Real clients
// send bare executables under the name of an archive, so it is a warning.
func label(e *examined) []Finding {
	return e.each(func(f *file) Finding {
		is := f.facts.Container
		if is == artifact.ContainerUnknown {
			return f.skip("The container is not known.")
		}
		var says []string
		if named := containerOfName(f.Meta.GetFilename()); named != "" && named != is {
			says = append(says, "its name says "+string(named))
		}
		if typed := containerOfType(f.Meta.GetMediaType()); typed != "" && typed != is {
			says = append(says, "its media type says "+string(typed))
		}
		if packed := is != artifact.ContainerExecutable; packed != (f.kind() == registryv1.AssetKind_ASSET_KIND_ARCHIVE) {
			says = append(says, "its kind says "+strings.ToLower(registryv1.Short(f.kind())))
		}
		if len(says) > 0 {
			return f.warn("Downloads go by the bytes and work. Name the next release's file for what it is.",
				"The file is %s, but %s.", what(is), enumerate(says))
		}
		return f.pass("%s", is)
	})
}

// enumerate joins parts of a sentence.
func enumerate(parts []string) string {
	last := len(parts) - 1
	if last == 0 {
		return parts[0]
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// what names a container.
func what(c artifact.Container) string {
	if c == artifact.ContainerExecutable {
		return "a bare executable"
	}
	return "a " + string(c)
}

// containerOfName is what a file name promises; "" if it does not.
func containerOfName(name string) artifact.Container {
	name = strings.ToLower(name)
	switch {
	case strings.HasSuffix(name, ".tar.gz"), strings.HasSuffix(name, ".tgz"):
		return artifact.ContainerTarGz
	case strings.HasSuffix(name, ".zip"):
		return artifact.ContainerZip
	case strings.HasSuffix(name, ".exe"):
		return artifact.ContainerExecutable
	default:
		return ""
	}
}

// containerOfType is what a media type promises; "" if it does not.
func containerOfType(mediaType string) artifact.Container {
	base, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return ""
	}
	switch base {
	case "application/gzip", "application/x-gzip", "application/x-gtar", "application/x-tar+gzip", "application/x-compressed-tar":
		return artifact.ContainerTarGz
	case "application/zip", "application/x-zip-compressed":
		return artifact.ContainerZip
	case "application/x-executable", "application/x-elf", "application/x-mach-binary",
		"application/vnd.microsoft.portable-executable", "application/x-msdownload":
		return artifact.ContainerExecutable
	default:
		return ""
	}
}
