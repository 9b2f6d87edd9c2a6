package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// Where something arrived, the way on is said with the error; where nothing
// did, there is nothing to go on with.
func TestAFailedPublishSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t, registrytest.Configured(func(c *registry.Config) { c.Limits.AssetBytes = 200 << 10 }))
	d := newDesk(t).at(s.Address, s.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER, "acme"))
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	begun := d.run(t, "publish", dir, "--version", "v1.0.0", "--sign", "none")
	assert.NotZero(t, begun.code)
	assert.Contains(t, begun.err, "Go on with: registrar publish "+dir+" --resume --version v1.0.0")

	never := d.run(t, "publish", dir, "--version", "v1.0.0", "--sign", "none", "--org", "baker")
	assert.NotZero(t, never.code)
	assert.NotContains(t, never.err, "Go on with")
}
