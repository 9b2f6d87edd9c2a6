package server

// GCPercent is what a process that does nothing but serve gives to
// debug.SetGCPercent. What a registry holds in memory is small, some 6 MB
// however much it moves, so that at Go's default it would collect dozens of
// times a second; with this it serves a third more pages, for 25 MB.
const GCPercent = 400
