package main

import (
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// signed says what the signatures of a file are worth.
func (p *publishPrinter) signed(e publish.Signed) {
	v := e.Verdict
	detail := v.GetDetail()
	switch {
	case v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED && v.GetReason() == "":
		return // there is nothing to tell of it
	case e.Reused:
		detail = "Signed before, and used again. " + detail
	}
	p.line("sign", asset(e.Asset)+"  "+p.styles.mark(p.styles.theme.Verdict(v.GetStatus())), detail)
}

// signedLine is the document of one file's signatures.
func signedLine(e publish.Signed) object {
	status := "ok"
	switch e.Verdict.GetStatus() {
	case registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
		status = "failed"
	case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
		status = "warning"
	default:
	}
	o := assetLine("sign", e.Asset, status).with("scheme", e.Verdict.GetScheme()).
		with("verdict", registryv1.Short(e.Verdict.GetStatus())).with("reason", e.Verdict.GetReason()).
		with("file", e.Asset.Filename).with("signer", e.Verdict.GetSigner()).with("detail", e.Verdict.GetDetail())
	if e.Made {
		o = o.with("reused", e.Reused)
	}
	return o
}
