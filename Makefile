# Everything runs from .venv; nothing is installed outside this folder.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PRATIQUE := $(BIN)/pratique
ARGS ?=
SYNC := $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock

.PHONY: demo serve test test-long install lock check format bench clean

demo: .venv/.installed ## the main job: one day at the airport, live on loopback
	@test -e .venv/.prepared || nice -n 19 $(MAKE) -s .venv/.prepared >/dev/null 2>&1 &
	$(PRATIQUE) demo $(ARGS)

serve: install
	$(PRATIQUE) serve $(ARGS)

test: install ## everything that must hold, in its short form
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS)

test-long: install ## the long form: 2,000 drill days, 100 kills
	$(BIN)/pytest $(ARGS)

bench: install
	$(BIN)/python -m benchmarks $(ARGS)

install: .venv/.prepared ## everything into .venv, and the planner compiled

.venv/.prepared: .venv/.installed src/pratique/engines/__init__.py $(wildcard src/pratique/engines/*/*kernel*.py)
	@$(PRATIQUE) plan prepare
	@touch $@

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Pratique needs Python 3.11 or newer; set PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Mend it with: apt-get install -y python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
	@# Where a network signs with certificates of its own, only the system knows them; a bare system knows none.
	@$(SYNC) 2>/dev/null || UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true $(SYNC)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

lock: ## after a change of dependencies in pyproject.toml
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements.lock

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv build dist
