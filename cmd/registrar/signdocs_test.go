package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// The document explains every reason in the words that the program uses.
func TestTheReasonsOfTheDocumentAreThoseOfTheProgram(t *testing.T) {
	t.Parallel()
	table := "| reason | means | mostly | what to do |\n|---|---|---|---|\n"
	for _, reason := range signing.Reasons() {
		explained := wording.Explain(&registryv1.Verdict{Status: registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, Reason: string(reason)})
		table += fmt.Sprintf("| %s | %s | %s | %s |\n", reason, wording.Meaning(reason), explained.Usually, strings.Join(explained.Do, " "))
	}
	path := filepath.Join("..", "..", "docs", "signing.md")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	const begin, end = "from the words of the program -->\n", "<!-- end of reasons -->"
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found)
	written, after, found := strings.Cut(rest, end)
	require.True(t, found)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(before+begin+table+end+after), 0o644))
		return
	}
	assert.Equal(t, table, written, "go test ./cmd/registrar -run TestTheReasons -update-help writes it")
}
