package registryv1

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestShort(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "PUBLISHED", Short(State_STATE_PUBLISHED))
	assert.Equal(t, "WRONG_ARTIFACT", Short(YankCategory_YANK_CATEGORY_WRONG_ARTIFACT))
	assert.Empty(t, Short(State_STATE_UNSPECIFIED))
	assert.Equal(t, "UNKNOWN_99", Short(State(99)))
}

func TestFromShortReadsWhatShortWrites(t *testing.T) {
	t.Parallel()
	for number := range Reason_name {
		if number == 0 {
			continue
		}
		got, ok := FromShort[Reason](Short(Reason(number)))
		assert.True(t, ok)
		assert.Equal(t, Reason(number), got)
	}
	category, ok := FromShort[YankCategory]("wrong artifact")
	assert.True(t, ok)
	assert.Equal(t, YankCategory_YANK_CATEGORY_WRONG_ARTIFACT, category)
	_, ok = FromShort[State]("")
	assert.False(t, ok)
	_, ok = FromShort[State]("UNSPECIFIED")
	assert.False(t, ok)
}

func TestPlatformSlugs(t *testing.T) {
	t.Parallel()
	for _, platform := range Platforms() {
		got, ok := PlatformFromSlug(platform.Slug())
		assert.True(t, ok)
		assert.Equal(t, platform, got)
	}
	for _, wrong := range []string{"", "linux-386", "LINUX-AMD64", "linux_amd64", "unspecified"} {
		_, ok := PlatformFromSlug(wrong)
		assert.False(t, ok, wrong)
	}
}
