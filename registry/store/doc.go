// Package store keeps everything a registry knows but the bytes of release
// files: one SQLite database in the data directory, shared by every process
// that opens it.
//
// Reading happens inside Store.Read, on one snapshot; changing inside
// Store.Write, in one transaction with one time and one person. Every change
// of a version's state goes through Tx.Move, which keeps the pointers of the
// connector, its counters and the audit log in the same transaction.
//
// The changing methods append the event of what they did by themselves, so
// that no change is without one; Tx.Record is for what changes nothing here,
// such as a refusal.
//
// No query is unbounded: a page of a list examines at most a fixed number of
// rows and says how far it got.
package store
