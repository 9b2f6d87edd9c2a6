package tui

import (
	"errors"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// held are versions that are anything but public.
func held() []*registryv1.VersionSummary {
	hour, day := time.Hour, 24*time.Hour
	lines := []struct {
		released
		org, reason string
	}{
		{released{"baton-workday", "v0.1.12", registryv1.State_STATE_VALIDATING, false, false, 20 * hour, "theo", -1}, "ConductorOne", ""},
		{released{"baton-jira", "v0.4.10", registryv1.State_STATE_VALIDATING, false, false, 6 * hour, "lin", -1}, "acme", ""},
		{released{"baton-github", "v0.4.1", registryv1.State_STATE_FAILED, false, false, 45 * hour, "mara", -1}, "ConductorOne", "windows-amd64: the signature covers another digest than the registry holds"},
		{released{"baton-zoom", "v0.2.5", registryv1.State_STATE_FAILED, false, false, 9 * hour, "theo", -1}, "ConductorOne", "archive-safe: ../../etc/passwd leads out of the archive"},
		{released{"baton-zoom", "v0.2.4", registryv1.State_STATE_FAILED, false, false, 8 * day, "mara", -1}, "ConductorOne", "too long ago"},
		{released{"baton-coupa", "v0.1.10", registryv1.State_STATE_UPLOADING, false, false, 18 * hour, "mara", 2}, "ConductorOne", ""},
		{released{"baton-snowflake", "v0.1.24", registryv1.State_STATE_PENDING, false, false, 30 * time.Minute, "theo", 0}, "ConductorOne", ""},
		{released{"baton-http", "v0.24.10", registryv1.State_STATE_YANKED, false, false, 50 * hour, "ines", -1}, "ConductorOne", "loops on empty pages"},
		{released{"baton-okta", "v0.5.23", registryv1.State_STATE_YANKED, false, false, 10 * day, "tomas", -1}, "ConductorOne", "the key of the signer was stolen"},
	}
	var out []*registryv1.VersionSummary
	for i, line := range lines {
		v := line.summary(int64(500 + i))
		v.Ref.Org, v.Reason = line.org, line.reason
		switch v.GetState() {
		case registryv1.State_STATE_VALIDATING:
			v.WaitingFor = &registryv1.WaitingFor{ApprovalsNeeded: 1}
		default:
		}
		out = append(out, v)
	}
	return out
}

// survey is what may want mara.
func survey() catalog.Survey {
	since := map[registryv1.EventKind][]*registryv1.Event{}
	for _, kind := range catalog.SinceKinds {
		since[kind] = nil
	}
	happened := func(seq int64, age time.Duration, kind registryv1.EventKind, person, name, version string) {
		since[kind] = append(since[kind], &registryv1.Event{Seq: seq, At: ago(age), Kind: kind, Person: person, Org: "ConductorOne", Name: name, Version: version})
	}
	for i := range int64(31) {
		happened(900-i, 2*time.Hour+time.Duration(i)*time.Minute, registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED, "release.yaml", "baton-okta-aws-federation", "v0.3.30")
	}
	happened(850, 9*time.Hour, registryv1.EventKind_EVENT_KIND_VERSION_FAILED, "", "baton-zoom", "v0.2.5")
	happened(840, 45*time.Hour, registryv1.EventKind_EVENT_KIND_VERSION_FAILED, "", "baton-github", "v0.4.1")
	happened(830, 50*time.Hour, registryv1.EventKind_EVENT_KIND_VERSION_YANKED, "mara", "baton-http", "v0.24.10")
	for i, name := range []string{"baton-teamviewer", "baton-axiomatic", "baton-desk", "baton-sap"} {
		happened(820-int64(i), 20*time.Hour, registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED, "theo", name, "")
	}
	return catalog.Survey{
		Versions: held(), Since: since,
		Yanks: []*registryv1.Event{{
			Seq: 830, At: ago(50 * time.Hour), Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Person: "mara",
			Org: "ConductorOne", Name: "baton-http", Version: "v0.24.10", Detail: map[string]string{"category": "BROKEN", "replacement": "v0.24.9"},
		}},
		Keys: []*registryv1.SigningKey{
			{Id: 3, Org: "ConductorOne", Name: "release-2025", Type: registryv1.KeyType_KEY_TYPE_GPG, ExpiresAt: timestamppb.New(noon.Add(12*24*time.Hour + time.Hour)), SignedVersions: 214},
			{Id: 4, Org: "ConductorOne", Name: "release-2026", Type: registryv1.KeyType_KEY_TYPE_GPG, ExpiresAt: timestamppb.New(noon.Add(340 * 24 * time.Hour)), SignedVersions: 9},
			{Id: 5, Org: "ConductorOne", Name: "old", Type: registryv1.KeyType_KEY_TYPE_GPG, ExpiresAt: timestamppb.New(noon.Add(5 * 24 * time.Hour)), RetiredAt: ago(time.Hour)},
		},
	}
}

// drafts are those of mara's computer: one that the registry holds too, one
// that it knows nothing of.
func drafts() []publish.Draft {
	plan := func(name, version string, files int) publish.Plan {
		p := publish.Plan{
			Registry: "hub.example.org", Directory: "/src/" + name, Ref: publish.Ref{Org: "ConductorOne", Name: name, Version: version},
			Sign: publish.SignNone, Describe: publish.Describe{Changelog: "Reads suppliers."}, Stable: true,
		}
		for _, platform := range registryv1.Platforms()[:files] {
			p.Files = append(p.Files, publish.File{Asset: publish.AssetKey{Platform: platform.Slug(), Kind: "ARCHIVE", Filename: name + ".tar.gz"}})
		}
		return p
	}
	return []publish.Draft{
		{ID: "0123456789abcdef", Plan: plan("baton-coupa", "v0.1.10", 5), SavedAt: noon.Add(-19 * time.Hour)},
		{ID: "0123456789abcdee", Plan: plan("baton-desk", "v0.1.0", 3), SavedAt: noon.Add(-40 * time.Minute)},
	}
}

// survey gives the console what may want mara, as if the registry had answered.
func (a *App) survey() {
	a.cfg.Last.At = noon.Add(-42*time.Hour - 24*time.Minute)
	a.catalog.Attention.Last = a.cfg.Last.At
	a.attend()
	a.Update(surveyed{asked: a.catalog.Attention.Begin(), survey: survey()})
	a.receive(page{list: catalog.List{Waiting: true}, queued: queued()[:2]})
	a.Update(journalRead{drafts: drafts()})
}

// story is a log as a registry writes it, newest first: each event over the
// stored bytes of the one before. Its first event has a number.
func story(first int64) []*registryv1.Event {
	day := 24 * time.Hour
	lines := []struct {
		ago                        time.Duration
		kind                       registryv1.EventKind
		person, from, token        string
		org, name, version, reason string
		detail                     map[string]string
	}{
		{2 * day, registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED, "ines", "10.4.0.9", "ci-token", "ConductorOne", "baton-http", "", "", nil},
		{19 * time.Hour, registryv1.EventKind_EVENT_KIND_VERSION_FAILED, "", "", "", "ConductorOne", "baton-github", "v0.4.1", "DIGEST_MISMATCH on windows-amd64", nil},
		{18*time.Hour + 40*time.Minute, registryv1.EventKind_EVENT_KIND_STABLE_SET, "mara", "10.4.0.2", "console", "ConductorOne", "baton-http", "v0.24.9", "", map[string]string{"stable_before": "v0.24.10", "stable_after": "v0.24.9"}},
		{18*time.Hour + 30*time.Minute, registryv1.EventKind_EVENT_KIND_VERSION_YANKED, "mara", "10.4.0.2", "console", "ConductorOne", "baton-http", "v0.24.10", "loops on empty pages", map[string]string{"category": "BROKEN", "replacement": "v0.24.9"}},
		{50 * time.Minute, registryv1.EventKind_EVENT_KIND_REFUSED, "lin", "10.4.0.17", "lin-console", "acme", "", "", "the policy of acme does not let authors review their own versions", map[string]string{"reason": "NOT_PERMITTED", "doing": "reviewing a version"}},
		{21 * time.Minute, registryv1.EventKind_EVENT_KIND_SIGNING_KEY_ADDED, "mara", "10.4.0.2", "console", "ConductorOne", "", "", "", map[string]string{"name": "release-2026", "type": "gpg", "fingerprint": "c3e81b9052ff8a67"}},
		{6 * time.Minute, registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING, "theo", "10.4.0.9", "ci-token", "ConductorOne", "baton-snowflake", "v0.1.24", "", nil},
		{4 * time.Minute, registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED, "", "", "", "acme", "baton-jira", "v0.4.10", "", nil},
	}
	prev := make([]byte, 32)
	if first > 1 {
		prev[0] = 7
	}
	events := make([]*registryv1.Event, len(lines))
	for i, line := range lines {
		e := &registryv1.Event{
			Seq: first + int64(i), At: ago(line.ago), Kind: line.kind, Person: line.person, From: line.from, TokenName: line.token,
			Org: line.org, Name: line.name, Version: line.version, Reason: line.reason, Detail: line.detail,
		}
		prev = chained(e, prev)
		events[len(lines)-1-i] = e
	}
	return events
}

// chained gives an event its stored bytes behind another one, and returns its
// hash.
func chained(e *registryv1.Event, prev []byte) []byte {
	body := &registryv1.EventBody{
		Kind: e.GetKind(), Person: e.GetPerson(), Org: e.GetOrg(), Name: e.GetName(), Version: e.GetVersion(),
		Attempt: e.GetAttempt(), From: e.GetFrom(), Reason: e.GetReason(), Detail: e.GetDetail(),
	}
	stored, _ := proto.MarshalOptions{Deterministic: true}.Marshal(body)
	at := e.GetAt().AsTime().UnixMicro()
	hash := client.EventHash(prev, e.GetSeq(), at, stored)
	e.Stored = &registryv1.StoredEvent{Body: stored, Prev: prev, Hash: hash, AtMicros: at, Columns: &registryv1.EventBody{Kind: e.GetKind(), Person: e.GetPerson(), From: e.GetFrom()}}
	return hash
}

// logged answers the last question for the audit log that is in sight.
func (a *App) logged(events []*registryv1.Event, next string) {
	for asked := 1; asked < 10; asked++ {
		a.Update(catalog.Logged{For: "activity", Asked: asked, Events: events, Next: next, Head: events[0].GetSeq()})
	}
}

var unanswered = &client.Error{
	Reason: registryv1.Reason_REASON_UNAVAILABLE, Code: codes.Unavailable, Doing: "reading the audit log",
	Message: "hub.example.org does not answer", Next: "look whether the registry runs, then try again",
}

// placePages are the places with something on them, and without.
func placePages() map[string]func(a *App) {
	home := func(a *App) { a.do(action.Go{To: action.Home}) }
	activity := func(a *App) {
		a.do(action.Go{To: action.Activity})
		a.logged(story(48_202), "more")
	}
	keys := func(a *App, names ...string) {
		for _, key := range names {
			a.Update(tea.KeyPressMsg{Text: key, Code: rune(key[0])})
		}
	}
	return map[string]func(a *App){
		"home":        func(a *App) { a.survey(); home(a) },
		"home-drafts": func(a *App) { a.survey(); home(a); a.screen(); keys(a, "n", "n") },
		"home-many": func(a *App) {
			many := survey()
			for i := range int64(30) {
				v := released{"baton-sap", "v1.0." + strconv.FormatInt(i, 10), registryv1.State_STATE_FAILED, false, false, time.Duration(i) * time.Hour, "theo", -1}.summary(600 + i)
				v.Reason = "the license is missing"
				many.Versions = append(many.Versions, v)
			}
			a.survey()
			home(a)
			a.Update(surveyed{asked: a.catalog.Attention.Begin(), survey: many})
		},
		"home-quiet":   func(a *App) { home(a); a.Update(surveyed{asked: a.catalog.Attention.Begin()}) },
		"home-loading": home,
		"home-first":   func(a *App) { a.startOver(); a.receive(page{}); home(a) },
		"home-lost": func(a *App) {
			home(a)
			a.Update(surveyed{asked: a.catalog.Attention.Begin(), err: unanswered})
		},
		"drafts": func(a *App) { a.survey(); a.do(action.Go{To: action.Drafts}); keys(a, "j") },
		"drafts-none": func(a *App) {
			a.do(action.Go{To: action.Drafts})
			a.Update(surveyed{asked: a.catalog.Attention.Begin()})
			a.Update(journalRead{err: errors.New("reading the draft /home/mara/.local/state/x.json: unexpected end of JSON input")})
		},
		"drafts-forget": func(a *App) {
			a.survey()
			a.do(action.Go{To: action.Drafts})
			keys(a, "j", "X")
		},
		"activity": activity,
		"activity-held": func(a *App) {
			a.do(action.Go{To: action.Activity})
			a.logged(story(48_202), "")
			keys(a, "j", "j", "j")
			a.Update(tea.KeyPressMsg{Text: " ", Code: tea.KeySpace})
			a.changed(batch{events: []*registryv1.Change{{Event: &registryv1.Event{
				Seq: 48_210, At: ago(time.Minute), Kind: registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED, Org: "acme", Name: "baton-jira", Version: "v1.0.0",
			}}}})
		},
		"activity-altered": func(a *App) {
			events := story(1)
			events[3].Reason = "nothing to see here"
			a.do(action.Go{To: action.Activity})
			a.logged(events, "")
			keys(a, "j", "j", "j")
		},
		"activity-filter": func(a *App) {
			activity(a)
			keys(a, "/", "h", "t", "t", "p")
		},
		"activity-nothing": func(a *App) {
			activity(a)
			keys(a, "/", "z", "z")
		},
		"activity-lost": func(a *App) {
			a.do(action.Go{To: action.Activity})
			a.Update(catalog.Logged{For: "activity", Asked: 1, Err: unanswered})
		},
		"version-activity": func(a *App) {
			a.open("v0.5.26")
			a.do(action.Tab{By: -1})
			a.Update(catalog.Logged{For: "version " + okta.String(), Asked: 1, Events: []*registryv1.Event{
				{Seq: 90, At: ago(15 * time.Hour), Kind: registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED, Org: okta.Org, Name: okta.Name, Version: okta.Number},
				{Seq: 88, At: ago(15*time.Hour + time.Minute), Kind: registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED, Person: "ines", TokenName: "ci-token", From: "10.4.0.9", Org: okta.Org, Name: okta.Name, Version: okta.Number, Detail: map[string]string{"asset_set": "sha256:91c05e7ad1f3"}},
				{Seq: 87, At: ago(15*time.Hour + time.Minute), Kind: registryv1.EventKind_EVENT_KIND_VERSION_CREATED, Person: "ines", Org: okta.Org, Name: okta.Name, Version: "v0.5.2"},
			}})
		},
	}
}
