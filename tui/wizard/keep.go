package wizard

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
)

// keeper writes the answers into the journal, so that they outlive the
// program. Commands call it from anywhere; an older state never replaces a
// newer one.
type keeper struct {
	journal *publish.Journal

	mu      sync.Mutex
	asked   int          // number of the state that was handed over last
	pending publish.Plan // that state
	written int          // number of the state that was written last
	id      string       // of the draft that it was written to

	last string // the answers as they were handed over last; the loop's
}

// keepAfter is how long the answers rest before they are written: not each
// key is worth a file.
const keepAfter = 200 * time.Millisecond

func newKeeper(journal *publish.Journal) *keeper { return &keeper{journal: journal} }

// keep hands the answers over to the journal where they changed. While a run
// is under way, and after it, the journal is the run's.
func (s *Publish) keep() tea.Cmd {
	if s.keeper.journal == nil || s.at >= atUpload || s.drafts != nil {
		return nil
	}
	if typed, is := s.steps[s.at].(interface{ note() }); is {
		typed.note()
	}
	if s.at == atPath && !s.begun() || s.answers.Directory == "" {
		return nil
	}
	// What the files gave is written with the answers, and once more when the
	// signatures came to it.
	said, err := json.Marshal(struct {
		publish.Answers
		Files int
	}{s.answers, len(s.plan.Files)})
	if err != nil || string(said) == s.keeper.last {
		return nil
	}
	s.keeper.last = string(said)
	k, number := s.keeper, s.keeper.hand(s.draft())
	return tea.Tick(keepAfter, func(time.Time) tea.Msg {
		// That it cannot be written keeps nobody from publishing.
		_ = k.write(number)
		return nil
	})
}

// Flush writes what was answered last, before the program ends.
func (s *Publish) Flush() error {
	k := s.keeper
	k.mu.Lock()
	number := k.asked
	k.mu.Unlock()
	return k.write(number)
}

// hand takes a state over and numbers it.
func (k *keeper) hand(plan publish.Plan) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked++
	k.pending = plan
	return k.asked
}

// draft is the plan as the journal keeps it: what the files gave, if they
// were looked at, and the answers.
func (s *Publish) draft() publish.Plan {
	plan := s.plan
	plan.Registry, plan.Directory, plan.Answers = s.Registry, s.answers.Directory, s.answers
	if len(plan.Files) == 0 || s.at < atFiles {
		plan.Ref = s.ref()
	}
	return plan
}

// write writes a state, unless a newer one was handed over meanwhile. It
// removes the draft that the same answers had under another name, before the
// version was known or changed.
func (k *keeper) write(number int) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if number < k.asked || number <= k.written {
		return nil
	}
	id, err := k.journal.Save(k.pending)
	if err != nil {
		return err
	}
	before := k.id
	k.written, k.id = number, id
	if before != "" && before != id {
		return k.journal.Remove(before)
	}
	return nil
}

// took says that the answers come from a draft of the journal.
func (k *keeper) took(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.id, k.last = id, ""
}

// rest leaves the draft to a run, which keeps it and removes it: what is
// pending would come after that.
func (k *keeper) rest() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.written = k.asked
}

// drop removes the draft of the present answers.
func (k *keeper) drop() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.written = k.asked
	id := k.id
	k.id, k.last = "", ""
	if id == "" || k.journal == nil {
		return nil
	}
	return k.journal.Remove(id)
}

// lookForDrafts reads what is unfinished in the journal.
type lookForDrafts struct {
	journal  *publish.Journal
	registry string
}

// draftsFound is what lookForDrafts found. What cannot be read is shown by
// the place Drafts; here it only is not offered.
type draftsFound struct{ drafts []publish.Draft }

// Ask implements action.Question.
func (q lookForDrafts) Ask(context.Context, *client.Client) any {
	if q.journal == nil {
		return draftsFound{}
	}
	drafts, _ := q.journal.ListFor(q.registry)
	return draftsFound{drafts: drafts}
}

// readProject reads the project of a draft that is gone on with.
type readProject struct{ directory string }

// projectRead is what a project says about itself.
type projectRead struct {
	directory string
	project   project.Project
	err       error
}

// Ask implements action.Question.
func (q readProject) Ask(context.Context, *client.Client) any {
	said, err := project.Read(q.directory)
	return projectRead{directory: q.directory, project: said, err: err}
}
