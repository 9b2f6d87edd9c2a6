package publish

import (
	"cmp"
	"slices"

	"github.com/registrar-console/registrar/artifact"
)

// Size is how much a change asks of those who use a connector.
type Size int

// The sizes of changes, the smallest first.
const (
	SizePatch Size = iota
	SizeMinor
	SizeMajor
)

// String is the word of semantic versioning.
func (s Size) String() string { return [...]string{"patch", "minor", "major"}[s] }

// Change is one difference between what a connector could do and what it can
// do now.
type Change struct {
	Size Size
	Text string
}

// Changes compares what the published version says that it can do with what is
// about to be published, the largest change first. What is gone breaks those
// who rely on it; what is new does not.
func Changes(before, after artifact.Capabilities) []Change {
	var changes []Change
	add := func(size Size, text string) { changes = append(changes, Change{size, text}) }
	for _, old := range before.ResourceTypes {
		now, still := typeNamed(after, old.ID)
		if !still {
			add(SizeMajor, "resource type "+old.ID+" is removed")
			continue
		}
		of := " of resource type " + old.ID
		compareLists(add, "capability ", of, old.Capabilities, now.Capabilities)
		compareLists(add, "trait ", of, old.Traits, now.Traits)
		for _, permission := range now.Permissions {
			if !slices.Contains(old.Permissions, permission) {
				add(SizeMinor, "permission "+permission+of+" is needed now")
			}
		}
	}
	for _, now := range after.ResourceTypes {
		if _, known := typeNamed(before, now.ID); !known {
			add(SizeMinor, "resource type "+now.ID+" is new")
		}
	}
	// Older files do not list what the connector as a whole can do.
	if before.Connector != nil && after.Connector != nil {
		compareLists(add, "capability ", " of the connector", before.Connector, after.Connector)
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(b.Size, a.Size) })
	return changes
}

func typeNamed(c artifact.Capabilities, id string) (artifact.ResourceType, bool) {
	i := slices.IndexFunc(c.ResourceTypes, func(t artifact.ResourceType) bool { return t.ID == id })
	if i < 0 {
		return artifact.ResourceType{}, false
	}
	return c.ResourceTypes[i], true
}

func compareLists(add func(Size, string), what, of string, before, after []string) {
	for _, name := range before {
		if !slices.Contains(after, name) {
			add(SizeMajor, what+name+of+" is removed")
		}
	}
	for _, name := range after {
		if !slices.Contains(before, name) {
			add(SizeMinor, what+name+of+" is new")
		}
	}
}

// NumberChoice is one row of the table from which the next number is chosen.
type NumberChoice struct {
	Number artifact.Number
	// Kind is "major", "minor", "patch", or for what follows a pre-release
	// "release" and "pre-release".
	Kind string
	// When says for what changes the number is.
	When string
	// Proposed marks the one that fits what changed.
	Proposed bool
}

// NumberChoices is the table of next numbers, the largest step first, with the
// one marked that the changes ask for. Taken are all numbers that cannot be
// used any more. Before v1.0.0 nothing is promised: there a break is a minor
// step, as semantic versioning has it.
func NumberChoices(taken []artifact.Number, changes []Change) []NumberChoice {
	taken = slices.DeleteFunc(slices.Clone(taken), artifact.Number.IsZero)
	if len(taken) == 0 {
		return []NumberChoice{
			{artifact.MustNumber("v1.0.0"), "major", "the first version, if it is meant to stay compatible", false},
			{artifact.MustNumber("v0.1.0"), "minor", "the first version", true},
		}
	}
	last := slices.MaxFunc(taken, artifact.Number.Compare)
	if last.Prerelease() != "" {
		return choices([]NumberChoice{
			{last.Next(artifact.StepRelease), "release", "the release that " + last.String() + " prepares", false},
			{last.Next(artifact.StepPrerelease), "pre-release", "another pre-release", true},
		})
	}
	early := last.Compare(artifact.MustNumber("v1.0.0")) < 0
	size := SizePatch
	for _, change := range changes {
		size = max(size, change.Size)
	}
	breaks := "something that people rely on is gone or works otherwise"
	table := []NumberChoice{
		{last.Next(artifact.StepMajor), SizeMajor.String(), breaks, size == SizeMajor && !early},
		{last.Next(artifact.StepMinor), SizeMinor.String(), "something new; what worked still works", size == SizeMinor || size == SizeMajor && early},
		{last.Next(artifact.StepPatch), SizePatch.String(), "fixes only", size == SizePatch},
	}
	if early {
		table[0].When = "from now on it stays compatible"
		table[1].When = "something new, or, before v1.0.0, something that breaks"
	}
	return choices(table)
}

// choices leaves out numbers that grew beyond their limit.
func choices(table []NumberChoice) []NumberChoice {
	return slices.DeleteFunc(table, func(c NumberChoice) bool { return c.Number.IsZero() })
}
