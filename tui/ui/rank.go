package ui

// Rank is how well a row matches a filter: the lower, the better, except that
// Hidden does not match at all.
type Rank uint8

// What most filters tell apart. What lies above Matches matches less well.
const (
	Hidden Rank = iota
	Matches
	// Worst is the last rank there is.
	Worst Rank = 255
)

// Filter shows the rows that match; nil shows all. narrower promises that
// whatever does not show now would not match either, as when a letter was
// added to a word: then only the rows that show are looked at.
func (x *Index) Filter(match func(pos int32) Rank, narrower bool) {
	x.match = match
	x.hidden = -1
	// Rows are looked at as they lie in memory, not as they are sorted.
	for pos := range x.shown {
		switch {
		case narrower && x.shown[pos] == Hidden:
		case match == nil:
			x.shown[pos] = Matches
		default:
			x.shown[pos] = match(int32(pos))
		}
	}
	x.collect()
}

// Widen looks at the rows that the filter hides, and shows those that match
// more broadly; the others keep their rank. It reports whether there are any.
func (x *Index) Widen(more func(pos int32) Rank) bool {
	found := false
	for pos := range x.shown {
		if x.shown[pos] != Hidden {
			continue
		}
		if r := more(int32(pos)); r != Hidden {
			x.shown[pos], found = r, true
		}
	}
	if !found {
		return false
	}
	exact := x.match
	x.match = func(pos int32) Rank {
		if r := exact(pos); r != Hidden {
			return r
		}
		return more(pos)
	}
	x.hidden = -1
	x.collect()
	return true
}

// Matching returns how many rows match as well as any can.
func (x *Index) Matching() int {
	n := 0
	for _, pos := range x.visible {
		if x.shown[pos] == Matches {
			n++
		}
	}
	return n
}

// SortByRank shows what matches best first, and only among equals sorts as
// before; false takes that back.
func (x *Index) SortByRank(ranked bool) {
	if x.ranked != ranked {
		x.ranked = ranked
		x.collect()
	}
}

// Ranked reports whether what matches best comes first.
func (x *Index) Ranked() bool { return x.ranked }

// collect makes visible from what is shown.
func (x *Index) collect() {
	x.visible = x.visible[:0]
	for _, pos := range x.order {
		if x.shown[pos] != Hidden {
			x.visible = append(x.visible, pos)
		}
	}
	if x.ranked {
		x.visible = x.rank(x.visible)
	}
}

// rank puts rows in the order of their ranks. There are few ranks and may be
// many rows, so that it counts instead of comparing.
func (x *Index) rank(rows []int32) []int32 {
	var starts [int(Worst) + 1]int
	for _, pos := range rows {
		if r := x.shown[pos]; r < Worst {
			starts[r+1]++
		}
	}
	for r := 1; r < len(starts); r++ {
		starts[r] += starts[r-1]
	}
	ranked := make([]int32, len(rows))
	for _, pos := range rows {
		r := x.shown[pos]
		ranked[starts[r]] = pos
		starts[r]++
	}
	return ranked
}

// cmpShown is the order of the rows that show. A row that a ranked filter
// hides comes before them all, so that a cursor which belongs to it stands on
// the best.
func (x *Index) cmpShown(a, b int32) int {
	if x.ranked && x.shown[a] != x.shown[b] {
		return int(x.shown[a]) - int(x.shown[b])
	}
	return x.cmp(a, b)
}
