package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
)

func newKeys(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Make, register, retire and revoke signing keys",
		Long: "Manages the public keys of an org, by which the registry and everybody who downloads verify signatures. " +
			"The private keys stay with their owners.",
		Example: `registrar keys generate release
registrar keys add acme --name release --type cosign --key-file release.pub
registrar keys list acme`,
		Args: noCommand,
		RunE: needsCommand,
	}
	cmd.AddCommand(newKeysGenerate(env), newKeysList(env), newKeysShow(env), newKeysAdd(env), newKeysRetire(env), newKeysRevoke(env))
	return cmd
}

// What a signing key looks like on the command line, for hints.
const (
	orgHint = "name the org, for example acme"
	keyHint = "name the org, and the key by its number, its name or its fingerprint, as in: registrar keys list ORG"
)

func newKeysList(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "list ORG",
		Short:   "List the signing keys of an org",
		Long:    "Lists the signing keys of an org, in use or not, and how many versions each has signed.",
		Example: "registrar keys list acme",
		Args:    words(1, 1, orgHint),
		RunE:    func(cmd *cobra.Command, args []string) error { return runKeysList(cmd.Context(), env, args[0]) },
	}
}

func runKeysList(ctx context.Context, env *Env, org string) error {
	return with(ctx, env, func(s *session) error {
		keys, err := collect(s.SigningKeys(ctx, &registryv1.ListSigningKeysRequest{Org: org, PageSize: pageSize}))
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			list := make([]any, len(keys))
			for i, k := range keys {
				list[i] = keyJSON(k, env.Now())
			}
			return env.json(list)
		}
		if len(keys) == 0 {
			env.hint("%s has no signing key. Register one with: registrar keys add %s --name NAME --type TYPE --key-file FILE", clean.Line(org, 0), clean.Line(org, 0))
		}
		t := env.newTable(">id", "key", "type", "fingerprint", "state", "added", "expires", ">signed")
		for _, k := range keys {
			t.row(strconv.FormatInt(k.GetId(), 10), t.styles.bold(t.text(k.GetName())), wording.KeyType(k.GetType()), t.text(k.GetFingerprint()),
				t.styles.mark(keyMark(t.styles.theme, k, env.Now())), dayOf(k.GetAddedAt()), dayOf(k.GetExpiresAt()), wording.Count(k.GetSignedVersions()))
		}
		return t.write(env.Out)
	})
}

// keyMark is where a key stands, as glyph and word.
func keyMark(t *theme.Theme, k *registryv1.SigningKey, now time.Time) theme.Mark {
	standing := wording.StandingOf(k, now)
	switch standing {
	case wording.KeyActive:
		return t.Mark(theme.GlyphGood, theme.OK, standing.String())
	case wording.KeyExpiresSoon:
		return t.Mark(theme.GlyphCaution, theme.Warn, standing.String())
	case wording.KeyRetired:
		return t.Mark(theme.GlyphWithdrawn, theme.Muted, standing.String())
	default:
		return t.Mark(theme.GlyphFailed, theme.Bad, standing.String())
	}
}

// keyJSON is a key with where it stands now.
func keyJSON(k *registryv1.SigningKey, now time.Time) object {
	return toJSON(k).with("state", strings.ReplaceAll(wording.StandingOf(k, now).String(), " ", "_"))
}

func newKeysShow(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "show ORG ID",
		Short: "Show a signing key and what it signed",
		Long:  "Shows one signing key of an org and every version that it signed. ID is its number, its name or its fingerprint, or where that begins or ends.",
		Example: `registrar keys show acme release-2026
registrar keys show acme C3E81B9052FF8A67`,
		Args: words(2, 2, keyHint),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeysShow(cmd.Context(), env, args[0], args[1])
		},
	}
}

func runKeysShow(ctx context.Context, env *Env, org, id string) error {
	return with(ctx, env, func(s *session) error {
		k, err := findKey(ctx, s, org, id)
		if err != nil {
			return err
		}
		signed, err := collect(s.SignedVersions(ctx, &registryv1.ListSignedVersionsRequest{Org: org, Id: k.GetId(), PageSize: pageSize}))
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(append(keyJSON(k, env.Now()), member{"signed", listJSON(signed)}))
		}
		if err := keyFacts(env, k).write(env.Out); err != nil {
			return err
		}
		if len(signed) == 0 {
			return nil
		}
		if err := env.print("\n%s", env.styles(env.OutTerminal).bold("signed")); err != nil {
			return err
		}
		return signedTable(env, signed).write(env.Out)
	})
}

func keyFacts(env *Env, k *registryv1.SigningKey) *facts {
	f := env.newFacts()
	f.add("key", f.styles.bold(clean.Line(k.GetName(), 0)))
	f.text("org", k.GetOrg())
	f.add("number", strconv.FormatInt(k.GetId(), 10))
	f.add("state", f.styles.mark(keyMark(f.styles.theme, k, env.Now())))
	f.text("", wording.KeyStory(k))
	f.text("type", wording.KeyType(k.GetType())+", "+k.GetAlgorithm())
	f.text("fingerprint", k.GetFingerprint())
	for _, id := range k.GetUserIds() {
		f.text("user", id)
	}
	f.text("added", wording.Time(k.GetAddedAt().AsTime())+by(k.GetAddedBy()))
	f.add("expires", stampText(k.GetExpiresAt()))
	if n := len(k.GetExports()); n > 1 {
		f.add("exports", strconv.Itoa(n))
	}
	return f
}

func signedTable(env *Env, signed []*registryv1.SignedVersion) *table {
	t := env.newTable("version", "state", "trust")
	for _, v := range signed {
		t.row(t.text(spell(v.GetVersion().GetRef())), t.styles.mark(t.styles.theme.State(v.GetVersion().GetState())), wording.SignedStory(v))
	}
	return t
}

// leastFingerprint is how many digits tell a fingerprint from a name.
const leastFingerprint = 4

// findKey finds a key by its number, its name, or where its fingerprint begins
// or ends: lists show the whole of it, and gpg the end.
func findKey(ctx context.Context, s *session, org, id string) (*registryv1.SigningKey, error) {
	keys, err := collect(s.SigningKeys(ctx, &registryv1.ListSigningKeysRequest{Org: org, PageSize: pageSize}))
	if err != nil {
		return nil, err
	}
	digits := strings.ToUpper(strings.TrimPrefix(strings.ToLower(strings.NewReplacer(" ", "", ":", "").Replace(id)), "0x"))
	matches := []func(k *registryv1.SigningKey) bool{
		func(k *registryv1.SigningKey) bool { return strconv.FormatInt(k.GetId(), 10) == id },
		func(k *registryv1.SigningKey) bool { return k.GetName() == id },
		func(k *registryv1.SigningKey) bool { return strings.EqualFold(k.GetName(), id) },
		func(k *registryv1.SigningKey) bool {
			whole := strings.ToUpper(k.GetFingerprint())
			return len(digits) >= leastFingerprint && (strings.HasPrefix(whole, digits) || strings.HasSuffix(whole, digits))
		},
	}
	for _, matching := range matches {
		var found []*registryv1.SigningKey
		var names []string
		for _, k := range keys {
			if matching(k) {
				found, names = append(found, k), append(names, k.GetName())
			}
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return nil, usage("give more of it, or the number of the key", "%q is the fingerprint of more than one key: %s", id, wording.List(names))
		}
	}
	return nil, &client.Error{
		Reason: registryv1.Reason_REASON_NOT_FOUND, Message: clean.Line(org, 0) + " has no signing key " + strconv.Quote(id),
		Next: "its keys are in: registrar keys list " + clean.Line(org, 0),
	}
}
