# Scrutin's commands. `make help` lists them.

# Any Python from 3.11 on: make run PYTHON=python3.12
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
# How many schedules `make prove` plays, and the seed of the first.
N ?= 2000
SEED ?= 1
# Further arguments: for pytest, make test ARGS="-k name"; for tools/bench.py, make bench ARGS="--people 30"
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)

# The checks need a configuration, and neither a person's .env nor a person's data.
CHECK_SETTINGS := DEMO=1 SECRET_KEY=known-to-everybody-and-good-for-checks-alone

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench prove lock translations clean install install-dev \
	check-lint check-format check-types check-imports check-translations check-migrations \
	check-courses

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r name says; do printf '%-20s %s\n' "$$name" "$$says"; done

run: export PORT := $(PORT)
run: export HOST := $(HOST)
run: install $(COMPILED) .env ## install, load the courses, and serve them on HOST (127.0.0.1) and PORT (8000)
	@exec $(PY) bin/serve

test: install-dev $(COMPILED) ## run the tests on SQLite, then on PostgreSQL; narrow with ARGS="-k name"
	@tools/install_test_programs.sh
	@echo "Tests on SQLite"
	@env -u TEST_DATABASE_URL $(PY) -m pytest $(ARGS)
	@echo "Tests on PostgreSQL"
	@$(PY) tools/on_postgresql.py TEST_DATABASE_URL $(PY) -m pytest $(ARGS)

bench: install $(COMPILED) ## measure a test that 300 people sit at once, certificates, downloads and desks
	@status=0; \
	env -u BENCH_DATABASE_URL $(PY) tools/bench.py $(ARGS) || status=1; \
	$(PY) tools/on_postgresql.py BENCH_DATABASE_URL $(PY) tools/bench.py $(ARGS) || status=1; \
	$(PY) tools/bench_certificates.py || status=1; \
	env -u BENCH_DATABASE_URL $(PY) tools/bench_bundles.py || status=1; \
	env -u BENCH_DATABASE_URL $(PY) tools/bench_desk.py || status=1; \
	$(PY) tools/on_postgresql.py BENCH_DATABASE_URL $(PY) tools/bench_desk.py || status=1; \
	exit $$status

prove: install-dev $(COMPILED) ## play N schedules (2000) of lost and doubled requests on SQLite, then on PostgreSQL
	@status=0; \
	env -u TEST_DATABASE_URL $(PY) tools/prove_saving.py --schedules $(N) --seed $(SEED) || status=1; \
	$(PY) tools/on_postgresql.py TEST_DATABASE_URL \
		$(PY) tools/prove_saving.py --schedules $(N) --seed $(SEED) || status=1; \
	exit $$status

check: install-dev ## check style, types, imports, translations, migrations and course files
	@$(MAKE) --keep-going --no-print-directory check-lint check-format check-types \
		check-imports check-translations check-migrations check-courses

check-lint:
	$(PY) -m ruff check

check-format:
	$(PY) -m ruff format --check

check-types:
	$(PY) -m mypy

check-imports:
	$(VENV)/bin/lint-imports

check-translations:
	$(PY) tools/check_translations.py

check-migrations: $(COMPILED)
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		$(CHECK_SETTINGS) DATABASE_URL="sqlite:///$$folder/check.sqlite" \
		$(PY) -m flask --app wsgi database check
	$(CHECK_SETTINGS) $(PY) tools/on_postgresql.py DATABASE_URL $(PY) -m flask --app wsgi database check

check-courses: $(COMPILED)
	$(CHECK_SETTINGS) $(PY) -m flask --app wsgi courses check courses

translations: install-dev ## bring the catalogues up to date with the source
	$(PY) tools/check_translations.py --extract
	$(MAKE) --no-print-directory $(COMPILED)

lock: install-dev ## pin the newest packages that fit, with hashes, in requirements*.txt
	$(PY) -m piptools compile $(LOCK_OPTIONS) --output-file requirements.txt requirements.in
	$(PY) -m piptools compile $(LOCK_OPTIONS) --output-file requirements-dev.txt requirements-dev.in

# No line of the result depends on where this machine gets its packages from.
lock: export CUSTOM_COMPILE_COMMAND := make lock
LOCK_OPTIONS := --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

clean: ## remove what was made from the source, and keep .env and var/ (the data)
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f $(COMPILED)
	find lms tests tools migrations -name __pycache__ -prune -exec rm -rf {} +

# --- What the commands stand on ---------------------------------------------------------------------

install: $(VENV)/.installed

install-dev: $(VENV)/.installed-dev

$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2; \
		exit 1; }
	@$(PYTHON) tools/create_venv.py $(VENV)

# --require-hashes: what is installed is what was tested, wherever it comes from. -qq: errors alone.
$(VENV)/.installed: requirements.txt | $(VENV)/bin/pip
	@echo "Installing the packages of requirements.txt…"
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing the packages of requirements-dev.txt…"
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

%.mo: %.po | $(VENV)/.installed
	@$(PY) -m babel.messages.frontend compile --input-file $< --output-file $@

.env: | $(VENV)/bin/pip
	@umask 077; $(PY) -c 'import secrets; print("DEMO=1\nSECRET_KEY=" + secrets.token_urlsafe(48))' > $@
	@echo "Wrote .env: demo mode, with a fresh secret key."
