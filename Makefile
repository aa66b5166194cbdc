# Everything a fresh machine needs is Python >= 3.11 and make; nothing here needs root.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: demo test hostile check format bench clean

demo: $(VENV)/.installed ## grade the shipped sample submissions
	$(BIN)/grader grade linear_regression solutions/linear_regression/submissions --out out/demo

test: $(VENV)/.installed-dev ## the whole test suite
	$(BIN)/python -m pytest

hostile: $(VENV)/.installed-dev ## the attacks, as every user and in every kind of container that this machine allows
	$(BIN)/python tests/hostile/everywhere.py

check: $(VENV)/.installed-dev ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## put the code into the house format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

bench: $(VENV)/.installed-dev ## cost per submission beside the unconfined limit
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/confinement.py

clean: ## remove what the targets above made
	rm -rf $(VENV) out

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than 3.11; name a newer one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing into $(VENV) (PyTorch is large; the first time takes some minutes) ..."
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) --editable '.[dev]'
	@touch $@
