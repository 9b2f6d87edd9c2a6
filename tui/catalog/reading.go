package catalog

// Reading is how the reading of one list stands, from its first page to its
// last. Rows of both kinds are read the same way.
type Reading interface {
	// Begin starts to read the list from its beginning and returns the number
	// of this reading: pages of an earlier one are dropped. What is known
	// stays. With distrust it gives way to what is read now whatever its
	// revision, since changes were missed for good.
	Begin(distrust bool) uint32
	// Number is that of the last reading, 0 before the first.
	Number() uint32
	// Underway tells that pages are on their way.
	Underway() bool
	// Whole tells that every row was read at least once; until then counts
	// and sorting are about what is known so far.
	Whole() bool
	// Err is why the last reading stopped early.
	Err() error
	// End tells that the last page is in. After distrust, what neither a page
	// nor a change named is gone; otherwise every removal is a change, and a
	// row that moved to a page that was read before is not missing.
	End()
	// Break tells why there will be no more pages.
	Break(err error)
}

// Begin implements Reading.
func (r *Rows[R]) Begin(distrust bool) uint32 {
	r.reading++
	r.underway, r.err = true, nil
	// A reading that distrusts and broke leaves the distrust to the next one.
	r.distrust = r.distrust || distrust
	if distrust {
		r.removed = map[int64]struct{}{}
	}
	return r.reading
}

// Number implements Reading.
func (r *Rows[R]) Number() uint32 { return r.reading }

// Underway implements Reading.
func (r *Rows[R]) Underway() bool { return r.underway }

// Whole implements Reading.
func (r *Rows[R]) Whole() bool { return r.whole }

// Err implements Reading.
func (r *Rows[R]) Err() error { return r.err }

// End implements Reading.
func (r *Rows[R]) End() {
	if r.distrust {
		r.drop(func(pos int32) bool { return r.seen[pos] != r.reading })
	}
	r.underway, r.whole, r.distrust, r.err = false, true, false, nil
}

// Break implements Reading.
func (r *Rows[R]) Break(err error) { r.underway, r.err = false, err }
