# What can be typed here; `make` alone lists it. Written for GNU make 3.81 and any POSIX shell.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTHON :=
DEMO := reach-demo

# Byte code makes every later start faster, whatever the shell that calls make prefers.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# What the three targets for Prefect take where the environment says nothing.
PREFECT := PREFECT_API_URL="$${PREFECT_API_URL:-http://127.0.0.1:4200/api}" \
	PREFECT_SERVER_ANALYTICS_ENABLED="$${PREFECT_SERVER_ANALYTICS_ENABLED:-false}" \
	PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE="$${PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE:-prefect.server.concurrency.lease_storage.filesystem}" \
	PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED="$${PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED:-events,flow_runs}" \
	DO_NOT_TRACK="$${DO_NOT_TRACK:-1}"

SUITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
NONE := Reach needs Python 3.11, 3.12 or 3.13 and found none of them: install one, or name yours with make install PYTHON=/path/to/python3.12

.DEFAULT_GOAL := help
.PHONY: help install demo demo-apis test siege lint bench mutate audit server deploy worker clean

help: ## lists what can be typed
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' Makefile | while read -r name what; do printf '  make %-9s %s\n' "$$name" "$$what"; done

install: $(STAMP) ## makes .venv with the pinned versions and the program reach in it
	@echo 'Next: type source $(BIN)/activate, and reach is there to type in this terminal.'

demo: $(STAMP) ## runs one night over the bundled sample and shows its totals
	@$(BIN)/reach demo $(DEMO)
	@echo 'To have reach there to type in this terminal: source $(BIN)/activate'

demo-apis: $(STAMP) ## the same over local servers that speak every platform's API
	@rm -rf $(DEMO)-apis
	@$(BIN)/python -m tests.platforms.demo $(DEMO)-apis

test: $(STAMP) ## runs the tests
	$(BIN)/python -m pytest

siege: $(STAMP) ## tries for hours to break what the README promises: kills, readers, years of nights (hours; ONLY=long_life)
	$(BIN)/python -m pytest -n 0 -o 'python_files=siege_*.py' tests/siege $(if $(ONLY),-k '$(ONLY)')

lint: $(STAMP) ## checks format, style, types and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/lint-imports

bench: $(STAMP) ## measures what has to be reached, each row beside its baseline (an hour; ONLY='tables report')
	$(BIN)/python -m benchmarks $(ONLY)

mutate: $(STAMP) ## changes the rules' code in small ways, and lists what no test notices (hours; ONLY='warehouse.reach.windows*')
	@if [ -x $(BIN)/pip ]; then $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[mutate]'; \
	else uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[mutate]'; fi
	POLARS_ALLOW_FORKING_THREAD=1 $(BIN)/mutmut run --max-children 2 $(if $(ONLY),'$(ONLY)')
	$(BIN)/mutmut results | sed '/: not checked$$/d' # where ONLY names a module, those of all others

audit: $(STAMP) ## looks the pinned versions up among the known vulnerabilities (needs the internet, and fails without)
	@if [ -x $(BIN)/pip ]; then $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[audit]'; \
	else uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[audit]'; fi
	@$(BIN)/python -m tests.audit

server: $(STAMP) ## starts a Prefect server on this machine, in the background
	@umask 077; $(PREFECT) $(BIN)/prefect server start --host "$${PREFECT_SERVER_API_HOST:-127.0.0.1}" --background

deploy: $(STAMP) ## puts a workspace on the Prefect server, beside others: make deploy REACH_HOME=/path/to/workspace
	@$(PREFECT) REACH_HOME="$(REACH_HOME)" $(BIN)/python -m flows.deploy

worker: $(STAMP) ## runs what was deployed, until it is stopped
	@$(PREFECT) $(BIN)/prefect worker start --pool reach --limit "$${REACH_RUNS_AT_ONCE:-4}"

clean: ## takes away .venv, the demonstration and what tools left behind
	rm -rf $(VENV) $(DEMO) $(DEMO)-apis build dist *.egg-info mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(STAMP): pyproject.toml constraints.txt
	@set -e; \
	python=; \
	for candidate in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3); do \
		if "$$candidate" -c '$(SUITS)' >/dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo '$(NONE).' >&2; exit 1; fi; \
	if [ -e $(VENV) ] && ! $(BIN)/python -c '$(SUITS)' >/dev/null 2>&1; then rm -rf $(VENV); fi; \
	echo "Installing into $(VENV) with $$("$$python" --version); this takes a minute."; \
	if command -v uv >/dev/null 2>&1; then \
		[ -x $(BIN)/python ] || uv venv --quiet --python "$$python" $(VENV); \
		uv pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'; \
	else \
		[ -x $(BIN)/pip ] || "$$python" -m venv $(VENV); \
		$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'; \
	fi; \
	touch $(STAMP)
