# Everything a newcomer or an operator types. Needs Python 3.11 to 3.13; uv is used where it is found.
SHELL := /bin/sh
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
FIND_PYTHON := for p in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	if "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then echo "$$p"; break; fi; done

help: ## what can be typed
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/'

install: $(VENV)/installed ## makes .venv with what constraints.txt pins

$(VENV)/installed: pyproject.toml constraints.txt
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then echo "Reach needs Python 3.11, 3.12 or 3.13: install one of them, or name it with make PYTHON=/path/to/python3.12." >&2; exit 2; fi; \
	if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$$python" $(VENV) && \
		uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	else \
		"$$python" -m venv $(VENV) && $(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'; \
	fi
	@touch $@

demo: install ## a workspace from the sample, one night over it, its totals
	@$(BIN)/reach demo

test: install ## the tests
	@$(BIN)/python -m pytest -q

lint: install ## format, lint, types, import contracts
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet . && $(BIN)/mypy --no-error-summary && $(BIN)/lint-imports

bench: install ## the figures of benchmarks/RESULTS.md, on this machine
	@$(BIN)/python -m benchmarks.exports
	@$(BIN)/python -m benchmarks.rollups
	@$(BIN)/python -m benchmarks.nights

deploy: install ## make deploy REACH_HOME=/path/to/workspace: the two schedules, on the Prefect server in use
	@REACH_HOME="$(REACH_HOME)" $(BIN)/python -m flows.deploy

clean: ## removes what the others made here
	rm -rf $(VENV) reach-demo build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help install demo test lint bench deploy clean
