package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// catalogueSpan is how far back a generated catalogue reaches. Drafts that are
// older than a week expire, and none of these should while somebody looks.
const catalogueSpan = 5 * 24 * time.Hour

// generatedBatch is how many generated versions share a time and a transaction.
const generatedBatch = 200

// generated makes a catalogue of a size: versions spread evenly over the
// connectors, most of them PUBLISHED, and always the same for the same size.
func generated(connectors, versions int, now time.Time) []seedRow {
	people := []string{"ines", "mara", "theo", "juno"}
	rows := make([]seedRow, versions)
	batches := (versions + generatedBatch - 1) / generatedBatch
	for i := range rows {
		connector, round := i%connectors, i/connectors
		batch := i / generatedBatch
		row := seedRow{
			org:       fmt.Sprintf("org-%02d", connector%20),
			name:      fmt.Sprintf("baton-c%05d", connector),
			number:    fmt.Sprintf("v%d.%d.%d", round/100, round/10%10, round%10),
			platforms: registryv1.Platforms(),
			state:     stateFor(i),
			author:    people[batch%len(people)],
			at:        now.Add(-catalogueSpan + catalogueSpan*time.Duration(batch)/time.Duration(batches)).Truncate(time.Microsecond),
		}
		if i%7 == 0 {
			row.platforms = row.platforms[2:4] // linux only
		}
		row.stable = round == 0 && connector%3 == 0
		rows[i] = row
	}
	return rows
}

// stateFor spreads the states: out of a hundred versions 88 are PUBLISHED, the
// others in every other state.
func stateFor(i int) registryv1.State {
	switch n := i * 37 % 100; { // 37 and 100 share no divisor: each n occurs
	case n < 4:
		return registryv1.State_STATE_FAILED
	case n < 8:
		return registryv1.State_STATE_YANKED
	case n < 10:
		return registryv1.State_STATE_PENDING
	case n < 11:
		return registryv1.State_STATE_UPLOADING
	case n < 12:
		return registryv1.State_STATE_VALIDATING
	default:
		return registryv1.State_STATE_PUBLISHED
	}
}

// catalogueVersion is one line of versions.jsonl.
type catalogueVersion struct {
	Name    string            `json:"name"`
	Version string            `json:"version"`
	Date    time.Time         `json:"date"`
	SHA256  map[string]string `json:"sha256"`
}

// catalogueStable is the file that says which versions are stable.
type catalogueStable struct {
	Connectors map[string]string `json:"connectors"`
}

// readCatalogue reads versions.jsonl and the file of stable versions beside it.
// Lines that cannot be read come back as texts; rows that break the rules of
// the registry are found when they are seeded.
func readCatalogue(dir string) (rows []seedRow, unread []string, err error) {
	stable, org, err := readStable(dir)
	if err != nil {
		return nil, nil, err
	}
	file, err := os.Open(filepath.Join(dir, "versions.jsonl"))
	if err != nil {
		return nil, nil, usage("give a directory with versions.jsonl and stable*.json", "--catalogue: %v", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for number := 1; lines.Scan(); number++ {
		var v catalogueVersion
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			unread = append(unread, fmt.Sprintf("versions.jsonl:%d: %v", number, err))
			continue
		}
		row := seedRow{
			org: org, name: v.Name, number: v.Version, state: registryv1.State_STATE_PUBLISHED, author: "release-bot",
			at: v.Date.UTC(), stable: stable[v.Name] == v.Version,
		}
		for _, platform := range registryv1.Platforms() {
			if v.SHA256[platform.Slug()] != "" {
				row.platforms = append(row.platforms, platform)
			}
		}
		if len(row.platforms) == 0 {
			unread = append(unread, fmt.Sprintf("versions.jsonl:%d: %s %s ships nothing for any platform", number, v.Name, v.Version))
			continue
		}
		rows = append(rows, row)
	}
	if err := lines.Err(); err != nil {
		return nil, nil, fmt.Errorf("reading versions.jsonl: %w", err)
	}
	slices.SortStableFunc(rows, func(a, b seedRow) int { return a.at.Compare(b.at) })
	return rows, unread, nil
}

// readStable reads which version of each connector is stable, and the org that
// they are all of. Without the file nothing is stable.
func readStable(dir string) (stable map[string]string, org string, err error) {
	stable = map[string]string{}
	found, err := filepath.Glob(filepath.Join(dir, "stable*.json"))
	if err != nil || len(found) == 0 {
		return stable, demoOrg, err
	}
	slices.Sort(found) // their names end with a date: the newest is last
	content, err := os.ReadFile(found[len(found)-1])
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return stable, demoOrg, nil
		}
		return nil, "", fmt.Errorf("reading the stable versions: %w", err)
	}
	var document catalogueStable
	if err := json.Unmarshal(content, &document); err != nil {
		return nil, "", usage("", "--catalogue: %s cannot be read: %v", filepath.Base(found[len(found)-1]), err)
	}
	for connector, version := range document.Connectors {
		owner, name, _ := strings.Cut(connector, "/")
		org = cmp.Or(org, owner)
		stable[name] = version
	}
	return stable, cmp.Or(org, demoOrg), nil
}
