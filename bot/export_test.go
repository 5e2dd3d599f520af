package bot

import (
	"flag"
	"testing"
)

// Update says that goldens are to be written anew.
var updateFlag = flag.Bool("update", false, "write goldens anew")

func update() bool { return *updateFlag }

// Update is update for the tests outside the package.
func Update() bool { return update() }

// Golden is golden for the tests outside the package.
func Golden(t *testing.T, file, got string) { golden(t, file, got) }
