package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
)

type keysAddOptions struct {
	org, name, kind, file string

	parsed registryv1.KeyType
	export []byte
}

func newKeysAdd(env *Env) *cobra.Command {
	var o keysAddOptions
	cmd := &cobra.Command{
		Use:   "add ORG",
		Short: "Register the public key of a signer",
		Long: "Registers a public key of an org: an exported OpenPGP key, or the .pub file of cosign. A private key is refused and never sent. " +
			"Registering a key again keeps the new export beside the earlier ones, so that what it signed before stays good after its expiry was extended.",
		Example: `# A cosign key
registrar keys add acme --name release --type cosign --key-file release.pub

# A GPG key, from: gpg --armor --export FINGERPRINT
registrar keys add acme --name release-2026 --type gpg --key-file -`,
		Args:        words(1, 1, orgHint),
		Annotations: changing("registering a signing key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.org = args[0]
			return runKeysAdd(cmd.Context(), env, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.name, "name", "", "what the org calls it (required)")
	flags.StringVar(&o.kind, "type", "", "gpg or cosign (default: what the file holds)")
	flags.StringVar(&o.file, "key-file", "", "file with the public key, or - for stdin (required)")
	return cmd
}

func runKeysAdd(ctx context.Context, env *Env, o keysAddOptions) error {
	if err := o.complete(env); err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		answer, err := s.Keys.AddSigningKey(ctx, &registryv1.AddSigningKeyRequest{
			RequestId: newRequestID(), Org: o.org, Name: o.name, Type: o.parsed, Export: o.export,
		})
		if err != nil {
			return err
		}
		k := answer.GetKey()
		if env.Settings.JSON() {
			return env.json(keyJSON(k, env.Now()).with("created", answer.GetCreated()))
		}
		if !answer.GetCreated() {
			return env.print("%s has this key already, as %s. Its exports are kept: %d.", clean.Line(k.GetOrg(), 0), clean.Line(k.GetName(), 0), len(k.GetExports()))
		}
		env.hint("%s, %s, fingerprint %s", wording.KeyType(k.GetType()), clean.Line(k.GetAlgorithm(), 0), clean.Line(k.GetFingerprint(), 0))
		return env.print("%s is a signing key of %s now.", clean.Line(k.GetName(), 0), clean.Line(k.GetOrg(), 0))
	})
}

// complete reads the key and finds everything that is wrong with the command
// line. What is wrong with a public key, the registry says.
func (o *keysAddOptions) complete(env *Env) error {
	var wrong faults
	if strings.TrimSpace(o.name) == "" {
		wrong.missing("name", "what the org calls the key")
	}
	kind, ok := registryv1.FromShort[registryv1.KeyType](o.kind)
	if o.kind != "" && !ok {
		wrong.add("type", registryv1.Reason_REASON_USAGE, "--type: %q is neither gpg nor cosign", o.kind)
	}
	o.parsed = kind
	if o.file == "" {
		wrong.missing("key-file", "the file with the public key")
		return wrong.err("registering a signing key", "see: registrar keys add --help")
	}
	export, err := readInput(env, o.file)
	if err == nil {
		err = refuseSecret(export, o.file)
	}
	if err != nil {
		wrong.add("key-file", registryv1.Reason_REASON_USAGE, "--key-file: %s", plainly(err))
	}
	o.export = export
	if o.kind == "" {
		o.parsed = registryv1.KeyType_KEY_TYPE_COSIGN
		if pgp.Looks(export) {
			o.parsed = registryv1.KeyType_KEY_TYPE_GPG
		}
	}
	return wrong.err("registering a signing key", "see: registrar keys add --help")
}

// readInput reads a small file, or stdin for -.
func readInput(env *Env, path string) ([]byte, error) {
	if path == "-" {
		return readSome(env.In, "stdin")
	}
	return readSmall(path)
}

func newKeysGenerate(env *Env) *cobra.Command {
	var passphraseFile string
	cmd := &cobra.Command{
		Use:   "generate NAME",
		Short: "Make a cosign key pair",
		Long: "Makes a key pair for signing with cosign: NAME.key, encrypted with a passphrase and readable by you alone, and NAME.pub, " +
			"which is to be registered. No file is ever overwritten. The passphrase is asked for twice at the terminal, or comes from " +
			"--passphrase-file, or from COSIGN_PASSWORD in the environment.",
		Example: `registrar keys generate release
registrar keys add acme --name release --type cosign --key-file release.pub`,
		Args: words(1, 1, "name the files, for example release for release.key and release.pub"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeysGenerate(cmd.Context(), env, args[0], passphraseFile)
		},
	}
	cmd.Flags().StringVar(&passphraseFile, "passphrase-file", "", "file with the passphrase for the private key")
	return cmd
}

func runKeysGenerate(ctx context.Context, env *Env, name, passphraseFile string) error {
	var wrong faults
	private, public := name+".key", name+".pub"
	for _, path := range []string{private, public} {
		if _, err := os.Lstat(path); err == nil {
			wrong.add(path, registryv1.Reason_REASON_USAGE, "%q exists already, and no key is ever overwritten", path)
		}
	}
	passphrase, careless := readFlagSecret(ctx, "passphrase-file", passphraseFile, &wrong)
	defer func() { clear(passphrase) }()
	if err := wrong.err("making a key pair", "choose another name, or see: registrar keys generate --help"); err != nil {
		return err
	}
	if careless != "" {
		env.hint("%s  %s", env.styles(env.ErrTerminal).warn("warning"), sentence(careless))
	}
	if passphrase == nil {
		chosen, err := env.newPassphrase(ctx, private)
		if err != nil {
			return err
		}
		passphrase = chosen
	}
	fingerprint, err := writeKeyPair(private, public, passphrase)
	if err != nil {
		return err
	}
	if env.Settings.JSON() {
		return env.json(object{}.with("privateKey", private).with("publicKey", public).with("fingerprint", fingerprint))
	}
	env.hint("Keep %s to yourself, and a copy of it where it does not get lost. Fingerprint: %s", clean.Line(private, 0), fingerprint)
	env.hint("Register the public key with: registrar keys add ORG --name NAME --type cosign --key-file %s", clean.Line(public, 0))
	return env.print("%s\n%s", clean.Line(private, 0), clean.Line(public, 0))
}

// newPassphrase finds the passphrase of a key that is to be made: where cosign
// looks for it, else with the person, twice.
func (e *Env) newPassphrase(ctx context.Context, key string) ([]byte, error) {
	if password, set := e.lookup("COSIGN_PASSWORD"); set {
		return []byte(password), nil
	}
	first, err := e.secret(ctx, key, "passphrase-file")
	if err != nil {
		return nil, err
	}
	again, err := e.AskSecret(ctx, "The same again: ")
	defer clear(again)
	if err != nil {
		clear(first)
		return nil, fmt.Errorf("asking for the passphrase: %w", err)
	}
	if !bytes.Equal(first, again) {
		clear(first)
		return nil, usage("start again", "the two passphrases differ; no key was made")
	}
	return first, nil
}

// writeKeyPair makes the keys and writes both files, or none.
func writeKeyPair(private, public string, passphrase []byte) (fingerprint string, err error) {
	key, pub, err := cosign.GenerateKeyPair(passphrase)
	if err != nil {
		return "", err
	}
	parsed, err := cosign.ParsePublicKey(pub)
	if err != nil {
		return "", err
	}
	if err := writeNew(private, key, 0o600); err != nil {
		return "", err
	}
	if err := writeNew(public, pub, 0o644); err != nil {
		return "", errors.Join(err, os.Remove(private))
	}
	return parsed.Fingerprint(), nil
}

// writeNew writes a file that was not there. What cannot be written whole is
// not left behind.
func writeNew(path string, data []byte, mode os.FileMode) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return fmt.Errorf("writing a key: %w", err)
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(fmt.Errorf("writing a key: %w", err), os.Remove(path))
	}
	return nil
}
