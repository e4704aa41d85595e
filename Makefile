# make run     build and serve the built-in site with its demo on http://localhost:8080
# make test    set up what the tests need, and run them: about ten minutes
# make test-full  the same with every repetition (kills, backups, reproducible builds) and a minute of each fuzz target
# make build   leave the program in bin/nod
# make release build archives for every system with checksums and lists of components: bin/release. Nothing is published
# make bench   measure, and print the figures
# make fuzz    try every parser with made-up input, for FUZZTIME each (1m)
# make shots   photograph every page and state: bin/shots/index.html; make pictures those of README
# make sdk     leave the npm package in bin/nod-client.tgz
# make deps    install what tests and measurements need: Chromium, Node packages
# make wasm    build the WebAssembly program only; make check checks the types of the scripts
# make lint    check Go, scripts, line length, names and wording; make vulncheck looks for known holes (needs a network)
# make clean   remove what was built

GO ?= go
NOD = bin/nod
TOOL = $(GO) tool -modfile=web/lint/tools.mod
export GO

.PHONY: run test build release bench fuzz shots pictures sdk deps wasm check lint vulncheck clean

# -trimpath everywhere: then all that is built shares one set of compiled packages.
run:
	@echo "compiling the build program"
	@$(GO) run -trimpath ./web/build -o $(NOD) -ldflags "$(STAMP)" -serve -- $(ARGS)
	$(NOD) serve --demo --db sqlite:bin/demo.db $(ARGS)

# What "nod version" prints. Go writes it into the program itself, but not in every kind of checkout.
COMMIT ?= $(shell git rev-parse HEAD 2>/dev/null)
DATE ?= $(shell TZ=UTC git show -s --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ 2>/dev/null)
VERSION ?= $(shell git describe --tags --match 'v*' --dirty 2>/dev/null)
STAMP = -X main.releaseVersion=$(VERSION) -X main.releaseCommit=$(COMMIT) -X main.releaseDate=$(DATE)

build:
	@$(GO) run -trimpath ./web/build -o $(NOD) -ldflags "$(STAMP)"

# The same sources give the same bytes, with the same version of Go.
release: wasm
	$(GO) run ./web/release -version "$(VERSION)" -commit "$(COMMIT)" -date "$(DATE)" $(ARGS)

wasm:
	$(GO) run -trimpath ./web/wasm/build

# A server gives the same file at /sdk/client.tgz and /sdk/client-VERSION.tgz.
sdk:
	@mkdir -p bin
	$(GO) run ./web/sdk/js/pack > bin/nod-client.tgz

deps:
	sh web/e2e/deps.sh

# Tests whose goroutines share something start with TestConcurrent. They run a second time with the race detector, which
# makes a test several times slower.
RACED = $$(grep -rl --include='*_test.go' '^func TestConcurrent' app web cmd | xargs -n1 dirname | sort -u | \
	sed 's|^|./|')
UNITS = $$($(GO) list ./... | grep -vE '/web/(e2e|lint)$$')

# One after the other: the browsers need both processors, and wait for each other less than for a busy machine.
test: deps wasm check-all test-browsers

.PHONY: check-all test-browsers test-full
check-all:
	$(MAKE) --no-print-directory check lint
	$(GO) test -short -timeout 30m $(UNITS)
	$(GO) test -short -race -run '^TestConcurrent' -timeout 30m $(RACED)

test-browsers:
	$(GO) test -timeout 60m ./web/e2e

# Everything, with each repetition: kills, backups, reproducible builds; and each fuzz target for a minute.
test-full: deps wasm check lint
	$(GO) test -tags full -race -timeout 60m $$($(GO) list ./... | grep -v '/web/e2e$$')
	$(GO) test -tags full -timeout 60m ./web/e2e
	$(MAKE) --no-print-directory fuzz

check:
	cd web && npm run --silent check

# The first run compiles golangci-lint, which takes some minutes; later ones take seconds.
lint: web/node_modules/.package-lock.json
	$(TOOL) golangci-lint run ./...
	cd web && npm run --silent lint
	$(GO) test ./web/lint

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --silent --ignore-scripts
	@touch $@

vulncheck:
	$(TOOL) govulncheck ./...

bench: deps build
	$(GO) run ./web/e2e/bench

FUZZTIME ?= 1m

# Go fuzzes one target at a time, and would spend most of it on making what it tries shorter. What it finds is stored in
# testdata/fuzz, and every test run tries it from then on. Go may take the end of the time for a failure ("context
# deadline exceeded"): what was found fails the second time too, at once.
fuzz:
	@grep -rEo '^func Fuzz[A-Za-z]+' --include='*_test.go' app web cmd | sed -E 's|/[^/]*:func | |' | sort -u | \
	while read -r dir name; do \
		echo "== $$dir $$name"; \
		fuzz() { $(GO) test "./$$dir" -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x; }; \
		fuzz || fuzz || exit 1; \
	done

shots: deps wasm
	$(GO) run ./web/e2e/shots $(ARGS)

pictures: deps wasm
	$(GO) run ./web/e2e/shots -pictures assets/docs

clean:
	rm -rf bin web/node_modules
	find web/wasm/dist -type f ! -name .gitignore -delete
