package wizard

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// signingStep asks how the files are signed, and shows what the signatures are
// worth by what the registry knows of the org. Signatures are made here and
// kept: the run that follows asks for nothing any more.
type signingStep struct {
	*shared
	asked   int
	looking bool
	signers signersFound
	err     error
	list    ui.List
	listAt  int // line of the body where the ways begin, as drawn last
	page    scrolled

	// chosen says that a way was chosen: that of the answers.
	chosen  bool
	outcome outcome
	work    *signWork

	// files are the key files that were picked, by the way that they are for.
	files  map[publish.SignWay]string
	browse *browser
	pickAs publish.SignWay
	// locked is the way that needs a passphrase, which is typed into secret.
	locked string
	secret secretField
	// naming is what the key will be called where it is registered; nil while
	// nobody registers one.
	naming      *ui.TextField
	registering bool
	refused     error // why the key was not registered
}

func newSigningStep(s *shared) step {
	return &signingStep{shared: s, files: map[publish.SignWay]string{}}
}

// enter implements step.
func (s *signingStep) enter() action.Action {
	if s.work != nil {
		return nil // it goes on, and says how it ended
	}
	s.asked++
	s.looking, s.err = true, nil
	if how, err := publish.ParseSigning(s.answers.Sign); err == nil && (how.Way == publish.SignCosign || how.Way == publish.SignGPGFile) {
		s.files[how.Way] = how.Key
	}
	return action.Ask{Question: lookForSigners{asked: s.asked, answers: s.answers, plan: s.plan, known: s.Journal.Digests(), with: s.signWith(nil), folder: s.folder()}}
}

// folder is where signatures are kept until the version has them.
func (s *shared) folder() string {
	if s.Journal == nil {
		return ""
	}
	plan := s.plan
	plan.Registry = s.Registry
	return s.Journal.Signatures(plan)
}

// signWith is what signing needs of the world around.
func (s *shared) signWith(tell func(address, code string)) publish.SignWith {
	if s.Sign == nil {
		return publish.SignWith{}
	}
	return s.Sign(tell)
}

// handle implements step.
func (s *signingStep) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case signersFound:
		s.found(msg)
	case signaturesJudged:
		s.judged(msg)
	case catalog.Done:
		s.done(msg)
	case signerRegistered:
		return s.registered(msg)
	case folderListed:
		if s.browse == nil {
			return nil
		}
		path, closed := s.browse.took(msg)
		return s.browsed(path, closed, nil)
	default:
		return s.here(msg)
	}
	return nil
}

// here takes what happens on the page, or on the one that is open on it.
func (s *signingStep) here(msg tea.Msg) action.Action {
	switch {
	case s.browse != nil:
		return s.browsed(s.browse.handle(msg))
	case s.locked != "":
		return s.unlock(msg)
	case s.naming != nil:
		return s.name(msg)
	}
	switch msg := msg.(type) {
	case action.Move:
		s.page = scrolled{}
		s.list.Goto(min(s.list.Cursor()+msg.By, len(s.ways())-1))
	case action.Scroll:
		s.page.move(msg.By)
	case action.Page:
		s.page.move(msg.By * pageLines)
	case action.Choose:
		s.list.Goto(int(msg.ID))
	case action.Point:
		if s.list.Click(msg.Y-s.listAt) && msg.Open && s.wayOff() == "" {
			return s.choose()
		}
	case action.ChooseSigner:
		return s.choose()
	case action.BrowseFiles:
		return s.pickKey()
	case action.RegisterSigner:
		s.askName()
	case action.LookAgain:
		return s.enter()
	}
	return nil
}

// found takes what there is to sign with. Where nobody chose yet, good
// signatures beside the files are the way.
func (s *signingStep) found(msg signersFound) {
	if msg.asked != s.asked {
		return
	}
	s.looking, s.err = false, msg.err
	if msg.err != nil {
		return
	}
	s.signers, s.chosen = msg, false
	how, _ := publish.ParseSigning(s.answers.Sign)
	switch {
	case how.Now():
		s.chosen = msg.present.plan.SignedAhead()
		s.settle(msg.present)
	case how.Way == publish.SignNothing:
		s.chosen = true
		s.settle(msg.present)
	case len(msg.beside.verdicts) > 0 && msg.beside.err == nil:
		s.chosen = true
		s.settle(msg.beside)
	default:
		s.settle(msg.beside)
	}
	if !s.chosen && s.list.Cursor() == 0 {
		s.list.Goto(s.firstWay())
	}
}

// settle shows an outcome; its plan is the one that is published.
func (s *signingStep) settle(o outcome) {
	if o.key == nil && o.sign == s.outcome.sign {
		o.key = s.outcome.key // who signed is told once
	}
	s.outcome = o
	if s.chosen && len(o.plan.Files) > 0 {
		s.plan = o.plan
	}
}

// choose takes the way under the cursor: what lies there is judged, and a
// signer signs.
func (s *signingStep) choose() action.Action {
	if s.work != nil {
		return action.StopTask{Task: s.work.Task()}
	}
	way, ok := s.way()
	if !ok || s.wayOff() != "" {
		return nil
	}
	if way.needsFile() {
		return s.pickKey()
	}
	return s.sign(way.how.String(), nil)
}

// sign signs in a way, with a passphrase if there is one.
func (s *signingStep) sign(sign string, secret []byte) action.Action {
	s.answers.Sign = sign
	s.chosen, s.outcome, s.locked = false, outcome{sign: sign}, ""
	s.page = scrolled{}
	how, err := publish.ParseSigning(sign)
	if err != nil {
		s.outcome.err = err
		return nil
	}
	if !how.Now() {
		s.asked++
		s.looking = true
		return action.Ask{Question: judgeSignatures{asked: s.asked, answers: s.answers, plan: s.plan, known: s.Journal.Digests()}}
	}
	s.work = &signWork{answers: s.answers, plan: s.plan, known: s.Journal.Digests(), folder: s.folder(), secret: secret}
	s.work.with = s.signWith(s.work.tell)
	return action.Begin{Work: s.work}
}

// judged takes what the signatures that are there are worth, or that there are
// none on purpose.
func (s *signingStep) judged(msg signaturesJudged) {
	if msg.asked != s.asked {
		return
	}
	s.looking, s.chosen = false, true
	s.settle(msg.outcome)
}

// done takes the end of the signing.
func (s *signingStep) done(msg catalog.Done) {
	if s.work == nil || msg.ID != s.work.Task() {
		return
	}
	o := s.work.ended(msg.Err)
	if !s.plan.CreatedAt.Equal(s.work.plan.CreatedAt) {
		o.plan = s.plan.Knowing(o.plan) // the files were looked at again meanwhile
	}
	s.work = nil
	s.chosen = o.plan.SignedAhead()
	if locked, again := needsPassphrase(o.err); locked {
		s.locked, s.secret = o.sign, secretField{}
		if !again {
			o.err = nil
		}
	}
	s.settle(o)
}

// way is the one under the cursor.
func (s *signingStep) way() (signWay, bool) {
	ways := s.ways()
	if i := s.list.Cursor(); i < len(ways) {
		return ways[i], true
	}
	return signWay{}, false
}

// wayOff is why the way under the cursor cannot be taken.
func (s *signingStep) wayOff() string {
	way, ok := s.way()
	switch {
	case s.work != nil:
		return ""
	case s.looking:
		return "the keys are being looked for"
	case !ok:
		return "there is no way here"
	default:
		return way.off
	}
}

// waits implements what the wizard asks for: this page shows how its task ends.
func (s *signingStep) waits(task string) bool { return s.work != nil && s.work.Task() == task }

// inside implements inner.
func (s *signingStep) inside() bool { return s.browse != nil || s.locked != "" || s.naming != nil }

// typing implements step.
func (s *signingStep) typing() bool { return s.inside() }

// leave implements step: the answer is written down as it is given.
func (s *signingStep) leave() {}

// off implements step.
func (s *signingStep) off() string {
	switch {
	case s.work != nil:
		return "until the files are signed"
	case s.looking:
		return "until the signatures were looked at"
	case s.err != nil:
		return "until the registry says what it trusts"
	case s.outcome.err != nil:
		return "until the signatures are good or another way is chosen"
	case !s.chosen:
		return "until a way is chosen"
	default:
		return ""
	}
}

// bindings implements step.
func (s *signingStep) bindings() []ui.Binding {
	switch {
	case s.browse != nil:
		return s.browse.bindings()
	case s.locked != "":
		return dialogKeys("sign", "sign with this passphrase", "back to the ways to sign")
	case s.naming != nil:
		return dialogKeys("register", "register the key under this name", "back; nothing is registered")
	}
	label, help := "use this", "take the way under the cursor"
	if way, ok := s.way(); ok && way.how.Now() {
		label, help = "sign with it", "sign the files now"
	}
	if s.work != nil {
		label, help = "stop", "stop signing; what was signed is kept"
	}
	return []ui.Binding{
		{ID: "signing.choose", Label: label, Help: help, Keys: []string{"s", "space"}, Off: s.wayOff, Do: do(action.ChooseSigner{})},
		{ID: "signing.file", Label: "pick a key file", Help: "pick the file with the private key", Keys: []string{"f"}, Off: s.noFile, Do: do(action.BrowseFiles{})},
		{ID: "signing.register", Label: "register the key", Help: "register who signed as a signer of the org", Keys: []string{"a"}, Risk: ui.Changes, Off: s.notRegistrable, Do: do(action.RegisterSigner{})},
		{ID: "signing.look", Label: "look again", Help: "look at keys and signatures again", Keys: []string{"r"}, Do: do(action.LookAgain{})},
		pageKey("signing", "up", "pgup", -1), pageKey("signing", "down", "pgdown", 1),
	}
}

// dialogKeys are the keys of a page on which one line is typed.
func dialogKeys(label, help, back string) []ui.Binding {
	return []ui.Binding{
		{ID: "signing.enter", Label: label, Help: help, Keys: []string{"enter"}, Stays: true, Do: do(action.OpenEntry{})},
		{ID: "signing.leave", Label: "back", Help: back, Keys: []string{"esc"}, Stays: true, Do: do(action.LeaveBrowser{})},
	}
}

// status implements step.
func (s *signingStep) status(l ui.Look) ui.Text {
	switch {
	case s.browse != nil:
		return nil
	case s.work != nil:
		return ui.Words(theme.Muted, strings.ToLower(s.work.Doing()))
	case s.looking:
		return ui.Words(theme.Muted, "looking at keys and signatures")
	}
	n := len(s.ways())
	return ui.Facts(l.Theme, ui.Words(theme.Muted, words.Count(min(s.list.Cursor()+1, n))+" of "+words.Count(n)), ui.MoreBelow(l.Theme, s.page.below))
}
