package browse

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// longestLink bounds an address: longer ones are no page that one reads about.
const longestLink = 2000

// RefuseLink is why a link must not be opened, or "". It comes from whoever
// published, and a browser does more than show pages.
func RefuseLink(link string) string {
	u, err := url.Parse(link)
	switch {
	case len(link) > longestLink:
		return "it is too long"
	case strings.ContainsFunc(link, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "it has characters that no address has"
	case err != nil || u.Scheme != "" && u.Hostname() == "":
		return "it is no address of a page"
	case u.Scheme != "https" && u.Scheme != "http":
		return "it is neither http nor https"
	case u.User != nil:
		return "it carries the name of a user"
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r > unicode.MaxASCII }):
		return "the name of its host can be taken for another one"
	default:
		return ""
	}
}

// linking is the binding that shows a page in the browser. none is why it is
// off where no page is named.
func linking(id, link, none string) ui.Binding {
	return ui.Binding{
		ID: id, Label: "source", Help: "the source in the browser; over a connection its address is copied", Keys: []string{"o"}, Quiet: true,
		Off: func() string {
			if link == "" {
				return none
			}
			if why := RefuseLink(link); why != "" {
				return "its link is refused, since " + why
			}
			return ""
		},
		Do: do(action.OpenLink{URL: link}),
	}
}
