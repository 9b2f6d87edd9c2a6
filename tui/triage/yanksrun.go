package triage

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/client/yank"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// start carries the run out, or goes on with what is left of it.
func (y *Yanks) start(cmd tea.Cmd) (action.Action, tea.Cmd) {
	y.going, y.ended = true, nil
	y.Dialog = ui.NewDialog(nil, ui.Button{ID: stopButton, Label: "Stop"})
	y.Closes("Leave")
	return action.Yanks{Run: y.run}, tea.Batch(cmd, y.Dialog.Open(y.number, ""))
}

// done shows what became of the run.
func (y *Yanks) done(msg catalog.Done) tea.Cmd {
	if msg.ID != YanksTask || !y.going {
		return nil
	}
	y.going, y.ended = false, msg.Err
	buttons := []ui.Button{{ID: copyButton, Label: "Copy the list"}}
	if n := y.left(); n > 0 {
		buttons = append([]ui.Button{{ID: againButton, Label: "Try " + words.Count(n) + " again"}}, buttons...)
	}
	y.Dialog = ui.NewDialog(nil, buttons...)
	y.Closes("Close")
	if msg.Err != nil {
		y.Note = ui.Words(theme.Bad, ui.Sentence(refusalOf(msg.Err)))
	}
	return y.Dialog.Open(y.number, "")
}

// left is how many versions could be tried again.
func (y *Yanks) left() int {
	_, refused, open := yank.Count(y.run.Results())
	return refused + open
}

// results are what became of each version, those of the run and those that
// were left out of it: first what one should look at.
func (y *Yanks) results() []yank.Result {
	if y.run == nil {
		return y.rows
	}
	all := y.run.Results()
	for _, r := range y.weighed.Results {
		if r.Outcome != yank.Ready {
			all = append(all, r)
		}
	}
	if !y.going { // while it runs, no row moves
		slices.SortStableFunc(all, func(a, b yank.Result) int { return y.rank(a) - y.rank(b) })
	}
	return all
}

// says is what stands above the list while the run goes on and afterwards.
func (y *Yanks) says() []words.Line {
	results := y.results()
	yanked, refused, open := yank.Count(results)
	var lines []words.Line
	if y.going {
		done, of := y.run.Done()
		return []words.Line{
			{Text: words.Count(done) + " of " + words.Count(of) + " are done."},
			{Text: "Leaving this page does not stop it. Stopping is safe: what is done is done, and trying again goes on with the rest."},
		}
	}
	if yanked > 0 {
		lines = append(lines, words.Line{Text: words.Plural(yanked, "version is", "versions are") + " YANKED."})
	}
	if refused > 0 {
		lines = append(lines, words.Line{Text: words.Plural(refused, "version was", "versions were") + " refused. The list says why.", Caution: true})
	}
	if open > 0 {
		lines = append(lines, words.Line{Text: words.Plural(open, "version was", "versions were") + " not tried. Nothing of that is lost: trying again goes on with the rest.", Caution: true})
	}
	return lines
}

// YanksSaid is the sentence that says what became of a run.
func YanksSaid(run *yank.Run) string {
	yanked, refused, _ := yank.Count(run.Results())
	said := words.Plural(yanked, "version is", "versions are") + " YANKED."
	if refused > 0 {
		said += " " + words.Plural(refused, "was", "were") + " refused; ctrl+k shows the results."
	}
	return said
}

// copied is the list as text: a version, what became of it, and why.
func (y *Yanks) copied() string {
	var lines []string
	for _, r := range y.results() {
		line := r.Version.GetOrg() + "/" + r.Version.GetName() + "@" + r.Version.GetVersion() + "\t" + outcomeWord(r.Outcome)
		if why := whyOf(r); why != "" {
			line += "\t" + why
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// outcomeWord is what became of a version in a word or two.
func outcomeWord(o yank.Outcome) string {
	switch o {
	case yank.Done:
		return "YANKED"
	case yank.Already:
		return "YANKED before"
	case yank.Refused:
		return "refused"
	case yank.Ready:
		return "would be yanked"
	default:
		return "not tried"
	}
}

// whyOf is why a version was refused and what to do, or what it moved.
func whyOf(r yank.Result) string {
	switch {
	case r.Err != nil:
		return ui.Sentence(refusalOf(r.Err))
	case r.Outcome == yank.Already:
		return "with the same words; nothing was changed"
	case r.Outcome == yank.Done:
		return words.StableMoves(r.Facts)
	default:
		return ""
	}
}
