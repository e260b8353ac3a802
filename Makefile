# Everything is done by the Python package dev/; this names its entrances.
PYTHON ?= python3
export PYTHON
export ODOO_PATH DATA CUT SHIFT CURRENCY PORT DB T M N ARGS ALL

.PHONY: help run test core-tests lint format bench outlook screenshots i18n clean lock

help:
	@sed -n 's/^## //p' Makefile

## make run            Odoo with demo data and the addon on http://localhost:8069
##                     DATA=file.csv  real purchases instead (SHIFT=0, CURRENCY=GBP); PORT=8070
run:
	@$(PYTHON) -m dev.run

## make test           all tests; T=path-or-keyword for a part, ARGS= for pytest's own options
test:
	@$(PYTHON) -m dev.test

## make core-tests     Odoo's own tests of the apps we extend, with our addons and without them (M=crm)
core-tests:
	@$(PYTHON) -m dev.core_tests

## make lint           every check of style, on all files
lint:
	@$(PYTHON) -m dev.lint

## make format         repair what lint complains about, where that can be done
format:
	@$(PYTHON) -m dev.lint --fix

## make bench          generated customers and orders, and how long the figures take (N=20000)
bench:
	@$(PYTHON) -m dev.bench

## make outlook        how well the outlook would have said what came: DATA=file.csv CUT=2011-06-01
outlook:
	@$(PYTHON) -m dev.outlook

## make screenshots    the pictures of the documentation, anew
screenshots:
	@$(PYTHON) -m dev.screenshots

## make i18n           the templates of translations, exported anew by Odoo
i18n:
	@$(PYTHON) -m dev.i18n

## make clean          remove the databases this tool made; ALL=1: and all it has set up
clean:
	@$(PYTHON) -m dev.clean

## make lock           lock the newest Python and npm packages (needs uv and npm)
lock:
	@for name in requirements requirements-lint requirements-node; do \
		UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --upgrade \
			--python-version 3.10 --no-annotate dev/$$name.in -o dev/$$name.txt || exit; \
	done
	@cd dev && npm update --package-lock-only --ignore-scripts --no-audit --no-fund
