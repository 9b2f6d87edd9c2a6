# Everything that the project needs is installed by these targets themselves,
# at pinned versions, into .bin; Go is the only thing that must be there.

BIN     := $(CURDIR)/.bin
export PATH := $(BIN):$(PATH)
export REGISTRAR_SHARED ?= $(abspath $(CURDIR)/../shared)

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
STAMP   := -X main.stamp=$(VERSION)
BUILD   := CGO_ENABLED=0 go build -trimpath -ldflags '-s -w $(STAMP)'

CONNECTOR := testdata/connector
DIST      := build/sample
PLATFORMS := darwin-amd64 darwin-arm64 linux-amd64 linux-arm64 windows-amd64

.PHONY: demo build test lint fmt gen bench soak pictures sample tools clean

# The main job: build, cross-compile the sample connector for five platforms,
# publish it through the real API, and open the console on the result.
demo: build sample
	./build/registrar demo --dist $(DIST)

build:
	@mkdir -p build
	$(BUILD) -o build/registrar ./cmd/registrar

# The sample connector, one executable for each platform.
sample: $(PLATFORMS:%=$(DIST)/%)

$(DIST)/%: $(shell find $(CONNECTOR) -name '*.go' 2>/dev/null) $(CONNECTOR)/go.mod
	@mkdir -p $@
	cd $(CONNECTOR) && CGO_ENABLED=0 GOOS=$(word 1,$(subst -, ,$*)) GOARCH=$(word 2,$(subst -, ,$*)) \
		go build -trimpath -ldflags '-s -w' -o $(CURDIR)/$@/baton-sample$(if $(findstring windows,$*),.exe) ./cmd/baton-sample
	@touch $@

test:
	CGO_ENABLED=1 go test -race -timeout 15m ./...

lint: $(BIN)/golangci-lint $(BIN)/buf
	golangci-lint run ./...
	buf lint
	@if tag=$$(git describe --tags --abbrev=0 2>/dev/null); then \
		buf breaking --against ".git#ref=$$tag,subdir=."; \
	else echo "buf breaking: there is no tag to compare with yet"; fi

fmt: $(BIN)/golangci-lint
	golangci-lint fmt ./...

gen: $(BIN)/buf $(BIN)/protoc-gen-go $(BIN)/protoc-gen-go-grpc
	buf generate proto

bench:
	go test -run '^$$' -bench . -benchmem ./...
	go test -count=1 -v -run 'TestAnIdleConsole|TestUploadsDrawSeldom|TestManyRows' ./tui

# An hour and more on two cores. The race detector, under which all of it would
# take a day, watches the small counts of make test.
soak:
	REGISTRAR_SOAK=1 go test -timeout 3h -run 'Soak|Storm|Model|Race|Kill' -v ./...

pictures:
	REGISTRAR_PICTURES=$(CURDIR)/docs/pictures go test -count=1 -run TestPictures ./cmd/registrar

tools: $(BIN)/golangci-lint $(BIN)/buf $(BIN)/protoc-gen-go $(BIN)/protoc-gen-go-grpc $(BIN)/benchstat $(BIN)/gotestsum

$(BIN)/golangci-lint: tools/lint/go.mod tools/lint/go.sum
	cd tools/lint && go build -o $(BIN)/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(BIN)/buf $(BIN)/protoc-gen-go $(BIN)/protoc-gen-go-grpc $(BIN)/benchstat $(BIN)/gotestsum: tools/go.mod tools/go.sum
	cd tools && go build -o $(BIN)/ $$(go list -f '{{.ImportPath}}' tool | grep '/$(notdir $@)$$')

clean:
	rm -rf build .bin
