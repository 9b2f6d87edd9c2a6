package registry_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// compare compares what people see with what the model says that they see:
// after each step the admin, who sees all, and one of the others.
func (r *run) compare() error {
	if err := r.compareEvents(); err != nil {
		return err
	}
	r.viewer++
	others := []modelPerson{r.people[12], r.people[0], r.people[7], r.people[11]}
	for _, who := range []modelPerson{r.people[9], others[r.viewer%len(others)]} {
		if err := r.compareLists(who); err != nil {
			return fmt.Errorf("as %s sees it: %w", who.right.name, err)
		}
	}
	return nil
}

// newest is the number of the newest event.
func (r *run) newest() (int64, error) {
	page, err := r.house.root.events.ListEvents(r.ctx, &registryv1.ListEventsRequest{PageSize: 1})
	return page.GetHead().GetSeq(), err
}

// compareEvents requires exactly one event for each thing that happened. Their
// order is compared only where there is one.
func (r *run) compareEvents() error {
	page, err := r.house.root.events.ListEvents(r.ctx, &registryv1.ListEventsRequest{PageSize: 100})
	if err != nil {
		return err
	}
	var got []registryv1.EventKind
	for _, event := range page.GetEvents() {
		if event.GetSeq() > r.head {
			got = append(got, event.GetKind())
		}
	}
	r.head = page.GetHead().GetSeq()
	slices.Sort(got)
	slices.Sort(r.model.happened)
	if !slices.Equal(got, r.model.happened) {
		return fmt.Errorf("the audit log has %v, the model %v", got, r.model.happened)
	}
	return nil
}

func (r *run) compareLists(who modelPerson) error {
	list, err := who.ListConnectors(r.ctx, &registryv1.ListConnectorsRequest{PageSize: 2})
	if err != nil {
		return err
	}
	rows := list.GetConnectors()
	for list.GetNextPageToken() != "" {
		if list, err = who.ListConnectors(r.ctx, &registryv1.ListConnectorsRequest{PageSize: 2, PageToken: list.GetNextPageToken()}); err != nil {
			return err
		}
		rows = append(rows, list.GetConnectors()...)
	}
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(r.model.connectors)) {
		if r.model.connectors[key].shows(who.right) {
			keys = append(keys, key)
		}
	}
	if len(rows) != len(keys) {
		return fmt.Errorf("there are %d connectors, the model says %v", len(rows), keys)
	}
	for i, key := range keys {
		if err := r.compareConnector(who, rows[i], r.model.connectors[key]); err != nil {
			return fmt.Errorf("connector %s: %w", key, err)
		}
	}
	return nil
}

// page is one version as one person reads it.
type page struct {
	reader  string
	version int64
}

func (r *run) compareConnector(who modelPerson, got *registryv1.Connector, want *modelConnector) error {
	name := got.GetRef().GetOrg() + "/" + got.GetRef().GetName()
	if name != want.org+"/"+want.name {
		return fmt.Errorf("it is called %s, the model says %s/%s", name, want.org, want.name)
	}
	if got.GetStable() != want.stable || got.GetLatest() != want.latest() || got.GetDeprecation().GetReason() != want.deprecated {
		return fmt.Errorf("stable %q, latest %q, deprecated %q; the model says %q, %q, %q", got.GetStable(), got.GetLatest(),
			got.GetDeprecation().GetReason(), want.stable, want.latest(), want.deprecated)
	}
	visible := want.visible(who.right)
	newest := want.highest(func(v *modelVersion) bool { return slices.Contains(visible, v) })
	if got.GetNewest().GetRef().GetVersion() != newest {
		return fmt.Errorf("newest is %q, the model says %q", got.GetNewest().GetRef().GetVersion(), newest)
	}
	counts := map[registryv1.State]int64{}
	for _, v := range visible {
		counts[v.state]++
	}
	for _, c := range got.GetCounts() {
		if counts[c.GetState()] != c.GetCount() {
			return fmt.Errorf("%d are %s, the model says %d", c.GetCount(), c.GetState(), counts[c.GetState()])
		}
		delete(counts, c.GetState())
	}
	if len(counts) > 0 {
		return fmt.Errorf("not counted: %v", counts)
	}
	list, err := who.ListVersions(r.ctx, &registryv1.ListVersionsRequest{Connector: got.GetRef()})
	if err != nil {
		return err
	}
	if len(list.GetVersions()) != len(visible) {
		return fmt.Errorf("there are %d versions, the model says %d", len(list.GetVersions()), len(visible))
	}
	for i, v := range visible {
		if err := compareVersion(list.GetVersions()[i], want, v); err != nil {
			return fmt.Errorf("version %s: %w", v.number, err)
		}
		// A page that has not changed since this person last read it is not
		// read again.
		key := page{who.right.name, list.GetVersions()[i].GetId()}
		if r.read[key] == list.GetVersions()[i].GetRevision() {
			continue
		}
		if err := r.comparePage(who, list.GetVersions()[i], v); err != nil {
			return fmt.Errorf("the page of version %s: %w", v.number, err)
		}
		r.read[key] = list.GetVersions()[i].GetRevision()
	}
	return r.compareHidden(who, want)
}

func compareVersion(got *registryv1.VersionSummary, c *modelConnector, want *modelVersion) error {
	type facts struct {
		number, author, platforms, received string
		state                               registryv1.State
		attempt                             int32
		size                                int64
		stable, latest, reason              bool
		category                            registryv1.YankCategory
	}
	have := facts{
		got.GetRef().GetVersion(), got.GetAuthor(), slugs(got.GetPlatforms()), fmt.Sprint(got.GetPlatformReceived()),
		got.GetState(), got.GetAttempt(), got.GetSizeBytes(), got.GetStable(), got.GetLatest(), got.GetReason() != "", got.GetYankCategory(),
	}
	said := facts{
		want.number, want.author, slugs(want.platforms), fmt.Sprint(want.received()),
		want.state, want.attempt, want.size(), c.stable == want.number, c.latest() == want.number,
		want.state == failed || want.state == yanked, 0,
	}
	if want.yank != nil {
		said.category = want.yank.category
	}
	if have != said {
		return fmt.Errorf("it is\n  %+v, the model says\n  %+v", have, said)
	}
	return nil
}

// comparePage compares the page of a version: its files, failure, yank and
// earlier attempts, and whether its files can be downloaded.
func (r *run) comparePage(who modelPerson, row *registryv1.VersionSummary, want *modelVersion) error {
	answer, err := who.GetVersion(r.ctx, &registryv1.GetVersionRequest{Ref: row.GetRef()})
	if err != nil {
		return err
	}
	v := answer.GetVersion()
	if len(v.GetAssets()) != len(want.current()) {
		return fmt.Errorf("it has %d files, the model says %d", len(v.GetAssets()), len(want.current()))
	}
	for _, asset := range v.GetAssets() {
		f := want.current()[modelKey{asset.GetPlatform(), asset.GetFilename()}]
		if f == nil || (f.got != nil) != (asset.GetSha256() != nil) || f.got != nil && int64(len(f.got.data)) != asset.GetSizeBytes() {
			return fmt.Errorf("the file %v is not that of the model: %+v", asset, f)
		}
	}
	if v.GetFailure().GetReason() != registryv1.Short(want.reason) {
		return fmt.Errorf("it failed because of %q, the model says %q", v.GetFailure().GetReason(), registryv1.Short(want.reason))
	}
	earlier := int(want.attempt) - 1
	if !who.sees(row.GetRef().GetOrg()) {
		earlier = 0
	}
	if len(v.GetEarlierAttempts()) != earlier {
		return fmt.Errorf("it shows %d earlier attempts, the model says %d", len(v.GetEarlierAttempts()), earlier)
	}
	if settled := want.state != pending && want.state != uploading && want.state != validating; settled != (v.GetSummary().GetWaitingFor() == nil && len(v.GetAssetSet()) > 0) {
		return fmt.Errorf("it waits for %v with the set %x", v.GetSummary().GetWaitingFor(), v.GetAssetSet())
	}
	return r.compareDownloads(who, row, want)
}

func (r *run) compareDownloads(who modelPerson, row *registryv1.VersionSummary, want *modelVersion) error {
	ref := row.GetRef()
	answer, err := who.GetDownloadURLs(r.ctx, &registryv1.GetDownloadURLsRequest{
		Connector: &registryv1.ConnectorRef{Org: ref.GetOrg(), Name: ref.GetName()}, Version: ref.GetVersion(),
	})
	if want.yank != nil && want.yank.blocked {
		if reason := reasonOf(err); reason != registryv1.Reason_REASON_DOWNLOAD_BLOCKED {
			return fmt.Errorf("its downloads are blocked, but it answers %q", registryv1.Short(reason))
		}
		return nil
	}
	if err != nil {
		return err
	}
	received := 0
	for _, f := range want.current() {
		if f.got != nil {
			received++
		}
	}
	if len(answer.GetDownloads()) != received || (answer.GetYank() != nil) != (want.yank != nil) {
		return fmt.Errorf("%d files can be downloaded with the warning %v, the model says %d and %v",
			len(answer.GetDownloads()), answer.GetYank(), received, want.yank)
	}
	return nil
}

// compareHidden requires that nobody reads by its number what no list shows
// him. It tries one number after each step.
func (r *run) compareHidden(who modelPerson, c *modelConnector) error {
	number := modelNumbers[len(r.trace)%len(modelNumbers)]
	if v := c.versions[number]; v != nil && slices.Contains(c.visible(who.right), v) {
		return nil
	}
	_, err := who.GetVersion(r.ctx, &registryv1.GetVersionRequest{Ref: at(c.org + "/" + c.name + " " + number)})
	if reason := reasonOf(err); reason != notFound {
		return fmt.Errorf("%s is hidden, but answers %q", number, registryv1.Short(reason))
	}
	return nil
}

// higher orders numbers as latest and newest do: releases before pre-releases.
func higher(a, b string) int {
	if preA, preB := semver.Prerelease(a) != "", semver.Prerelease(b) != ""; preA != preB {
		if preA {
			return -1
		}
		return 1
	}
	return semver.Compare(a, b)
}

// highest is the highest number of some versions, or empty.
func (c *modelConnector) highest(which func(*modelVersion) bool) string {
	best := ""
	for number, v := range c.versions {
		if which(v) && (best == "" || higher(number, best) > 0) {
			best = number
		}
	}
	return best
}

func (c *modelConnector) latest() string {
	return c.highest(func(v *modelVersion) bool { return v.state == published })
}

// visible are the versions that somebody sees, highest number first.
func (c *modelConnector) visible(who right) []*modelVersion {
	var list []*modelVersion
	for _, v := range c.versions {
		if v.public() || who.sees(c.org) {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, func(a, b *modelVersion) int { return semver.Compare(b.number, a.number) })
	return list
}

// shows says whether somebody sees the connector at all.
func (c *modelConnector) shows(who right) bool {
	return who.sees(c.org) || slices.ContainsFunc(c.visible(who), (*modelVersion).public)
}

// size is that of all files that were received.
func (v *modelVersion) size() (n int64) {
	for _, f := range v.current() {
		if f.got != nil {
			n += int64(len(f.got.data))
		}
	}
	return n
}

// received are the platforms whose files are all there.
func (v *modelVersion) received() (list []bool) {
	for _, p := range v.platforms {
		runs, open := false, false
		for key, f := range v.current() {
			if !slices.Contains(key.platform.Serves(), p) {
				continue
			}
			runs = runs || f.got != nil
			open = open || f.got == nil
		}
		list = append(list, runs && !open)
	}
	return list
}

// String tells the state of everything, for traces.
func (m *model) String() string {
	var lines []string
	for name, c := range m.connectors {
		for _, v := range c.visible(right{org: "*", anyRole: true}) {
			lines = append(lines, name+" "+v.number+" "+registryv1.Short(v.state))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}
