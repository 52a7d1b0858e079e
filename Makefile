# Everything a person or CI does with this clone. Needs git, make, python3 and python3-venv; everything else is fetched
# into .venv and web/node_modules.

PYTHON ?= python3
# Two processes, since compiling a program keeps one core busy; a file stays whole, since its tests share what they train.
PYTEST_ARGS ?= -n 2 --dist loadfile
# Most of the time goes into compiling programs that run for a moment: here they are compiled in haste. `make soak` and
# .ci/run compile them as they are compiled for people.
TEST_XLA_FLAGS ?= --xla_backend_optimization_level=0
LAB_ARGS ?=
BENCH_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
DOCS := $(VENV)/docs
BENCH := .bench
STAMPS := $(VENV)/.stamps
UV := $(BIN)/uv

# Without byte-compilation the first `import keras` takes 5 s instead of 1.4 s.
export UV_COMPILE_BYTECODE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# pip trusts the system's certificates on Debian; uv does where it is told to.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS := 1
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup frontend lab test check soak docs bench bench-quick bench-lab bench-data format lock clean

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: setup ## set everything up, start the lab and open it (LAB_ARGS="--port 8000 --no-browser")
	@$(BIN)/vitrail lab $(LAB_ARGS)

# Hundreds of tests start a process; where Python may keep no bytecode, each of them would compile the package anew.
test: setup ## set everything up and run all tests (PYTEST_ARGS="tests/data -x")
	@$(BIN)/python -m compileall -q src
	XLA_FLAGS="$(TEST_XLA_FLAGS)" $(BIN)/python -m pytest $(PYTEST_ARGS)
	$(BIN)/python hatch_build.py npm run test

check: setup ## linters, formats, types, import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python hatch_build.py npm run check

soak: setup ## the heavy form of the tests that have one
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -m soak $(PYTEST_ARGS)

docs: $(STAMPS)/docs ## build the documentation into site/, to be read without a network
	$(DOCS)/bin/mkdocs build

# This clone is measured, whatever is installed.
bench: setup $(BENCH)/.stamp ## measure beside the peers, half an hour on a quiet machine (BENCH_ARGS="--only batch --rounds 3")
	PYTHONPATH=src $(BIN)/python -m benchmarks.runner $(BENCH_ARGS)

bench-quick: setup ## measure beside Keras on JAX, three minutes
	PYTHONPATH=src $(BIN)/python -m benchmarks.quick

bench-lab: setup ## measure the lab in its own page, two minutes (BENCH_ARGS=--publish keeps the figures)
	PYTHONPATH=src $(BIN)/python -m benchmarks.lab $(BENCH_ARGS)

bench-data: setup $(BENCH)/.stamp ## measure loading beside pandas, tf.data and PyTorch (BENCH_ARGS="--pictures 200000 --rows 20000000")
	PYTHONPATH=src $(BIN)/python -m benchmarks.data_bench $(BENCH_ARGS)

format: setup ## format Python, mend what the linter can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

setup: frontend $(STAMPS)/package ## environment and front end, nothing started

lock: $(STAMPS)/uv ## refresh requirements/ from pyproject.toml (LOCK_ARGS=--upgrade for newer versions)
	echo uv | $(LOCK) - -o requirements/bootstrap.txt
	$(LOCK) --group dev pyproject.toml -o requirements/dev.txt
	$(LOCK) --group docs -o requirements/docs.txt
	$(LOCK) --group pyproject.toml:bench -o requirements/bench.txt

clean: ## remove the environment, the built front end and all caches
	rm -rf $(VENV) $(BENCH) web/node_modules src/vitrail/lab/static src/vitrail/widgets/static build dist site \
	  .hypothesis .pytest_cache .ruff_cache .import_linter_cache
	find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

LOCK = $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
  --custom-compile-command "make lock" $(LOCK_ARGS)

# Each stamp stands for one finished step and is newer than what the step was made from.

$(STAMPS)/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("vitrail: needs Python 3.11 or newer, found " + sys.version.split()[0] + " (choose one: make PYTHON=python3.12 ...)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements/bootstrap.txt
	@mkdir -p $(STAMPS) && touch $@

# `install` and not `sync`: what a person added, such as PyTorch for the oracle tests, stays.
$(STAMPS)/requirements: requirements/dev.txt $(STAMPS)/uv
	$(UV) pip install --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

# An environment of its own: the API's pages are read from the sources, so that neither Keras nor JAX is needed.
$(STAMPS)/docs: requirements/docs.txt $(STAMPS)/uv
	$(UV) venv --quiet --clear --python $(BIN)/python $(DOCS)
	$(UV) pip install --python $(DOCS)/bin/python --require-hashes -r requirements/docs.txt
	@touch $@

# PyTorch is in no lock: pip takes a build without CUDA where the machine offers one, and its hash differs from place to place.
$(BENCH)/.stamp: requirements/bench.txt $(STAMPS)/uv
	$(PYTHON) -m venv $(BENCH)
	$(UV) pip install --python $(BENCH)/bin/python --require-hashes -r requirements/bench.txt
	$(BENCH)/bin/pip install --quiet torch==2.13.0
	@touch $@

# Decides by a hash over the sources whether there is anything to build.
frontend: $(STAMPS)/requirements
	@$(BIN)/python hatch_build.py

$(STAMPS)/package: pyproject.toml hatch_build.py src/vitrail/_version.py $(STAMPS)/requirements | frontend
	$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation --reinstall-package vitrail --editable .
	@touch $@
