package browse

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// listed is the list of all versions with a row for each name, newest first.
func listed(t *testing.T, names ...string) (*All, *catalog.Catalog) {
	t.Helper()
	c := catalog.New()
	c.Versions.Begin(false)
	s := NewAll(c)
	for i, name := range names {
		c.AddVersions(all, []*registryv1.VersionSummary{version(int64(i+1), name, registryv1.State_STATE_PUBLISHED)})
	}
	c.Versions.End()
	return s, c
}

// Words that rows contain leave the order alone; where hardly any row does,
// the nearest names follow, best first.
func TestNearNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ filter, want, said string }{
		{"git", "[github-actions] gitlab github", "3 of 7"},
		{"gith", "[github-actions] github gxixtxh", "2 of 7, 1 near"},
		{"gha", "[github-actions] xgxhxa", "0 of 7, 2 near"},
		{"state:published gha", "[github-actions] xgxhxa", "0 of 7, 2 near"},
		{"published gha", "[github-actions] xgxhxa", "0 of 7, 2 near"},
		{"gha -xgx", "[github-actions]", "0 of 7, 1 near"},
		{"state:published", "[xgxhxa] google-ism-tools github-actions gitlab github jira gxixtxh", "7 of 7"},
		{"state:failed gha", "No", "0 of 7"},
		{"q", "No", "0 of 7"},
	} {
		t.Run(tt.filter, func(t *testing.T) {
			t.Parallel()
			s, _ := listed(t, "xgxhxa", "google-ism-tools", "github-actions", "gitlab", "github", "jira", "gxixtxh")
			typing(s, tt.filter)
			assert.True(t, strings.HasPrefix(rowsOf(s, 9), tt.want), rowsOf(s, 9))
			_, said, _ := strings.Cut(s.Status(look).String(), tt.filter)
			assert.Equal(t, tt.said, strings.TrimSpace(said))
		})
	}
}

// A sort that somebody chooses goes before the rank, until the filter is cleared.
func TestASortGoesBeforeTheRank(t *testing.T) {
	t.Parallel()
	s, _ := listed(t, "xgxhxa", "github-actions")
	typing(s, "gh")
	assert.Equal(t, "[github-actions] xgxhxa", rowsOf(s, 8))
	s.Handle(action.KeepFilter{})
	assert.Contains(t, s.Status(look).String(), "best first")
	assert.NotContains(t, s.View(look, 100, 8)[0], "▾", "no column is what it is sorted by")
	s.Handle(action.Sort{})
	assert.Equal(t, "[xgxhxa] github-actions", rowsOf(s, 8), "as before the filter")
	assert.Contains(t, s.Status(look).String(), "newest first")
	typing(s, "a")
	assert.Equal(t, "[xgxhxa] github-actions", rowsOf(s, 8), "more letters do not bring the rank back")
	s.Handle(action.SetFilter{})
	typing(s, "gha")
	assert.Contains(t, rowsOf(s, 8), "[github-actions]")
}

// The cursor stays on its row while that shows, else it is on the best.
func TestTheCursorAmongNearNames(t *testing.T) {
	t.Parallel()
	s, _ := listed(t, "xgxhxa", "github-actions", "jira")
	rowsOf(s, 8)
	s.Handle(action.Edge{Last: true})
	typing(s, "gha")
	assert.Equal(t, "[github-actions] xgxhxa", rowsOf(s, 8))
	s.Handle(action.SetFilter{})
	assert.Equal(t, "xgxhxa github-actions [jira]", rowsOf(s, 8))
	s.Handle(action.Edge{})
	s.Handle(action.Move{By: 0})
	typing(s, "gha")
	assert.Equal(t, "github-actions [xgxhxa]", rowsOf(s, 8))
}

// Rows that load or change while names are near are judged like the others.
func TestNearNamesWhileRowsLoad(t *testing.T) {
	t.Parallel()
	s, c := listed(t, "github-actions", "jira")
	typing(s, "gha")
	assert.Equal(t, "[github-actions]", rowsOf(s, 8))
	more := []*registryv1.VersionSummary{version(6, "gha", registryv1.State_STATE_PUBLISHED), version(7, "gha", registryv1.State_STATE_YANKED)}
	c.AddVersions(all, more)
	assert.Equal(t, "gha gha [github-actions]", rowsOf(s, 8), "what contains the word comes first")
	c.AddVersions(all, []*registryv1.VersionSummary{version(8, "gha", registryv1.State_STATE_YANKED)})
	assert.Equal(t, "[gha] gha gha", rowsOf(s, 8), "now enough do")
}

// What the filter found is drawn in accent, and underlined where there is no
// colour; not a single cell moves.
func TestFoundTextStandsOut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		filter string
		want   []string
	}{
		{"jira", []string{"jira"}},
		{"baton-okta", []string{"okta"}},
		{"acme/okta", []string{"okta"}},
		{"publ", []string{"PUBL", "PUBL"}},
		{"v1.0 ines", []string{"v1.0", "ines", "v1.0", "ines"}},
		{"oka", []string{"ok", "a"}},
		{"state:published", []string{}},
	} {
		for _, l := range tuitest.Looks() {
			t.Run(tt.filter+" "+l.Name, func(t *testing.T) {
				t.Parallel()
				s, _ := listed(t, "jira", "okta")
				look := ui.Look{Theme: l.Theme, Now: noon}
				before := tuitest.Parse(ui.Join(s.View(look, 120, 4)), 120, 4)
				typing(s, tt.filter)
				after := tuitest.Parse(ui.Join(s.View(look, 120, 4)), 120, 4)
				if s.index.Len() == 2 {
					assert.Equal(t, before.Text(), after.Text())
				}
				assert.Equal(t, tt.want, standingOut(l.Theme, after))
			})
		}
	}
}

// standingOut are the texts of the rows that are drawn as what was found is.
func standingOut(look *theme.Theme, s tuitest.Screen) []string {
	accent, found := s.Cells[1][0].Foreground, []string{} // that of the cursor bar
	for _, row := range s.Cells[1:] {
		word := ""
		for _, cell := range row[4:] {
			if look.Tints() && cell.Foreground == accent || !look.Tints() && cell.Underline {
				word += cell.Content
			} else if word != "" {
				found, word = append(found, word), ""
			}
		}
	}
	return found
}

// What is drawn of a row is kept between keys, and forgotten when the words of
// the filter are others.
func TestFoundTextAndWhatIsKept(t *testing.T) {
	t.Parallel()
	s, _ := listed(t, "okta", "okta")
	rowsOf(s, 8)
	lit := func() bool {
		screen := tuitest.Parse(ui.Join(s.View(look, 100, 4)), 100, 4)
		return screen.Cells[2][4].Foreground == screen.Cells[1][0].Foreground
	}
	assert.False(t, lit())
	typing(s, "okta")
	assert.True(t, lit())
	s.Handle(action.SetFilter{})
	assert.False(t, lit())
}

// A filter is hostile, too.
func FuzzFilter(f *testing.F) {
	f.Add("okta -x state:f")
	f.Add("İ\u0301 é")
	f.Fuzz(func(t *testing.T, text string) {
		c := catalog.New()
		s := NewAll(c)
		for i, name := range []string{"okta", "İstanbul", "e\u0301x", text} {
			v := version(int64(i+1), name, registryv1.State_STATE_PUBLISHED)
			v.UpdatedAt = timestamppb.New(noon)
			c.AddVersions(all, []*registryv1.VersionSummary{v})
		}
		plain := tuitest.Parse(ui.Join(s.View(look, 100, 6)), 100, 6).Text()
		typing(s, text)
		s.View(look, 100, 6)
		s.Status(look)
		s.Handle(action.SetFilter{})
		if again := tuitest.Parse(ui.Join(s.View(look, 100, 6)), 100, 6).Text(); again != plain {
			t.Fatalf("a filter left something behind:\n%s\n%s", plain, again)
		}
	})
}
