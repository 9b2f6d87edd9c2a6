package words_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestWithdrawn(t *testing.T) {
	t.Parallel()
	const broken = registryv1.YankCategory_YANK_CATEGORY_BROKEN
	for name, test := range map[string]struct {
		category            registryv1.YankCategory
		reason, replacement string
		want                string
	}{
		"all":            {broken, "crashes at start", "v1.2.1", "broken: crashes at start; use v1.2.1"},
		"a sentence":     {broken, "It crashes.", "v1.2.1", "broken: It crashes; use v1.2.1"},
		"no replacement": {broken, "It crashes.", "", "broken: It crashes."},
		"no reason":      {broken, "", "v1.2.1", "broken; use v1.2.1"},
		"a failure":      {0, "no file for linux-amd64", "", "no file for linux-amd64"},
		"a cut reason":   {broken, "it crash...", "v1.2.1", "broken: it crash...; use v1.2.1"},
		"nothing":        {0, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, words.Clauses(words.Withdrawn(test.category, test.reason, test.replacement)))
		})
	}
}
