package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/catalog"
)

// Bounds of one survey: what is asked for may be a page of a very long list.
const (
	surveyPage   = 200
	surveyCalls  = 5 // for each list: a page may be empty and not the last
	surveyEvents = 1000
	surveyOrgs   = 10
)

// surveyed is what may want the person, or why it could not be read.
type surveyed struct {
	asked  int
	survey catalog.Survey
	err    error
}

// attend reads what may want the person. From then on the watch keeps it up to
// date.
func (a *App) attend() tea.Cmd {
	asked, last, now := a.catalog.Attention.Begin(), a.cfg.Last.At, a.now
	orgs, everywhere := a.orgs()
	return a.command(func(ctx context.Context, calls *client.Client) tea.Msg {
		s := surveyor{ctx: ctx, calls: calls}
		s.versions("failed")
		s.versions("pending", "uploading")
		s.versions("yanked")
		s.yanks(now.Add(-catalog.YankedFor))
		s.keys(orgs, everywhere)
		if !last.IsZero() {
			s.since(last)
		}
		return surveyed{asked: asked, survey: s.found, err: s.err}
	})
}

// surveyed keeps what was read.
func (a *App) surveyed(msg surveyed) tea.Cmd {
	if msg.err != nil {
		a.catalog.Attention.Break(msg.asked, msg.err)
	} else {
		a.catalog.TakeSurvey(msg.asked, msg.survey)
	}
	return a.tell(catalog.Changed{})
}

// orgs are those whose keys concern the caller, a few at most: he has a role
// there. Everywhere says that he has one in all.
func (a *App) orgs() (orgs []string, everywhere bool) {
	for _, grant := range a.catalog.Caller.GetRoles() {
		if grant.GetOrg() == catalog.AllOrgs {
			everywhere = true
		} else {
			orgs = addOrg(orgs, grant.GetOrg())
		}
	}
	return orgs, everywhere
}

func addOrg(orgs []string, org string) []string {
	if len(orgs) >= surveyOrgs || slices.ContainsFunc(orgs, func(known string) bool { return strings.EqualFold(known, org) }) {
		return orgs
	}
	return append(orgs, org)
}

// surveyor makes the calls of one survey, until one fails.
type surveyor struct {
	ctx   context.Context
	calls *client.Client
	found catalog.Survey
	err   error
}

// versions reads those in some states, the last changed first.
func (s *surveyor) versions(states ...string) {
	rq := &registryv1.ListVersionsRequest{PageSize: surveyPage, Filter: []*registryv1.FilterTerm{
		{Field: registryv1.FilterField_FILTER_FIELD_STATE, Values: states},
	}}
	n := 0
	for range surveyCalls {
		if s.err != nil {
			return
		}
		rs, err := s.calls.Registry.ListVersions(s.ctx, rq)
		if s.err = err; err != nil {
			return
		}
		s.found.Versions = append(s.found.Versions, rs.GetVersions()...)
		n += len(rs.GetVersions())
		rq.PageToken = rs.GetNextPageToken()
		if rq.PageToken == "" {
			return
		}
		if n >= surveyPage {
			break
		}
	}
	s.found.Cut = true
}

// events reads those of one kind since a time, newest first.
func (s *surveyor) events(kind registryv1.EventKind, since time.Time) (events []*registryv1.Event, more bool) {
	rq := &registryv1.ListEventsRequest{PageSize: surveyEvents, Since: timestamppb.New(since), Kinds: []registryv1.EventKind{kind}}
	for range surveyCalls {
		if s.err != nil {
			return events, false
		}
		rs, err := s.calls.Events.ListEvents(s.ctx, rq)
		if s.err = err; err != nil {
			return events, false
		}
		events = append(events, rs.GetEvents()...)
		rq.PageToken = rs.GetNextPageToken()
		if rq.PageToken == "" || len(events) >= surveyEvents {
			break
		}
	}
	return events, rq.GetPageToken() != ""
}

// yanks reads who yanked what.
func (s *surveyor) yanks(since time.Time) {
	s.found.Yanks, _ = s.events(registryv1.EventKind_EVENT_KIND_VERSION_YANKED, since)
}

// since reads what happened since the person was last here.
func (s *surveyor) since(last time.Time) {
	s.found.Since = map[registryv1.EventKind][]*registryv1.Event{}
	for _, kind := range catalog.SinceKinds {
		events, more := s.events(kind, last)
		s.found.Since[kind] = events
		s.found.More = s.found.More || more
	}
}

// keys reads the signing keys of a few orgs, one page of each. Where all orgs
// are meant, they are those of the connectors that changed last.
func (s *surveyor) keys(orgs []string, everywhere bool) {
	if everywhere && s.err == nil {
		rs, err := s.calls.Registry.ListConnectors(s.ctx, &registryv1.ListConnectorsRequest{
			Order: registryv1.ConnectorOrder_CONNECTOR_ORDER_UPDATED, PageSize: surveyPage,
		})
		s.err = err
		for _, c := range rs.GetConnectors() {
			orgs = addOrg(orgs, c.GetRef().GetOrg())
		}
	}
	for _, org := range orgs {
		if s.err != nil {
			return
		}
		rs, err := s.calls.Keys.ListSigningKeys(s.ctx, &registryv1.ListSigningKeysRequest{Org: org, PageSize: surveyPage})
		if client.ReasonOf(err) == registryv1.Reason_REASON_NOT_FOUND {
			continue // a role may be in an org of which nothing is there yet
		}
		if s.err = err; err != nil {
			return
		}
		s.found.Keys = append(s.found.Keys, rs.GetKeys()...)
	}
}

// journalRead carries the drafts of this computer.
type journalRead struct {
	drafts []publish.Draft
	err    error
}

// readJournal reads the drafts of this computer that belong to this registry.
func (a *App) readJournal() tea.Cmd {
	kept := journal(a.cfg.Journal)
	if kept == nil {
		return nil
	}
	name := a.cfg.Client.Name()
	return a.awaiting(func() tea.Msg {
		drafts, err := kept.ListFor(name)
		for i := range drafts {
			// Documents may be long, and nobody looks at them here.
			describe := &drafts[i].Plan.Describe
			describe.Documentation, describe.Capabilities, describe.ConfigSchema = "", "", ""
		}
		return journalRead{drafts: drafts, err: err}
	})
}

func (a *App) journalRead(msg journalRead) tea.Cmd {
	a.catalog.Attention.KeepJournal(msg.drafts, msg.err)
	return a.tell(catalog.Changed{})
}
