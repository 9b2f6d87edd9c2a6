package main

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
)

// signOptions are the flags of signing.
type signOptions struct {
	sign           string
	passphraseFile string
	identityToken  string

	services         cosign.Services
	issuer, clientID string

	// passphrase is what the file holds; nil without one. It is zeroed when the
	// command is over.
	passphrase []byte
	// notes are what is careless about files of secrets.
	notes []publish.Note
}

func (o *signOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.sign, "sign", "", "gpg:KEYID, gpg:KEYFILE, cosign:KEYFILE or keyless to sign now; none to publish without (default: signatures found beside the files)")
	flags.StringVar(&o.passphraseFile, "passphrase-file", "", "file with the passphrase of the key (for cosign also env COSIGN_PASSWORD)")
	flags.StringVar(&o.identityToken, "identity-token", "", "file with the identity token for --sign keyless")
	public := cosign.PublicGoodServices()
	flags.StringVar(&o.services.Fulcio, "fulcio-url", public.Fulcio, "certificate authority of --sign keyless")
	flags.StringVar(&o.services.Rekor, "rekor-url", public.Rekor, "transparency log of --sign keyless")
	flags.Uint32Var(&o.services.RekorVersion, "rekor-version", 1, "version of the log, 1 or 2")
	flags.StringVar(&o.services.TSA, "tsa-url", "", "time stamping authority of --sign keyless; a log of version 2 needs one")
	flags.StringVar(&o.issuer, "oidc-issuer", cosign.PublicGoodIssuer, "where to log in for --sign keyless")
	flags.StringVar(&o.clientID, "oidc-client-id", cosign.PublicGoodClientID, "as what this program is known there")
}

// read checks the flags and reads the files that they name.
func (o *signOptions) read(ctx context.Context, wrong *faults) {
	how, err := publish.ParseSigning(o.sign)
	if err != nil {
		wrong.add("sign", registryv1.Reason_REASON_USAGE, "--sign: %s", err)
	}
	var careless string
	o.passphrase, careless = readFlagSecret(ctx, "passphrase-file", o.passphraseFile, wrong)
	if how.Way == publish.SignGPGFile || how.Way == publish.SignCosign {
		if info, err := os.Stat(how.Key); err == nil {
			careless = cmp.Or(careless, openToOthers(how.Key, info.Mode()))
		}
	}
	if careless != "" {
		o.notes = append(o.notes, publish.Note{About: "sign", Text: careless, Caution: true})
	}
	if o.identityToken != "" {
		if _, err := os.Stat(o.identityToken); err != nil {
			wrong.add("identity-token", registryv1.Reason_REASON_USAGE, "--identity-token: %s", err)
		}
	}
	if err := o.services.Validate(); err != nil {
		wrong.add("fulcio-url", registryv1.Reason_REASON_USAGE, "the services of keyless signing: %s", err)
	}
}

// forget zeroes the passphrase.
func (o *signOptions) forget() { clear(o.passphrase) }

// with is what the pipeline needs to sign. Nothing of it is in the plan.
func (o *signOptions) with(env *Env, plan publish.Plan) publish.SignWith {
	how, _ := publish.ParseSigning(plan.Sign) // the run says what is wrong with it
	return publish.SignWith{
		GPG: &pgp.GPG{Environ: env.gpgEnviron()}, AgentAsks: o.passphrase == nil,
		Passphrase: o.asks(env, how.Way), Token: o.token(env), Services: o.services, Now: env.Now,
	}
}

// asks finds the passphrase: in the file, for cosign in its variable, else with
// the person.
func (o *signOptions) asks(env *Env, way publish.SignWay) func(context.Context, string) ([]byte, error) {
	return func(ctx context.Context, key string) ([]byte, error) {
		if o.passphrase != nil {
			return bytes.Clone(o.passphrase), nil
		}
		if password, set := env.lookup("COSIGN_PASSWORD"); set && way == publish.SignCosign {
			return []byte(password), nil
		}
		return env.secret(ctx, "the key "+key, "passphrase-file")
	}
}

// token finds the identity token: in the file, from the system that builds,
// else by a login.
func (o *signOptions) token(env *Env) cosign.TokenSource {
	address, password := env.getenv("ACTIONS_ID_TOKEN_REQUEST_URL"), env.getenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
	switch {
	case o.identityToken != "":
		return cosign.TokenFromFile(o.identityToken)
	case address != "" && password != "":
		return cosign.TokenFromActions(&http.Client{Timeout: time.Minute}, address, []byte(password))
	case !env.asks():
		return func(context.Context) ([]byte, error) {
			return nil, usage("give one in a file with --identity-token; a job of GitHub Actions needs the permission id-token: write",
				"keyless signing needs an identity token, and there is no terminal to log in from")
		}
	}
	login := cosign.Login{Issuer: o.issuer, ClientID: o.clientID, Open: env.OpenBrowser, Now: env.Now, Tell: env.tellLogin}
	if env.hasBrowser() {
		return cosign.TokenFromBrowser(login)
	}
	return cosign.TokenFromDevice(login)
}

// tellLogin says where to log in.
func (e *Env) tellLogin(address, code string) {
	e.hint("Log in to sign, in a browser, at:\n  %s", address)
	if code != "" {
		e.hint("and enter the code %s", code)
	}
}

// gpgEnviron is the environment of gpg, with the terminal at which its
// pinentry may ask.
func (e *Env) gpgEnviron() []string {
	if _, set := e.lookup("GPG_TTY"); set || !e.InTerminal {
		return e.Environ
	}
	tty, err := os.Readlink("/proc/self/fd/0")
	if err != nil || !filepath.IsAbs(tty) {
		return e.Environ
	}
	return append(e.Environ[:len(e.Environ):len(e.Environ)], "GPG_TTY="+tty)
}
