# Two commands: « make demo » runs the main job on the demonstration, « make test » passes the tests.
# « make demo CONTRACT=grand-calais » runs it on another contract (creusot-montceau, blois, narbonne, toulouse-metropole).
# Both set up what they need in .venv, from nothing but Python 3.11+ and git.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CONTRACT ?= grand-chalon
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := demo
.PHONY: demo test check format clean

demo: $(VENV)/.run-ready
	$(BIN)/evalkit demo --contract $(CONTRACT)

test: $(VENV)/.test-ready check
	$(BIN)/pytest --numprocesses=logical --dist=loadfile --cov --cov-report=term:skip-covered

check: $(VENV)/.test-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/evalkit check

format: $(VENV)/.test-ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) demonstration demonstration-* data build dist

$(VENV)/.venv-ready:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade "pip>=25.1"
	touch $@

$(VENV)/.run-ready: $(VENV)/.venv-ready pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.test-ready: $(VENV)/.run-ready
	$(PIP) install --quiet --constraint constraints.txt --group dev
	touch $@
