// Package v2 has the nouns of a connector: resource types, resources,
// entitlements and grants.
package v2

// Trait says what a resource type is, beyond being a resource.
type Trait string

// The traits.
const (
	TraitUser  Trait = "TRAIT_USER"
	TraitGroup Trait = "TRAIT_GROUP"
	TraitRole  Trait = "TRAIT_ROLE"
)

// ResourceType is a kind of resource.
type ResourceType struct {
	Id          string  `json:"id"` //nolint:revive // As the wire spells it.
	DisplayName string  `json:"displayName"`
	Traits      []Trait `json:"traits,omitempty"`
}

// ResourceId names a resource.
type ResourceId struct { //nolint:revive // As the wire spells it.
	ResourceType string `json:"resourceType"`
	Resource     string `json:"resource"`
}

// Resource is one thing in the target system.
type Resource struct {
	Id          *ResourceId       `json:"id"` //nolint:revive // As the wire spells it.
	DisplayName string            `json:"displayName"`
	Profile     map[string]string `json:"profile,omitempty"`
}

// Entitlement is something that one can have on a resource.
type Entitlement struct {
	Id          string    `json:"id"` //nolint:revive // As the wire spells it.
	Resource    *Resource `json:"resource"`
	DisplayName string    `json:"displayName"`
	GrantableTo []string  `json:"grantableTo"`
}

// Grant says who has an entitlement.
type Grant struct {
	Entitlement string      `json:"entitlement"`
	Principal   *ResourceId `json:"principal"`
}
