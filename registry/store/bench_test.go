package store

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// The lists are measured over this many versions of 500 connectors.
const benchVersions = 100_000

func BenchmarkListVersions(b *testing.B) {
	f := newFixture(b)
	connectors := f.fill(500, benchVersions)
	terms := func(field registryv1.FilterField, values ...string) Filter {
		filter, err := NewFilter([]*registryv1.FilterTerm{{Field: field, Values: values}})
		require.NoError(b, err)
		return filter
	}
	for _, bench := range []struct {
		name  string
		query VersionQuery
	}{
		{"all", VersionQuery{See: everything}},
		{"all anonymous", VersionQuery{}},
		{"all as member of one org", VersionQuery{See: Visibility{Orgs: []OrgID{3}}}},
		{"of one connector", VersionQuery{See: everything, Connector: connectors[7].ID}},
		{"by state", VersionQuery{See: everything, Filter: terms(registryv1.FilterField_FILTER_FIELD_STATE, "failed")}},
		{"by author", VersionQuery{See: everything, Filter: terms(registryv1.FilterField_FILTER_FIELD_AUTHOR, "mara")}},
		{"by a word that matches nothing", VersionQuery{See: everything, Filter: terms(registryv1.FilterField_FILTER_FIELD_WORD, "xyzzy")}},
	} {
		bench.query.Limit = 50
		// Pages from all over the list, not the first one only.
		var keys [][]byte
		f.read(func(v *View) error {
			q := bench.query
			for len(keys) < 40 {
				keys = append(keys, q.After)
				page, err := v.ListVersions(f.ctx, q)
				if err != nil || page.Next == nil {
					return err
				}
				q.After = page.Next
			}
			return nil
		})
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			var n atomic.Int64
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					q := bench.query
					q.After = keys[int(n.Add(1))%len(keys)]
					err := f.Read(f.ctx, func(v *View) error {
						_, err := v.ListVersions(f.ctx, q)
						return err
					})
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// BenchmarkGeneration is what every call pays for knowing that what is kept is
// still so.
func BenchmarkGeneration(b *testing.B) {
	f := newFixture(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Generation(f.ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTokenByHash(b *testing.B) {
	f := newFixture(b)
	f.write(func(tx *Tx) error {
		for i := range 1000 {
			_, err := tx.CreateToken(f.ctx, NewToken{Name: "t", Person: "ines", Hash: [32]byte{byte(i), byte(i >> 8)}, Grants: []Grant{
				{Role: registryv1.Role_ROLE_ADMIN}, {Role: registryv1.Role_ROLE_REVIEWER},
			}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	b.ReportAllocs()
	for b.Loop() {
		f.read(func(v *View) error {
			_, err := v.TokenByHash(f.ctx, [32]byte{3, 1})
			return err
		})
	}
}

func BenchmarkCreateVersion(b *testing.B) {
	f := newFixture(b)
	c := f.connector("acme", "baton-sample")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		f.write(func(tx *Tx) error {
			_, err := tx.CreateVersion(f.ctx, numbered(c.ID, fmt.Sprintf("v0.0.%d", i)))
			return err
		})
	}
}

func BenchmarkClaim(b *testing.B) {
	f := newFixture(b)
	f.write(func(tx *Tx) error {
		for i := range 100_000 {
			if err := tx.Enqueue(f.ctx, JobValidate, VersionID(i+1), 1, tx.now); err != nil {
				return err
			}
		}
		return nil
	})
	b.ReportAllocs()
	for b.Loop() {
		_, ok, err := f.Claim(f.ctx, "worker", time.Hour)
		require.NoError(b, err)
		require.True(b, ok)
	}
}
