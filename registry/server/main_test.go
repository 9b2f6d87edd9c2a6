package server_test

import (
	"testing"

	"github.com/registrar-console/registrar/registry/registrytest"
)

func TestMain(m *testing.M) { registrytest.Main(m) }
