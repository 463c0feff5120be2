.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp-$(shell sha256sum requirements/dev.txt pyproject.toml 2>/dev/null | sha256sum | cut -c1-16)
RUN_STAMP := $(VENV)/.stamp-run-$(shell sha256sum requirements/web.txt pyproject.toml 2>/dev/null | sha256sum | cut -c1-16)

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(RUN_STAMP) ## start the demonstration contact centre on http://localhost:8000
	@CALLWARD_HOME=./var/demo $(BIN)/callward demo

test: $(STAMP) system ## everything the tests need, then all tests
	@$(BIN)/python -m pytest -q -n 2 -m "not slow"

check: $(STAMP) system ## format, lint, types, import contracts, migrations, then all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	CALLWARD_HOME=$$(mktemp -d) $(BIN)/python -m callward.web.manage makemigrations --check --dry-run
	$(BIN)/python -m pytest -q -n 2 -m "not slow"

format: $(STAMP) ## rewrite the code in the house format
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: $(STAMP) system ## print every speed ratio of docs/performance.md
	$(BIN)/python benchmarks/run.py

soak: $(STAMP) system ## the long runs: hundreds of kills, fuzzing, a million leaves
	$(BIN)/python -m pytest -q -m slow

lock: ## resolve the dependencies anew and write their hashes
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --extra web --group dev pyproject.toml -o requirements/dev.txt
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --extra web -c requirements/dev.txt pyproject.toml -o requirements/web.txt
	uv pip compile -q --universal --generate-hashes --python-version 3.11 -c requirements/dev.txt pyproject.toml -o requirements/base.txt

system:
	@.ci/system-packages

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(STAMP): | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -q --no-deps -e .
	@touch $@

$(RUN_STAMP): | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/web.txt
	$(BIN)/python -m pip install -q --no-deps -e .
	@touch $@

.PHONY: help run test check format bench soak lock system
