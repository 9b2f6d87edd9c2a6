package tui

import (
	"context"
	"errors"
	"sync"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/mod/semver"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/review"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/triage"
)

// latelyReviews is how many decisions are read at once; publishedMost bounds
// how many versions are looked through for the one before.
const (
	latelyReviews = 100
	publishedMost = 1000
)

// reviews carries out what pages of reviews ask for and what changes nothing
// at the registry.
func (a *App) reviews(next action.Action) tea.Cmd {
	switch next := next.(type) {
	case action.OpenReview:
		return a.push(triage.NewReview(a.catalog, next.Version))
	case action.LoadReviews:
		return a.loadReviews(next)
	case action.Glance:
		return a.glance(next)
	case action.FindReview:
		return a.findReview(next)
	case action.KeepReview:
		return a.keepReview(next)
	case action.DropReview:
		return a.dropReview(next.Version)
	default:
		return a.change(next)
	}
}

// decide carries out what reviewing changes at the registry, or asks before it.
func (a *App) decide(next action.Action) tea.Cmd {
	switch next := next.(type) {
	case action.Claim:
		return a.start(claimTask(a.cfg.Client, next))
	case action.AskDecide:
		return a.ask(triage.NewDecide(next))
	case action.Decide:
		return a.start(decideTask(a.cfg.Client, next))
	default:
		return nil
	}
}

// readQueue reads a page of what waits for a person.
func (p *page) readQueue(ctx context.Context, calls *client.Client, token string, size int32) {
	rs, err := calls.Reviews.ListReviewQueue(ctx, &registryv1.ListReviewQueueRequest{PageSize: size, PageToken: token})
	p.queued, p.next, p.cursor, p.err = rs.GetItems(), rs.GetNextPageToken(), rs.GetCursor(), err
}

// loadQueue reads what waits for a person who may see that anything does.
func (a *App) loadQueue() tea.Cmd {
	if len(a.catalog.Caller.GetRoles()) == 0 {
		return nil
	}
	return a.load(action.Load{Waiting: true})
}

func (a *App) loadReviews(next action.LoadReviews) tea.Cmd {
	return a.command(func(ctx context.Context, calls *client.Client) tea.Msg {
		rq := &registryv1.ListReviewsRequest{PageSize: latelyReviews}
		if next.Version.Number != "" {
			rq.Ref = next.Version.Ref()
		}
		rs, err := calls.Reviews.ListReviews(ctx, rq)
		return catalog.Reviewed{For: next.For, Asked: next.Asked, Reviews: rs.GetReviews(), Err: err}
	})
}

// glance compares a version that waits with the one before it.
func (a *App) glance(next action.Glance) tea.Cmd {
	return a.background(func(ctx context.Context, calls *client.Client) tea.Msg {
		glanced := catalog.Glanced{ID: next.ID, Attempt: next.Attempt, Previous: next.Previous}
		if glanced.Previous == "" {
			glanced.Previous, glanced.Err = publishedBefore(ctx, calls, next.Version)
		}
		if glanced.Err == nil {
			glanced.Version, glanced.Report, glanced.Err = contrasting(ctx, calls, glanced.Previous, next.Version)
		}
		return glanced
	})
}

// contrasting reads a version, and what changed in it if there is one before.
func contrasting(ctx context.Context, calls *client.Client, previous string, v action.Version) (*registryv1.Version, catalog.Report, error) {
	now, err := calls.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: v.Ref()})
	if err != nil || previous == "" {
		return now.GetVersion(), catalog.Report{}, err
	}
	before, err := calls.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: &registryv1.VersionRef{Org: v.Org, Name: v.Name, Version: previous}})
	return now.GetVersion(), diff.Compare(before.GetVersion(), now.GetVersion()), err
}

// publishedBefore is the highest PUBLISHED version below another one, or "".
func publishedBefore(ctx context.Context, calls *client.Client, v action.Version) (string, error) {
	before, seen := "", 0
	rq := &registryv1.ListVersionsRequest{
		Connector: &registryv1.ConnectorRef{Org: v.Org, Name: v.Name}, PageSize: publishedMost,
		Filter: []*registryv1.FilterTerm{{Field: registryv1.FilterField_FILTER_FIELD_STATE, Values: []string{"published"}}},
	}
	for each, err := range calls.Versions(ctx, rq) {
		if err != nil {
			return "", err
		}
		number := each.GetRef().GetVersion()
		if semver.Compare(number, v.Number) < 0 && (before == "" || semver.Compare(number, before) > 0) {
			before = number
		}
		if seen++; seen == publishedMost {
			break
		}
	}
	return before, nil
}

func claimTask(calls *client.Client, c action.Claim) Task {
	start, said := "claiming the review of ", "Others see for half an hour that you look at "
	if c.Release {
		start, said = "giving back the review of ", "Others see no more that you look at "
	}
	return Task{
		ID: triage.ClaimTask(c.Version), Start: start + c.Version.String(),
		Run: func(ctx context.Context, _ *Report) (string, error) {
			_, err := calls.Reviews.ClaimReview(ctx, &registryv1.ClaimReviewRequest{Ref: c.Version.Ref(), Attempt: c.Attempt, Release: c.Release})
			return said + c.Version.String() + ".", err
		},
	}
}

func decideTask(calls *client.Client, d action.Decide) Task {
	return Task{
		ID: triage.DecideTask(d.Version), Start: "reviewing " + d.Version.String(),
		Run: func(ctx context.Context, _ *Report) (string, error) {
			rs, err := calls.Reviews.SubmitReview(ctx, &registryv1.SubmitReviewRequest{
				Ref: d.Version.Ref(), Attempt: d.Attempt, AssetSet: d.AssetSet[:], Decision: d.Decision, Criteria: d.Criteria, Note: d.Note,
			})
			return words.Reviewed(d.Version.String(), rs.GetReview(), rs.GetVersion().GetSummary()), err
		},
	}
}

// reviewKeeper writes half-written reviews in the order in which they were
// made, although commands run beside each other. The loop hands them over; what
// is left is written when the console closes.
type reviewKeeper struct {
	drafts *review.Drafts

	mu      sync.Mutex
	pending map[string]review.Draft
	writing sync.Mutex
}

func newReviewKeeper(dir string) *reviewKeeper {
	if dir == "" {
		return nil
	}
	return &reviewKeeper{drafts: review.Open(dir), pending: map[string]review.Draft{}}
}

func keeperKey(org, name, version string) string { return catalog.Home(org, name) + " " + version }

// put hands a draft over.
func (k *reviewKeeper) put(d review.Draft) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pending[keeperKey(d.Org, d.Name, d.Version)] = d
}

// take returns what is to be written, and forgets it.
func (k *reviewKeeper) take() map[string]review.Draft {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := k.pending
	k.pending = map[string]review.Draft{}
	return all
}

// flush writes what was handed over. An empty draft is none.
func (k *reviewKeeper) flush() error {
	k.writing.Lock()
	defer k.writing.Unlock()
	var faults []error
	for _, d := range k.take() {
		if d.Empty() {
			faults = append(faults, k.drafts.Drop(d.Registry, d.Person, d.Org, d.Name, d.Version))
		} else {
			faults = append(faults, k.drafts.Keep(d))
		}
	}
	return errors.Join(faults...)
}

// findReview looks for a half-written review of this person.
func (a *App) findReview(next action.FindReview) tea.Cmd {
	keeper, registry, person, v := a.keeper, a.cfg.Client.Name(), a.catalog.Caller.GetPerson(), next.Version
	found := catalog.FoundReview{Org: v.Org, Name: v.Name, Number: v.Number, Asked: next.Asked}
	if keeper == nil {
		return func() tea.Msg { return found }
	}
	return a.awaiting(func() tea.Msg {
		err := keeper.flush()
		draft, known, missed := keeper.drafts.Find(registry, person, v.Org, v.Name, v.Number)
		found.Draft, found.Known, found.Keeps, found.Err = draft, known, true, errors.Join(err, missed)
		return found
	})
}

// keepReview keeps a half-written review.
func (a *App) keepReview(next action.KeepReview) tea.Cmd {
	keeper := a.keeper
	if keeper == nil {
		return nil
	}
	d := next.Draft
	d.Registry, d.Person, d.SavedAt = a.cfg.Client.Name(), a.catalog.Caller.GetPerson(), a.now.UTC()
	keeper.put(d)
	return func() tea.Msg {
		return catalog.KeptReview{Org: d.Org, Name: d.Name, Number: d.Version, Err: keeper.flush()}
	}
}

// dropReview forgets a half-written review.
func (a *App) dropReview(v action.Version) tea.Cmd {
	return a.keepReview(action.KeepReview{Draft: review.Draft{Org: v.Org, Name: v.Name, Version: v.Number}})
}
