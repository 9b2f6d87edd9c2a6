package cosign

import (
	"errors"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
)

// When the facts explain nothing, the words with which the library begins its
// errors do. They are its private affair, so an upgrade that changes them has
// to be noticed: here, in its source.
func TestStagePrefixesAreThoseOfTheLibrary(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "github.com/sigstore/sigstore-go/pkg/verify").Output()
	require.NoError(t, err)
	path := filepath.Join(strings.TrimSpace(string(out)), "signed_entity.go")
	_, err = parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	require.NoError(t, err)
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, p := range stagePrefixes {
		assert.Containsf(t, string(source), `"`+p.prefix+`: %w"`, "sigstore-go says it otherwise now; see lastResort")
		step, f := lastResort(errors.New(p.prefix + ": so it is"))
		assert.Equal(t, p.reason, f.reason)
		assert.Equal(t, p.step, step)
		assert.Contains(t, f.detail, "so it is")
	}
	step, f := lastResort(errors.New("something new"))
	assert.Equal(t, signing.StepBytes, step)
	assert.Equal(t, signing.BadSignature, f.reason)
}

// A panic in the library is a refusal.
func TestGuard(t *testing.T) {
	t.Parallel()
	err := guard(func() error { panic("hostile material") })
	require.ErrorIs(t, err, errLibrary)
	require.NoError(t, guard(func() error { return nil }))
}

// Every reason that this package gives says what to do about it.
func TestEveryReasonHasAdvice(t *testing.T) {
	t.Parallel()
	gpgOnly := []signing.Reason{signing.ExpiredSignature, signing.FutureSignature}
	for _, r := range signing.Reasons() {
		if text, ok := advice[r]; assert.Equal(t, !slices.Contains(gpgOnly, r), ok, r) && ok {
			assert.True(t, strings.HasSuffix(text, "."), r)
		}
	}
}

func TestSecretsAreRedacted(t *testing.T) {
	t.Parallel()
	err := redact(errors.New("401: Bearer abc.def.ghi refused"), []byte("abc.def.ghi"))
	assert.Equal(t, "401: Bearer [secret] refused", err.Error())
	plain := errors.New("x")
	assert.Same(t, plain, redact(plain, []byte("secret")))
	assert.Same(t, plain, redact(plain, nil))
}
