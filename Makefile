# Everything starts here: `make help` lists what there is. Each target sets up what it needs first.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

# Tests and measures start the program hundreds of times; translated once, as where it is installed, it starts sooner.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV := VIRTUAL_ENV=.venv $(BIN)/uv pip
LOCK := $(UV) compile --quiet --universal --generate-hashes --no-header pyproject.toml

.PHONY: help
help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: $(READY) ## the program and all it needs, in .venv

# By uv, which is quick and in the lock like all else; where uv cannot run, by pip.
$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv \
	  || { echo "Python's venv is missing; on Debian, as root: apt-get install -y python3-venv"; exit 1; }
	@awk '/^uv==/, !/\\$$/' requirements-dev.lock > .venv/uv.lock
	@{ $(PIP) --require-hashes -r .venv/uv.lock \
	    && $(UV) sync --quiet --require-hashes requirements-dev.lock \
	    && $(UV) install --quiet --no-deps --no-build-isolation --editable .; } \
	  || { $(PIP) --require-hashes -r requirements-dev.lock && $(PIP) --no-deps --no-build-isolation --editable .; }
	@touch $@

.PHONY: demo
demo: $(READY) ## the whole desk on this machine, with a phone to type into; Ctrl-C stops it
	@$(BIN)/python -m tomarigi.demo

.PHONY: test
test: $(READY) browser ## every test, on SQLite and on PostgreSQL
	@$(BIN)/pytest -n 2 --dist worksteal

.PHONY: check
check: $(READY) ## format, lint, types, import contracts, the rules of the house
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q tests/house

.PHONY: format
format: $(READY) ## lay the code out as `make check` wants it
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: lock
lock: $(READY) ## write the locks anew from pyproject.toml; pins stay unless they must move
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --extra dev --output-file requirements-dev.lock

.PHONY: migration
migration: $(READY) ## write a migration from the tables: make migration name=waiting_list
	@$(BIN)/python -m migrations.write $(name)

# What the tests of pages and paper need: Debian's chromium, a font with Japanese letters, and Pango, which sets them.
PACKAGES := chromium fonts-noto-cjk libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

.PHONY: browser
browser:
	@command -v chromium > /dev/null && find /usr/share/fonts -name 'NotoSansCJK*' | grep -q . \
	  && find /usr/lib -name 'libpangoft2-1.0.so*' | grep -q . && find /usr/lib -name 'libharfbuzz-subset.so*' | grep -q . \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -qy $(PACKAGES); } \
	  || { echo "The tests of pages and paper need packages; as root: apt-get install -y $(PACKAGES)"; exit 1; }

.PHONY: soak
soak: $(READY) ## the long tests: every step at which a process can die
	@$(BIN)/pytest -n 2 --dist worksteal -m soak -o faulthandler_timeout=3000

.PHONY: bench
bench: $(READY) ## what it does in a second, beside its peers, into docs/PERFORMANCE.md; at most 20 minutes
	@timeout --kill-after=60 1200 $(BIN)/python -W "ignore:XDG_RUNTIME_DIR is not set" -m bench

.PHONY: needs-model
needs-model: $(READY) ## what reading needs starts from: desk/needs/lexicon.json from the tables, model.bin from the corpus; ten minutes
	@$(BIN)/python -m learning.train

.PHONY: needs-report
needs-report: $(READY) ## how well needs and dangers are read, into docs/NEEDS.md; a quarter of an hour
	@$(BIN)/python -m learning.report
