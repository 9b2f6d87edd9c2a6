package action

import "github.com/registrar-console/registrar/client/yank"

// What yanks several versions at once.
type (
	// AskYanks opens the page about several versions.
	AskYanks struct {
		effect
		Versions []Version
	}
	// AskYankFile asks for the file that names them.
	AskYankFile struct{ effect }
	// ReadVersions reads a file that names versions. Asked comes back with
	// the answer.
	ReadVersions struct {
		effect
		Path  string
		Asked int
	}
	// WeighYanks asks the registry what an order would do, and changes
	// nothing there.
	WeighYanks struct {
		effect
		Weighing *yank.Weighing
		Asked    int
	}
	// Yanks carries an order out, or goes on with what is left of it.
	Yanks struct {
		effect
		Run *yank.Run
	}
	// ShowYanks opens the page with the results of the last one again.
	ShowYanks struct{ effect }
)
