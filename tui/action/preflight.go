package action

// What one does on the first pages of a publish, with the project itself.
type (
	// Mend writes what is missing: the fix of the line under the cursor, or a
	// file that the page offers.
	Mend struct{ local }
	// RunJob runs one of the jobs of the project, such as "build".
	RunJob struct {
		local
		Job string
	}
	// StopJob ends the job that runs.
	StopJob struct{ local }
	// AskRunCode asks before code of the project is run for another reason
	// than that somebody asked for just that. Then is what the answer does.
	AskRunCode struct {
		effect
		// Command is what is run, Writes the file that it is run for.
		Command, Writes string
		Then            Action
	}
	// AskOverride asks why one goes on in spite of a requirement that is not
	// met.
	AskOverride struct {
		effect
		Requirement   string
		Title, Detail string
		// Reason is what was said before.
		Reason string
	}
	// Override is the answer; without a reason it takes back the one before.
	Override struct {
		local
		Requirement, Reason string
	}
)
