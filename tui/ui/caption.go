package ui

import (
	"github.com/registrar-console/registrar/theme"
)

// Caption is what the title row says of a page.
type Caption struct {
	// Path is where one is; its last part is bold.
	Path []string
	// Total stands behind the path: how much there is.
	Total string
	// Counts are parts of the total, shown as far as there is room.
	Counts []Tally
	// Facts stand on the right.
	Facts Text
}

// Tally is one count of a caption; a click on it does what its id names.
type Tally struct {
	ID   string
	Text Text
	// Drop says in which order counts give way: the highest first.
	Drop int
}

// View draws the title row in w cells, and says where counts can be clicked.
func (c Caption) View(t *theme.Theme, w int) (string, []Hit) {
	if len(c.Counts) == 0 && c.Total == "" {
		return Title(t, c.Path, c.Facts, w), nil
	}
	const airBefore, air = 4, 3
	x := titlePath(t, c.Path).And(Say(theme.Muted, " "+c.Total))
	room := w - 2*margin - x.Width() - airBefore
	if c.Facts.Width() > 0 {
		room -= gap + c.Facts.Width()
	}
	var hits []Hit
	lead := airBefore
	for _, each := range fitting(c.Counts, room, air) {
		x = x.And(Say(theme.Text, blanks(lead)))
		at := margin + x.Width()
		hits = append(hits, Hit{From: at, To: at + each.Text.Width(), ID: each.ID})
		x = x.And(each.Text...)
		lead = air
	}
	return Spread(t, x, c.Facts, w), hits
}

// fitting returns the counts for which there is room, in their order.
func fitting(counts []Tally, room, air int) []Tally {
	kept := append([]Tally(nil), counts...)
	for len(kept) > 0 {
		width, last := -air, 0
		for i, each := range kept {
			width += air + each.Text.Width()
			if each.Drop > kept[last].Drop {
				last = i
			}
		}
		if width <= room {
			break
		}
		kept = append(kept[:last], kept[last+1:]...)
	}
	return kept
}
