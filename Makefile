# Testimony. `make help` lists what can be done.
.PHONY: help run test test-long test-postgresql lint mutants bench screenshots pictures docs translations lock wheel debs image dist clean
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
WITH_CENTRAL = $(addprefix tests/,services sync store migrations web cli attacks faults journeys)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  make run RESET=1     forget the demonstration and start over'
	@echo '  make run PORT=N      the first of eight ports (default: 8400)'
	@echo '  make run PHONES=1    for a real phone in the same network too (PHONES=ADDRESS: at this address)'

run:  ## try it: a demonstration organisation with every station, on this machine
	@.ci/environment run
	@exec .venv/bin/python -m testimony demo $(if $(filter 1,$(RESET)),--reset) $(if $(PORT),--port $(PORT)) $(if $(filter-out 0,$(PHONES)),--phones $(filter-out 1,$(PHONES)))

test:  ## every test but the long ones, lint among them (ARGS="tests/sealing -x" narrows it)
	@.ci/environment test
	@.ci/test-tools
	@.ci/in-memory .venv/bin/python -m pytest -n "$$(.ci/workers)" --dist loadfile --no-loadscope-reorder -ra $(ARGS)

test-long:  ## the tests that take minutes
	@.ci/environment test
	@.ci/test-tools
	@.ci/in-memory .venv/bin/python -m pytest -m long -ra $(ARGS)

test-postgresql:  ## what central does once more, with every central on PostgreSQL (docs/central.md)
	@.ci/environment test
	@.ci/test-tools
	@TESTIMONY_TEST_DATABASE=postgresql .ci/in-memory .venv/bin/python -m pytest -n "$$(.ci/workers)" --dist loadfile --no-loadscope-reorder -ra \
		--ignore=tests/web/interview $(or $(ARGS),$(WITH_CENTRAL))

lint:  ## types, style and the floors, of Python and of the scripts
	@.ci/environment test
	@echo '  lint          ruff' && .venv/bin/ruff check --quiet .
	@echo '  lint          mypy' && .venv/bin/mypy --no-error-summary
	@echo '  lint          imports' && output=$$(.venv/bin/lint-imports 2>&1) || { echo "$$output"; exit 1; }
	@.ci/lint-js

mutants:  ## change one thing at a time and see whether a test notices (PACKAGE=sealing ARGS="--seed 2"; PACKAGE=controls)
	@.ci/environment test
	@.ci/in-memory .venv/bin/python -m tests.mutants $(PACKAGE) $(ARGS)

bench:  ## measure, and write docs/benchmarks.md (BENCH=sync measures one table again)
	@.ci/environment test
	@.ci/test-tools
	@.venv/bin/python -m tests.bench $(BENCH)

translations:  ## renew the catalogues after a sentence changed, compile them, and say what is not translated
	@.ci/environment test
	@.ci/translations

screenshots:  ## every screen in every language as a small phone shows it, into var/screenshots (ARGS=ar: one language; ARGS=witness)
	@.ci/environment test
	@.ci/test-tools
	@.venv/bin/python -m tests.screenshots $(ARGS)

pictures:  ## the pictures of the guides, made anew out of a demonstration into docs/pictures
	@.ci/environment test
	@.ci/test-tools
	@.venv/bin/python -m tests.screenshots.guide

docs:  ## the documents as a site that needs no network, into var/site
	@.ci/docs

wheel:  ## a wheel, into dist/: what is installed elsewhere (one commit gives the same bytes everywhere)
	@.ci/environment test
	@rm -rf build dist
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) .venv/bin/python -m pip wheel --quiet --no-deps --no-index --no-build-isolation -w dist .
	@cd dist && sha256sum *.whl | tee SHA256SUMS

debs: wheel  ## Debian packages for nodes, central and desks, into dist/ (ARCHITECTURE=arm64: for a Raspberry Pi)
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) .ci/debs $(ARCHITECTURE)
	@cd dist && sha256sum *.whl *.deb >SHA256SUMS

image: debs  ## the image of a node for a card or a disk, into dist/, as root (ARCHITECTURE=arm64: for a Raspberry Pi)
	@.ci/image $(ARCHITECTURE)

dist: wheel  ## all files of a release, into dist/: wheel, source, packages, container, bill of materials, licences, notes
	@.ci/dist

lock:  ## renew the lock files from requirements*.in
	@.ci/lock

clean:  ## remove the environment and caches; the demonstration's data stay
	@rm -rf .venv .venv-docs .mypy_cache .ruff_cache .pytest_cache .import_linter_cache tests/js/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
