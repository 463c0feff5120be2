.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BASE := .venv-base
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp-$(shell sha256sum requirements/dev.txt pyproject.toml 2>/dev/null | sha256sum | cut -c1-16)
RUN_STAMP := $(VENV)/.stamp-run-$(shell sha256sum requirements/web.txt pyproject.toml 2>/dev/null | sha256sum | cut -c1-16)

# What is said of rows holds on PostgreSQL too: these run once more there. Pages are the same on both.
ROWS := $(addprefix tests/web/,keys walls lifecycle people background feeds sweeps api test_databases.py) \
	$(addprefix tests/web/calls/test_,taking_in.py ingesting.py destroying.py doctor.py duties.py listing.py) \
	--ignore-glob='*_pages.py'

# On PostgreSQL these take minutes, or stand on what no database changes: `make soak` runs all of tests/web there.
LONG_ROWS := $(addprefix --ignore=tests/web/,lifecycle/test_backup_restore.py lifecycle/test_in_a_bucket.py \
	lifecycle/test_backup_kills.py lifecycle/test_backup_bucket.py lifecycle/test_backup_schedule.py \
	keys/test_services.py keys/test_configured.py keys/test_token.py feeds/test_at_work.py feeds/test_twilio.py \
	feeds/test_s3.py feeds/test_sftp.py api/test_openapi.py sweeps/test_sweep_workers.py sweeps/test_texts.py)

# A file's tests go to one worker, in the order of tests/conftest.py: what is long begins first.
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder

COMPILE := uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(RUN_STAMP) ## start the demonstration contact centre on http://localhost:8000
	@CALLWARD_HOME=./var/demo $(BIN)/callward demo

test: $(STAMP) system ## everything the tests need, then all tests
	@CALLWARD_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not slow" $(ROWS) $(LONG_ROWS)
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not slow"

check: $(STAMP) system ## format, lint, types, import contracts, migrations, then all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	CALLWARD_HOME=$$(mktemp -d) $(BIN)/python -m callward.web.manage makemigrations --check --dry-run
	CALLWARD_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not slow" $(ROWS) $(LONG_ROWS)
	$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not slow"

test-base: system ## engines and command line, installed without Django
	@test -x $(BASE)/bin/python || { .ci/venv-ready $(PYTHON) && $(PYTHON) -m venv $(BASE); }
	@$(BASE)/bin/python -m pip install -q --require-hashes -r requirements/base-test.txt
	@$(BASE)/bin/python -m pip install -q --no-deps --no-build-isolation .
	@$(BASE)/bin/python -c 'import importlib.util as u; assert u.find_spec("django") is None, "Django must not be in the base environment"'
	@cd tests && ../$(BASE)/bin/python -m pytest -q -c ../pyproject.toml -p no:cacheprovider -o pythonpath=tests/support -n 2 -m "not slow" engine cli intake

format: $(STAMP) ## rewrite the code in the house format
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: $(STAMP) system ## print every speed ratio of docs/performance.md
	$(BIN)/python benchmarks/run.py

soak: $(STAMP) system ## the long runs: hundreds of kills, fuzzing, a million leaves
	$(BIN)/python -m pip install -q --require-hashes -r requirements/fuzz.txt
	CALLWARD_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q tests/web
	$(BIN)/python -m pytest -q -m slow
	$(BIN)/python -m pytest -q --hypothesis-profile=searching $$(grep -rl hypothesis tests --include='test_*.py')

names: $(STAMP) ## train the names models anew from ../shared/corpora/ner and measure them
	$(BIN)/python -m training

lock: ## resolve the dependencies anew and write their hashes
	$(COMPILE) --extra web --group build --group test --group dev -o requirements/dev.txt
	$(COMPILE) --extra web --group build -c requirements/dev.txt -o requirements/web.txt
	$(COMPILE) --group build --group test -c requirements/dev.txt -o requirements/base-test.txt
	$(COMPILE) --group fuzz -c requirements/dev.txt -o requirements/fuzz.txt

system:
	@.ci/system-packages

$(VENV)/bin/python:
	@.ci/venv-ready $(PYTHON)
	$(PYTHON) -m venv $(VENV)

$(STAMP): | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(RUN_STAMP): | $(VENV)/bin/python
	@echo "Installing what Callward stands on into $(VENV): a minute or two, once."
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/web.txt
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: help run test test-base check format bench soak names lock system
