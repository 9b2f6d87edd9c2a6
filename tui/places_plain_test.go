package tui_test

import (
	"testing"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui"
)

// The places are read line by line too: each thing says what it is, and each
// event is a sentence.
func TestPlainPlaces(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines, mara := h.connect("ines", publisher), h.connect("mara", maintainer)
	publishes(t, ines, "baton-sample", "v1.0.0")
	breaks(t, h, ines, "baton-sample", "v1.1.0")
	begins(t, ines, "baton-desk", "v0.1.0")
	yank(t, mara, "baton-sample", "v1.0.0")

	r := plainly(t, ines, func(c *tui.Config) { c.Start = 0 })
	r.Expect("Choose: ").Type("").Expect("Two things need you", "1. Failed: baton-sample v1.1.0", "2. Drafts: baton-desk v0.1.0, created, nothing sent", "3. Yanked lately: baton-sample v1.0.0, broken: loops on empty pages")
	r.Type("2").Expect("Home > acme/baton-desk > v0.1.0").Type("esc").Expect("Two things need you")
	r.Type("drafts").Expect("1. acme/baton-desk v0.1.0, created, nothing sent, at the registry only, by ines")

	admin := plainly(t, h.connect("root", registryv1.Role_ROLE_ADMIN))
	admin.Expect("Connectors 2", "Choose: ").Type("activity").Expect("Activity", "Choose: ").Type("")
	admin.Expect("chain verified to event ", "mara yanked acme/baton-sample v1.0.0 (broken): loops on empty pages.", "ines began acme/baton-desk v0.1.0.", "Choose: ")
	admin.Type("/ yank").Expect("1. ", "mara yanked acme/baton-sample v1.0.0").Type("1").Expect("Activity > acme/baton-sample > v1.0.0")
	admin.Type("previous tab").Expect("Activity, tab ", "1. ", "mara yanked acme/baton-sample v1.0.0")
}
