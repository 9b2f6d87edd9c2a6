package catalog

import (
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Known is a version that is known by its number, whether its row was read or
// not.
type Known struct {
	Org, Name, Number string
	State             registryv1.State
}

// lookupMost bounds how many rows one look collects: "v1" begins the number of
// nearly all versions.
const lookupMost = 500

// Lookup returns the versions of some connectors whose number begins as given,
// the highest first and at most so many. It reads nothing: it knows the rows
// that were read, and what connectors point at.
func (c *Catalog) Lookup(of []*Connector, number string, most int) []Known {
	var found []Known
	var unread []string
	for _, each := range of {
		begins := each.Home + " " + strings.ToLower(number)
		if rows, opened := c.homes[each.Home]; opened && rows.Len() > 0 {
			found = beginning(found, rows, begins)
		} else {
			unread = append(unread, begins)
		}
	}
	found = beginning(found, c.Versions, unread...)
	for _, each := range of {
		found = pointed(found, each, number)
	}
	slices.SortStableFunc(found, func(a, b Known) int {
		if a.Number == number || b.Number == number {
			return exact(b, number) - exact(a, number)
		}
		return semver.Compare(b.Number, a.Number)
	})
	return found[:min(len(found), most)]
}

// exact is 1 for the version with just this number.
func exact(k Known, number string) int {
	if k.Number == number {
		return 1
	}
	return 0
}

// beginning adds the rows whose text, which is that of the connector and then
// the number, begins in one of these ways. Texts lie behind each other in
// memory: a look at 100,000 of them is made at each key.
func beginning(found []Known, rows *Rows[*Version], begins ...string) []Known {
	for pos, text := range rows.texts {
		for _, begin := range begins {
			if len(found) < lookupMost && strings.HasPrefix(text, begin) {
				v := rows.rows[pos]
				found = append(found, Known{Org: v.Org, Name: v.Name, Number: v.Number, State: v.State})
			}
		}
	}
	return found
}

// pointed adds what a connector points at, unless it is there already.
func pointed(found []Known, c *Connector, number string) []Known {
	for _, each := range []Known{
		{Number: c.Newest.Number, State: c.Newest.State},
		{Number: c.Stable, State: registryv1.State_STATE_PUBLISHED},
		{Number: c.Latest, State: registryv1.State_STATE_PUBLISHED},
	} {
		each.Org, each.Name = c.Org, c.Name
		known := slices.ContainsFunc(found, func(k Known) bool { return k.Org == each.Org && k.Name == each.Name && k.Number == each.Number })
		if each.Number != "" && strings.HasPrefix(each.Number, number) && !known {
			found = append(found, each)
		}
	}
	return found
}
