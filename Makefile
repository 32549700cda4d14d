PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
LOCK   := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
          --no-header --no-annotate pyproject.toml

help:            ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /	/' | expand -t 12

run: $(READY)    ## serve http://127.0.0.1:8000 with the development inbox at /inbox
	@$(BIN)/kindling serve

test: $(READY)   ## every test, on SQLite and on PostgreSQL; of the pages on the latter
	@$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

judges: $(READY) ## SpamAssassin, rspamd, OpenDKIM and caniemail read every letter; who is not here is skipped
	@$(BIN)/python -m pytest tests/judges -m judge -n 2 --dist loadfile -r s $(ARGS)

fire: $(READY)   ## 100,000 deliveries under kill -9, restarts and lost replies; writes docs/proof/fire.md
	@PROOF=full $(BIN)/python -m pytest -n 2 tests/core tests/chaos tests/store tests/web
	@$(BIN)/python -m tests.chaos.fire --controls --people 2778 --report docs/proof/fire.md

letters: $(READY) ## take the portraits of docs/letters anew (needs Chromium)
	@$(BIN)/python -m tests.browser.letters docs/letters

check: $(READY)  ## format, lint, types, floors, lessons, migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/kindling check

format: $(READY) ## put the code in its written form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

catalogues: $(READY) ## gather what pages and letters say, for who translates (locale/)
	@$(BIN)/python -m app.compose.catalogues

migration: $(READY) ## m="add what": write a migration from the tables
	@$(BIN)/alembic revision --autogenerate -m "$(m)"

image:           ## build the container image
	docker build -t kindling .

lock:            ## pin the newest versions with their hashes (needs uv)
	$(LOCK) --all-extras --output-file requirements.lock
	$(LOCK) --constraint requirements.lock --output-file requirements-run.lock

clean:           ## remove what these commands made, but not var/
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .import_linter_cache tests/judges/node_modules

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kindling needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { echo "python3 cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }
	@echo "Installing the pinned packages (once) ..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $(READY)

.PHONY: help run test judges fire letters check format catalogues migration image lock clean
.DEFAULT_GOAL := help
