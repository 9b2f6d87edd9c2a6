package triage

import (
	"fmt"
	"strings"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// The fields that every yank asks for, of one version or many.

func categoryField() *ui.ChoiceField {
	f := &ui.ChoiceField{Name: "Category", Chosen: -1, Needed: true}
	for _, c := range categories {
		f.Options = append(f.Options, words.Category(c))
	}
	return f
}

// reasonOfYank asks for the reason; readers says who reads it.
func reasonOfYank(readers string) *ui.TextField {
	f := &ui.TextField{Name: "Reason", Needed: true}
	f.Rows, f.Limit = 2, reasonLimit
	f.Hint = func() ui.Text {
		return ui.Words(theme.Faint, fmt.Sprintf("%s, %s of %s", readers, words.Count(f.Count()), words.Count(reasonLimit)))
	}
	return f
}

func advisoryField() *ui.TextField {
	f := &ui.TextField{Name: "Advisory"}
	f.Placeholder = "none, for example GHSA-xxxx-xxxx-xxxx"
	return f
}

// creditField asks whom to thank, which everybody reads as well.
func creditField() *ui.TextField {
	f := &ui.TextField{Name: "Thanks to"}
	f.Placeholder = "nobody; a name that everybody reads"
	f.Limit = creditLimit
	return f
}

// creditLimit is how long a name may be.
const creditLimit = 200

func downloadsField() *ui.ChoiceField {
	return &ui.ChoiceField{Name: "Downloads", Options: []string{"keep, with warning", "block"}}
}

// missing tells what a form still needs.
func missing(category *ui.ChoiceField, reason *ui.TextField) string {
	switch {
	case category.Chosen < 0:
		return "choose a category"
	case strings.TrimSpace(reason.Value()) == "":
		return "say why"
	default:
		return ""
	}
}
