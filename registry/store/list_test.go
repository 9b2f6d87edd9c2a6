package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// filter makes a filter as people type it: "state:published,failed -author:ines".
func filter(tb testing.TB, text string) Filter {
	tb.Helper()
	var terms []*registryv1.FilterTerm
	for word := range strings.FieldsSeq(text) {
		bare, exclude := strings.CutPrefix(word, "-")
		key, values, hasKey := strings.Cut(bare, ":")
		term := &registryv1.FilterTerm{Field: registryv1.FilterField_FILTER_FIELD_WORD, Values: []string{bare}, Exclude: exclude}
		if hasKey {
			field, ok := registryv1.FromShort[registryv1.FilterField](key)
			require.True(tb, ok, key)
			term.Field, term.Values = field, strings.Split(values, ",")
		}
		terms = append(terms, term)
	}
	f, err := NewFilter(terms)
	require.NoError(tb, err)
	return f
}

// versions lists all pages and gives what they hold.
func (f *fixture) versions(q VersionQuery) []Version {
	f.tb.Helper()
	var all []Version
	f.read(func(v *View) error {
		for {
			page, err := v.ListVersions(f.ctx, q)
			if err != nil {
				return err
			}
			require.LessOrEqual(f.tb, len(page.Rows), q.Limit)
			require.LessOrEqual(f.tb, page.Scanned, int64(f.config.MaxScan))
			all = append(all, page.Rows...)
			if page.Next == nil {
				return nil
			}
			q.After = page.Next
		}
	})
	return all
}

func (f *fixture) connectors(q ConnectorQuery) []Connector {
	f.tb.Helper()
	var all []Connector
	f.read(func(v *View) error {
		for {
			page, err := v.ListConnectors(f.ctx, q)
			if err != nil {
				return err
			}
			require.LessOrEqual(f.tb, page.Scanned, int64(f.config.MaxScan))
			all = append(all, page.Rows...)
			if page.Next == nil {
				return nil
			}
			q.After = page.Next
		}
	})
	return all
}

// names are what rows are told apart by in the tests.
func names[T any](rows []T) []string {
	list := []string{}
	for _, row := range rows {
		switch row := any(row).(type) {
		case Version:
			list = append(list, row.Name+"@"+row.Number)
		case Connector:
			list = append(list, row.OrgSpelling+"/"+row.Spelling)
		}
	}
	return list
}

func TestVersionsOfAConnectorInTheOrderOfSemver(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	random := rand.New(rand.NewPCG(1, 1))
	var numbers []artifact.Number
	for len(numbers) < 400 {
		text := fmt.Sprintf("v%d.%d.%d", random.IntN(3), random.IntN(120), random.IntN(3))
		switch random.IntN(4) {
		case 0:
			text += fmt.Sprintf("-rc.%d", random.IntN(120))
		case 1:
			text += []string{"-alpha", "-alpha.1", "-alpha-1", "-alpha.beta", "-1", "-A", "-rc"}[random.IntN(7)]
		}
		n := artifact.MustNumber(text)
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	f.write(func(tx *Tx) error {
		for _, n := range numbers {
			if _, err := tx.CreateVersion(t.Context(), numbered(c.ID, n.String())); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(numbers, func(a, b artifact.Number) int { return b.Compare(a) })

	listed := f.versions(VersionQuery{Connector: c.ID, See: everything, Limit: 7})
	for i, v := range listed {
		require.Equal(t, numbers[i].String(), v.Number, "at %d", i)
	}
	assert.Len(t, listed, len(numbers))
}

// A list of a connector whose place is known reads less of each row, and says
// the same.
func TestVersionsOfAKnownPlaceAreTheSame(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.connector("other", "baton-sample")
	c := f.connector("Acme", "Baton-Sample")
	for number, state := range map[string]registryv1.State{
		"v1.0.0": registryv1.State_STATE_PUBLISHED, "v1.1.0": registryv1.State_STATE_YANKED, "v1.2.0": registryv1.State_STATE_PUBLISHED,
		"v2.0.0-rc.1": registryv1.State_STATE_FAILED, "v2.0.0": registryv1.State_STATE_UPLOADING,
	} {
		f.version(c, number, state)
	}
	var stable Version
	f.write(func(tx *Tx) (err error) {
		_, err = tx.ChangeConnector(f.ctx, c.ID, ConnectorTexts{Aliases: []Alias{{Key: "smpl", Spelling: "smpl"}}})
		if err == nil {
			stable, err = tx.Version(f.ctx, c.ID, artifact.MustNumber("v1.0.0").Precedence())
		}
		if err == nil {
			_, err = tx.SetStable(f.ctx, stable.ID)
		}
		return err
	})
	c = f.again(c, everything)
	for _, key := range []string{c.Key, "smpl"} {
		f.read(func(v *View) error {
			place, err := v.Place(f.ctx, "acme", key)
			require.NoError(t, err)
			assert.Equal(t, Place{
				ID: c.ID, Org: c.Org, OrgSpelling: "Acme", Spelling: "Baton-Sample", StableID: stable.ID, LatestID: c.LatestID, Public: true,
			}, place)
			for _, see := range []Visibility{everything, {}, {Orgs: []OrgID{c.Org}}} {
				for _, text := range []string{"", "yanked"} {
					want, err := v.ListVersions(f.ctx, VersionQuery{Connector: c.ID, See: see, Filter: filter(t, text), Limit: 3})
					require.NoError(t, err)
					got, err := v.ListVersions(f.ctx, VersionQuery{Place: &place, See: see, Filter: filter(t, text), Limit: 3})
					require.NoError(t, err)
					require.NotEmpty(t, want.Rows)
					assert.Equal(t, want, got)
				}
			}
			return nil
		})
	}
	f.read(func(v *View) error {
		_, err := v.Place(f.ctx, "acme", "nobody")
		assert.ErrorIs(t, err, ErrNotFound)
		return nil
	})
}

func TestPagesAreCompleteWhileRowsChange(t *testing.T) {
	t.Parallel()
	for name, see := range map[string]Visibility{"seeing everything": everything, "as a member": {Orgs: []OrgID{1}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			c := f.connector("acme", "baton-sample")
			drafts := map[string]Version{}
			for i := range 60 {
				v := f.version(c, fmt.Sprintf("v0.0.%d", i), uploading)
				drafts[v.Number] = v
			}
			for _, query := range []VersionQuery{{}, {Connector: c.ID}} {
				seen := map[string]int{}
				changed := map[string]bool{}
				query.See, query.Limit = see, 7
				next := 0
				for {
					var page Page[Version]
					f.read(func(v *View) (err error) { page, err = v.ListVersions(t.Context(), query); return err })
					for _, v := range page.Rows {
						seen[v.Number]++
					}
					if page.Next == nil {
						break
					}
					query.After = page.Next
					// Somebody works on versions that are, and are not yet, listed.
					for range 3 {
						number := fmt.Sprintf("v0.0.%d", next)
						next += 7
						v, ok := drafts[number]
						if !ok {
							continue
						}
						f.write(func(tx *Tx) error { return ignore(tx.DeclareAsset(t.Context(), v.ID, 1, file("a", linux))) })
						changed[number] = true
					}
					f.write(func(tx *Tx) error {
						_, err := tx.CreateVersion(t.Context(), numbered(c.ID, fmt.Sprintf("v9.%d.%d", query.Connector, next)))
						return err
					})
				}
				for number := range drafts {
					if query.Connector != 0 || !changed[number] {
						assert.Equal(t, 1, seen[number], "%s, which did not move in the list", number)
					}
				}
			}
		})
	}
}

func ignore[A, B any](_ A, _ B, err error) error { return err }

// catalogue is two connectors of two orgs with a version in each state.
func catalogue(t *testing.T) (f *fixture, acme, globex Connector) {
	t.Helper()
	f = newFixture(t)
	acme, globex = f.connector("Acme", "baton-okta"), f.connector("globex", "github")
	for i, state := range []registryv1.State{pending, uploading, validating, published, failed, yanked} {
		f.version(acme, fmt.Sprintf("v1.0.%d", i), state)
		f.write(func(tx *Tx) error {
			n := numbered(globex.ID, fmt.Sprintf("v2.0.%d", i), windows, darwin)
			n.Author = "Otto"
			_, err := tx.add(f.ctx, n, state)
			return err
		})
	}
	return f, acme, globex
}

func TestWhoSeesWhichVersions(t *testing.T) {
	t.Parallel()
	f, acme, globex := catalogue(t)
	for _, terms := range []string{"", "-author:nobody"} { // Without and with conditions for SQL.
		list := func(see Visibility, c ConnectorID) []string {
			return names(f.versions(VersionQuery{See: see, Connector: c, Filter: filter(t, terms), Limit: 3}))
		}
		assert.Len(t, list(everything, 0), 12)
		assert.ElementsMatch(t, []string{"baton-okta@v1.0.3", "baton-okta@v1.0.5", "github@v2.0.3", "github@v2.0.5"}, list(Visibility{}, 0))
		assert.Len(t, list(Visibility{Orgs: []OrgID{acme.Org}}, 0), 8)
		assert.Len(t, list(Visibility{Orgs: []OrgID{acme.Org, globex.Org}}, 0), 12)
		assert.Equal(t, []string{"github@v2.0.5", "github@v2.0.3"}, list(Visibility{Orgs: []OrgID{acme.Org}}, globex.ID))
		assert.Len(t, list(Visibility{Orgs: []OrgID{globex.Org}}, globex.ID), 6)
	}
}

func TestFilterVersions(t *testing.T) {
	t.Parallel()
	f, acme, _ := catalogue(t)
	f.write(func(tx *Tx) error {
		page, err := tx.ListVersions(t.Context(), VersionQuery{See: everything, Filter: filter(t, "state:published org:acme"), Limit: 1})
		require.NoError(t, err)
		v := page.Rows[0]
		if _, err := tx.SetStable(t.Context(), v.ID); err != nil {
			return err
		}
		verified, refused := registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED, registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
		if _, err = tx.SetVerdicts(t.Context(), v.ID, 1, verified, "", Verdicts(0).With(linux, verified)); err != nil {
			return err
		}
		page, err = tx.ListVersions(t.Context(), VersionQuery{See: everything, Filter: filter(t, "state:yanked org:acme"), Limit: 1})
		require.NoError(t, err)
		_, err = tx.SetVerdicts(t.Context(), page.Rows[0].ID, 1, refused, "WRONG_IDENTITY", 0)
		return err
	})
	okta := func(numbers ...string) []string {
		list := []string{}
		for _, n := range numbers {
			list = append(list, "baton-okta@"+n)
		}
		return list
	}
	tests := map[string][]string{
		"org:acme":                            okta("v1.0.0", "v1.0.1", "v1.0.2", "v1.0.3", "v1.0.4", "v1.0.5"),
		"org:AC state:failed":                 okta("v1.0.4"),
		"org:acme,globex state:failed":        append(okta("v1.0.4"), "github@v2.0.4"),
		"org:nobody":                          {},
		"name:okta state:failed":              okta("v1.0.4"),
		"name:baton-ok state:failed":          okta("v1.0.4"),
		"name:kta":                            {},
		"version:v1.0.4":                      okta("v1.0.4"),
		"version:v2.0 state:pending":          {"github@v2.0.0"},
		"state:failed":                        append(okta("v1.0.4"), "github@v2.0.4"),
		"state:failed,yanked org:acme":        okta("v1.0.4", "v1.0.5"),
		"-state:failed,yanked,pending okta":   okta("v1.0.1", "v1.0.2", "v1.0.3"),
		"platform:windows state:failed":       {"github@v2.0.4"},
		"platform:linux-amd64 state:failed":   okta("v1.0.4"),
		"-platform:darwin state:failed":       okta("v1.0.4"),
		"author:ot state:failed":              {"github@v2.0.4"},
		"signed:yes":                          okta("v1.0.3"),
		"signed:no name:okta state:published": {},
		"signed:yes,no state:failed":          append(okta("v1.0.4"), "github@v2.0.4"),
		"verdict:verified":                    okta("v1.0.3"),
		"verdict:not-verified":                okta("v1.0.5"),
		"verdict:wrong-identity":              okta("v1.0.5"),
		"verdict:expired":                     {},
		"stable:yes":                          okta("v1.0.3"),
		"stable:no state:published":           {"github@v2.0.3"},
		"latest:yes":                          append(okta("v1.0.3"), "github@v2.0.3"),
		"category:broken":                     append(okta("v1.0.5"), "github@v2.0.5"),
		"category:security":                   {},
		"1.0.4":                               okta("v1.0.4"),
		"windows failed":                      {"github@v2.0.4"},
		"valid otto":                          {"github@v2.0.2"},
		"acme/baton 1.0.1":                    okta("v1.0.1"),
		"-okta -state:published published":    {},
		"100%_":                               {},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			found := names(f.versions(VersionQuery{See: everything, Filter: filter(t, text), Limit: 4}))
			assert.ElementsMatch(t, want, found)
			ofOne := names(f.versions(VersionQuery{See: everything, Connector: acme.ID, Filter: filter(t, text), Limit: 4}))
			wantOfOne := slices.DeleteFunc(slices.Clone(want), func(name string) bool { return strings.HasPrefix(name, "github") })
			assert.ElementsMatch(t, wantOfOne, ofOne, "of one connector")
		})
	}
}

func TestFilterFaultsComeAllAtOnce(t *testing.T) {
	t.Parallel()
	terms := []*registryv1.FilterTerm{
		{Field: registryv1.FilterField_FILTER_FIELD_STATE, Values: []string{"published", "lost"}},
		{Values: []string{"x"}},
		{Field: 99, Values: []string{"x"}},
		{Field: registryv1.FilterField_FILTER_FIELD_ORG},
		{Field: registryv1.FilterField_FILTER_FIELD_PLATFORM, Values: []string{"amiga"}},
		{Field: registryv1.FilterField_FILTER_FIELD_STABLE, Values: []string{"maybe"}},
		{Field: registryv1.FilterField_FILTER_FIELD_CATEGORY, Values: []string{"mood"}},
		{Field: registryv1.FilterField_FILTER_FIELD_WORD, Values: []string{"", strings.Repeat("x", 201), "\xff"}},
		{Field: registryv1.FilterField_FILTER_FIELD_WORD, Values: make([]string, 51)},
	}
	_, err := NewFilter(terms)
	var fault *FilterError
	require.ErrorAs(t, err, &fault)
	var at []int
	for _, f := range fault.Faults {
		at = append(at, f.Term)
	}
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 8}, at)
	assert.Equal(t, "lost", fault.Faults[0].Value)

	_, err = NewFilter(make([]*registryv1.FilterTerm, 51))
	require.ErrorContains(t, err, "51 terms")
}

func TestAPageExaminesABoundedNumberOfRows(t *testing.T) {
	t.Parallel()
	f := openFixture(t, Config{Dir: t.TempDir(), MaxScan: 100})
	c := f.connector("acme", "baton-sample")
	f.write(func(tx *Tx) error {
		for i := range 450 {
			if _, err := tx.CreateVersion(t.Context(), numbered(c.ID, fmt.Sprintf("v0.0.%d", i))); err != nil {
				return err
			}
		}
		return nil
	})
	tests := map[string]VersionQuery{
		"a filter that matches nothing":   {See: everything, Filter: filter(t, "xyzzy")},
		"a filter of one connector":       {See: everything, Connector: c.ID, Filter: filter(t, "xyzzy")},
		"drafts that others may not see":  {},
		"drafts of one connector":         {Connector: c.ID},
		"a filter on what is not visible": {Filter: filter(t, "author:ines")},
	}
	for name, query := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query.Limit = 10
			var scanned []int64
			f.read(func(v *View) error {
				for {
					page, err := v.ListVersions(t.Context(), query)
					require.Empty(t, page.Rows)
					scanned = append(scanned, page.Scanned)
					if page.Next == nil {
						return err
					}
					query.After = page.Next
				}
			})
			assert.Equal(t, []int64{100, 100, 100, 100, 50}, scanned)
		})
	}
	t.Run("and says how many for a full page", func(t *testing.T) {
		t.Parallel()
		f.read(func(v *View) error {
			page, err := v.ListVersions(t.Context(), VersionQuery{See: everything, Limit: 10})
			assert.EqualValues(t, 10, page.Scanned)
			require.NoError(t, err)
			// Every tenth number ends with 7.
			page, err = v.ListVersions(t.Context(), VersionQuery{See: everything, Filter: filter(t, "version:v0.0.4"), Limit: 1})
			assert.EqualValues(t, 1, page.Scanned)
			return err
		})
	})
}

func TestKeysOfOtherListsAreRefused(t *testing.T) {
	t.Parallel()
	f, acme, _ := catalogue(t)
	f.read(func(v *View) error {
		recent, err := v.ListVersions(t.Context(), VersionQuery{See: everything, Limit: 1})
		require.NoError(t, err)
		of, err := v.ListVersions(t.Context(), VersionQuery{See: everything, Connector: acme.ID, Limit: 1})
		require.NoError(t, err)
		for name, key := range map[string][]byte{
			"empty": {}, "one byte": {1}, "cut off": recent.Next[:9], "of another list": of.Next, "longer": append(bytes.Clone(recent.Next), 0),
		} {
			_, err := v.ListVersions(t.Context(), VersionQuery{See: everything, Limit: 1, After: key})
			require.ErrorIs(t, err, ErrBadKey, name)
		}
		_, err = v.ListConnectors(t.Context(), ConnectorQuery{See: everything, Limit: 1, After: []byte{byte(keyNames), 'x'}})
		require.ErrorIs(t, err, ErrBadKey)
		return nil
	})
}

func TestListsAreReadInTheOrderOfAnIndex(t *testing.T) {
	t.Parallel()
	f, acme, _ := catalogue(t)
	recent, one := []any{int64(1), int64(2)}, []any{[]byte{1}}
	for name, test := range map[string]struct {
		list  list[Version]
		after []any
	}{
		"all":          {list[Version]{index: "versions_recent", order: []string{"v.updated_at", "v.id"}}, recent},
		"of a state":   {list[Version]{index: "versions_state", keys: where("v.state = ?", 4), order: []string{"v.updated_at", "v.id"}}, recent},
		"of an org":    {list[Version]{index: "versions_org", keys: where("v.org_id = ?", 1), order: []string{"v.updated_at", "v.id"}}, recent},
		"of connector": {list[Version]{index: "versions_number", keys: where("v.connector_id = ?", int64(acme.ID)), order: []string{"v.precedence"}}, one},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := test.list
			l.table, l.desc = "versions v", true
			span := all(l.keys, l.compare(l.after(), test.after))
			var plan []string
			f.read(func(v *View) (err error) {
				plan, err = collect(t.Context(), v.c, func(row scanner, step *string) error {
					var a, b, c int
					return row.Scan(&a, &b, &c, step)
				}, "explain query plan select v.size from "+l.rows(v)+" where "+span.sql+l.orderBy()+" limit 50", span.args...)
				return err
			})
			require.Len(t, plan, 1, "rows are read in order, not sorted afterwards")
			assert.Contains(t, plan[0], "USING INDEX "+l.index)
		})
	}
}
