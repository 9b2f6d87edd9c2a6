// Package directory reads the export of a Sample Directory.
package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Directory is the whole export.
type Directory struct {
	Users  []User  `json:"users"`
	Groups []Group `json:"groups"`
	Roles  []Role  `json:"roles"`
}

// User is a person.
type User struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Disabled bool   `json:"disabled"`
}

// Group is a set of users.
type Group struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Members []string `json:"members"`
}

// Role is assigned to users and to groups.
type Role struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Users  []string `json:"users"`
	Groups []string `json:"groups"`
}

// Read reads an export and checks it.
func Read(r io.Reader) (*Directory, error) {
	var d Directory
	if err := json.NewDecoder(r).Decode(&d); err != nil {
		return nil, fmt.Errorf("reading the directory: %w", err)
	}
	if err := d.Validate(); err != nil {
		return nil, err
	}
	return &d, nil
}

// Validate reports everything that refers to nothing.
func (d *Directory) Validate() error {
	var faults []error
	users, groups := map[string]bool{}, map[string]bool{}
	for _, u := range d.Users {
		if u.ID == "" || users[u.ID] {
			faults = append(faults, fmt.Errorf("user %q: the id %q is empty or taken", u.Name, u.ID))
		}
		users[u.ID] = true
	}
	for _, g := range d.Groups {
		if g.ID == "" || groups[g.ID] {
			faults = append(faults, fmt.Errorf("group %q: the id %q is empty or taken", g.Name, g.ID))
		}
		groups[g.ID] = true
		faults = append(faults, unknown("group "+g.ID, "user", g.Members, users)...)
	}
	for _, r := range d.Roles {
		faults = append(faults, unknown("role "+r.ID, "user", r.Users, users)...)
		faults = append(faults, unknown("role "+r.ID, "group", r.Groups, groups)...)
	}
	return errors.Join(faults...)
}

func unknown(subject, kind string, ids []string, known map[string]bool) []error {
	var faults []error
	for _, id := range ids {
		if !known[id] {
			faults = append(faults, fmt.Errorf("%s: there is no %s %q", subject, kind, id))
		}
	}
	return faults
}
