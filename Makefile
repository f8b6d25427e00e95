# `make demo` and `make test` work as the first command on a fresh clone:
# each target sets up the virtual environment it needs.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test test-all check format bench build clean

$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "pa-onto needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/python -m compileall -q src
	@touch $@

demo: $(VENV)/ready
	$(BIN)/pa-onto publish
	$(BIN)/pa-onto validate data/crew.jsonld data/postings.jsonld
	$(BIN)/pa-onto query titles-at-level --param level=senior --format table
	$(BIN)/pa-onto show "2nd AD"

# Each process takes one half of the tests, and in the end what the other has left.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal

# What every change must pass, in a few minutes.
test: $(VENV)/ready
	$(PYTEST) -m "not long"

# The long runs besides: all random pairs, soaks, an installation from the packages.
test-all: $(VENV)/ready
	$(PYTEST) -m long

# The packages, outside dist/, which is for what is published of the vocabulary.
build: $(VENV)/ready
	$(BIN)/python -m build --outdir build/packages

check: $(VENV)/ready
	$(BIN)/ruff check src tests docs
	$(BIN)/ruff format --check src tests docs
	$(BIN)/mypy
	$(BIN)/pa-onto format --check
	$(BIN)/pa-onto check
	$(BIN)/pa-onto publish --check

format: $(VENV)/ready
	$(BIN)/ruff check --fix --exit-zero src tests docs
	$(BIN)/ruff format src tests docs
	$(BIN)/pa-onto format

bench: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python tests/bench/cold_start.py
	$(BIN)/python -m tests.bench.titles
	$(BIN)/python tests/bench/publishing.py
	$(BIN)/python tests/bench/validation.py
	$(BIN)/python tests/bench/stages.py
	$(BIN)/python tests/bench/examples.py
	$(BIN)/python tests/bench/differential.py
	$(BIN)/python tests/bench/fuzz.py
	$(BIN)/python -m tests.bench.serving

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache
