package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Hold keeps other registrars on this computer from working at the same
// draft. It ends with Release, and by itself with the process, however that
// ends.
type Hold struct{ lock *flock.Flock }

// holder is who works at a draft, as the others are told.
type holder struct {
	PID    int       `json:"pid"`
	Person string    `json:"person,omitempty"`
	Since  time.Time `json:"since"`
}

// Hold takes the draft of a plan. Where another process has it, the error is
// a *client.Error that says which one and since when.
func (j *Journal) Hold(p Plan) (*Hold, error) {
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return nil, fmt.Errorf("taking the draft: %w", err)
	}
	path := filepath.Join(j.dir, id(p)+lockSuffix)
	lock := flock.New(path, flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("taking the draft: %w", err)
	}
	if !taken {
		return nil, &client.Error{
			Reason: registryv1.Reason_REASON_DATA_BUSY, Code: codes.Aborted, Doing: "publishing " + p.Ref.String(),
			Message: p.Ref.String() + " is being published by " + heldBy(path),
			Next:    "wait until that one has ended, or end it; then run this again",
		}
	}
	said := holder{PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second)}
	if me, err := user.Current(); err == nil {
		said.Person = me.Username
	}
	data, err := json.Marshal(said)
	if err == nil {
		// Who holds it is told as well as that can be done; the lock counts.
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("taking the draft: %w", errors.Join(err, lock.Unlock()))
	}
	return &Hold{lock: lock}, nil
}

// Release gives the draft free.
func (h *Hold) Release() error {
	if h == nil {
		return nil
	}
	return h.lock.Unlock()
}

// heldBy names the process that has a draft.
func heldBy(path string) string {
	data, err := os.ReadFile(path)
	var who holder
	if err != nil || json.Unmarshal(data, &who) != nil || who.PID == 0 {
		return "another registrar on this computer"
	}
	said := fmt.Sprintf("another registrar (process %d", who.PID)
	if who.Person != "" {
		said += " of " + clean.Line(who.Person, 40)
	}
	return said + ", since " + who.Since.Local().Format("15:04:05") + ")"
}
