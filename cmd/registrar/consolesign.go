package main

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
)

// consoleSign is what signing in the console uses. The console draws on the
// whole terminal, so that no pinentry may be sent there: one with a window of
// its own may ask, else the console does.
func (e *Env) consoleSign(tell func(address, code string)) publish.SignWith {
	if tell == nil {
		tell = func(string, string) {}
	}
	login := cosign.Login{Issuer: cosign.PublicGoodIssuer, ClientID: cosign.PublicGoodClientID, Open: e.OpenBrowser, Now: e.Now, Tell: tell}
	with := publish.SignWith{
		GPG: &pgp.GPG{Environ: withoutTerminal(e.Environ)}, Token: cosign.TokenFromDevice(login), Services: cosign.PublicGoodServices(), Now: e.Now,
	}
	if e.hasBrowser() {
		with.Token = cosign.TokenFromBrowser(login)
	}
	return with
}

// withoutTerminal is an environment that leads no pinentry to the terminal.
func withoutTerminal(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(v string) bool { return strings.HasPrefix(v, "GPG_TTY=") })
}
