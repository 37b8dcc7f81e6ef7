# Every way of working on Ticket. `make help` lists the targets; the work itself is in dev/, bench/ and fuzz/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
# Swift's builds lock each other out of .build, so targets run one after the other.
.NOTPARALLEL:

# A toolchain unpacked where Swift's own images have it is found without being on PATH.
export PATH := $(PATH):/opt/swift/usr/bin

# Not all suites at once: on two cores each would get a moment every few seconds, and their deadlines pass.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 8

# What a run or a bench is given on top, for example: make run ARGS='--port 9000'
ARGS ?=
FUZZ_SECONDS ?= 600

.PHONY: help
help: ## List the targets
	@echo 'Ticket: what make can do here'
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: set-up-build ## Build it and start all of it with the demo event (ARGS='--port 8080'); data stays in .data
	@dev/stage.sh run-build 'Building ticket' swift build --product ticket
	@exec "$$(swift build --show-bin-path)/ticket" run --demo --data .data $(ARGS)

.PHONY: run-distributed
run-distributed: set-up-build set-up-servers ## The same on Redis, PostgreSQL and aws-double, three services (ARGS='--port 8080'); begins anew each time
	@dev/stage.sh run-build 'Building the services' swift build --product ticket
	@for product in ticket-public ticket-confirm ticket-worker aws-double; do swift build --quiet --product $$product; done
	@exec dev/distributed.py $(ARGS)

.PHONY: check
check: set-up-build ## Inner loop: format, build, unit tests
	@dev/lint.sh
	@dev/stage.sh check-build 'Building everything, with the tests' swift build --build-tests
	@dev/stage.sh check-test 'Unit tests' swift test --skip-build --disable-xctest --skip ServiceTests

.PHONY: test
test: set-up-build set-up-test ## Build, then every test: Swift and Python
	@dev/test.sh

.PHONY: lint
lint: swift ## Check the form of all files without building
	@dev/lint.sh

.PHONY: format
format: swift ## Put all Swift files into house format
	@swift format --in-place --parallel --recursive Package.swift Sources Tests bench $(wildcard fuzz)

.PHONY: build
build: set-up-build ## Build the release executables, Swift library inside; prints where they are
	@dev/build.sh

.PHONY: clean
clean: ## Remove everything built (never .data)
	@rm -rf .build .build-* .stamps .venv .venv-checkov .venv-bench bench/results
	@echo 'Removed what was built. Data in .data is untouched.'

# MARK: Longer proofs

.PHONY: bench
bench: bench-http bench-embedded bench-redis bench-confirm bench-redrive bench-worker ## The figures as ratios to named peers; bench-load, bench-onsale and bench-soak are the whole system's

.PHONY: bench-http
bench-http: set-up-build set-up-bench ## HTTP: CPU a request against nginx, idle and slow connections, start-up
	@dev/build.sh ticket ticket-public ticket-confirm ticket-worker http-bench-server
	@bench/http.sh $(ARGS)

.PHONY: bench-redis
bench-redis: set-up-build set-up-servers set-up-bench ## What a Redis read adds to an answer, and what it costs Redis
	@dev/build.sh redis-bench-server
	@mkdir -p bench/results
	@bench/redis.py --json bench/results/redis.json $(ARGS)

.PHONY: bench-confirm
bench-confirm: set-up-build set-up-bench ## Own CPU of ticket-confirm on DynamoDB and SQS of aws-double, beside FastAPI
	@bench/confirm.sh $(ARGS)

.PHONY: bench-redrive
bench-redrive: set-up-build ## Dead letters a second that `ticket queue redrive` sends back on aws-double
	@dev/build.sh ticket aws-double aws-bench
	@mkdir -p bench/results
	@bench/redrive.py --json bench/results/redrive.json $(ARGS)

.PHONY: bench-worker
bench-worker: set-up-build set-up-servers set-up-bench ## Orders into PostgreSQL beside pgbench, Dramatiq and Celery; then the whole worker, at last on aws-double
	@dev/python-venv.sh bench
	@dev/build.sh orders-bench ticket ticket-worker aws-double
	@mkdir -p bench/results
	@bench/orders.py --json bench/results/worker.json $(ARGS)

.PHONY: bench-embedded
bench-embedded: set-up-build set-up-bench ## Purchases a second on the embedded store, durable to the end
	@bench/embedded.sh $(ARGS)

.PHONY: bench-load
bench-load: set-up-build set-up-bench ## The load bot: requests a second from one core, CPU a request
	@dev/build.sh ticket
	@mkdir -p bench/results
	@bench/load_bot.py --json bench/results/load.json $(ARGS)

.PHONY: bench-onsale
bench-onsale: set-up-build set-up-servers set-up-bench ## The highest rate with p95 at most 200 ms under the mix of an on-sale (ARGS=--distributed)
	@dev/build.sh ticket ticket-public ticket-confirm ticket-worker aws-double
	@mkdir -p bench/results
	@bench/onsale.py --json bench/results/onsale.json --output bench/results/onsale-half $(ARGS)

.PHONY: bench-soak
bench-soak: set-up-build set-up-servers ## Memory of the three services over ten minutes of load (ARGS='--minutes 1')
	@dev/build.sh ticket ticket-public ticket-confirm ticket-worker aws-double
	@mkdir -p bench/results
	@bench/soak.py --json bench/results/soak.json $(ARGS)

.PHONY: fuzz
fuzz: set-up-build ## Fuzz the parsers with the address sanitizer (FUZZ_SECONDS=600)
	@FUZZ_SECONDS='$(FUZZ_SECONDS)' fuzz/run.sh

.PHONY: tsan
tsan: set-up-build set-up-test ## The whole Swift suite under the thread sanitizer
	@dev/tsan.sh

.PHONY: prove
prove: set-up-build set-up-test ## The long proofs: every test with PROVE=1
	@PROVE=1 dev/test.sh

# MARK: Set-up: each step is skipped at once when there is nothing to do

.PHONY: swift set-up-build set-up-servers set-up-test set-up-bench
swift: ## Check that the Swift toolchain is there, and say how to get it
	@dev/require-swift.sh

set-up-build: swift ## Install what building needs, if it is missing
	@dev/install-packages.sh build

set-up-servers: ## Install the servers that tests, benches and run-distributed start
	@dev/install-packages.sh servers

set-up-test: set-up-servers ## Install what the tests need, and make their Python environment
	@dev/install-packages.sh test
	@dev/python-venv.sh

set-up-bench: ## Install what the benches need
	@dev/install-packages.sh bench

# MARK: On AWS

include deploy/aws.mk
