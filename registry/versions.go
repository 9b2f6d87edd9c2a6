package registry

import (
	"context"
	"errors"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// settleWait bounds how long GetVersion waits for a version to settle.
const settleWait = 25 * time.Second

// findConnector reads a connector that a caller may see. One that he may not
// see is not there, for him.
func findConnector(ctx context.Context, v *store.View, of subject, see store.Visibility) (store.Connector, error) {
	found, err := v.Connector(ctx, of.OrgKey, of.Key, see)
	if errors.Is(err, store.ErrNotFound) || err == nil && !see.Connector(found) {
		return store.Connector{}, noConnector(of)
	}
	return found, err
}

func noConnector(of subject) error {
	return refuse(registryv1.Reason_REASON_NOT_FOUND, "there is no connector %s/%s", shown(of.Org), shown(of.Name)).
		WithNext("look for it with: registrar list; its publisher creates it by publishing a version")
}

// findVersion reads a version that a caller may see, with its connector.
func findVersion(ctx context.Context, v *store.View, of subject, see store.Visibility) (store.Connector, store.Version, error) {
	c, err := findConnector(ctx, v, of, see)
	if err != nil {
		return store.Connector{}, store.Version{}, err
	}
	found, err := v.Version(ctx, c.ID, of.Version.Precedence())
	if errors.Is(err, store.ErrNotFound) || err == nil && !see.Version(found) {
		return store.Connector{}, store.Version{}, refuse(registryv1.Reason_REASON_NOT_FOUND, "%s/%s has no version %s", c.OrgSpelling, c.Spelling, of.Version).
			WithNext("see its versions with: registrar versions %s/%s", c.OrgSpelling, c.Spelling)
	}
	return c, found, err
}

// readVersion reads everything of a version that its own page shows.
func readVersion(ctx context.Context, v *store.View, id store.VersionID) (versionPage, error) {
	detail, err := v.Detail(ctx, id)
	if err != nil {
		return versionPage{}, err
	}
	return readAttempt(ctx, v, detail)
}

// readAttempt adds the files, checks and reviews of the detail's attempt.
func readAttempt(ctx context.Context, v *store.View, detail store.VersionDetail) (versionPage, error) {
	page := versionPage{VersionDetail: detail, Facts: map[store.Digest]*registryv1.Facts{}}
	var err error
	if page.Assets, err = v.Assets(ctx, detail.ID, detail.Attempt); err != nil {
		return versionPage{}, err
	}
	if page.Checks, err = v.Checks(ctx, detail.ID, detail.Attempt); err != nil {
		return versionPage{}, err
	}
	if page.Reviews, err = v.Reviews(ctx, detail.ID, detail.Attempt); err != nil {
		return versionPage{}, err
	}
	for _, asset := range page.Assets {
		if asset.Digest == nil {
			continue
		}
		facts, err := v.Facts(ctx, *asset.Digest)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return versionPage{}, err
		}
		page.Facts[*asset.Digest] = facts
	}
	return page, nil
}

// answerVersion is a version as the answer to a call that was about it.
func answerVersion(ctx context.Context, v *store.View, id store.VersionID, see store.Visibility) (*registryv1.Version, error) {
	page, err := readVersion(ctx, v, id)
	if err != nil {
		return nil, err
	}
	return versionProto(page, see), nil
}

// GetVersion returns one version, or what an earlier attempt at it left. With
// wait_until_settled it answers as soon as its publisher and the automatic
// checks are done with it, and after 25 seconds as it is then.
func (r *Registry) GetVersion(ctx context.Context, rq *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error) {
	doing := "reading version " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	if rq.GetAttempt() < 0 {
		c.faults.Add("attempt", registryv1.Reason_REASON_INVALID_ARGUMENT, "there is no attempt %d; 0 is the present one", rq.GetAttempt())
	}
	if err := c.err(doing); err != nil {
		return nil, err
	}
	version, head, err := r.readOne(ctx, of, rq.GetAttempt())
	if err != nil {
		return nil, wrap(doing, err)
	}
	if !rq.GetWaitUntilSettled() {
		return &registryv1.GetVersionResponse{Version: version}, nil
	}
	wait, cancel := context.WithTimeout(ctx, settleWait)
	defer cancel()
	defer cancelOn(r.stopping, cancel)()
	for !isSettled(version.GetSummary()) {
		if err := r.store.Wait(wait, head); err != nil {
			break
		}
		if version, head, err = r.readOne(ctx, of, rq.GetAttempt()); err != nil {
			return nil, wrap(doing, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, wrap(doing, err)
	}
	return &registryv1.GetVersionResponse{Version: version}, nil
}

// cancelOn calls cancel when a channel is closed; what it returns ends that.
func cancelOn(closed <-chan struct{}, cancel func()) (end func()) {
	over := make(chan struct{})
	go func() {
		select {
		case <-closed:
			cancel()
		case <-over:
		}
	}()
	return func() { close(over) }
}

// readOne reads a version for the caller, and the head of the log in the same
// snapshot: what changes afterwards is an event after it.
func (r *Registry) readOne(ctx context.Context, of subject, attempt int32) (answer *registryv1.Version, head store.Seq, err error) {
	see := PrincipalFrom(ctx).See
	err = r.store.Read(ctx, func(v *store.View) error {
		_, found, err := findVersion(ctx, v, of, see)
		if err != nil {
			return err
		}
		newest, err := v.Head(ctx)
		if err != nil {
			return err
		}
		head = newest.Seq
		if attempt == 0 || attempt == found.Attempt {
			answer, err = answerVersion(ctx, v, found.ID, see)
		} else {
			answer, err = answerEarlier(ctx, v, found, attempt, see)
		}
		return err
	})
	return answer, head, err
}

// answerEarlier is a version as an earlier attempt left it. Only those who may
// see the org's failures may see it.
func answerEarlier(ctx context.Context, v *store.View, found store.Version, attempt int32, see store.Visibility) (*registryv1.Version, error) {
	detail, err := v.Detail(ctx, found.ID)
	if err != nil {
		return nil, err
	}
	for _, earlier := range detail.Earlier {
		if earlier.Attempt != attempt || !see.Org(found.Org) {
			continue
		}
		detail.Attempt, detail.State, detail.AssetSet = earlier.Attempt, earlier.State, earlier.AssetSet
		detail.Failure, detail.Reason, detail.UpdatedAt = &earlier.Failure, firstLine(earlier.Failure.Message), earlier.EndedAt
		detail.Yank, detail.YankCategory, detail.YankReplacement, detail.Steps, detail.PublishedAt = nil, 0, "", nil, time.Time{}
		detail.Stable, detail.Latest, detail.Blocked = false, false, false
		detail.Awaiting, detail.Given, detail.Needed = false, 0, 0
		page, err := readAttempt(ctx, v, detail)
		if err != nil {
			return nil, err
		}
		return versionProto(page, see), nil
	}
	return nil, refuse(registryv1.Reason_REASON_NOT_FOUND, "%s has no attempt %d", found.Number, attempt).
		WithNext("leave the attempt out to see the present one")
}

// ListVersions lists the versions that the caller may see: of one connector,
// highest number first, or of the whole registry, last changed first.
func (r *Registry) ListVersions(ctx context.Context, rq *registryv1.ListVersionsRequest) (*registryv1.ListVersionsResponse, error) {
	doing := "listing versions"
	c := r.checker()
	var of subject
	if rq.GetConnector() != nil {
		doing += " of " + labelOf(rq.GetConnector())
		of = c.connector("connector", rq.GetConnector())
	}
	page, filter, err := c.list(ctx, rq, rq.GetFilter())
	if err != nil {
		return nil, wrap(doing, err)
	}
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	answer := &registryv1.ListVersionsResponse{}
	err = r.store.Read(ctx, func(v *store.View) error {
		query := store.VersionQuery{See: see, Filter: filter, After: page.After, Limit: page.Size}
		if rq.GetConnector() != nil {
			found, err := v.Place(ctx, of.OrgKey, of.Key)
			if errors.Is(err, store.ErrNotFound) || err == nil && !see.Place(found) {
				return noConnector(of)
			}
			if err != nil {
				return err
			}
			query.Place = &found
		}
		list, err := v.ListVersions(ctx, query)
		if err != nil {
			return err
		}
		answer.Scanned = list.Scanned
		answer.Versions = make([]*registryv1.VersionSummary, 0, len(list.Rows))
		for i := range list.Rows {
			answer.Versions = append(answer.Versions, summaryProto(list.Rows[i]))
		}
		if list.Next != nil {
			answer.NextPageToken = page.next(list.Next)
		}
		if page.First() {
			answer.Cursor, err = r.listCursor(ctx, v)
		}
		return err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return answer, nil
}

// list reads which page of a list is asked for, and its filter.
func (c *checker) list(ctx context.Context, rq pagedRequest, terms []*registryv1.FilterTerm) (page, store.Filter, error) {
	page, faults := openPage(ctx, rq)
	c.faults = append(c.faults, faults...)
	filter, err := store.NewFilter(terms)
	if err != nil {
		known := AsError(err)
		if len(known.Faults) == 0 {
			return page, filter, known
		}
		c.faults = append(c.faults, known.Faults...)
	}
	return page, filter, nil
}
