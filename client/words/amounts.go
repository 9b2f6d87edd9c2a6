package words

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// units of sizes are decimal, as disks, networks and the registry's own
// pages count.
var units = []struct {
	name string
	size int64
}{{"B", 1}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}}

// unit is the largest unit in which n, rounded, is at least 1.
func unit(n int64) (name string, size int64) {
	u := units[0]
	for _, larger := range units[1:] {
		if n < larger.size-larger.size/2000 { // 999.5 kB and more reads as 1.0 MB
			break
		}
		u = larger
	}
	return u.name, u.size
}

// figures writes n in a unit with one decimal below 10.
func figures(n, size int64, decimalBelow float64) string {
	v := float64(n) / float64(size)
	if size > 1 && v < decimalBelow-0.05 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// Bytes is a size with three figures at most: "512 B", "9.8 MB", "211 MB".
func Bytes(n int64) string {
	if n < 0 {
		return none
	}
	name, size := unit(n)
	return figures(n, size, 10) + " " + name
}

// BytesOf is progress in one unit: "10.2 of 14.1 MB".
func BytesOf(done, total int64) string {
	if total < 0 {
		return none
	}
	name, size := unit(total)
	below := 100.0
	if total >= 100*size { // as many figures for the part as for the whole
		below = 0
	}
	part := "0"
	if done > 0 {
		part = figures(done, size, below)
	}
	return part + " of " + figures(total, size, below) + " " + name
}

// Rate is a speed: "3.9 MB/s".
func Rate(bytesPerSecond float64) string {
	if !(bytesPerSecond > 0) || bytesPerSecond > math.MaxInt64/2 {
		return none
	}
	return Bytes(int64(bytesPerSecond)) + "/s"
}

// Percent is "72 %"; it never says 100 before everything is there.
func Percent(done, total int64) string {
	switch {
	case total <= 0, done >= total:
		return "100 %"
	case done <= 0:
		return "0 %"
	}
	return strconv.Itoa(int(float64(done)/float64(total)*100)) + " %"
}

const (
	day   = 24 * time.Hour
	month = 2629746 * time.Second // a twelfth of a mean Gregorian year
	year  = 12 * month
)

// Age is how old something is, for lists: "22m", "15h", "3d", "2mo", "2y".
func Age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "<1m" // clocks differ: what is in the future is new
	case d < time.Hour:
		return whole(d, time.Minute, "m")
	case d < 2*day:
		return whole(d, time.Hour, "h")
	case d < 60*day:
		return whole(d, day, "d")
	case d < 2*year:
		return whole(d, month, "mo")
	}
	return whole(d, year, "y")
}

func whole(d, unit time.Duration, name string) string {
	return strconv.FormatInt(int64(d/unit), 10) + name
}

// Duration is how long something took or will take: "0.3 s", "38 s", "5 min".
func Duration(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 s"
	case d < 50*time.Millisecond:
		return "<0.1 s"
	case d < 9950*time.Millisecond:
		return strings.TrimSuffix(strconv.FormatFloat(d.Seconds(), 'f', 1, 64), ".0") + " s"
	case d < 2*time.Minute:
		return whole(d.Round(time.Second), time.Second, " s")
	case d < 2*time.Hour:
		return whole(d.Round(time.Minute), time.Minute, " min")
	case d < 2*day:
		return whole(d.Round(time.Hour), time.Hour, " h")
	}
	return whole(d.Round(day), day, " days")
}

// Left is a guess of how long something still takes, in whole units and
// never less than a second: "1 s", "5 min".
func Left(d time.Duration) string {
	if d < 2*time.Minute {
		return Duration(max(time.Second, (d + time.Second - 1).Truncate(time.Second)))
	}
	return Duration(d)
}

// Count writes a number with separators: "3,541".
func Count[N ~int | ~int32 | ~int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Plural is a count with its noun: "1 file", "5 files".
func Plural[N ~int | ~int32 | ~int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// List joins with commas and "and": "a, b and c".
func List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " and " + items[last]
}

// Digest is the short form of a sha256 for reading: "91c0 5e7a d1f3". "" for none.
func Digest(sum []byte) string {
	if len(sum) < 6 {
		return ""
	}
	return fmt.Sprintf("%x %x %x", sum[0:2], sum[2:4], sum[4:6])
}

// SHA256 is the full form for copying: "sha256:<hex>". "" for none.
func SHA256(sum []byte) string {
	if len(sum) == 0 {
		return ""
	}
	return "sha256:" + hex.EncodeToString(sum)
}
