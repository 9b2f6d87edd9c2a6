package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// stamp is the version, set by the build: -ldflags "-X main.stamp=v1.2.3".
var stamp string

// buildStamp is the stamp, or what the Go toolchain noted when there is none,
// as with go install and go run.
func buildStamp() string {
	if stamp != "" {
		return stamp
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return stampOf(info)
}

func stampOf(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "-dirty"
		}
	}
	if revision == "" {
		return "unknown"
	}
	return revision + modified
}

// userAgent names the program to registries.
func userAgent() string { return "registrar/" + buildStamp() }

func newVersion(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which version this is",
		Example: "registrar version\nregistrar version -o json",
		Args:    none,
		RunE:    func(*cobra.Command, []string) error { return runVersion(env) },
	}
}

func runVersion(env *Env) error {
	platform := runtime.GOOS + "-" + runtime.GOARCH
	if env.Settings.JSON() {
		return env.json(object{}.
			with("version", buildStamp()).
			with("go", runtime.Version()).
			with("platform", platform))
	}
	return env.print("registrar %s (%s, %s)", buildStamp(), runtime.Version(), platform)
}
