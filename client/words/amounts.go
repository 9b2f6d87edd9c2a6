package words

import "time"

// Bytes is a size with three figures at most: "512 B", "9.8 MB", "211 MB".
func Bytes(n int64) string { return "" }

// BytesOf is progress in one unit: "10.2 of 14.1 MB".
func BytesOf(done, total int64) string { return "" }

// Rate is a speed: "3.9 MB/s".
func Rate(bytesPerSecond float64) string { return "" }

// Percent is "72 %"; it never says 100 before everything is there.
func Percent(done, total int64) string { return "" }

// Age is how old something is, for lists: "22m", "15h", "3d", "2mo", "2y".
func Age(d time.Duration) string { return "" }

// Duration is how long something took or will take: "0.3 s", "38 s", "5 min".
func Duration(d time.Duration) string { return "" }

// Count writes a number with separators: "3,541".
func Count[N ~int | ~int32 | ~int64](n N) string { return "" }

// Plural is a count with its noun: "1 file", "5 files".
func Plural[N ~int | ~int32 | ~int64](n N, one, many string) string { return "" }

// List joins with commas and "and": "a, b and c".
func List(items []string) string { return "" }

// Digest is the short form of a sha256 for reading: "91c0 5e7a d1f3". "" for none.
func Digest(sum []byte) string { return "" }

// SHA256 is the full form for copying: "sha256:<hex>". "" for none.
func SHA256(sum []byte) string { return "" }
