package main

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// browserEnv are the variables that a browser needs to find the person's
// screen and session; it gets no other.
var browserEnv = []string{
	"HOME", "PATH", "USER", "LOGNAME", "LANG", "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP",
	"XDG_CONFIG_HOME", "XDG_DATA_DIRS", "DBUS_SESSION_BUS_ADDRESS", "BROWSER", "SystemRoot", "APPDATA", "LOCALAPPDATA", "USERPROFILE",
}

// hasBrowser guesses whether a browser opens on the screen where the person
// is: not at the other end of a connection, and not without a screen.
func (e *Env) hasBrowser() bool {
	if e.getenv("SSH_CONNECTION") != "" {
		return false
	}
	return runtime.GOOS != "linux" || e.getenv("DISPLAY") != "" || e.getenv("WAYLAND_DISPLAY") != ""
}

// openBrowser opens an address in the person's browser.
func openBrowser(environ []string) func(ctx context.Context, address string) error {
	return func(ctx context.Context, address string) error {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" {
			return fmt.Errorf("%q is no address for a browser", address)
		}
		command := []string{"xdg-open"}
		switch runtime.GOOS {
		case "darwin":
			command = []string{"open"}
		case "windows":
			command = []string{"rundll32", "url.dll,FileProtocolHandler"}
		}
		ctx, stop := context.WithTimeout(ctx, 10*time.Second)
		defer stop()
		cmd := exec.CommandContext(ctx, command[0], append(command[1:], u.String())...) // #nosec G204 -- an address of a known scheme is all that varies
		for _, v := range environ {
			if name, _, _ := strings.Cut(v, "="); slices.Contains(browserEnv, name) {
				cmd.Env = append(cmd.Env, v)
			}
		}
		cmd.WaitDelay = time.Second
		return cmd.Run()
	}
}
