package signing_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
)

func TestZeroVerdictIsARefusal(t *testing.T) {
	t.Parallel()
	var v signing.Verdict
	assert.False(t, v.OK())
	assert.Equal(t, signing.Missing, v.Reason())
	require.Error(t, v.Err("x"))
}

func TestGoodVerdictsHaveNoFailedSteps(t *testing.T) {
	t.Parallel()
	for _, r := range []signing.StepResult{signing.Fail, signing.NotReached} {
		v := signing.Verified(signing.Facts{Assurance: signing.Full, Steps: []signing.Step{{Name: signing.StepBytes, Result: r}}})
		assert.False(t, v.OK())
		assert.Equal(t, signing.BadSignature, v.Reason())
		assert.Empty(t, v.Assurance())
	}
	v := signing.Verified(signing.Facts{Steps: []signing.Step{{Result: signing.Pass}, {Result: signing.Skipped}}})
	assert.True(t, v.OK())
	require.NoError(t, v.Err("x"))
}

func TestRefusalsHaveAReason(t *testing.T) {
	t.Parallel()
	assert.Equal(t, signing.BadSignature, signing.Refused("", signing.Facts{}).Reason())
	for _, r := range signing.Reasons() {
		v := signing.Refused(r, signing.Facts{Detail: "so it is", Cause: context.Canceled})
		assert.False(t, v.OK())
		err := v.Err("a.zip")
		require.ErrorIs(t, err, r)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, signing.Reason("OTHER"))
		says := "So it is."
		if r == signing.DigestMismatch {
			says = signing.OtherBytes // one sentence, however the file was signed
		}
		assert.Equal(t, "checking the signature of a.zip: "+string(r)+": "+says, err.Error())
		assert.Regexp(t, `^[A-Z]+(_[A-Z]+)*$`, string(r))
	}
}

func TestChecklistReadsInOrder(t *testing.T) {
	t.Parallel()
	var c signing.Checklist
	c.Set(signing.StepBytes, signing.Pass, "never shown")
	c.Set(signing.StepIdentity, signing.Fail, "somebody else")
	c.Set(signing.StepFound, signing.Pass, "a bundle")
	c.Set(signing.StepCertificate, signing.Pass, "by %s", "Fulcio")
	var got []string
	for _, s := range c.Steps() {
		got = append(got, string(s.Name)+" "+string(s.Result)+" "+s.Detail)
	}
	assert.Equal(t, []string{
		"found PASS a bundle", "certificate PASS by Fulcio", "identity FAIL somebody else",
		"bound to NOT_REACHED not reached", "logged NOT_REACHED not reached", "time NOT_REACHED not reached", "bytes NOT_REACHED not reached",
	}, got)
}

func TestDigest(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("registrar"), 100_000)
	a, b, c := sha256.Sum256(data), sha512.Sum384(data), sha512.Sum512(data)
	d, err := signing.Digest(t.Context(), bytes.NewReader(data), crypto.SHA256, crypto.SHA384, crypto.SHA512)
	require.NoError(t, err)
	assert.Equal(t, signing.Digests{SHA256: a[:], SHA384: b[:], SHA512: c[:], Size: int64(len(data))}, d)

	d, err = signing.Digest(t.Context(), strings.NewReader(""))
	require.NoError(t, err)
	assert.Equal(t, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", d.String())
	assert.Nil(t, d.Of(crypto.SHA512))

	_, err = signing.Digest(t.Context(), strings.NewReader(""), crypto.SHA1)
	require.Error(t, err)

	stopped, stop := context.WithCancel(t.Context())
	stop()
	_, err = signing.Digest(stopped, bytes.NewReader(data))
	require.ErrorIs(t, err, context.Canceled)
}

func TestMaterialIsBounded(t *testing.T) {
	t.Parallel()
	b, err := signing.ReadMaterial(strings.NewReader("abc"), 3)
	require.NoError(t, err)
	assert.Equal(t, "abc", string(b))
	_, err = signing.ReadMaterial(strings.NewReader("abcd"), 3)
	require.ErrorIs(t, err, signing.ErrTooLarge)
}

// Newer releases of the Sigstore libraries need a newer Go than this module
// has; an upgrade that drags it along must not pass unseen.
func TestModuleGraphStaysBelowGo127(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Path}} {{.GoVersion}}", "all").Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("listing modules: %s", exit.Stderr)
	}
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Greater(t, len(lines), 50)
	for _, line := range lines {
		path, version, ok := strings.Cut(line, " ")
		if !ok || version == "" {
			continue
		}
		parts := strings.Split(version, ".")
		require.GreaterOrEqual(t, len(parts), 2, line)
		minor, err := strconv.Atoi(parts[1])
		require.NoError(t, err, line)
		assert.Falsef(t, parts[0] != "1" || minor > 26, "%s needs go %s", path, version)
	}
}
