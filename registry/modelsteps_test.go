package registry_test

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// The kinds of steps: each is done to the registry and to the model.

func (r *run) createConnector(s scene) (bool, error) {
	r.say("%s creates connector %s/%s", s.who.right.name, s.connector.org, s.connector.name)
	want := r.model.createConnector(s.who.right, s.connector.org, s.connector.name, s.connector.key)
	rq := &registryv1.CreateConnectorRequest{RequestId: s.id, Ref: of(s.connector.org + "/" + s.connector.name)}
	call := func(rq *registryv1.CreateConnectorRequest) (*registryv1.CreateConnectorResponse, error) {
		return s.who.CreateConnector(r.ctx, rq)
	}
	answer, err := call(rq)
	mutated(r, s, rq, answer, err, call, func(rq *registryv1.CreateConnectorRequest) { rq.Description += "other" })
	return r.expect(want, err)
}

func (r *run) createVersion(s scene, o op) (bool, error) {
	platforms := modelPlatforms[o.b%uint32(len(modelPlatforms))]
	r.say("%s creates %s %s for %s", s.who.right.name, s.connector.spelling, s.number, slugs(platforms))
	_, before := r.model.find(s.connector.key, s.number)
	rq := &registryv1.CreateVersionRequest{RequestId: s.id, Ref: s.ref(), Platforms: platforms}
	call := func(rq *registryv1.CreateVersionRequest) (*registryv1.CreateVersionResponse, error) {
		return s.who.CreateVersion(r.ctx, rq)
	}
	outcome := registryv1.CreateOutcome_CREATE_OUTCOME_NEW
	if before != nil {
		outcome = map[registryv1.State]registryv1.CreateOutcome{
			pending: registryv1.CreateOutcome_CREATE_OUTCOME_DRAFT, uploading: registryv1.CreateOutcome_CREATE_OUTCOME_DRAFT,
			validating: registryv1.CreateOutcome_CREATE_OUTCOME_VALIDATING, failed: registryv1.CreateOutcome_CREATE_OUTCOME_NEXT_ATTEMPT,
		}[before.state]
	}
	if o.dry {
		dry := proto.CloneOf(rq)
		dry.ValidateOnly = true
		foreseen, err := call(dry)
		if err == nil && foreseen.GetOutcome() != outcome {
			return false, fmt.Errorf("the dry run says %s, the model %s", foreseen.GetOutcome(), outcome)
		}
	}
	want := r.model.createVersion(s.who.right, s.connector.org, s.connector.key, s.number, platforms)
	answer, err := call(rq)
	mutated(r, s, rq, answer, err, call, func(rq *registryv1.CreateVersionRequest) { rq.Changelog += "other" })
	worked, err := r.expect(want, err)
	if worked && answer.GetOutcome() != outcome {
		return false, fmt.Errorf("the outcome is %s, the model says %s", answer.GetOutcome(), outcome)
	}
	return worked, err
}

func slugs(platforms []registryv1.Platform) string {
	var list []string
	for _, p := range platforms {
		list = append(list, p.Slug())
	}
	return strings.Join(list, "+")
}

// contents are the files that a sequence knows for a platform: two that are
// right, and sometimes one that is wrong.
func (r *run) content(platform registryv1.Platform, dice uint32) *content {
	if platform == 0 {
		return &content{data: "a bill of materials " + strings.Repeat("x", int(dice%2))}
	}
	if dice%8 == 7 {
		other := linuxARM
		if platform == linuxARM {
			other = linuxAMD
		}
		return &content{data: string(program(other, "wrong")), wrong: true}
	}
	return &content{data: string(program(platform, strings.Repeat("s", int(dice%2))))}
}

func keyFor(platform registryv1.Platform) modelKey {
	if platform == 0 {
		return modelKey{0, "sbom.json"}
	}
	return modelKey{platform, "baton-" + platform.Slug()}
}

func specFor(key modelKey, c *content) *registryv1.AssetSpec {
	kind := registryv1.AssetKind_ASSET_KIND_BINARY
	if key.platform == 0 {
		kind = registryv1.AssetKind_ASSET_KIND_SBOM
	}
	f := file{key.platform, kind, key.name, nil}
	if c == nil {
		spec := f.spec()
		spec.SizeBytes, spec.Sha256 = nil, nil
		return spec
	}
	f.data = []byte(c.data)
	return f.spec()
}

// wishes are the files that somebody brings now.
func (r *run) wishes(s scene, o op, all bool) (keys []modelKey, contents []*content) {
	_, v := r.model.find(s.connector.key, s.number)
	platforms := []registryv1.Platform{linuxAMD}
	if v != nil {
		platforms = v.platforms
	}
	if slices.Contains(platforms, darwinAMD) && o.c%3 == 0 {
		platforms = []registryv1.Platform{universal}
	}
	if o.wrong && !all {
		platforms = append(slices.Clone(platforms), windowsAMD)
	}
	if o.c%4 == 0 {
		platforms = append(slices.Clone(platforms), 0)
	}
	platforms = slices.Compact(slices.Sorted(slices.Values(platforms)))
	for i, p := range platforms {
		if !all && len(platforms) > 1 && o.a>>i%4 == 3 {
			continue
		}
		keys = append(keys, keyFor(p))
		contents = append(contents, r.content(p, o.b>>(3*i)))
	}
	if len(keys) == 0 {
		keys, contents = []modelKey{keyFor(platforms[0])}, []*content{r.content(platforms[0], o.b)}
	}
	return keys, contents
}

// bring asks for links and sends some of the files.
func (r *run) bring(s scene, o op) (bool, error) {
	return r.bringFiles(s, o, false)
}

func (r *run) bringFiles(s scene, o op, all bool) (bool, error) {
	keys, contents := r.wishes(s, o, all)
	attempt := r.attempt(s, o)
	var wanted []wish
	rq := &registryv1.GetUploadURLsRequest{RequestId: s.id, Ref: s.ref(), Attempt: attempt}
	for i, key := range keys {
		declared := contents[i]
		if o.a>>(8+i)%4 == 0 {
			declared = nil
		}
		wanted = append(wanted, wish{key, declared})
		rq.Assets = append(rq.Assets, specFor(key, declared))
	}
	r.say("%s asks for links of %d files of %s %s, attempt %d", s.who.right.name, len(keys), s.connector.spelling, s.number, attempt)
	places, there, want := r.model.ask(s.who.right, s.connector.org, s.connector.key, s.number, attempt, wanted)
	call := func(rq *registryv1.GetUploadURLsRequest) (*registryv1.GetUploadURLsResponse, error) {
		return s.who.GetUploadURLs(r.ctx, rq)
	}
	answer, err := call(rq)
	mutated(r, s, rq, answer, err, call, func(rq *registryv1.GetUploadURLsRequest) { rq.Attempt++ })
	if worked, err := r.expect(want, err); !worked {
		return false, err
	}
	_, v := r.model.find(s.connector.key, s.number)
	for i, target := range answer.GetTargets() {
		if got := target.GetAlreadyThere() != nil; got != there[i] {
			return false, fmt.Errorf("%s is already there: %t, the model says %t", keys[i].name, got, there[i])
		}
		if there[i] {
			continue
		}
		link := modelLink{url: target.GetPut().GetUrl(), version: v, attempt: attempt, place: places[i], until: target.GetPut().GetUntil().AsTime()}
		r.links = append(r.links, link)
		if !all && o.a>>(16+i)%4 == 0 {
			continue // comes later, or never
		}
		if _, err := r.send(link, contents[i]); err != nil {
			return false, err
		}
	}
	return true, nil
}

// send brings bytes to a link, which may be refused by both sides alike.
func (r *run) send(link modelLink, c *content) (bool, error) {
	r.say("  %d bytes are sent for %s of %s", len(c.data), link.place.key.name, link.version.number)
	want := r.model.now.Before(link.until) && r.model.receive(link.version, link.attempt, link.place, c)
	answer := r.house.send(link.url, []byte(c.data))
	got := answer.Code == 200 || answer.Code == 201
	r.trace[len(r.trace)-1] += fmt.Sprintf(" -> %d", answer.Code)
	if got != want || answer.Code >= 500 {
		return false, fmt.Errorf("%s, the model says %t: %s", r.trace[len(r.trace)-1], want, answer.Body)
	}
	return got, nil
}

// late uses a link that was given some time ago.
func (r *run) late(o op) (bool, error) {
	if len(r.links) == 0 {
		return false, nil
	}
	link := r.links[int(o.a)%len(r.links)]
	return r.send(link, r.content(link.place.key.platform, o.b))
}

// finalize names the files of the draft, or almost.
func (r *run) finalize(s scene, o op) (bool, error) {
	_, v := r.model.find(s.connector.key, s.number)
	attempt := r.attempt(s, o)
	var files []named
	if v != nil {
		for key, f := range v.current() {
			if f.got != nil {
				files = append(files, named{key, f.got})
			}
		}
	}
	slices.SortFunc(files, func(a, b named) int { return strings.Compare(a.key.name, b.key.name) })
	switch {
	case o.c%8 == 0 && len(files) > 0: // leave one out
		files = files[1:]
	case o.c%8 == 1 && len(files) > 0: // mean another file
		files[0].data = &content{data: "something else"}
	case o.c%8 == 2: // name one that never came
		files = append(files, named{modelKey{linuxARM, "never-sent"}, &content{data: "never sent"}})
	}
	return r.finalizeWith(s, attempt, files)
}

func (r *run) finalizeWith(s scene, attempt int32, files []named) (bool, error) {
	rq := &registryv1.FinalizeVersionRequest{RequestId: s.id, Ref: s.ref(), Attempt: attempt}
	for _, n := range files {
		rq.Assets = append(rq.Assets, specFor(n.key, n.data))
	}
	r.say("%s finalizes %s %s with %d files, attempt %d", s.who.right.name, s.connector.spelling, s.number, len(files), attempt)
	want := r.model.finalize(s.who.right, s.connector.org, s.connector.key, s.number, attempt, files)
	call := func(rq *registryv1.FinalizeVersionRequest) (*registryv1.FinalizeVersionResponse, error) {
		return s.who.FinalizeVersion(r.ctx, rq)
	}
	answer, err := call(rq)
	mutated(r, s, rq, answer, err, call, func(rq *registryv1.FinalizeVersionRequest) { rq.Attempt++ })
	return r.expect(want, err)
}

// publish does what a publisher does who is not interrupted, up to VALIDATING.
func (r *run) publish(s scene, o op) (bool, error) {
	o.wrong, o.dry = false, false
	s.id = ""
	if worked, err := r.createConnector(s); !worked {
		return false, err
	}
	if worked, err := r.createVersion(s, o); !worked {
		return false, err
	}
	if worked, err := r.bringFiles(s, o, true); !worked {
		return false, err
	}
	_, v := r.model.find(s.connector.key, s.number)
	var files []named
	for key, f := range v.current() {
		if f.got != nil {
			files = append(files, named{key, f.got})
		}
	}
	slices.SortFunc(files, func(a, b named) int { return strings.Compare(a.key.name, b.key.name) })
	return r.finalizeWith(s, v.attempt, files)
}

func (r *run) abandon(s scene, o op) (bool, error) {
	attempt := r.attempt(s, o)
	if o.c%2 == 0 || attempt < 0 {
		attempt = 0
	}
	r.say("%s abandons %s %s, attempt %d", s.who.right.name, s.connector.spelling, s.number, attempt)
	want := r.model.abandon(s.who.right, s.connector.org, s.connector.key, s.number, attempt)
	rq := &registryv1.AbandonVersionRequest{RequestId: s.id, Ref: s.ref(), Attempt: attempt, Reason: "not now"}
	call := func(rq *registryv1.AbandonVersionRequest) (*registryv1.AbandonVersionResponse, error) {
		return s.who.AbandonVersion(r.ctx, rq)
	}
	answer, err := call(rq)
	mutated(r, s, rq, answer, err, call, func(rq *registryv1.AbandonVersionRequest) { rq.Reason += "other" })
	return r.expect(want, err)
}

func (r *run) yank(s scene, o op) (bool, error) {
	y := modelYank{category: registryv1.YankCategory(1 + o.a%6), blocked: o.b%3 == 0}
	if o.wrong {
		y.category = 0
	}
	if o.c%2 == 0 {
		y.replacement = modelNumbers[o.c/2%uint32(len(modelNumbers))]
	}
	if others := r.fitting(opYank); o.c%4 == 2 && len(others) > 0 && others[int(o.a)%len(others)].connector == s.connector.key {
		y.replacement = others[int(o.a)%len(others)].number
	}
	rq := &registryv1.YankVersionRequest{
		RequestId: s.id, Ref: s.ref(), Category: y.category, Reason: "broken", Replacement: y.replacement, BlockDownloads: y.blocked,
	}
	call := func(rq *registryv1.YankVersionRequest) (*registryv1.YankVersionResponse, error) {
		return s.who.YankVersion(r.ctx, rq)
	}
	var foreseen *registryv1.Consequences
	if o.dry {
		dry := proto.CloneOf(rq)
		dry.ValidateOnly = true
		answer, _ := call(dry)
		foreseen = answer.GetConsequences()
	}
	r.say("%s yanks %s %s (%s), replacement %q", s.who.right.name, s.connector.spelling, s.number, registryv1.Short(y.category), y.replacement)
	want := r.model.doYank(s.who.right, s.connector.org, s.connector.key, s.number, y)
	answer, err := call(rq)
	mutated(r, s, rq, answer, err, call, func(rq *registryv1.YankVersionRequest) { rq.Advisory += "other" })
	worked, err := r.expect(want, err)
	if !worked {
		return false, err
	}
	if o.dry && !proto.Equal(foreseen, answer.GetConsequences()) {
		return false, fmt.Errorf("the dry run foresaw %v, but it was %v", foreseen, answer.GetConsequences())
	}
	c := r.model.connectors[s.connector.key]
	facts := answer.GetConsequences()
	if facts.GetStableAfter() != c.stable || facts.GetLatestAfter() != c.latest() {
		return false, fmt.Errorf("stable and latest were to be %q and %q, the model says %q and %q",
			facts.GetStableAfter(), facts.GetLatestAfter(), c.stable, c.latest())
	}
	return true, nil
}

func (r *run) unyank(s scene) (bool, error) {
	r.say("%s takes back the yank of %s %s", s.who.right.name, s.connector.spelling, s.number)
	want := r.model.unyank(s.who.right, s.connector.org, s.connector.key, s.number)
	rq := &registryv1.UnyankVersionRequest{RequestId: s.id, Ref: s.ref()}
	call := func(rq *registryv1.UnyankVersionRequest) (*registryv1.UnyankVersionResponse, error) {
		return s.who.UnyankVersion(r.ctx, rq)
	}
	answer, err := call(rq)
	mutated(r, s, rq, answer, err, call, func(rq *registryv1.UnyankVersionRequest) { rq.Reason += "other" })
	return r.expect(want, err)
}

func (r *run) setStable(s scene) (bool, error) {
	r.say("%s makes %s %s stable", s.who.right.name, s.connector.spelling, s.number)
	want := r.model.setStable(s.who.right, s.connector.org, s.connector.key, s.number)
	rq := &registryv1.SetStableVersionRequest{RequestId: s.id, Ref: s.ref()}
	call := func(rq *registryv1.SetStableVersionRequest) (*registryv1.SetStableVersionResponse, error) {
		return s.who.SetStableVersion(r.ctx, rq)
	}
	answer, err := call(rq)
	mutated(r, s, rq, answer, err, call, func(rq *registryv1.SetStableVersionRequest) { rq.Ref.Version = "v9.9.9" })
	return r.expect(want, err)
}

func (r *run) deprecate(s scene, o op) (bool, error) {
	why := ""
	if o.a%3 != 0 {
		why = "use another one"
	}
	r.say("%s deprecates %s: %q", s.who.right.name, s.connector.spelling, why)
	want := r.model.deprecate(s.who.right, s.connector.org, s.connector.key, why)
	rq := &registryv1.DeprecateConnectorRequest{RequestId: s.id, Ref: of(s.connector.spelling), Reason: why, Undo: why == ""}
	call := func(rq *registryv1.DeprecateConnectorRequest) (*registryv1.DeprecateConnectorResponse, error) {
		return s.who.DeprecateConnector(r.ctx, rq)
	}
	answer, err := call(rq)
	mutated(r, s, rq, answer, err, call, func(rq *registryv1.DeprecateConnectorRequest) { rq.Reason, rq.Undo = "other", false })
	return r.expect(want, err)
}
