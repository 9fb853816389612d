# Everything here is also a plain command; `make` only strings them together and prepares .venv.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
CALLS  ?=
FAULT  ?=
KILLS  ?= 20
CONTACTS ?= 60
SEED   ?= 1
FAULTS ?=
FACTS  ?=
REPORT ?=

.DEFAULT_GOAL := help
.PHONY: help demo chaos test check fast bench audit lock clean

help:  ## what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/pages.ready  ## the main job: an Asterisk, the hotline, callers and agents over real SIP (CALLS=40: that many, then a summary)
	@$(BIN)/hotline demo $(if $(CALLS),--calls $(CALLS)) $(if $(FAULT),--fault $(FAULT))

chaos: $(VENV)/lab.ready  ## kill the hotline again and again while real calls flow (KILLS, CONTACTS, SEED; FAULTS="kill kill_all", FACTS=1000000, PATIENT=140, REPORT=page.html)
	@$(BIN)/hotline lab chaos --kills $(KILLS) --contacts $(CONTACTS) --seed $(SEED) $(patsubst %,--fault %,$(FAULTS)) $(if $(FACTS),--facts $(FACTS)) $(if $(PATIENT),--patient $(PATIENT)) $(if $(REPORT),--report $(REPORT))

test: $(VENV)/dev.ready $(VENV)/pages.ready check  ## all tests, the real-Asterisk ones included
	@tests/needs
	@$(BIN)/pytest -n auto --ignore tests/integration --ignore tests/e2e
	@# The longest file goes first, so that neither of the two waits for it at the end.
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests/integration/test_demo.py tests/integration tests/e2e

fast: $(VENV)/dev.ready $(VENV)/pages.ready  ## the tests that need no Asterisk, no PostgreSQL and no browser
	@$(BIN)/pytest -n auto tests/acd tests/ivr tests/cti tests/recordings tests/config tests/docs tests/simulation

bench: $(VENV)/bench.ready  ## how fast the router is, and every scenario in full against theory (figures in var/bench.json)
	@$(BIN)/python -m bench --json var/bench.json

check: $(VENV)/dev.ready  ## ruff, mypy --strict, the import contract, the pages' types and tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.pages check

audit: $(VENV)/audit.ready  ## what is known against the pinned packages; SKIPPED where no registry tells
	@$(BIN)/python -m tools.advisories

pages: $(VENV)/pages.ready  ## the browser pages, into cti/pages/dist

lock:  ## pin the dependencies anew (needs uv)
	@requirements/compile

clean:  ## remove what was built and what ran here
	@rm -rf $(VENV) var dist cti/pages/dist cti/pages/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "hotline needs Python 3.11 or newer, this is %d.%d: make PYTHON=python3.12" % sys.version_info[:2])'
	@$(PYTHON) -m venv $(VENV) || { echo "Python has no venv module here: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/lab.ready: $(VENV)/bin/python requirements/lab.txt pyproject.toml
	@echo "installing hotline and the lab's SIP peers into $(VENV) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lab.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -x node_modules acd ivr cti recordings config
	@touch $@

$(VENV)/dev.ready: $(VENV)/bin/python requirements/dev.txt pyproject.toml
	@echo "installing hotline and its development tools into $(VENV) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -x node_modules acd ivr cti recordings config
	@touch $@ $(VENV)/lab.ready

$(VENV)/bench.ready: $(VENV)/dev.ready requirements/bench.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

$(VENV)/audit.ready: $(VENV)/dev.ready requirements/audit.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/audit.txt
	@touch $@

PAGES := $(shell find cti/pages \( -name node_modules -o -name dist \) -prune -o -type f ! -name generated.ts ! -name openapi.json -print)
$(VENV)/pages.ready: $(VENV)/lab.ready tools/pages.py $(PAGES)
	@echo "building the browser pages into cti/pages/dist …"
	@$(BIN)/python -m tools.pages build
	@touch $@
