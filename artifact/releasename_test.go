package artifact

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKindsByName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Kind{
		"x.sig": KindSignature, "x.ASC": KindSignature, "x.pem": KindCertificate, "x.sigstore.json": KindBundle, "x.provenance.sigstore.json": KindProvenance,
		"x.sbom.sigstore.json": KindSBOM, "x_checksums.txt": KindChecksum, "SHA256SUMS": KindChecksum, "x.tar.gz": "", ".sig": "", "x": "",
	} {
		assert.Equal(t, want, NamedKind(name), name)
	}
}

func TestVariantsInNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"x_linux_amd64v3.tar.gz": "v3", "x_linux_amd64_v2.tar.gz": "v2", "x_linux_x86_64v4.zip": "v4", "x_linux_amd64.tar.gz": "", "x_linux_amd64v9.tar.gz": "",
		"x_linux_arm64v8.tar.gz": "", "x-linux-amd64-v1.2.3.tar.gz": "",
	} {
		assert.Equal(t, want, parseReleaseName(name).variant, name)
	}
}

func TestWhichReleaseANameIsOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"baton-okta-v0.5.26-linux-amd64.tar.gz":    {"baton-okta", "v0.5.26"},
		"baton-okta_0.5.26_checksums.txt":          {"baton-okta", "v0.5.26"},
		"baton-okta-v1.0.0-rc.1-windows-amd64.zip": {"baton-okta", "v1.0.0-rc.1"},
		"v1.0.0.tar.gz":         {"", "v1.0.0"},
		"Baton Okta v1.0.0.zip": {"", "v1.0.0"},
		"baton-okta":            {"", ""},
		"":                      {"", ""},
	} {
		connector, version := ReleaseIn(name)
		assert.Equal(t, want, [2]string{connector, version.String()}, name)
	}
}
