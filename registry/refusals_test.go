package registry

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestRefusalsAreWrittenDownAtABoundedRate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 14, 9, 26, 53, 0, time.UTC)
	attempt := func(person string) refusal {
		return refusal{person, "/registry.v1.RegistryService/YankVersion", "acme", registryv1.Reason_REASON_NOT_PERMITTED}
	}
	var r refusals

	assert.True(t, r.admit(attempt("mara"), now))
	assert.False(t, r.admit(attempt("mara"), now.Add(time.Second)), "the same again is only logged")
	assert.True(t, r.admit(attempt("lee"), now.Add(time.Second)))
	assert.True(t, r.admit(attempt("mara"), now.Add(time.Minute)), "a minute later it is news")

	written := 0
	for i := range 10_000 {
		if r.admit(attempt("p"+strconv.Itoa(i)), now.Add(2*time.Minute)) {
			written++
		}
	}
	assert.Equal(t, refusalsPerMinute, written)
	assert.LessOrEqual(t, len(r.seen), refusalsPerMinute, "memory is bounded, too")
	assert.True(t, r.admit(attempt("mara"), now), "a clock that was set back stops nothing")
}
