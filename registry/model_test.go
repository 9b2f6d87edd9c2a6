package registry_test

import (
	"maps"
	"slices"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// The model is the lifecycle as design.md tells it, in the plainest code that
// can be: maps and slices, no storage, nothing at the same time. modelrun_test
// does the same things to it and to a real registry and compares the two.

// model is all that a registry knows.
type model struct {
	now        time.Time
	connectors map[string]*modelConnector
	// happened are the kinds of the events of the last step.
	happened []registryv1.EventKind
}

// modelConnector is one connector by its org and key.
type modelConnector struct {
	org, name  string
	versions   map[string]*modelVersion
	stable     string
	promoted   []string // every promotion, oldest first
	deprecated string
}

type modelVersion struct {
	number    string
	state     registryv1.State
	attempt   int32
	platforms []registryv1.Platform
	author    string
	// files are those of every attempt, by attempt.
	files    map[int32]map[modelKey]*modelFile
	reason   registryv1.Reason // of a failure
	yank     *modelYank
	activity time.Time
	gone     bool
}

type modelYank struct {
	category    registryv1.YankCategory
	replacement string
	blocked     bool
}

type modelKey struct {
	platform registryv1.Platform
	name     string
}

// modelFile is a place for a file. The place is another one whenever the file
// is declared anew.
type modelFile struct {
	key modelKey
	// declared and got are the contents; nil is not said, and not received.
	declared, got *content
	gone          bool
}

// content is the bytes of a file, by what they are.
type content struct {
	data string
	// wrong: made for another platform than any that it may be declared for.
	wrong bool
}

// right is somebody with a role in an org.
type right struct {
	name                   string
	org                    string // "*" is all
	publishes, maintains   bool
	admin, anyRole, nobody bool
}

func (r right) in(org string) bool { return r.org == "*" || r.org == org }

// may says why somebody may not do what needs a role in an org.
func (r right) may(org string, has bool) registryv1.Reason {
	switch {
	case r.nobody:
		return unauthenticated
	case r.in(org) && (has || r.admin):
		return ok
	default:
		return notPermitted
	}
}

func (r right) publish(org string) registryv1.Reason {
	return r.may(org, r.publishes || r.maintains)
}
func (r right) maintain(org string) registryv1.Reason { return r.may(org, r.maintains) }

// sees says whether somebody sees what is not public of an org.
func (r right) sees(org string) bool { return r.anyRole && r.in(org) }

func (m *model) event(kind registryv1.EventKind) { m.happened = append(m.happened, kind) }

// find is a version; nil if there is none.
func (m *model) find(connector, number string) (*modelConnector, *modelVersion) {
	c := m.connectors[connector]
	if c == nil {
		return nil, nil
	}
	return c, c.versions[number]
}

func (v *modelVersion) draft() bool { return v.state == pending || v.state == uploading }

func (v *modelVersion) public() bool { return v.state == published || v.state == yanked }

func (v *modelVersion) current() map[modelKey]*modelFile { return v.files[v.attempt] }

func (m *model) createConnector(who right, org, name, connector string) registryv1.Reason {
	if reason := who.publish(org); reason != ok {
		return reason
	}
	if m.connectors[connector] == nil {
		m.connectors[connector] = &modelConnector{org: org, name: name, versions: map[string]*modelVersion{}}
		m.event(registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED)
	}
	return ok
}

func (m *model) createVersion(who right, org, connector, number string, platforms []registryv1.Platform) registryv1.Reason {
	if reason := who.publish(org); reason != ok {
		return reason
	}
	c, v := m.find(connector, number)
	switch {
	case c == nil:
		return notFound
	case v == nil:
		v = &modelVersion{number: number, attempt: 1, files: map[int32]map[modelKey]*modelFile{1: {}}}
		c.versions[number] = v
		m.event(registryv1.EventKind_EVENT_KIND_VERSION_CREATED)
	case v.public():
		return versionExists
	case v.state == validating:
		return ok
	case v.state == failed:
		v.attempt++
		v.files[v.attempt] = map[modelKey]*modelFile{}
		m.event(registryv1.EventKind_EVENT_KIND_VERSION_RETRIED)
	default:
		for key := range v.current() {
			if served := key.platform.Serves(); len(served) > 0 && !overlap(served, platforms) {
				v.drop(key)
			}
		}
		v.platforms, v.author, v.activity = platforms, who.name, m.now
		m.event(registryv1.EventKind_EVENT_KIND_VERSION_CHANGED)
		return ok
	}
	v.state, v.platforms, v.author, v.activity, v.reason = pending, platforms, who.name, m.now, ok
	return ok
}

func overlap(a, b []registryv1.Platform) bool {
	return slices.ContainsFunc(a, func(p registryv1.Platform) bool { return slices.Contains(b, p) })
}

func (v *modelVersion) drop(key modelKey) {
	v.current()[key].gone = true
	delete(v.current(), key)
}

// wish is a file that somebody wants to bring.
type wish struct {
	key      modelKey
	declared *content
}

// ask asks for links. For each file it gives its place, and whether the bytes
// are there already.
func (m *model) ask(who right, org, connector, number string, attempt int32, wishes []wish) (places []*modelFile, there []bool, reason registryv1.Reason) {
	if reason := who.publish(org); reason != ok {
		return nil, nil, reason
	}
	if attempt < 1 {
		return nil, nil, invalidArgument
	}
	_, v := m.find(connector, number)
	switch {
	case v == nil:
		return nil, nil, notFound
	case v.attempt != attempt:
		return nil, nil, stale
	case !v.draft():
		return nil, nil, wrongState
	}
	for _, w := range wishes {
		if served := w.key.platform.Serves(); len(served) > 0 && !overlap(served, v.platforms) {
			return nil, nil, invalidPlatform
		}
	}
	if v.state == pending {
		v.state = uploading
		m.event(registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING)
	}
	v.activity = m.now
	for _, w := range wishes {
		f := v.declare(w)
		if f.got == nil && w.declared != nil && m.downloadable(who, w.declared) {
			f.got = w.declared
		}
		places, there = append(places, f), append(there, f.got != nil)
	}
	return places, there, ok
}

// declare finds the place of a file, or makes it anew when it is not for the
// same bytes.
func (v *modelVersion) declare(w wish) *modelFile {
	f := v.current()[w.key]
	same := f != nil && sameBytes(f.declared, w.declared)
	if f != nil && f.got != nil {
		// Without a digest nobody can know that it is the same again.
		same = w.declared != nil && sameBytes(f.got, w.declared)
	}
	if same {
		f.declared = w.declared
		return f
	}
	if f != nil {
		v.drop(w.key)
	}
	f = &modelFile{key: w.key, declared: w.declared}
	v.current()[w.key] = f
	return f
}

func sameBytes(a, b *content) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.data == b.data
}

// downloadable says whether somebody could download these bytes.
func (m *model) downloadable(who right, c *content) bool {
	for _, connector := range m.connectors {
		for _, v := range connector.versions {
			for attempt, files := range v.files {
				open := who.sees(connector.org) || v.public() && attempt == v.attempt && (v.yank == nil || !v.yank.blocked)
				for _, f := range files {
					if open && f.got != nil && f.got.data == c.data {
						return true
					}
				}
			}
		}
	}
	return false
}

// receive brings bytes to a place; false if they are refused.
func (m *model) receive(v *modelVersion, attempt int32, f *modelFile, c *content) bool {
	switch {
	case f.gone || v.gone:
		return false
	case f.got != nil:
		return f.got.data == c.data // once more, and nothing changes
	case !v.draft() || v.attempt != attempt:
		return false
	case f.declared != nil && f.declared.data != c.data:
		return false
	}
	f.got, v.activity = c, m.now
	return true
}

// named is a file that finalize names.
type named struct {
	key  modelKey
	data *content
}

func (m *model) finalize(who right, org, connector, number string, attempt int32, files []named) registryv1.Reason {
	if reason := who.publish(org); reason != ok {
		return reason
	}
	if attempt < 1 {
		return invalidArgument
	}
	if len(files) == 0 {
		return assetMissing
	}
	_, v := m.find(connector, number)
	switch {
	case v == nil:
		return notFound
	case v.attempt != attempt:
		return stale
	case v.state == failed:
		return wrongState
	case v.state == yanked:
		return versionExists
	}
	reason := v.compare(files)
	switch {
	case v.state == validating && reason != ok:
		return wrongState
	case v.state == published && reason != ok:
		return versionExists
	case !v.draft() || reason != ok:
		return reason
	}
	for key, f := range v.current() {
		if f.got == nil {
			v.drop(key)
		}
	}
	v.state = validating
	m.event(registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED)
	return ok
}

// compare gives the first fault of a set of files, in the order in which the
// registry looks for them.
func (v *modelVersion) compare(files []named) registryv1.Reason {
	var faults []registryv1.Reason
	left := maps.Clone(v.current())
	var served []registryv1.Platform
	for _, n := range files {
		serves := n.key.platform.Serves()
		if len(serves) > 0 && !overlap(serves, v.platforms) {
			faults = append(faults, invalidPlatform)
		}
		served = append(served, serves...)
		f := left[n.key]
		delete(left, n.key)
		switch {
		case f == nil || f.got == nil:
			faults = append(faults, assetMissing)
		case f.got.data != n.data.data:
			faults = append(faults, digestMismatch)
		}
	}
	for _, f := range left {
		if f.got != nil {
			faults = append(faults, assetUnexpected)
		}
	}
	for _, p := range v.platforms {
		if !slices.Contains(served, p) {
			faults = append(faults, platformMissing)
		}
	}
	if len(faults) == 0 {
		return ok
	}
	return faults[0]
}

// validate ends every validation.
func (m *model) validate() {
	for _, c := range m.connectors {
		for _, v := range c.versions {
			if v.state != validating {
				continue
			}
			v.state = published
			m.event(registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED)
			for _, f := range v.current() {
				if f.got.wrong {
					v.state, v.reason = failed, registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH
				}
			}
			if v.state == failed {
				m.happened[len(m.happened)-1] = registryv1.EventKind_EVENT_KIND_VERSION_FAILED
			}
		}
	}
}

func (m *model) abandon(who right, org, connector, number string, attempt int32) registryv1.Reason {
	if reason := who.publish(org); reason != ok {
		return reason
	}
	c, v := m.find(connector, number)
	switch {
	case v == nil:
		return notFound
	case attempt != 0 && v.attempt != attempt:
		return stale
	case v.draft():
		c.remove(v)
		m.event(registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED)
		return ok
	case v.state == validating:
		v.state, v.reason = failed, registryv1.Reason_REASON_WITHDRAWN
		m.event(registryv1.EventKind_EVENT_KIND_VERSION_WITHDRAWN)
		return ok
	default:
		return wrongState
	}
}

func (c *modelConnector) remove(v *modelVersion) {
	v.gone = true
	delete(c.versions, v.number)
}

// expire removes the drafts in which nobody did anything for a week.
func (m *model) expire() {
	for _, c := range m.connectors {
		for _, v := range c.versions {
			if v.draft() && v.activity.Before(m.now.Add(-7*day)) {
				c.remove(v)
				m.event(registryv1.EventKind_EVENT_KIND_VERSION_EXPIRED)
			}
		}
	}
}

func (m *model) doYank(who right, org, connector, number string, y modelYank) registryv1.Reason {
	if reason := who.publish(org); reason != ok {
		return reason
	}
	if y.category == 0 || y.replacement == number {
		return invalidArgument
	}
	c, v := m.find(connector, number)
	switch {
	case v == nil:
		return notFound
	case v.state != published:
		return wrongState
	}
	replacement := c.versions[y.replacement]
	if y.replacement != "" && (replacement == nil || replacement.state != published) {
		return invalidArgument
	}
	v.state, v.yank = yanked, &y
	if c.stable == number {
		c.stable = ""
		for _, earlier := range slices.Backward(append(slices.Clone(c.promoted), y.replacement)) {
			if back := c.versions[earlier]; back != nil && back.state == published {
				c.stable = earlier
				c.promoted = append(c.promoted, earlier)
				break
			}
		}
	}
	m.event(registryv1.EventKind_EVENT_KIND_VERSION_YANKED)
	return ok
}

func (m *model) unyank(who right, org, connector, number string) registryv1.Reason {
	if reason := who.may(org, false); reason != ok {
		return reason
	}
	_, v := m.find(connector, number)
	switch {
	case v == nil:
		return notFound
	case v.state != yanked:
		return wrongState
	}
	v.state, v.yank = published, nil
	m.event(registryv1.EventKind_EVENT_KIND_VERSION_UNYANKED)
	return ok
}

func (m *model) setStable(who right, org, connector, number string) registryv1.Reason {
	if reason := who.maintain(org); reason != ok {
		return reason
	}
	c, v := m.find(connector, number)
	switch {
	case v == nil:
		return notFound
	case v.state != published:
		return wrongState
	case c.stable == number:
		return ok
	}
	c.stable = number
	c.promoted = append(c.promoted, number)
	m.event(registryv1.EventKind_EVENT_KIND_STABLE_SET)
	return ok
}

func (m *model) deprecate(who right, org, connector, why string) registryv1.Reason {
	if reason := who.maintain(org); reason != ok {
		return reason
	}
	c := m.connectors[connector]
	switch {
	case c == nil:
		return notFound
	case why != "":
		m.event(registryv1.EventKind_EVENT_KIND_CONNECTOR_DEPRECATED)
	case c.deprecated != "":
		m.event(registryv1.EventKind_EVENT_KIND_CONNECTOR_UNDEPRECATED)
	}
	c.deprecated = why
	return ok
}
