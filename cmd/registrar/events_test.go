package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseSince(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 21, 14, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-08-20":           "2026-08-20T00:00:00Z",
		"2026-08-20T10:00":     "2026-08-20T10:00:00Z",
		"2026-08-20 10:00:05":  "2026-08-20T10:00:05Z",
		"2026-08-20T12:00:00Z": "2026-08-20T12:00:00Z",
		"90m":                  "2026-08-21T12:30:00Z",
		"12h":                  "2026-08-21T02:00:00Z",
		"7d":                   "2026-08-14T14:00:00Z",
		"1.5d":                 "2026-08-20T02:00:00Z",
		"0s":                   "2026-08-21T14:00:00Z",
	} {
		at, err := parseSince(text, now)
		require.NoError(t, err, text)
		assert.Equal(t, want, timeText(at), text)
	}
	for _, text := range []string{"", "yesterday", "-5m", "5", "2026-13-01", "d"} {
		_, err := parseSince(text, now)
		assert.Error(t, err, text)
	}
}

func TestParseUntil(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 21, 14, 0, 0, 0, time.UTC)
	until, fault := parseUntil("90d", now)
	require.Empty(t, fault)
	assert.Equal(t, "2026-11-19T14:00:00Z", timeText(until))
	until, fault = parseUntil("2027-01-31", now)
	require.Empty(t, fault)
	assert.Equal(t, "2027-01-31T00:00:00Z", timeText(until))
	for text, want := range map[string]string{
		"2026-08-20": "is not in the future", "-1h": "is not in the future", "0s": "is not in the future", "soon": "is not a time",
	} {
		_, fault := parseUntil(text, now)
		assert.Contains(t, fault, want, text)
	}
}
