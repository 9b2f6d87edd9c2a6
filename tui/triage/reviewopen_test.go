package triage

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What is open is said in so few words that the line is not broken.
func TestWhatIsOpenIsSaidBriefly(t *testing.T) {
	t.Parallel()
	for want, open := range map[string][]int{
		"needs all six marked: 6 is open":                {6},
		"needs all six marked: 5 and 6 are open":         {5, 6},
		"needs all six marked: 1 to 6 are open":          {1, 2, 3, 4, 5, 6},
		"needs all six marked: 1 and 3 to 5 are open":    {1, 3, 4, 5},
		"needs all six marked: 1, 2 and 4 to 6 are open": {1, 2, 4, 5, 6},
		"needs all six marked: 1, 2, 4 and 6 are open":   {1, 2, 4, 6},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want, needsAll(open))
		})
	}
}
