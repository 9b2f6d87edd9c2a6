package wizard

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/tui/action"
)

// A version that failed is published again with what is known of it; what was
// typed about another one does not go with it.
func TestFill(t *testing.T) {
	t.Parallel()
	v := action.Version{Org: "acme", Name: "baton-sample", Number: "v1.0.0"}
	s := New(Config{Directory: "/src"})
	s.form.changelog.SetValue("about something else")
	assert.Empty(t, s.Fill(v))
	answer := s.form.answer()
	assert.Equal(t, "/src", answer.Directory)
	got := action.Version{Org: answer.Org, Name: answer.Name, Number: answer.Number}
	assert.Equal(t, v, got)
	assert.Empty(t, answer.Changelog)

	s.form.changelog.SetValue("mended")
	assert.Empty(t, s.Fill(v))
	assert.Equal(t, "mended", s.form.answer().Changelog)

	s.stage = preparing
	assert.Equal(t, "publish: another publish is under way", s.Fill(action.Version{Org: "acme", Name: "baton-other", Number: "v2.0.0"}))
	assert.Equal(t, "baton-sample", s.form.answer().Name)
}
