# The commands of the project; `make` alone lists them.
#
# Each one starts from a fresh checkout: it installs and prepares what it needs, and finds in
# milliseconds that nothing is missing.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run test check format lives bench soak demo clean openapi db fuzz sanitize

help: ## lists these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## installs missing packages and prepares the assets
	@scripts/setup
	@scripts/prepare run

run: setup ## builds and starts everything, and prints the addresses and demo log-ins
	@swift build
	@exec scripts/run

test: ## runs every test: Swift, Stripe's own SDK, the whole system, the browser
	@scripts/test

check: ## format, lint, build, fast tests, OpenAPI: before each commit
	@scripts/check

format: ## formats the Swift sources
	@swift format --in-place --parallel --recursive Sources Tests Package.swift

lives: ## lives two thousand random lives through the whole system; `make lives LIVES=200` for fewer
	@APP_LIVES=$(or $(LIVES),2000) swift test --disable-xctest --filter AppLifeTests

bench: ## runs the benchmarks
	@scripts/bench

fuzz: ## fuzzes every parser: `scripts/fuzz [SECONDS] [TARGET]` for longer or for one
	@scripts/fuzz

sanitize: ## runs the Swift suites under the address and the thread sanitizer
	@scripts/sanitize

soak: ## kills everything a thousand times under load, and looks for what was lost or doubled
	@scripts/soak kills

demo: ## buys a plan at the running system, without a browser, and prints the timeline
	@scripts/demo

openapi: ## writes openapi.json from the code
	@swift build --product billing
	@scripts/openapi --write

db: ## opens psql on the private database
	@scripts/db

clean: ## removes what was built; the data in var/ stays
	@rm -rf .build build
