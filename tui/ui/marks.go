package ui

// Marks are kept by id, since that is what outlives positions, and by
// position, since that is what filters hide: both are asked for at each key.

// Toggle marks the row under the cursor, or takes its mark back.
func (x *Index) Toggle() {
	pos, ok := x.Current()
	if !ok {
		return
	}
	mark := !x.marked[pos]
	x.set(pos, mark)
	x.anchor, x.anchored = x.id(pos), mark
}

// MarkRange marks all shown rows from the last mark to the cursor; it reports
// false if there is no such mark in sight.
func (x *Index) MarkRange() bool {
	from, to := x.anchorAt(), x.Cursor()
	if from < 0 || to < 0 {
		return false
	}
	for _, pos := range x.visible[min(from, to) : max(from, to)+1] {
		x.set(pos, true)
	}
	x.anchor = x.id(x.visible[to])
	return true
}

// Anchored reports whether a range can begin: the last mark shows.
func (x *Index) Anchored() bool { return x.anchorAt() >= 0 }

// anchorAt returns which shown row was marked last, or -1.
func (x *Index) anchorAt() int {
	if !x.anchored {
		return -1
	}
	for i, pos := range x.visible {
		if x.marked[pos] && x.id(pos) == x.anchor {
			return i
		}
	}
	return -1
}

// MarkShown marks all shown rows, or, if all are marked, takes those marks back.
func (x *Index) MarkShown() {
	all := true
	for _, pos := range x.visible {
		if !x.marked[pos] {
			all = false
			break
		}
	}
	for _, pos := range x.visible {
		x.set(pos, !all)
	}
}

// Unmark takes all marks back.
func (x *Index) Unmark() {
	clear(x.marks)
	clear(x.marked)
	x.anchored = false
	x.hidden = -1
}

// set gives a row its mark or takes it back.
func (x *Index) set(pos int32, mark bool) {
	if x.marked[pos] == mark {
		return
	}
	x.marked[pos] = mark
	if mark {
		x.marks[x.id(pos)] = struct{}{}
	} else {
		delete(x.marks, x.id(pos))
	}
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
		if x.marked[pos] {
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
		x.hidden = 0
		for pos, marked := range x.marked {
			if marked && x.shown[pos] == Hidden {
				x.hidden++
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
