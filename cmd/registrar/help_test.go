package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update-help", false, "write the golden files of help anew")

// commands are all commands of the tree but those that cobra brings.
func commands(root *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{root}
	for _, sub := range root.Commands() {
		if sub.Name() != "completion" && sub.Name() != "help" {
			all = append(all, commands(sub)...)
		}
	}
	return all
}

// Help is what most people ever read of a program.
func TestHelpOfEveryCommand(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, command := range commands(newRoot(&Env{})) {
		words := strings.Fields(command.CommandPath())[1:]
		name := strings.Join(append([]string{"registrar"}, words...), "-")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := d.run(t, append(words, "--help")...).ok(t)
			assert.Empty(t, got.err)
			path := filepath.Join("testdata", "help", name+".txt")
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, []byte(got.out), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err, "go test ./cmd/registrar -run TestHelp -update-help writes it")
			assert.Equal(t, string(want), got.out)
		})
	}
}

func TestEveryCommandSaysWhatItDoesAndShowsAnExample(t *testing.T) {
	t.Parallel()
	for _, command := range commands(newRoot(&Env{})) {
		assert.NotEmpty(t, command.Short, command.CommandPath())
		assert.False(t, strings.HasSuffix(command.Short, "."), "%s: a title has no full stop", command.CommandPath())
		assert.NotEmpty(t, command.Example, command.CommandPath())
		for line := range strings.Lines(command.Example) {
			// fang cuts what does not fit into 100 columns.
			assert.LessOrEqual(t, len(line), 85, "%s: %s", command.CommandPath(), line)
		}
		assert.True(t, command.Runnable(), "%s does nothing by itself and says so", command.CommandPath())
	}
}

// The examples of help are command lines that parse.
func TestExamplesParse(t *testing.T) {
	t.Parallel()
	for _, command := range commands(newRoot(&Env{})) {
		for line := range strings.Lines(strings.ReplaceAll(command.Example, "\\\n", "")) {
			parses(t, line)
		}
	}
}

// parses checks a line of help or of a document, if it is a command line.
func parses(t *testing.T, line string) (isCommand bool) {
	t.Helper()
	line, _, _ = strings.Cut(strings.TrimSpace(line), " > ")
	line, _, _ = strings.Cut(line, "  #")
	words, isCommand := strings.CutPrefix(line, "registrar")
	if !isCommand || !strings.HasPrefix(words, " ") && words != "" {
		return false
	}
	root := newRoot(&Env{})
	found, rest, err := root.Find(shellWords(words))
	require.NoError(t, err, line)
	require.NoError(t, found.ParseFlags(rest), line)
	assert.NoError(t, found.ValidateArgs(found.Flags().Args()), line)
	return true
}

// shellWords splits as a shell does, as far as the examples need it.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}

func TestHelpInTerminalsIsColouredUnlessAskedNotTo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	assert.NotContains(t, d.run(t, "--help", "--no-color").ok(t).out, "\x1b[")
	assert.Contains(t, d.run(t, "help", "yank").ok(t).out, "--category")
}
