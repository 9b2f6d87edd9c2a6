// Package annotations carries remarks about an answer, such as rate limits.
package annotations

// Annotations are remarks about an answer.
type Annotations []string
