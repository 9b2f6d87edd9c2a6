package main

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// readPlatforms reads which platforms are asked for.
func (o *publishOptions) readPlatforms(wrong *faults) []registryv1.Platform {
	var platforms []registryv1.Platform
	for _, slug := range o.platforms {
		platform, ok := registryv1.PlatformFromSlug(slug)
		switch {
		case !ok || platform == registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL:
			wrong.add("platform", registryv1.Reason_REASON_INVALID_PLATFORM,
				"--platform: %q is not a platform; the platforms are %s", slug, platformList(registryv1.Platforms()))
		case slices.Contains(platforms, platform):
			wrong.add("platform", registryv1.Reason_REASON_INVALID_PLATFORM, "--platform: %s is named twice", slug)
		default:
			platforms = append(platforms, platform)
		}
	}
	return platforms
}

// readFiles reads which file was chosen for which platform.
func (o *publishOptions) readFiles(a publish.Answers, wrong *faults) []publish.Picked {
	var picked []publish.Picked
	for _, said := range o.files {
		slug, path, _ := strings.Cut(said, "=")
		if slug == "" || path == "" {
			wrong.add("file", registryv1.Reason_REASON_USAGE, "--file: %q is not PLATFORM=PATH, such as linux-amd64=out/baton-okta.tar.gz", said)
			continue
		}
		platform, known := registryv1.PlatformFromSlug(slug)
		switch {
		case !known || platform == registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL:
			wrong.add("file", registryv1.Reason_REASON_INVALID_PLATFORM,
				"--file: %q is not a platform; the platforms are %s", slug, platformList(registryv1.Platforms()))
		case slices.ContainsFunc(picked, func(p publish.Picked) bool { return p.Platform == slug }):
			wrong.add("file", registryv1.Reason_REASON_INVALID_PLATFORM, "--file: %s has two files", slug)
		case !a.Ships(slug):
			wrong.add("file", registryv1.Reason_REASON_INVALID_PLATFORM, "--file: there is a file for %s, which is not among the --platform that are published", slug)
		default:
			picked = append(picked, publish.Picked{Platform: slug, Path: path})
		}
		if why := noFile(path); why != "" {
			wrong.add("file", registryv1.Reason_REASON_NO_FILES, "--file: %q %s", path, why)
		}
	}
	return picked
}

// checkLeftOut notes what cannot be left out since it is not there: a slip of
// the finger would publish it.
func (o *publishOptions) checkLeftOut(wrong *faults) {
	for _, path := range o.leaveOut {
		if why := noFile(path); why != "" {
			wrong.add("leave-out", registryv1.Reason_REASON_NO_FILES, "--leave-out: %q %s", path, why)
		}
	}
}

// noFile is why a path names no file, or "".
func noFile(path string) string {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is not there"
	case err != nil:
		return "cannot be read: " + err.Error()
	case info.IsDir():
		return "is a directory"
	case !info.Mode().IsRegular():
		return "is not a regular file"
	default:
		return ""
	}
}
