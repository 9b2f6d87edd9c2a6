package ui_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/ui"
)

// names returns what an index shows, in order.
func names(rs *releases, x *ui.Index) []string {
	shown := []string{}
	for i := range x.Len() {
		shown = append(shown, (*rs)[x.At(i)].name)
	}
	return shown
}

// named makes rows of names.
func named(list ...string) *releases {
	rs := make(releases, 0, len(list))
	for i, name := range list {
		rs = append(rs, release{id: int64(i + 1), name: name})
	}
	return &rs
}

// indexed makes an index over rows that may change.
func indexed(rs *releases) *ui.Index {
	x := ui.NewIndex(func(pos int32) int64 { return (*rs)[pos].id })
	x.Reset(len(*rs))
	return x
}

// byName orders rows by name.
func byName(rs *releases) func(a, b int32) int {
	return func(a, b int32) int { return strings.Compare((*rs)[a].name, (*rs)[b].name) }
}

// containing matches rows by a part of their name.
func containing(rs *releases, part string) func(pos int32) ui.Rank {
	return func(pos int32) ui.Rank {
		if strings.Contains((*rs)[pos].name, part) {
			return ui.Matches
		}
		return ui.Hidden
	}
}

// holding is containing for what needs no rank.
func holding(rs *releases, part string) func(pos int32) bool {
	return func(pos int32) bool { return strings.Contains((*rs)[pos].name, part) }
}

// current returns the name of the row under the cursor.
func current(t *testing.T, rs *releases, x *ui.Index) string {
	t.Helper()
	pos, ok := x.Current()
	require.True(t, ok, "no row under the cursor")
	return (*rs)[pos].name
}

func TestIndexFiltersAndSorts(t *testing.T) {
	t.Parallel()
	rs := named("okta", "autho", "oracle", "jira")
	x := indexed(rs)
	assert.Equal(t, []string{"okta", "autho", "oracle", "jira"}, names(rs, x))
	x.Sort(byName(rs))
	assert.Equal(t, []string{"autho", "jira", "okta", "oracle"}, names(rs, x))
	x.Filter(containing(rs, "o"), false)
	assert.Equal(t, []string{"autho", "okta", "oracle"}, names(rs, x))
	x.Filter(containing(rs, "or"), true)
	assert.Equal(t, []string{"oracle"}, names(rs, x))
	x.Sort(nil)
	x.Filter(nil, false)
	assert.Equal(t, []string{"okta", "autho", "oracle", "jira"}, names(rs, x))
	assert.Equal(t, 4, x.Total())
}

func TestAnExtendedFilterLooksAtSurvivorsOnly(t *testing.T) {
	t.Parallel()
	rs := named("okta", "autho", "oracle", "jira")
	x := indexed(rs)
	looked := 0
	counting := func(part string) func(int32) ui.Rank {
		return func(pos int32) ui.Rank { looked++; return containing(rs, part)(pos) }
	}
	x.Filter(counting("ok"), false)
	assert.Equal(t, 4, looked)
	looked = 0
	x.Filter(counting("okt"), true)
	assert.Equal(t, 1, looked)
}

func TestCursorBelongsToItsRow(t *testing.T) {
	t.Parallel()
	t.Run("nobody moved it: it is at the top, whatever loads", func(t *testing.T) {
		t.Parallel()
		rs := named("okta")
		x := indexed(rs)
		x.Sort(byName(rs))
		*rs = append(*rs, release{id: 2, name: "autho"})
		x.Grow(2)
		assert.Equal(t, "autho", current(t, rs, x))
	})
	t.Run("rows load above it", func(t *testing.T) {
		t.Parallel()
		rs := named("jira", "okta")
		x := indexed(rs)
		x.Sort(byName(rs))
		x.Move(1)
		*rs = append(*rs, release{id: 3, name: "autho"}, release{id: 4, name: "zoom"})
		x.Grow(4)
		assert.Equal(t, "okta", current(t, rs, x))
		assert.Equal(t, 2, x.Cursor())
	})
	t.Run("the order is turned around", func(t *testing.T) {
		t.Parallel()
		rs := named("autho", "jira", "okta")
		x := indexed(rs)
		x.Goto(2)
		x.Sort(func(a, b int32) int { return -byName(rs)(a, b) })
		assert.Equal(t, "okta", current(t, rs, x))
		assert.Equal(t, 0, x.Cursor())
	})
	t.Run("its own row changes place", func(t *testing.T) {
		t.Parallel()
		rs := named("autho", "jira", "okta")
		x := indexed(rs)
		x.Sort(byName(rs))
		x.Goto(0)
		(*rs)[0].name = "zoom"
		x.Touch(0)
		assert.Equal(t, []string{"jira", "okta", "zoom"}, names(rs, x))
		assert.Equal(t, "zoom", current(t, rs, x))
	})
	t.Run("a filter hides its row and gives it back", func(t *testing.T) {
		t.Parallel()
		rs := named("autho", "jira", "okta", "oracle")
		x := indexed(rs)
		x.Goto(1)
		x.Filter(containing(rs, "o"), false)
		assert.Equal(t, "okta", current(t, rs, x), "the next row that shows")
		x.Filter(nil, false)
		assert.Equal(t, "jira", current(t, rs, x))
	})
	t.Run("a filter hides all", func(t *testing.T) {
		t.Parallel()
		rs := named("autho")
		x := indexed(rs)
		x.Filter(containing(rs, "x"), false)
		_, ok := x.Current()
		assert.False(t, ok)
		assert.Equal(t, -1, x.Cursor())
		x.Move(1)
		x.Toggle()
		assert.Empty(t, x.Chosen())
	})
	t.Run("its row is removed: the next one takes it", func(t *testing.T) {
		t.Parallel()
		rs := named("autho", "jira", "okta")
		x := indexed(rs)
		x.Goto(1)
		*rs = slices.Delete(*rs, 1, 2)
		x.Reset(2)
		assert.Equal(t, "okta", current(t, rs, x))
		*rs = slices.Delete(*rs, 1, 2)
		x.Reset(1)
		assert.Equal(t, "autho", current(t, rs, x))
		*rs = slices.Delete(*rs, 0, 1)
		x.Reset(0)
		assert.Equal(t, -1, x.Cursor())
	})
	t.Run("all positions are new", func(t *testing.T) {
		t.Parallel()
		rs := named("autho", "jira", "okta")
		x := indexed(rs)
		x.Goto(2)
		x.Toggle()
		slices.Reverse(*rs)
		x.Reset(3)
		assert.Equal(t, "okta", current(t, rs, x))
		assert.Equal(t, []int32{0}, x.Marked())
	})
	t.Run("it can be put on a row by id", func(t *testing.T) {
		t.Parallel()
		rs := named("autho", "jira", "okta")
		x := indexed(rs)
		assert.True(t, x.Choose(3))
		assert.Equal(t, "okta", current(t, rs, x))
		assert.False(t, x.Choose(9))
	})
}

func TestNextThatNeedsCare(t *testing.T) {
	t.Parallel()
	rs := named("a", "b!", "c", "d!")
	x := indexed(rs)
	care := holding(rs, "!")
	for _, want := range []string{"b!", "d!", "b!"} {
		require.True(t, x.Next(care))
		assert.Equal(t, want, current(t, rs, x))
	}
	assert.False(t, x.Next(holding(rs, "?")))
	assert.Equal(t, "b!", current(t, rs, x))
}

func TestMarks(t *testing.T) {
	t.Parallel()
	t.Run("survive filters, and say how many are hidden", func(t *testing.T) {
		t.Parallel()
		rs := named("autho", "jira", "okta")
		x := indexed(rs)
		x.Toggle()
		x.Goto(1)
		x.Toggle()
		x.Filter(containing(rs, "o"), false)
		marked, hidden := x.Marks()
		assert.Equal(t, 2, marked)
		assert.Equal(t, 1, hidden)
		assert.Equal(t, []int32{0, 1}, x.Marked())
		assert.True(t, x.IsMarked(1))
		x.Unmark()
		marked, hidden = x.Marks()
		assert.Zero(t, marked+hidden)
	})
	t.Run("a range from the last mark, either way", func(t *testing.T) {
		t.Parallel()
		rs := named("a", "b", "c", "d", "e")
		x := indexed(rs)
		assert.False(t, x.MarkRange(), "there is no last mark")
		x.Goto(3)
		x.Toggle()
		x.Goto(1)
		assert.True(t, x.MarkRange())
		assert.Equal(t, []int32{1, 2, 3}, x.Marked())
		x.Goto(0)
		assert.True(t, x.MarkRange())
		assert.Equal(t, []int32{0, 1, 2, 3}, x.Marked())
	})
	t.Run("all that show, and back", func(t *testing.T) {
		t.Parallel()
		rs := named("autho", "jira", "okta")
		x := indexed(rs)
		x.Goto(1)
		x.Toggle()
		x.Filter(containing(rs, "o"), false)
		x.MarkShown()
		assert.Equal(t, []int32{0, 1, 2}, x.Marked())
		x.MarkShown()
		assert.Equal(t, []int32{1}, x.Marked(), "what is hidden keeps its mark")
	})
	t.Run("an action without marks is about the cursor's row", func(t *testing.T) {
		t.Parallel()
		rs := named("a", "b")
		x := indexed(rs)
		x.Goto(1)
		assert.Equal(t, []int32{1}, x.Chosen())
		x.Goto(0)
		x.Toggle()
		x.Goto(1)
		assert.Equal(t, []int32{0}, x.Chosen())
		x.Goto(0)
		x.Toggle()
		assert.Empty(t, x.Marked())
	})
	t.Run("go with their row", func(t *testing.T) {
		t.Parallel()
		rs := named("a", "b")
		x := indexed(rs)
		x.Toggle()
		*rs = slices.Delete(*rs, 0, 1)
		x.Reset(1)
		assert.Empty(t, x.Marked())
		marked, _ := x.Marks()
		assert.Zero(t, marked)
	})
}

// TestIndexAgainstAModel does random things to an index and compares what it
// shows with filtering and sorting everything again.
func TestIndexAgainstAModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		word := func() string { return string(rune('a'+random.IntN(4))) + string(rune('a'+random.IntN(4))) }
		rs, next := &releases{}, int64(1)
		x := indexed(rs)
		part, sorted, ranked, held := "", false, false, int64(0)
		for range 300 {
			switch n := len(*rs); random.IntN(10) {
			case 0, 1:
				for range 1 + random.IntN(5) {
					*rs = append(*rs, release{id: next, name: word()})
					next++
				}
				x.Grow(len(*rs))
			case 2:
				if n > 0 {
					pos := random.IntN(n)
					(*rs)[pos].name = word()
					x.Touch(int32(pos))
				}
			case 3:
				if n > 0 {
					pos := random.IntN(n)
					id := (*rs)[pos].id
					*rs = slices.Delete(*rs, pos, pos+1)
					x.Reset(len(*rs))
					if id == held {
						held = 0
					}
				}
			case 4:
				sorted = random.IntN(2) == 0
				if sorted {
					x.Sort(byName(rs))
				} else {
					x.Sort(nil)
				}
			case 5:
				longer := part + string(rune('a'+random.IntN(4)))
				if len(longer) > 2 {
					longer = ""
				}
				x.Filter(graded(rs, longer), strings.Contains(longer, part))
				part = longer
			case 6:
				if x.Len() > 0 {
					x.Goto(random.IntN(x.Len()))
					pos, _ := x.Current()
					held = (*rs)[pos].id
				}
			case 7:
				x.Toggle()
			case 8:
				x.MarkRange()
			case 9:
				ranked = !ranked
				x.SortByRank(ranked)
			}
			compare(t, rs, x, part, sorted, ranked, held)
		}
	}
}

// graded is containing with a rank: how far from its beginning a name holds
// the part.
func graded(rs *releases, part string) func(pos int32) ui.Rank {
	return func(pos int32) ui.Rank { return ui.Rank(1 + strings.Index((*rs)[pos].name, part)) }
}

// compare checks an index against rows filtered and sorted from scratch.
func compare(t *testing.T, rs *releases, x *ui.Index, part string, sorted, ranked bool, held int64) {
	t.Helper()
	var want []string
	at := -1
	order := make([]int32, len(*rs))
	for i := range order {
		order[i] = int32(i)
	}
	if sorted {
		slices.SortStableFunc(order, byName(rs))
	}
	if ranked {
		rank := graded(rs, part)
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(rank(a), rank(b)) })
	}
	for _, pos := range order {
		if strings.Contains((*rs)[pos].name, part) {
			if (*rs)[pos].id == held {
				at = len(want)
			}
			want = append(want, (*rs)[pos].name)
		}
	}
	require.Equal(t, append([]string{}, want...), names(rs, x))
	if at >= 0 {
		require.Equal(t, at, x.Cursor(), "the cursor left its row")
	}
	shown := 0
	for i := range x.Len() {
		if x.IsMarked((*rs)[x.At(i)].id) {
			shown++
		}
	}
	marked, hidden := x.Marks()
	require.Equal(t, marked-shown, hidden)
	require.Len(t, x.Marked(), marked)
}

const rowsOfBench = 100_000

// BenchmarkFilterKey measures one key in the filter over all rows, and one
// that extends it.
func BenchmarkFilterKey(b *testing.B) {
	rs := manyReleases(rowsOfBench)
	x := indexed(&rs)
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			x.Filter(containing(&rs, "7"), false)
		}
	})
	b.Run("extended", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			x.Filter(containing(&rs, "7"), false)
			b.StartTimer()
			x.Filter(containing(&rs, "77"), true)
		}
	})
}

// BenchmarkSort measures sorting all rows by a text and by a number.
func BenchmarkSort(b *testing.B) {
	rs := manyReleases(rowsOfBench)
	x := indexed(&rs)
	byAge := func(a, b int32) int { return cmp.Compare(rs[a].age, rs[b].age) }
	for b.Loop() {
		b.StopTimer()
		x.Sort(byAge)
		b.StartTimer()
		x.Sort(byName(&rs))
	}
}

// BenchmarkTouch measures one live change among all rows.
func BenchmarkTouch(b *testing.B) {
	rs := manyReleases(rowsOfBench)
	x := indexed(&rs)
	x.Sort(byName(&rs))
	for b.Loop() {
		x.Touch(50_000)
	}
}

// BenchmarkGrow measures a page of rows that loads into a sorted list.
func BenchmarkGrow(b *testing.B) {
	rs := manyReleases(rowsOfBench)
	for b.Loop() {
		b.StopTimer()
		x := ui.NewIndex(rs.id)
		x.Reset(rowsOfBench - 1000)
		x.Sort(byName(&rs))
		b.StartTimer()
		x.Grow(rowsOfBench)
	}
}
