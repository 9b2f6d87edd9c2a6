//go:build !unix

package project

import (
	"os/exec"
	"strconv"
)

// ownGroup lets a command be ended with all that it starts.
func ownGroup(cmd *exec.Cmd) {
	cmd.Cancel = func() error { endGroup(cmd); return nil }
}

// endGroup ends a command and the processes that it started.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process == nil {
		return
	}
	kill := exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)) //nolint:gosec,noctx // the number is our own, and it ends at once
	if kill.Run() != nil {
		_ = cmd.Process.Kill() // it may have ended by itself
	}
}
