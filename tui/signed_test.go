package tui

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

const (
	verified    = registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED
	unsigned    = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
	notVerified = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
)

// sign gives the versions of the fixture what their signatures are worth:
// each kind of verdict once, VERIFIED for all others that are whole.
func (r released) sign(v *registryv1.VersionSummary) {
	switch {
	case r.received >= 0:
	case r.number == "v0.5.21":
		v.Verdict, v.VerdictReason = notVerified, string(signing.DigestMismatch)
	case r.number == "v0.5.23":
		v.Verdict, v.VerdictReason = notVerified, string(signing.RevokedKey)
	case r.number == "v0.5.24", r.number == "v0.5.22":
		v.Verdict = unsigned
	default:
		v.Verdict = verified
	}
}

// list makes a checklist of the steps in reading order; the first that is
// missing failed, and those behind it were not reached.
func list(steps ...[2]string) []*registryv1.VerdictStep {
	var out []*registryv1.VerdictStep
	for i, name := range signing.StepNames() {
		step := &registryv1.VerdictStep{Name: string(name), Result: registryv1.StepResult_STEP_RESULT_NOT_REACHED, Detail: "not reached"}
		if i < len(steps) {
			result, _ := registryv1.FromShort[registryv1.StepResult](steps[i][0])
			step.Result, step.Detail = result, steps[i][1]
		}
		out = append(out, step)
	}
	return out
}

// keyless is a good verdict on a file that a workflow signed.
func keyless(file, number string) *registryv1.Verdict {
	san := "https://github.com/ConductorOne/github-workflows/.github/workflows/release.yaml@refs/tags/v4"
	return &registryv1.Verdict{
		Status: verified, Scheme: string(signing.CosignKeyless), Detail: "The signature is good: " + san + ".", Assurance: "full",
		SignedAt: ago(16 * time.Hour), TimeSource: string(signing.TimeRekor), Material: []string{file + ".sig", file + ".cert"},
		By: &registryv1.Signer{
			Identity: san, Issuer: "https://token.actions.githubusercontent.com",
			SourceRepository: "https://github.com/ConductorOne/baton-okta", SourceRef: "refs/tags/" + number,
		},
		Steps: list(
			[2]string{"PASS", "a bundle with its certificate and log entry"},
			[2]string{"PASS", "issued by sigstore-intermediate for 10m0s at 2026-08-21 20:01:31 UTC"},
			[2]string{"PASS", san + ", says https://token.actions.githubusercontent.com"},
			[2]string{"PASS", "https://github.com/ConductorOne/baton-okta at refs/tags/" + number},
			[2]string{"PASS", "entry 1402553118 of https://rekor.sigstore.dev, promise checked offline"},
			[2]string{"PASS", "2026-08-21 20:01:47 UTC, by the log"},
			[2]string{"PASS", "the signature covers exactly the digest of the file"},
		),
	}
}

// keyed is a good verdict on a checksum file that a key signed.
func keyed(sums string) *registryv1.Verdict {
	return &registryv1.Verdict{
		Status: verified, Scheme: string(signing.CosignKey), Detail: "The signature is good: release-2026.", Assurance: "key-only",
		TimeSource: string(signing.TimeNone), Material: []string{sums + ".sig", sums + ".bundle"},
		By:       &registryv1.Signer{KeyName: "release-2026", Fingerprint: "c3e81b9052ff8a67" + strings.Repeat("5d", 24)},
		Warnings: []*registryv1.VerdictWarning{{Code: string(signing.WarnNoLog), Detail: "no log has an entry, so misuse of the key would not show"}},
		Steps: list(
			[2]string{"PASS", "a bundle without log entry, and the bare signature"},
			[2]string{"SKIPPED", "signed with a key, so there is no certificate"},
			[2]string{"PASS", "the key release-2026"},
			[2]string{"SKIPPED", "a key does not say which release it signed for"},
			[2]string{"SKIPPED", "there is no log entry, and the policy asks for none"},
			[2]string{"SKIPPED", "nobody says when it was made"},
			[2]string{"PASS", "the signature covers exactly the digest of the file"},
		),
	}
}

// mismatch is the verdict on a file that was changed after it was signed.
func mismatch(file, number string, sum []byte) *registryv1.Verdict {
	v := keyless(file, number)
	signed := sha256.Sum256([]byte("as it was signed"))
	v.Status, v.Reason, v.Assurance = notVerified, string(signing.DigestMismatch), ""
	v.Detail = signing.OtherBytes
	v.Want, v.Got = "sha256:"+hex.EncodeToString(signed[:]), "sha256:"+hex.EncodeToString(sum)
	v.Next = "Do not use the file. Fetch it again from its source; if it stays the same, tell the publisher."
	last := v.GetSteps()[len(v.GetSteps())-1]
	last.Result, last.Detail = registryv1.StepResult_STEP_RESULT_FAIL, "the signature covers another digest than the file has"
	return v
}

// untrusted is the verdict on a signature that there is nothing to measure by.
func untrusted(file string) *registryv1.Verdict {
	return &registryv1.Verdict{
		Status: unsigned, Reason: string(signing.NoTrust), Scheme: string(signing.CosignKey), Detail: "The org has registered no cosign key.",
		Want: "a registered key", Got: "9b1f04d27c3e5a60", Next: "A maintainer of the org registers the keys or identities that may sign.",
		Material: []string{file + ".sig"}, By: &registryv1.Signer{Fingerprint: "9b1f04d27c3e5a60"},
		Steps: list([2]string{"PASS", "a bare signature"}, [2]string{"SKIPPED", "signed with a key, so there is no certificate"}, [2]string{"FAIL", "the org has registered no cosign key"}),
	}
}

// signs gives the files of a version their verdicts, and the version the files
// that speak for them.
func signs(v *registryv1.Version) {
	number := v.GetSummary().GetRef().GetVersion()
	var beside []*registryv1.Asset
	add := func(name string, kind registryv1.AssetKind, p registryv1.Platform, size int64) *registryv1.Asset {
		sum := sha256.Sum256([]byte(name))
		a := &registryv1.Asset{
			Kind: kind, Filename: name, Platform: p, SizeBytes: size, Sha256: sum[:],
			Source: registryv1.AssetSource_ASSET_SOURCE_UPLOADED, ReceivedAt: v.GetSummary().GetCreatedAt(),
		}
		beside = append(beside, a)
		return a
	}
	sums := "baton-okta_" + strings.TrimPrefix(number, "v") + "_checksums.txt"
	for i, a := range v.GetAssets() {
		switch {
		case number == "v0.5.25":
			a.Verdict = keyed(sums)
			a.GetVerdict().Through = sums
			a.GetVerdict().Detail = "It is listed in " + sums + ", whose signature is good."
			a.GetVerdict().GetSteps()[6].Detail = "the signed list " + sums + " names exactly this digest"
			continue
		case v.GetSummary().GetVerdict() == 0:
			continue
		case number == "v0.5.24":
			a.Verdict = untrusted(a.GetFilename())
		case number == "v0.5.22":
			a.Verdict = &registryv1.Verdict{Status: unsigned, Detail: "There is no signature beside the file."}
			continue
		case number == "v0.5.21" && i == 4:
			a.Verdict = mismatch(a.GetFilename(), number, a.GetSha256())
			other := keyed(sums)
			a.GetVerdict().Others = []*registryv1.Verdict{other}
		default:
			a.Verdict = keyless(a.GetFilename(), number)
			add(a.GetFilename()+".cert", registryv1.AssetKind_ASSET_KIND_CERTIFICATE, a.GetPlatform(), 3224)
		}
		add(a.GetFilename()+".sig", registryv1.AssetKind_ASSET_KIND_SIGNATURE, a.GetPlatform(), 96)
	}
	if number == "v0.5.25" {
		add(sums, registryv1.AssetKind_ASSET_KIND_CHECKSUM, 0, 502).Verdict = keyed(sums)
		add(sums+".sig", registryv1.AssetKind_ASSET_KIND_SIGNATURE, 0, 96)
		add(sums+".bundle", registryv1.AssetKind_ASSET_KIND_BUNDLE, 0, 1810)
	}
	v.Assets = append(v.Assets, beside...)
}

// verifiedHereAs is what verifying a version here gave: the registry's own
// verdicts, but for the files that were changed since.
func (a *App) verifiedHereAs(number string, changed ...string) {
	here := &catalog.Here{Org: okta.Org, Name: okta.Name, Number: number, Attempt: 1, At: noon.Add(-4 * time.Second), Files: map[catalog.File]*registryv1.Verdict{}}
	v := whole(number)
	for _, each := range v.GetAssets() {
		if each.GetVerdict() != nil {
			here.Files[catalog.FileOf(each)] = each.GetVerdict()
		}
		for _, name := range changed {
			if strings.Contains(each.GetFilename(), name) && each.GetVerdict() != nil {
				here.Files[catalog.FileOf(each)] = altered(each)
			}
		}
	}
	a.Update(taskDone{id: "verify " + action.Version{Org: okta.Org, Name: okta.Name, Number: number}.String(), found: here, said: "5 files checked here."})
	a.dismiss()
	a.Update(toastOver{number: a.toast.number})
}

// altered is what the client says of a file whose stored bytes were changed.
func altered(a *registryv1.Asset) *registryv1.Verdict {
	came := sha256.Sum256([]byte("altered"))
	steps := list()
	steps[6].Result, steps[6].Detail = registryv1.StepResult_STEP_RESULT_FAIL, "the registry recorded another digest than the bytes have that it sends"
	return &registryv1.Verdict{
		Status: notVerified, Reason: string(signing.DigestMismatch), Steps: steps,
		Detail: "The bytes of " + a.GetFilename() + " that came are not those that the registry recorded: something changed them since.",
		Want:   "sha256:" + hex.EncodeToString(a.GetSha256()), Got: "sha256:" + hex.EncodeToString(came[:]),
		Next: "Do not use the file. Tell whoever runs the registry: what it stores was damaged or altered.",
	}
}

// openAssets shows the files of a version with the cursor on one of them.
func (a *App) openAssets(number string, at int) {
	a.open(number)
	a.do(action.Tab{By: 1})
	a.do(action.Move{By: at})
}

// signedPages are those on which signatures are judged.
func signedPages() map[string]func(a *App) {
	return map[string]func(a *App){
		"assets-through":       func(a *App) { a.openAssets("v0.5.25", 1) },
		"assets-mismatch":      func(a *App) { a.openAssets("v0.5.21", 4) },
		"assets-whole":         func(a *App) { a.openAssets("v0.5.21", 4); a.do(action.Whole{}) },
		"assets-notrust":       func(a *App) { a.openAssets("v0.5.24", 0) },
		"assets-unsigned":      func(a *App) { a.openAssets("v0.5.22", 0) },
		"assets-material":      func(a *App) { a.openAssets("v0.5.26", 6) },
		"assets-here-same":     func(a *App) { a.openAssets("v0.5.26", 0); a.verifiedHereAs("v0.5.26") },
		"assets-here-differs":  func(a *App) { a.openAssets("v0.5.26", 2); a.verifiedHereAs("v0.5.26", "linux-amd64") },
		"version-here-differs": func(a *App) { a.open("v0.5.26"); a.verifiedHereAs("v0.5.26", "linux-amd64") },
		"version-through":      func(a *App) { a.open("v0.5.25") },
		"version-notrust":      func(a *App) { a.open("v0.5.24") },
		"verifying": func(a *App) {
			a.openAssets("v0.5.26", 0)
			id := "verify " + okta.String()
			report := &Report{}
			report.Set(0.41)
			a.tasks.running = append(a.tasks.running, &running{task: Task{ID: id, Start: "verifying " + okta.String(), Slow: true}, report: report})
			a.catalog.Begin(id)
		},
	}
}
