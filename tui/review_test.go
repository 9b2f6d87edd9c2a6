package tui

import (
	"testing"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/tuitest"
)

func TestReviewGoldens(t *testing.T) {
	t.Parallel()
	for name, open := range reviewPages() {
		tuitest.Goldens(t, name, func(look *theme.Theme, w, h int) string {
			a := newApp(t, look, w, h)
			open(a)
			return a.screen()
		})
	}
}
