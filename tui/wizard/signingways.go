package wizard

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// signWay is one way to sign, as a row of the page.
type signWay struct {
	how publish.Signing
	// name is the way, about what is known of it, and off why it cannot be
	// taken.
	name, about, off string
	// trusted says that the org has registered the key.
	trusted bool
}

// needsFile says that a key file has to be picked first.
func (w signWay) needsFile() bool {
	return (w.how.Way == publish.SignGPGFile || w.how.Way == publish.SignCosign) && w.how.Key == ""
}

// ways are all ways to sign, in the order of the page.
func (s *signingStep) ways() []signWay {
	ways := []signWay{s.besideWay()}
	for _, key := range s.signers.keys {
		about := cmp.Or(strings.Join(key.UserIDs, ", "), key.Algorithm)
		if key.Card != "" {
			about += ", on a card"
		}
		ways = append(ways, signWay{
			how: publish.Signing{Way: publish.SignGPG, Key: key.Fingerprint}, name: "GPG " + shortFingerprint(key.Fingerprint), about: about,
			off: key.Off, trusted: s.trusts(key.Fingerprint),
		})
	}
	if s.signers.noGPG != nil {
		ways = append(ways, signWay{how: publish.Signing{Way: publish.SignGPG}, name: "GPG", about: "", off: s.signers.noGPG.Error()})
	} else if len(s.signers.keys) == 0 && !s.looking {
		ways = append(ways, signWay{how: publish.Signing{Way: publish.SignGPG}, name: "GPG", off: "gpg has no secret key here"})
	}
	keyless := signWay{how: publish.Signing{Way: publish.SignKeyless}, name: "cosign, keyless", about: "as the account that you log in with; the log of it is public"}
	if s.Sign == nil {
		keyless.off = "there is no browser to log in with"
	}
	none := signWay{how: publish.Signing{Way: publish.SignNothing}, name: "none", about: "publish without signatures"}
	if s.signers.sources.Policy.GetRequireSignatures() {
		none.off = s.plan.Ref.Org + " requires signatures"
	}
	return append(ways, s.fileWay(publish.SignGPGFile, "GPG key in a file"), s.fileWay(publish.SignCosign, "cosign key in a file"), keyless, none)
}

// besideWay are the signatures that lie beside the files.
func (s *signingStep) besideWay() signWay {
	way := signWay{name: "found beside the files"}
	good, bad, open := tally(s.signers.beside.verdicts)
	if good+bad+open == 0 {
		way.off = "no signatures lie beside the files"
		return way
	}
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{good, "VERIFIED"}, {bad, "not verified"}, {open, "nobody can verify yet"}} {
		if part.n > 0 {
			parts = append(parts, words.Count(part.n)+" "+part.word)
		}
	}
	way.about = strings.Join(parts, ", ")
	return way
}

// tally counts verdicts: good ones, bad ones, and signatures that there is
// nothing to measure by. Files without a signature are none of these.
func tally(verdicts []publish.Signed) (good, bad, open int) {
	for _, v := range verdicts {
		switch {
		case v.Verdict.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
			good++
		case v.Verdict.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
			bad++
		case v.Verdict.GetReason() == string(signing.NoTrust):
			open++
		}
	}
	return good, bad, open
}

// fileWay is a key in a file.
func (s *signingStep) fileWay(as publish.SignWay, name string) signWay {
	path := s.files[as]
	return signWay{how: publish.Signing{Way: as, Key: path}, name: name, about: cmp.Or(path, "f picks the file")}
}

// firstWay is where the cursor begins: the first key that the org has
// registered, else the first way that can be taken.
func (s *signingStep) firstWay() int {
	ways := s.ways()
	if i := slices.IndexFunc(ways, func(w signWay) bool { return w.trusted && w.off == "" }); i >= 0 {
		return i
	}
	return max(0, slices.IndexFunc(ways, func(w signWay) bool { return w.off == "" }))
}

// trusts reports whether the org has registered a key.
func (s *signingStep) trusts(fingerprint string) bool {
	return slices.ContainsFunc(s.signers.sources.Keys, func(k *registryv1.SigningKey) bool {
		return strings.EqualFold(k.GetFingerprint(), fingerprint)
	})
}

// shortFingerprint is the end of a fingerprint, as people read it.
func shortFingerprint(fingerprint string) string {
	end := fingerprint[max(0, len(fingerprint)-16):]
	var groups []string
	for len(end) > 4 {
		groups, end = append(groups, end[:4]), end[4:]
	}
	return strings.Join(append(groups, end), " ")
}

// noFile is why no key file can be picked.
func (s *signingStep) noFile() string {
	way, ok := s.way()
	if s.work != nil {
		return "the files are being signed"
	}
	if !ok || way.how.Way != publish.SignGPGFile && way.how.Way != publish.SignCosign {
		return "put the cursor on a key in a file"
	}
	return ""
}

// pickKey opens the browser for a key file.
func (s *signingStep) pickKey() action.Action {
	way, ok := s.way()
	if !ok || s.noFile() != "" {
		return nil
	}
	s.pickAs = way.how.Way
	dir := s.answers.Directory
	if way.how.Key != "" {
		dir = filepath.Dir(way.how.Key)
	}
	b, next := newBrowser("Which file has the private key?", dir, false, nil)
	b.back = "back to the ways to sign"
	s.browse = b
	return next
}

// browsed takes the key file that was picked, and signs with it.
func (s *signingStep) browsed(path string, closed bool, next action.Action) action.Action {
	if !closed {
		return next
	}
	s.browse = nil
	if path == "" {
		return nil
	}
	s.files[s.pickAs] = path
	return s.sign(publish.Signing{Way: s.pickAs, Key: path}.String(), nil)
}

// unlock takes what happens while a passphrase is typed.
func (s *signingStep) unlock(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case action.LeaveBrowser:
		s.locked = ""
		s.secret.wipe()
	case action.OpenEntry:
		return s.sign(s.locked, s.secret.take())
	case tea.KeyPressMsg, tea.PasteMsg:
		s.secret.handle(msg)
	}
	return nil
}

// signer is who could be registered: the key that signed here, or who the
// first signature that nobody trusts is by.
func (s *signingStep) signer() (key signing.TrustedKey, by *registryv1.Signer, ok bool) {
	if key := s.outcome.key; key != nil {
		return *key, nil, !s.trusts(key.Fingerprint)
	}
	for _, v := range s.outcome.verdicts {
		verdict := v.Verdict
		switch signing.Reason(verdict.GetReason()) {
		case signing.NoTrust, signing.WrongKey, signing.IdentityMismatch, signing.IssuerMismatch:
		default:
			continue
		}
		by := verdict.GetBy()
		if by.GetIdentity() != "" && by.GetIssuer() != "" {
			return key, by, true
		}
		if by.GetFingerprint() != "" {
			return signing.TrustedKey{Scheme: signing.Scheme(verdict.GetScheme()), Fingerprint: by.GetFingerprint()}, nil, true
		}
	}
	return signing.TrustedKey{}, nil, false
}

// notRegistrable is why there is nothing to register.
func (s *signingStep) notRegistrable() string {
	key, _, ok := s.signer()
	switch {
	case s.work != nil:
		return "the files are being signed"
	case s.registering:
		return "it is being registered"
	case !ok && key.Fingerprint != "":
		return "the key is registered"
	case !ok:
		return "sign first: what signed can be registered then"
	default:
		return ""
	}
}

// askName asks what the key is to be called; an identity has its name.
func (s *signingStep) askName() {
	key, by, ok := s.signer()
	if !ok {
		return
	}
	s.refused = nil
	s.naming = &ui.TextField{Name: "Name", Needed: true}
	s.naming.Hint = hint("as " + s.plan.Ref.Org + " calls the key")
	switch {
	case by != nil:
		s.naming.SetValue(by.GetIdentity())
	case s.files[publish.SignCosign] != "" && key.Scheme != signing.GPG:
		name := filepath.Base(s.files[publish.SignCosign])
		s.naming.SetValue(strings.TrimSuffix(name, filepath.Ext(name)))
	default:
		s.naming.SetValue("release")
	}
}

// name takes what happens while the name of a key is typed.
func (s *signingStep) name(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case action.LeaveBrowser:
		s.naming = nil
	case action.OpenEntry:
		return s.register()
	case ui.Answer:
		s.naming.SetValue(msg.Text)
	case tea.KeyPressMsg, tea.PasteMsg:
		s.naming.Handle(msg)
	}
	return nil
}

// register registers who signed under the name that was typed.
func (s *signingStep) register() action.Action {
	name := strings.TrimSpace(s.naming.Value())
	key, by, ok := s.signer()
	if !ok || name == "" || s.registering {
		return nil
	}
	s.registering = true
	s.asked++
	return action.Ask{Question: registerSigner{asked: s.asked, org: s.plan.Ref.Org, name: name, key: key, by: by, with: s.signWith(nil)}}
}

// registered takes how that went; the signatures are looked at again then.
func (s *signingStep) registered(msg signerRegistered) action.Action {
	if msg.asked != s.asked {
		return nil
	}
	s.registering, s.refused = false, msg.err
	if msg.err != nil {
		return nil
	}
	s.naming = nil
	return action.Both(action.Tell{Text: msg.said}, s.enter())
}

// signedBy is who signed, by a verdict.
func signedBy(v *registryv1.Verdict) string {
	by := v.GetBy()
	switch {
	case by.GetKeyName() != "":
		return by.GetKeyName()
	case by.GetIdentity() != "":
		return by.GetIdentity()
	case by.GetFingerprint() != "":
		return shortFingerprint(by.GetFingerprint())
	default:
		return v.GetSigner()
	}
}

// verdictMark is a verdict as it is shown.
func verdictMark(t *theme.Theme, v *registryv1.Verdict) theme.Mark {
	return t.Verdict(v.GetStatus()).With(words.VerdictOf(v))
}
