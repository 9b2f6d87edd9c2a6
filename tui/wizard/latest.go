package wizard

// latest keeps one question at a time under way about something that is being
// typed: when its answer comes, the next is about what stands there then.
type latest struct {
	asked string
	busy  bool
}

// ask reports whether to ask about a text now.
func (l *latest) ask(text string) bool {
	if l.busy {
		return false
	}
	l.asked, l.busy = text, true
	return true
}

// answered takes an answer about a text. taken says that it is the one that was
// waited for; again, that something else stands there by now.
func (l *latest) answered(about, text string) (taken, again bool) {
	if !l.busy || about != l.asked {
		return false, false
	}
	l.busy = false
	return true, text != about
}
