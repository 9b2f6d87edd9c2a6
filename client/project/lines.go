package project

import (
	"bytes"

	"github.com/charmbracelet/x/ansi"

	"github.com/registrar-console/registrar/client/clean"
)

// Bounds of live output. A build that writes more says the same again.
const (
	maxLine  = 4 << 10
	maxLines = 20_000
)

// lineWriter cuts what a command writes into lines and hands on each as soon
// as it is complete. What is beyond the bounds is counted and dropped, so that
// a command is never held up by output that nobody reads.
type lineWriter struct {
	emit        func(string)
	part        []byte
	cut         bool
	lines, left int
}

// Write implements io.Writer and never fails.
func (w *lineWriter) Write(p []byte) (int, error) {
	n := len(p)
	for {
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			w.keep(p)
			return n, nil
		}
		w.keep(p[:end])
		w.flush()
		p = p[end+1:]
	}
}

// keep adds to the line that is not complete yet.
func (w *lineWriter) keep(p []byte) {
	room := maxLine - len(w.part)
	w.cut = w.cut || len(p) > room
	w.part = append(w.part, p[:min(len(p), room)]...)
}

func (w *lineWriter) flush() {
	line := string(w.part)
	if w.cut {
		line += " (cut)"
	}
	w.part, w.cut = w.part[:0], false
	w.lines++
	if w.lines > maxLines {
		w.left++
		return
	}
	w.emit(plainLine(line))
}

// end hands on a last line that has no line break.
func (w *lineWriter) end() {
	if len(w.part) > 0 {
		w.flush()
	}
}

// plainLine takes colours off a line, then whatever else could control a
// terminal. Of a progress line that rewrote itself the last state stays.
func plainLine(line string) string {
	text := bytes.TrimRight([]byte(line), "\r")
	if last := bytes.LastIndexByte(text, '\r'); last >= 0 {
		text = text[last+1:]
	}
	return clean.Line(ansi.Strip(string(text)), 0)
}
