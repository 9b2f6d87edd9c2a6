package project

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFirstParagraph(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"a README":                 {"# Name\n\n![logo](a.png)\n\n`baton-x` is a **connector**\nfor X.\n\nMore.", "baton-x is a connector for X."},
		"links are their words":    {"See [Baton](https://example.org/a) &amp; [x][y].", "See Baton & [x][y]."},
		"a page names itself":      {"---\ntitle: \"Set up X\"\ndescription: \"Reads access data of X.\"\n---\n\nText.", "Reads access data of X."},
		"a page without one":       {"---\r\ntitle: X\r\n---\r\n\r\nText.\r\n", "Text."},
		"a rule, not a page":       {"---\n\nText.", "Text."},
		"what never ends is text":  {"---\ntitle: X\n", "title: X"},
		"code and lists are skips": {"```\nx\n```\n- a\n* b\n\nText.", "Text."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, firstParagraph(c.in))
		})
	}
}
