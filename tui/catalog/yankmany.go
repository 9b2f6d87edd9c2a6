package catalog

import (
	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

type (
	// WeighedAll carries what yanking several versions would do.
	WeighedAll struct {
		// Weighing is the question that is answered.
		Weighing *yank.Weighing
		Asked    int
		Weighed  yank.Weighed
		Err      error
	}
	// VersionsRead carries the versions that a file names, or all that is
	// wrong with it.
	VersionsRead struct {
		Path     string
		Asked    int
		Versions []*registryv1.VersionRef
		Err      error
	}
)
