# Two commands do all the set-up: `make demo` and `make test`. See README.md.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEMO_HOME ?= .demo
PORT ?= 8080

export PATH := $(CURDIR)/$(BIN):$(PATH)
export GX_ANALYTICS_ENABLED := false

.PHONY: help install assets demo test test-engines check serve bench-outliers bench-links lock clean

help: ## Show what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(INSTALLED): requirements.lock docker/requirements-uv.lock pyproject.toml configs/spark/jars.yml
	@command -v $(PYTHON) >/dev/null || { echo "matluoi: Python 3.11 is needed; install it, or name it: make PYTHON=/path/to/python3.11 …" >&2; exit 2; }
	@docker/ensure_java.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r docker/requirements-uv.lock
	@$(BIN)/uv pip sync --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m jobs.runtime.jars
	@touch $@

install: $(INSTALLED) ## Create .venv, install everything, fetch the jars (once)

assets: $(INSTALLED) ## Build what the browser loads (npm packages by their lock file; nothing when it stands)
	@$(BIN)/python -m review.assets.build

demo: assets ## Simulate a landing zone, run the DAGs in real Airflow, show the ranking; in a terminal, open it (PORT=8080)
	@PORT=$(PORT) $(BIN)/matluoi demo --home $(DEMO_HOME)

test: assets ## Run the tests
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-engines: assets ## Measure and rank on Spark's own engine too, and hold that against the default (ten minutes)
	@$(BIN)/python -m pytest -m engines tests/test_main_job.py

check: $(INSTALLED) ## Lint, format, types, floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/matluoi config check

serve: assets ## Show the last ranking of the demo in the browser (PORT=8080)
	@$(BIN)/matluoi serve --home $(DEMO_HOME)/home --landing $(DEMO_HOME)/world/landing --port $(PORT) --demo

bench-outliers: $(INSTALLED) ## Compare outlier detectors (docs/benchmarks/outliers.md); BENCH="--home H --as-of D --truth T"
	@$(BIN)/python -m tests.benchmarks.bench_outliers $(BENCH)

bench-links: $(INSTALLED) ## Measure how people without a common id are recognised (docs/benchmarks/links.md)
	@$(BIN)/python -m tests.benchmarks.bench_links $(BENCH)

lock: $(INSTALLED) ## Resolve the dependencies anew and write requirements.lock
	@$(BIN)/uv lock
	@$(BIN)/uv export --quiet --frozen --no-emit-project --all-groups --format requirements-txt --no-header --no-annotate > requirements.lock

clean: ## Remove what make made (the demo, caches); the environment stays
	rm -rf $(DEMO_HOME) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
