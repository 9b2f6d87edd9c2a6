package browse

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// passed is a version that reached states one after another, ten minutes apart.
func passed(states ...registryv1.State) *registryv1.Version {
	v := &registryv1.Version{Summary: &registryv1.VersionSummary{State: states[len(states)-1]}}
	for i, state := range states {
		v.Steps = append(v.Steps, &registryv1.Step{State: state, At: timestamppb.New(noon.Add(-24 * time.Hour).Add(time.Duration(i) * 10 * time.Minute))})
	}
	return v
}

const (
	pending    = registryv1.State_STATE_PENDING
	uploading  = registryv1.State_STATE_UPLOADING
	validating = registryv1.State_STATE_VALIDATING
	published  = registryv1.State_STATE_PUBLISHED
	failed     = registryv1.State_STATE_FAILED
	yankedNow  = registryv1.State_STATE_YANKED
)

func TestTrack(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		name         string
		v            *registryv1.Version
		w            int
		upper, lower string
	}{
		{
			"a draft", passed(pending), 100,
			"  ◌ PENDING ╌╌╌╌╌╌╌╌╌ ◔ UPLOADING ╌╌╌╌╌╌╌╌╌ ◕ VALIDATING ╌╌╌╌╌╌╌╌╌ ✓ PUBLISHED ╌╌╌╌╌╌╌╌╌ ⊖ YANKED ",
			"    12:00:00 for 24 h                                                                      no     ",
		},
		{
			"published", passed(pending, uploading, validating, published), 100,
			"  ∙ PENDING ╍╍╍╍╍╍╍╍╍ ∙ UPLOADING ╍╍╍╍╍╍╍╍╍ ∙ VALIDATING ╍╍╍╍╍╍╍╍╍ ✓ PUBLISHED ╌╌╌╌╌╌╌╌╌ ⊖ YANKED ",
			"    12:00:00  10 min    12:10:00   10 min     12:20:00    10 min     12:30:00  for 24 h    no     ",
		},
		{
			"failed takes the place of published", passed(pending, uploading, validating, failed), 100,
			"  ∙ PENDING ╍╍╍╍╍╍╍╍╍╍╍ ∙ UPLOADING ╍╍╍╍╍╍╍╍╍╍╍ ∙ VALIDATING ╍╍╍╍╍╍╍╍╍╍╍ ✗ FAILED ",
			"    12:00:00   10 min     12:10:00    10 min      12:20:00     10 min      12:30:00   for 24 h  ",
		},
		{
			"yanked", passed(pending, uploading, validating, published, yankedNow), 100,
			"  ∙ PENDING ╍╍╍╍╍╍ ∙ UPLOADING ╍╍╍╍╍╍ ∙ VALIDATING ╍╍╍╍╍╍ ∙ PUBLISHED ╍╍╍╍╍╍ ⊖ YANKED ",
			"    12:00:00         12:10:00  10 min   12:20:00  10 min    12:30:00  10 min   12:40:00   for 23 h  ",
		},
		{
			"narrow: only the present step keeps its word", passed(pending, uploading, validating, published), 70,
			"∙ ╍╍╍╍╍╍╍╍╍╍╍ ∙ ╍╍╍╍╍╍╍╍╍╍╍ ∙ ╍╍╍╍╍╍╍╍╍╍╍ ✓ PUBLISHED ╌ ⊖ ",
			"  12:00:00      12:10:00      12:20:00      12:30:00      no          ",
		},
	} {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			lines := track(look, each.v, each.w)
			assert.Equal(t, each.upper, lines[0].String())
			assert.Equal(t, each.lower, lines[1].String())
		})
	}
}
