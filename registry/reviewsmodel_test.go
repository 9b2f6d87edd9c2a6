package registry_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// TestReviewsBehaveAsTheirModel drives random sequences of publications,
// decisions, changes of policy and trust, and yanks, by people of every role,
// and compares the registry after each step with a simple model; the audit log
// is read beside it. Whatever happens, nothing is PUBLISHED without the
// approvals that policy asked for, on exactly its bytes.
//
//	REGISTRAR_MODEL_SEED=17 go test ./registry -run TestReviewsBehaveAsTheirModel
//
// REGISTRAR_SOAK=1 runs 1,000 sequences, REGISTRAR_SOAK=n that many.
func TestReviewsBehaveAsTheirModel(t *testing.T) {
	t.Parallel()
	const steps = 60
	first, sequences := soakRounds(16, 4, 1000)
	files := newReviewFiles(t)
	var (
		next  atomic.Uint64
		group sync.WaitGroup
		mu    sync.Mutex
	)
	outcomes := map[string]int{}
	began := time.Now()
	for range 2 {
		group.Go(func() {
			for !t.Failed() {
				n := next.Add(1) - 1
				if n >= uint64(sequences) {
					return
				}
				r, err := runReviews(t, files, first+n, steps)
				if err != nil {
					t.Errorf("seed %d: %v", first+n, err)
				}
				mu.Lock()
				for what, times := range r.outcomes {
					outcomes[what] += times
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	t.Logf("%d sequences of %d steps in %s: %v", sequences, steps, time.Since(began).Round(time.Millisecond), outcomes)
	for _, what := range []string{"published with 0", "published with 1", "published with 2", "REJECTED", "SIGNATURE_INVALID", "SELF_REVIEW", "STALE", "WRONG_STATE"} {
		if sequences >= 16 {
			require.Positive(t, outcomes[what], "nothing was %s: the test does not test what it says", what)
		}
	}
}

// soakRounds is how often a random test is done, and the first seed: usual is
// for each day, short where that takes long, soak for make soak.
func soakRounds(usual, short, soak int) (first uint64, rounds int) {
	first, rounds = 1, usual
	if testing.Short() || underRace {
		rounds = short
	}
	if n, err := strconv.Atoi(os.Getenv("REGISTRAR_SOAK")); err == nil {
		first, rounds = 1000, max(n, 1)
		if n == 1 {
			rounds = soak
		}
	}
	if seed, err := strconv.ParseUint(os.Getenv("REGISTRAR_MODEL_SEED"), 10, 64); err == nil {
		first, rounds = seed, 1
	}
	return first, rounds
}

// reviewFiles are a few files and their signatures: making keys takes longer
// than everything else.
type reviewFiles struct {
	key    *signingtest.PGP
	public []byte
	// other is a key that signs nothing.
	other  []byte
	files  []file
	signed []file
}

func newReviewFiles(t *testing.T) reviewFiles {
	t.Helper()
	clock := registrytest.NewClock()
	made := clock.Now().Add(-30 * day)
	key := signingtest.NewPGP(t, made)
	all := reviewFiles{key: key, public: key.Public(t), other: signingtest.NewPGP(t, made).Public(t)}
	for i := range 3 {
		f := exe(linuxAMD, fmt.Sprintf("build %d", i))
		all.files = append(all.files, f)
		all.signed = append(all.signed, file{f.platform, signatureKind, f.name + ".asc", key.Sign(t, f.data, clock.Now().Add(-day))})
	}
	return all
}

// reviewedVersion is a version as the model knows it.
type reviewedVersion struct {
	state    registryv1.State
	attempt  int32
	build    int
	signed   bool
	awaiting bool
	author   string
	said     map[string]registryv1.ReviewDecision
	reason   registryv1.Reason
}

// reviewsRun is one sequence under way.
type reviewsRun struct {
	ctx      context.Context
	house    *house
	files    reviewFiles
	random   *rand.Rand
	people   []*person
	roles    map[string]registryv1.Role
	versions map[string]*reviewedVersion
	policy   *registryv1.Policy
	key      int64 // 0: none is registered
	revoked  bool
	added    int
	log      *logReader
	outcomes map[string]int
	said     string
}

var reviewNumbers = []string{"v1.0.0", "v1.1.0", "v1.2.0-rc.1", "v1.2.0", "v2.0.0", "v2.0.1", "v2.1.0", "v3.0.0"}

func runReviews(t *testing.T, files reviewFiles, seed uint64, steps int) (r *reviewsRun, err error) {
	t.Helper()
	dir := t.TempDir()
	h, err := openHouse(dir)
	if err != nil {
		return &reviewsRun{}, err
	}
	r = &reviewsRun{
		ctx: context.Background(), house: h, files: files, random: rand.New(rand.NewPCG(seed, 3)), versions: map[string]*reviewedVersion{},
		policy: &registryv1.Policy{}, outcomes: map[string]int{},
	}
	defer func() { err = errors.Join(err, h.r.Close(), os.RemoveAll(dir)) }()
	rolf, err := h.person("rolf", registryv1.Role_ROLE_REVIEWER, "acme")
	if err != nil {
		return r, err
	}
	r.people = []*person{h.anna, h.maja, h.rita, rolf, h.root, h.bob, h.anonymous}
	r.roles = map[string]registryv1.Role{
		"anna": registryv1.Role_ROLE_PUBLISHER, "maja": registryv1.Role_ROLE_MAINTAINER, "rita": registryv1.Role_ROLE_REVIEWER,
		"rolf": registryv1.Role_ROLE_REVIEWER, "root": registryv1.Role_ROLE_ADMIN,
	}
	if _, err := h.anna.CreateConnector(r.ctx, &registryv1.CreateConnectorRequest{Ref: of(okta)}); err != nil {
		return r, err
	}
	r.log = newLogReader(0)
	if err := r.setPolicy(); err != nil {
		return r, err
	}
	for step := range steps {
		if err := r.step(); err != nil {
			return r, fmt.Errorf("step %d: %s: %w", step+1, r.said, err)
		}
		if err := r.compare(); err != nil {
			return r, fmt.Errorf("step %d: after %s: %w", step+1, r.said, err)
		}
	}
	for n, times := range r.log.published {
		r.outcomes[fmt.Sprintf("published with %d", n)] += times
	}
	if found := registrytest.Audit(t, dir); len(found.Broken) > 0 {
		return r, fmt.Errorf("the directory contradicts itself: %v", found.Broken)
	}
	return r, nil
}

func (r *reviewsRun) pick(n int) int { return r.random.IntN(n) }

// step does one thing to the registry and to the model.
func (r *reviewsRun) step() error {
	number := reviewNumbers[r.pick(len(reviewNumbers))]
	switch n := r.pick(100); {
	case n < 18:
		return r.submit(number)
	case n < 30:
		r.said = "the jobs are done"
		r.validate()
		return r.house.r.Drain(r.ctx)
	case n < 72:
		return r.decide(number)
	case n < 76:
		return r.withdraw(number)
	case n < 80:
		return r.yank(number)
	case n < 87:
		return r.setPolicy()
	case n < 94:
		return r.changeTrust()
	case n < 98:
		r.said = "time goes by"
		r.house.clock.Advance(time.Duration(r.pick(48)) * time.Hour)
		return nil
	default:
		r.said = "a restart"
		return r.house.restart()
	}
}

// expect compares how a call ended with what the model says.
func (r *reviewsRun) expect(want registryv1.Reason, err error) error {
	if got := reasonOf(err); got != want {
		return fmt.Errorf("it ended with %q, but the model says %q: %w", registryv1.Short(got), registryv1.Short(want), err)
	}
	if want != ok {
		r.outcomes[registryv1.Short(want)]++
	}
	return nil
}

// submit publishes a build, if the number is free for that.
func (r *reviewsRun) submit(number string) error {
	who := []*person{r.house.anna, r.house.anna, r.house.maja}[r.pick(3)]
	build, signed := r.pick(len(r.files.files)), r.pick(2) == 0
	r.said = fmt.Sprintf("%s submits build %d as %s, signed: %t", who.name, build, number, signed)
	made, err := who.CreateVersion(r.ctx, &registryv1.CreateVersionRequest{Ref: at(okta + " " + number), Platforms: []registryv1.Platform{linuxAMD}})
	v := r.versions[number]
	if v != nil && (v.state == published || v.state == yanked) {
		return r.expect(versionExists, err)
	}
	if err := r.expect(ok, err); err != nil || v != nil && v.state == validating {
		return err
	}
	files := []file{r.files.files[build]}
	if signed {
		files = append(files, r.files.signed[build])
	}
	if err := bringAll(r.ctx, r.house, who, made.GetVersion().GetSummary(), files); err != nil {
		return err
	}
	attempt := int32(1)
	if v != nil {
		attempt = v.attempt + 1
	}
	r.versions[number] = &reviewedVersion{
		state: validating, attempt: attempt, build: build, signed: signed, author: who.name, said: map[string]registryv1.ReviewDecision{},
	}
	return nil
}

// bringAll sends files and finalizes them.
func bringAll(ctx context.Context, h *house, who *person, v *registryv1.VersionSummary, files []file) error {
	targets, err := who.GetUploadURLs(ctx, &registryv1.GetUploadURLsRequest{Ref: v.GetRef(), Attempt: v.GetAttempt(), Assets: specs(files...)})
	if err != nil {
		return err
	}
	for i, target := range targets.GetTargets() {
		if url := target.GetPut().GetUrl(); url != "" {
			if answer := h.send(url, files[i].data); answer.Code >= http.StatusInternalServerError {
				return fmt.Errorf("sending a file answered %d", answer.Code)
			}
		}
	}
	_, err = who.FinalizeVersion(ctx, &registryv1.FinalizeVersionRequest{Ref: v.GetRef(), Attempt: v.GetAttempt(), Assets: specs(files...)})
	return err
}

// approvals are those that count now.
func (r *reviewsRun) approvals(v *reviewedVersion) int32 {
	var n int32
	for person, said := range v.said {
		if said == approve && (person != v.author || r.policy.GetSelfReview()) {
			n++
		}
	}
	return n
}

// validate ends every validation, and looks again at what waits.
func (r *reviewsRun) validate() {
	for _, v := range r.versions {
		if v.state != validating {
			continue
		}
		// A signature of a key that nobody registered is not one to go by.
		trusted := v.signed && r.key != 0 && !r.revoked
		switch {
		case v.signed && r.key != 0 && r.revoked, r.policy.GetRequireSignatures() && !trusted:
			v.state, v.awaiting, v.reason = failed, false, registryv1.Reason_REASON_SIGNATURE_INVALID
			r.outcomes["SIGNATURE_INVALID"]++
		case v.signed && r.key == 0 && r.added > 0:
			v.state, v.awaiting, v.reason = failed, false, registryv1.Reason_REASON_SIGNATURE_INVALID
			r.outcomes["SIGNATURE_INVALID"]++
		default:
			r.passed(v)
		}
	}
}

func (r *reviewsRun) passed(v *reviewedVersion) {
	v.awaiting = r.approvals(v) < r.policy.GetApprovals()
	if !v.awaiting {
		v.state = published
	}
}

// decide is one person's decision about a version, as it is or as it was.
func (r *reviewsRun) decide(number string) error {
	who := r.people[r.pick(len(r.people))]
	if r.pick(2) == 0 {
		who = r.people[1+r.pick(3)]
	}
	// Mostly about what waits, else little would ever be decided.
	for range 4 {
		if v := r.versions[number]; v != nil && v.awaiting {
			break
		}
		number = reviewNumbers[r.pick(len(reviewNumbers))]
	}
	what := []registryv1.ReviewDecision{approve, approve, approve, approve, reject, comment, comment}[r.pick(7)]
	v := r.versions[number]
	rq := &registryv1.SubmitReviewRequest{
		Ref: at(okta + " " + number), Attempt: 1, AssetSet: make([]byte, 32), Decision: what, Note: "because",
		Criteria: marks(registryv1.ReviewMark_REVIEW_MARK_PASS),
	}
	if v != nil {
		read, err := r.house.root.GetVersion(r.ctx, &registryv1.GetVersionRequest{Ref: rq.GetRef()})
		if err != nil {
			return err
		}
		rq.Attempt, rq.AssetSet = read.GetVersion().GetSummary().GetAttempt(), read.GetVersion().GetAssetSet()
	}
	outdated := r.pick(8) == 0
	if outdated {
		rq.AssetSet = append([]byte{}, rq.GetAssetSet()...)
		rq.AssetSet[0]++
	}
	r.said = fmt.Sprintf("%s decides %s about %s, outdated: %t", who.name, registryv1.Short(what), number, outdated)
	_, err := who.reviews.SubmitReview(r.ctx, rq)
	if want := r.mayDecide(who, v, what, outdated); want != ok || err != nil {
		return r.expect(want, err)
	}
	v.said[who.name] = what
	if what == reject {
		v.state, v.awaiting, v.reason = failed, false, registryv1.Reason_REASON_REJECTED
		r.outcomes["REJECTED"]++
		return nil
	}
	r.passed(v)
	return nil
}

// mayDecide says why somebody may not decide about a version.
func (r *reviewsRun) mayDecide(who *person, v *reviewedVersion, what registryv1.ReviewDecision, outdated bool) registryv1.Reason {
	role := r.roles[who.name]
	switch {
	case who == r.house.anonymous:
		return unauthenticated
	case role == 0 || role == registryv1.Role_ROLE_PUBLISHER:
		return notPermitted
	case v == nil:
		return notFound
	case outdated:
		return stale
	case !v.awaiting:
		return wrongState
	case what != comment && who.name == v.author && !r.policy.GetSelfReview():
		return selfReview
	}
	return ok
}

func (r *reviewsRun) withdraw(number string) error {
	r.said = "anna withdraws " + number
	_, err := r.house.anna.AbandonVersion(r.ctx, &registryv1.AbandonVersionRequest{Ref: at(okta + " " + number)})
	v := r.versions[number]
	switch {
	case v == nil:
		return r.expect(notFound, err)
	case v.state != validating:
		return r.expect(wrongState, err)
	}
	v.state, v.awaiting, v.reason = failed, false, registryv1.Reason_REASON_WITHDRAWN
	return r.expect(ok, err)
}

func (r *reviewsRun) yank(number string) error {
	r.said = "anna yanks " + number
	_, err := r.house.anna.YankVersion(r.ctx, &registryv1.YankVersionRequest{
		Ref: at(okta + " " + number), Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "broken",
	})
	v := r.versions[number]
	switch {
	case v == nil:
		return r.expect(notFound, err)
	case v.state != published:
		return r.expect(wrongState, err)
	}
	v.state = yanked
	return r.expect(ok, err)
}

// setPolicy changes what acme asks for. What asks something else of the checks
// makes them run again.
func (r *reviewsRun) setPolicy() error {
	who := []*person{r.house.maja, r.house.root, r.house.rita}[r.pick(3)]
	next := &registryv1.Policy{Approvals: []int32{0, 1, 1, 2, 2, 2}[r.pick(6)], SelfReview: r.pick(4) == 0, RequireSignatures: r.pick(6) == 0}
	r.said = fmt.Sprintf("%s sets the policy %v", who.name, next)
	_, err := who.admin.SetPolicy(r.ctx, &registryv1.SetPolicyRequest{Org: "acme", Policy: next})
	if who == r.house.rita {
		return r.expect(notPermitted, err)
	}
	if err := r.expect(ok, err); err != nil {
		return err
	}
	if next.GetRequireSignatures() != r.policy.GetRequireSignatures() {
		r.recheck()
	}
	r.policy = next
	return nil
}

func (r *reviewsRun) recheck() {
	for _, v := range r.versions {
		v.awaiting = false
	}
}

// changeTrust registers the key, a further one, or revokes it.
func (r *reviewsRun) changeTrust() error {
	switch {
	case r.key == 0 && r.pick(2) == 0:
		r.said = "anna registers the key"
		answer, err := r.house.anna.keys.AddSigningKey(r.ctx, &registryv1.AddSigningKeyRequest{Org: "acme", Name: "release", Type: gpgType, Export: r.files.public})
		r.key = answer.GetKey().GetId()
		r.recheck()
		return r.expect(ok, err)
	case r.added == 0:
		r.said = "anna registers a key that signs nothing"
		_, err := r.house.anna.keys.AddSigningKey(r.ctx, &registryv1.AddSigningKeyRequest{Org: "acme", Name: "other", Type: gpgType, Export: r.files.other})
		r.added++
		r.recheck()
		return r.expect(ok, err)
	case r.key != 0 && !r.revoked && r.pick(3) == 0:
		r.said = "anna revokes the key"
		_, err := r.house.anna.keys.RevokeSigningKey(r.ctx, &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: r.key, Reason: "stolen"})
		r.revoked = true
		r.recheck()
		return r.expect(ok, err)
	}
	r.said = "nothing"
	return nil
}

// compare looks at every version, at the queue and at the log.
func (r *reviewsRun) compare() error {
	waiting := 0
	for number, want := range r.versions {
		read, err := r.house.root.GetVersion(r.ctx, &registryv1.GetVersionRequest{Ref: at(okta + " " + number)})
		if err != nil {
			return err
		}
		v := read.GetVersion().GetSummary()
		if v.GetState() != want.state || v.GetAttempt() != want.attempt {
			return fmt.Errorf("%s is %s in attempt %d, but the model says %s in %d", number,
				registryv1.Short(v.GetState()), v.GetAttempt(), registryv1.Short(want.state), want.attempt)
		}
		if want.state == failed && read.GetVersion().GetFailure().GetReason() != registryv1.Short(want.reason) {
			return fmt.Errorf("%s failed for %s, but the model says %s", number, read.GetVersion().GetFailure().GetReason(), registryv1.Short(want.reason))
		}
		waits := v.GetWaitingFor()
		if (waits != nil) != (want.state == validating) || waits != nil && waits.GetChecks() == want.awaiting {
			return fmt.Errorf("%s waits for %v, but in the model for people: %t", number, waits, want.awaiting)
		}
		if want.awaiting && (waits.GetApprovalsGiven() != r.approvals(want) || waits.GetApprovalsNeeded() != r.policy.GetApprovals()) {
			return fmt.Errorf("%s waits for %v, but the model says %d of %d", number, waits, r.approvals(want), r.policy.GetApprovals())
		}
		if want.awaiting {
			waiting++
		}
	}
	queue, err := r.house.rita.reviews.ListReviewQueue(r.ctx, &registryv1.ListReviewQueueRequest{})
	if err != nil {
		return err
	}
	if len(queue.GetItems()) != waiting || queue.GetTotal() != int64(waiting) {
		return fmt.Errorf("the queue has %d of %d, but %d wait", len(queue.GetItems()), queue.GetTotal(), waiting)
	}
	return readLog(r.ctx, r.house, r.log)
}

// readLog reads what is new in the log, from its end back to what is known.
func readLog(ctx context.Context, h *house, l *logReader) error {
	var fresh []*registryv1.Event
	for token, more := "", true; more; more = token != "" {
		page, err := h.root.events.ListEvents(ctx, &registryv1.ListEventsRequest{PageSize: 20, PageToken: token})
		if err != nil {
			return err
		}
		token = page.GetNextPageToken()
		for _, event := range page.GetEvents() {
			if event.GetSeq() < l.next {
				token = ""
				break
			}
			fresh = append(fresh, event)
		}
	}
	for _, event := range slices.Backward(fresh) {
		if err := l.read(event); err != nil {
			return err
		}
	}
	return nil
}
