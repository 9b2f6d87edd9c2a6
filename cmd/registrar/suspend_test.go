//go:build unix

package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/tuitest"
)

// ctrl+z gives the terminal back to the shell, and fg brings the page back as
// it is by now.
func TestSuspendingTheConsole(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	ines.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	path, err := program()
	require.NoError(t, err)

	term := tuitest.Start(t, tuitest.Options{Env: append(ines.environ, "PS1=shell> ")}, "sh", "-i")
	term.Expect("shell>").Type(path+"\r").Expect("Nothing waits for you.").Key("2").ExpectLine("sample", "v1.0.0").Expect("✓ live")
	term.Key("ctrl+z").Expect("Stopped").ExpectNot("✓ live")
	ines.publishes(t, "acme", "baton-sample", "v1.1.0").ok(t)
	term.Type("echo in the shell\r").Expect("in the shell")
	term.Resize(100, 30).Type("fg\r").ExpectLine("sample", "v1.1.0").Expect("✓ live").ExpectNot("shell>").ExpectLine("enter open", "? help")
	term.Key("q").Expect("shell>").Type("exit\r")
	require.NoError(t, term.ExpectEnd())
}
