package registry_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// TestRegistryBehavesAsItsModel drives random sequences of calls by several
// people, with files, waiting, restarts and repeated requests, against a real
// registry and a simple model, and compares after each step what everybody
// sees. A failure prints the shortest sequence that still fails; its seed
// alone is enough to run it again:
//
//	REGISTRAR_MODEL_SEED=17 go test ./registry -run TestRegistryBehavesAsItsModel
//
// REGISTRAR_SOAK=1 runs 10,000 sequences, REGISTRAR_SOAK=n that many.
func TestRegistryBehavesAsItsModel(t *testing.T) {
	t.Parallel()
	const steps, enough = 50, 30
	first, sequences := uint64(1), enough
	if testing.Short() || underRace {
		sequences = 4
	}
	if n, err := strconv.Atoi(os.Getenv("REGISTRAR_SOAK")); err == nil {
		first, sequences = 1000, max(n, 1)
		if n == 1 {
			sequences = 10_000
		}
	}
	if seed, err := strconv.ParseUint(os.Getenv("REGISTRAR_MODEL_SEED"), 10, 64); err == nil {
		first, sequences = seed, 1
	}
	var (
		next  atomic.Uint64
		group sync.WaitGroup
		done  [64]atomic.Int64
	)
	began := time.Now()
	for range 2 {
		group.Go(func() {
			for !t.Failed() {
				n := next.Add(1) - 1
				if n >= uint64(sequences) {
					return
				}
				seed := first + n
				ops := randomOps(seed, steps)
				if _, err := runModel(t, ops, &done); err != nil {
					t.Errorf("seed %d: %v\n\n%s", seed, err, shrink(t, ops))
				}
			}
		})
	}
	group.Wait()
	var lines []string
	for kind, name := range opNames {
		lines = append(lines, fmt.Sprintf("%s %d", name, done[kind].Load()))
		if sequences >= enough {
			require.Positive(t, done[kind].Load(), "no %s succeeded: the test does not test what it says", name)
		}
	}
	t.Logf("%d sequences of %d steps in %s; successful: %s", sequences, steps, time.Since(began).Round(time.Millisecond), strings.Join(lines, ", "))
}

// op is one step of a sequence. What its numbers mean depends on the state in
// which it is done, so that a sequence stays one when steps are left out.
type op struct {
	kind                   int
	who, connector, number int
	a, b, c                uint32
	repeated, dry, wrong   bool
}

const (
	opConnector = iota
	opVersion
	opLinks
	opLate
	opFinalize
	opValidate
	opAbandon
	opYank
	opUnyank
	opStable
	opDeprecate
	opWait
	opSweep
	opRestart
	opRepeat
	opPublish
	opKinds
)

var opNames = [opKinds]string{
	"create-connector", "create-version", "bring-files", "send-late", "finalize", "validate", "abandon", "yank", "unyank",
	"set-stable", "deprecate", "wait", "sweep", "restart", "repeat", "publish",
}

// opWeights is how often each kind of step comes.
var opWeights = [opKinds]int{2, 14, 16, 5, 14, 12, 5, 9, 5, 7, 2, 4, 3, 1, 6, 22}

// opening is how every sequence begins, so that there is something to decide
// about.
var opening = []int{opPublish, opPublish, opPublish, opValidate, opPublish, opPublish, opValidate, opStable}

func randomOps(seed uint64, n int) []op {
	random := rand.New(rand.NewPCG(seed, 2))
	total := 0
	for _, w := range opWeights {
		total += w
	}
	ops := make([]op, n)
	for i := range ops {
		pick, kind := random.IntN(total), 0
		for pick >= opWeights[kind] {
			pick -= opWeights[kind]
			kind++
		}
		if i < len(opening) {
			kind = opening[i]
		}
		ops[i] = op{
			kind: kind, who: random.IntN(16), connector: random.IntN(8), number: random.IntN(8),
			a: random.Uint32(), b: random.Uint32(), c: random.Uint32(),
			repeated: random.IntN(2) == 0, dry: random.IntN(3) == 0, wrong: random.IntN(8) == 0,
		}
	}
	return ops
}

// The connectors and numbers of a sequence. Connectors are called by several
// spellings, which all name the same.
var (
	modelConnectors = []struct{ key, org, name, spelling string }{
		{"acme/one", "acme", "baton-one", "acme/baton-one"},
		{"acme/one", "acme", "baton-one", "ACME/one"},
		{"acme/two", "acme", "two", "acme/two"},
		{"beta/one", "beta", "baton-one", "beta/baton-one"},
	}
	modelNumbers   = []string{"v1.0.0", "v1.1.0-rc.1", "v1.1.0", "v2.0.0", "v10.0.0"}
	modelPlatforms = [][]registryv1.Platform{
		{linuxAMD}, {linuxAMD, windowsAMD}, {darwinAMD, darwinARM}, {darwinARM, linuxARM}, {linuxAMD},
	}
)

// run is one sequence under way: the same things happen to a registry and to
// its model.
type run struct {
	ctx    context.Context
	house  *house
	model  *model
	people []modelPerson
	viewer int
	// read is the revision of each page when it was compared.
	read  map[page]int64
	links []modelLink
	last  *repeatable
	head  int64
	trace []string
	id    int
}

type modelPerson struct {
	right
	*person
}

// modelLink is an upload link that somebody was given.
type modelLink struct {
	url     string
	version *modelVersion
	attempt int32
	place   *modelFile
	until   time.Time
}

// repeatable is the last mutation, to be sent again.
type repeatable struct {
	at     time.Time
	worked bool
	answer proto.Message
	again  func(change bool) (proto.Message, error)
}

// runModel does a sequence; the error says at which step, and how, registry
// and model differ.
func runModel(t *testing.T, ops []op, done *[64]atomic.Int64) (trace []string, err error) {
	t.Helper()
	dir := t.TempDir()
	h, err := openHouse(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.r.Close(), os.RemoveAll(dir)) }()
	r := &run{ctx: context.Background(), house: h, model: &model{now: h.clock.Now(), connectors: map[string]*modelConnector{}}, read: map[page]int64{}}
	r.people = []modelPerson{
		{right{name: "anna", org: "acme", publishes: true, anyRole: true}, h.anna},
		{right{name: "anna", org: "acme", publishes: true, anyRole: true}, h.anna},
		{right{name: "anna", org: "acme", publishes: true, anyRole: true}, h.anna},
		{right{name: "amir", org: "acme", publishes: true, anyRole: true}, h.amir},
		{right{name: "amir", org: "acme", publishes: true, anyRole: true}, h.amir},
		{right{name: "maja", org: "acme", maintains: true, anyRole: true}, h.maja},
		{right{name: "maja", org: "acme", maintains: true, anyRole: true}, h.maja},
		{right{name: "bob", org: "beta", publishes: true, anyRole: true}, h.bob},
		{right{name: "bob", org: "beta", publishes: true, anyRole: true}, h.bob},
		{right{name: "root", org: "*", admin: true, anyRole: true}, h.root},
		{right{name: "root", org: "*", admin: true, anyRole: true}, h.root},
		{right{name: "rita", org: "acme", anyRole: true}, h.rita},
		{right{name: "nobody", nobody: true}, h.anonymous},
	}
	if r.head, err = r.newest(); err != nil {
		return nil, err
	}
	for i, o := range ops {
		r.model.happened = nil
		worked, err := r.step(o)
		if err == nil {
			err = r.compare()
		}
		if err != nil {
			return r.trace, fmt.Errorf("step %d: %w\nmodel: %s", i+1, err, r.model)
		}
		if worked && done != nil {
			done[o.kind].Add(1)
		}
	}
	return r.trace, nil
}

// shrink leaves out steps as long as the sequence still fails, and tells what
// is left.
func shrink(t *testing.T, ops []op) string {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for size := len(ops) / 2; size > 0 && time.Now().Before(deadline); {
		shorter := false
		for from := 0; from+size <= len(ops) && time.Now().Before(deadline); {
			candidate := slices.Delete(slices.Clone(ops), from, from+size)
			if _, err := runModel(t, candidate, nil); err != nil {
				ops, shorter = candidate, true
				continue
			}
			from += size
		}
		if !shorter || size > len(ops) {
			size /= 2
		}
	}
	trace, err := runModel(t, ops, nil)
	return fmt.Sprintf("the shortest sequence that fails, %d steps:\n  %s\n%v", len(ops), strings.Join(trace, "\n  "), err)
}

// say adds a line to the trace.
func (r *run) say(format string, args ...any) {
	r.trace = append(r.trace, fmt.Sprintf(format, args...))
}

// scene is what an op is about.
type scene struct {
	who       modelPerson
	connector struct{ key, org, name, spelling string }
	number    string
	id        string
}

func (s scene) ref() *registryv1.VersionRef { return at(s.connector.spelling + " " + s.number) }

func (r *run) scene(o op) scene {
	s := scene{
		who:       r.people[o.who%len(r.people)],
		connector: modelConnectors[o.connector%len(modelConnectors)],
		number:    modelNumbers[o.number%len(modelNumbers)],
	}
	// Most steps are about a version to which they can happen, and are done by
	// somebody who may, else little would ever happen.
	if fitting := r.fitting(o.kind); len(fitting) > 0 && o.c%5 != 0 {
		chosen := fitting[o.number%len(fitting)]
		s.number = chosen.number
		for _, c := range modelConnectors {
			if c.key == chosen.connector && (s.connector.key != c.key || o.connector%2 == 0) {
				s.connector = c
			}
		}
	}
	switch {
	case o.a%4 == 0:
	case o.kind == opUnyank, s.connector.org == "beta" && (o.kind == opStable || o.kind == opDeprecate):
		s.who = r.people[9]
	case s.connector.org == "beta":
		s.who = r.people[7]
	case o.kind == opStable || o.kind == opDeprecate:
		s.who = r.people[5]
	default:
		s.who = r.people[o.who%7]
	}
	if o.repeated {
		r.id++
		s.id = fmt.Sprintf("request-%d", r.id)
	}
	return s
}

// fit is a version that a step could be about.
type fit struct{ connector, number string }

// fitting are the versions to which a kind of step can happen.
func (r *run) fitting(kind int) []fit {
	states := map[int][]registryv1.State{
		opLinks: {pending, uploading}, opFinalize: {uploading}, opAbandon: {pending, uploading, validating},
		opYank: {published}, opStable: {published}, opUnyank: {yanked},
	}[kind]
	var list []fit
	for key, c := range r.model.connectors {
		for number, v := range c.versions {
			if slices.Contains(states, v.state) {
				list = append(list, fit{key, number})
			}
		}
	}
	slices.SortFunc(list, func(a, b fit) int { return strings.Compare(a.connector+a.number, b.connector+b.number) })
	return list
}

// attempt is the attempt that the caller believes in: mostly the present one.
func (r *run) attempt(s scene, o op) int32 {
	_, v := r.model.find(s.connector.key, s.number)
	attempt := int32(1)
	if v != nil {
		attempt = v.attempt
	}
	if o.wrong {
		attempt += int32(o.b%3) - 1
	}
	return attempt
}

// step does one op to both sides. worked says whether it was no refusal.
func (r *run) step(o op) (worked bool, err error) {
	s := r.scene(o)
	switch o.kind {
	case opConnector:
		return r.createConnector(s)
	case opVersion:
		return r.createVersion(s, o)
	case opLinks:
		return r.bring(s, o)
	case opLate:
		return r.late(o)
	case opFinalize:
		return r.finalize(s, o)
	case opValidate:
		r.say("validate")
		r.model.validate()
		return true, r.house.r.Drain(r.ctx)
	case opAbandon:
		return r.abandon(s, o)
	case opYank:
		return r.yank(s, o)
	case opUnyank:
		return r.unyank(s)
	case opStable:
		return r.setStable(s)
	case opDeprecate:
		return r.deprecate(s, o)
	case opWait:
		wait := []time.Duration{time.Minute, 2 * time.Hour, 26 * time.Hour, 3 * day, 5 * day}[o.a%5]
		r.say("wait %s", wait)
		r.house.clock.Advance(wait)
		r.model.now = r.house.clock.Now()
		return true, nil
	case opSweep:
		r.say("sweep")
		clear(r.read)
		r.model.expire()
		return true, r.house.r.Sweep(r.ctx)
	case opRestart:
		r.say("restart")
		clear(r.read)
		return true, r.house.restart()
	case opRepeat:
		return r.repeat(o)
	default:
		return r.publish(s, o)
	}
}

// expect compares how a call ended with what the model says.
func (r *run) expect(want registryv1.Reason, err error) (bool, error) {
	got := reasonOf(err)
	r.trace[len(r.trace)-1] += " -> " + registryv1.Short(got)
	if got != want {
		return false, fmt.Errorf("%s, but the model says %q: %w", r.trace[len(r.trace)-1], registryv1.Short(want), err)
	}
	return got == ok, nil
}

// mutated remembers a mutation that carries a request_id.
func mutated[Q, A proto.Message](r *run, s scene, rq Q, answer A, err error, call func(Q) (A, error), change func(Q)) {
	if s.id == "" || s.who.nobody {
		return
	}
	first := proto.CloneOf(answer)
	r.last = &repeatable{at: r.model.now, worked: err == nil, answer: first, again: func(other bool) (proto.Message, error) {
		again := proto.CloneOf(rq)
		if other {
			change(again)
		}
		return call(again)
	}}
}

// repeat sends the last mutation again, as it was or with another content.
func (r *run) repeat(o op) (bool, error) {
	if r.last == nil || !r.last.worked || r.model.now.Sub(r.last.at) >= day {
		return false, nil
	}
	other := o.a%4 == 0
	r.say("the last request once more, changed: %t", other)
	answer, err := r.last.again(other)
	if other {
		_, err := r.expect(registryv1.Reason_REASON_REQUEST_ID_REUSED, err)
		return false, err
	}
	worked, err := r.expect(ok, err)
	if err == nil && !proto.Equal(answer, r.last.answer) {
		return false, fmt.Errorf("the same request got another answer:\n%v\n%v", answer, r.last.answer)
	}
	return worked, err
}
