package ui

// Toggle marks the row under the cursor, or takes its mark back.
func (x *Index) Toggle() {
	pos, ok := x.Current()
	if !ok {
		return
	}
	id := x.id(pos)
	if _, marked := x.marks[id]; marked {
		delete(x.marks, id)
		x.anchored = false
	} else {
		x.marks[id] = struct{}{}
		x.anchor, x.anchored = id, true
	}
	x.hidden = -1
}

// MarkRange marks all shown rows from the last mark to the cursor; it reports
// false if there is no such mark in sight.
func (x *Index) MarkRange() bool {
	at := x.Cursor()
	if !x.anchored || at < 0 {
		return false
	}
	for i, pos := range x.visible {
		if x.id(pos) != x.anchor {
			continue
		}
		for j := min(i, at); j <= max(i, at); j++ {
			x.marks[x.id(x.visible[j])] = struct{}{}
		}
		x.anchor = x.id(x.visible[at])
		x.hidden = -1
		return true
	}
	return false
}

// MarkShown marks all shown rows, or, if all are marked, takes those marks back.
func (x *Index) MarkShown() {
	all := true
	for _, pos := range x.visible {
		if _, marked := x.marks[x.id(pos)]; !marked {
			all = false
			break
		}
	}
	for _, pos := range x.visible {
		if all {
			delete(x.marks, x.id(pos))
		} else {
			x.marks[x.id(pos)] = struct{}{}
		}
	}
	x.hidden = -1
}

// Unmark takes all marks back.
func (x *Index) Unmark() {
	clear(x.marks)
	x.anchored = false
	x.hidden = -1
}

// IsMarked reports whether a row is marked.
func (x *Index) IsMarked(id int64) bool {
	_, marked := x.marks[id]
	return marked
}

// Marked returns the positions of the marked rows in the order of the list,
// those that the filter hides among them.
func (x *Index) Marked() []int32 {
	if len(x.marks) == 0 {
		return nil
	}
	marked := make([]int32, 0, len(x.marks))
	for _, pos := range x.order {
		if x.IsMarked(x.id(pos)) {
			marked = append(marked, pos)
		}
	}
	return marked
}

// Marks returns how many rows are marked, and how many of them the filter hides.
func (x *Index) Marks() (marked, hidden int) {
	if len(x.marks) == 0 {
		return 0, 0
	}
	if x.hidden < 0 {
		x.hidden = len(x.marks)
		for _, pos := range x.visible {
			if x.IsMarked(x.id(pos)) {
				x.hidden--
			}
		}
	}
	return len(x.marks), x.hidden
}

// Chosen returns what an action on several rows is about: the marked rows,
// or the one under the cursor if none is marked.
func (x *Index) Chosen() []int32 {
	if marked := x.Marked(); len(marked) > 0 {
		return marked
	}
	if pos, ok := x.Current(); ok {
		return []int32{pos}
	}
	return nil
}
