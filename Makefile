# Ringwall. Needs Python 3.11 or newer, make and git; everything else goes into .venv, pinned by requirements.lock.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PREFIX ?= $(HOME)/.local
PIP    := PIP_CONSTRAINT=requirements.lock PIP_DISABLE_PIP_VERSION_CHECK=1

.PHONY: help demo test check fix install lock docs bench clean

help:     ## this list
	@grep -hE '^[a-z]+: .*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/run.stamp     ## try it: a RingCentral in a box and the wall, ready to log in
	@$(BIN)/ringwall demo

test: check     ## everything that has to be green: lint, types, import contracts, all tests
	$(BIN)/pytest -n 4 tests

check: $(VENV)/dev.stamp     ## the quick part, for every commit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/presence tests/unit

fix: $(VENV)/dev.stamp     ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install:     ## put `ringwall` on your path (PREFIX=~/.local)
	$(PYTHON) -m venv $(PREFIX)/share/ringwall/venv
	$(PIP) $(PREFIX)/share/ringwall/venv/bin/pip install -q --upgrade .
	mkdir -p $(PREFIX)/bin
	ln -sf $(PREFIX)/share/ringwall/venv/bin/ringwall $(PREFIX)/bin/ringwall
	@echo "Installed: $(PREFIX)/bin/ringwall"
	@case ":$$PATH:" in *":$(PREFIX)/bin:"*) ;; *) echo "Your PATH does not hold $(PREFIX)/bin yet: add it there." ;; esac

lock:     ## choose new versions (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --extra keyring --extra postgres --no-header --no-emit-index-url \
	    --no-emit-find-links --upgrade --output-file requirements.lock pyproject.toml

docs: $(VENV)/dev.stamp     ## build the README's tables and picture anew from the program
	$(BIN)/python -m docs.build

bench: $(VENV)/dev.stamp     ## speed and cost, beside peers and floors, in a few minutes
	$(BIN)/python -m bench

clean:     ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Ringwall needs Python 3.11 or newer; try make PYTHON=python3.11 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing into $(VENV) ..."
	@$(PIP) $(BIN)/pip install -q -e .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing into $(VENV) ..."
	@$(PIP) $(BIN)/pip install -q -e '.[dev]'
	@touch $@ $(VENV)/run.stamp
