// Package reliability holds no program, only tests: real registries and real
// publishers in processes of their own, killed at the worst moments, and
// measured while they move large files.
//
// The tests run small by themselves. With REGISTRAR_SOAK set they take the
// sizes and counts that the project promises.
package reliability
