package words_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestWhatAndWhyOfEvents(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		event        *registryv1.Event
		subject, why string
	}{
		"yank": {
			&registryv1.Event{
				Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Org: "acme", Name: "baton-http", Version: "v0.24.10",
				Reason: "loops on\nempty pages", Detail: map[string]string{"category": "BROKEN"},
			}, "baton-http v0.24.10", "broken: loops on empty pages",
		},
		"yank without a reason": {
			&registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Name: "baton-http", Detail: map[string]string{"category": "BROKEN"}},
			"baton-http", "broken",
		},
		"stable": {
			&registryv1.Event{
				Kind: registryv1.EventKind_EVENT_KIND_STABLE_SET, Name: "baton-http", Version: "v2.0.0",
				Detail: map[string]string{"stable_before": "v1.0.0", "stable_after": "v2.0.0"},
			}, "baton-http v2.0.0", "instead of v1.0.0",
		},
		"stable for the first time": {
			&registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_STABLE_SET, Name: "baton-http", Version: "v2.0.0", Detail: map[string]string{"stable_before": ""}},
			"baton-http v2.0.0", "",
		},
		"refusal": {
			&registryv1.Event{
				Kind: registryv1.EventKind_EVENT_KIND_REFUSED, Org: "acme", Reason: "you are no maintainer",
				Detail: map[string]string{"reason": "NOT_PERMITTED", "doing": "yanking a version"},
			}, "yanking a version", "NOT_PERMITTED: you are no maintainer",
		},
		"key":     {&registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_SIGNING_KEY_ADDED, Org: "acme", Detail: map[string]string{"name": "release-2026"}}, "release-2026", ""},
		"nothing": {&registryv1.Event{}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.subject, words.Subject(test.event))
			assert.Equal(t, test.why, words.Why(test.event))
		})
	}
}

func TestFactsOfEvents(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []words.Fact{{"advisory", "CVE-1"}, {"stable before", "v1"}}, words.Facts(&registryv1.Event{
		Detail: map[string]string{"stable_before": "v1", "advisory": "CVE-1", "stable_after": "", "key": "12"},
	}))
}

func TestNumeral(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "no", 1: "one", 7: "seven", 12: "twelve", 13: "13", 1200: "1,200", -1: "-1"} {
		assert.Equal(t, want, words.Numeral(n))
	}
}

func TestDaysAndTimesOfDays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 22, 12, 4, 7, 0, time.UTC)
	assert.Equal(t, "Saturday 22 August", words.Day(now))
	for want, at := range map[string]time.Time{
		"Thursday 17:40":         time.Date(2026, 8, 20, 17, 40, 0, 0, time.UTC),
		"2 August 17:40":         time.Date(2026, 8, 2, 17, 40, 0, 0, time.UTC),
		"31 December 2025 23:59": time.Date(2025, 12, 31, 23, 59, 0, 0, time.UTC),
		"23 August 12:00":        time.Date(2026, 8, 23, 12, 0, 0, 0, time.UTC),
	} {
		assert.Equal(t, want, words.Lately(at, now))
	}
}
