# Everything is done by the Python package dev/; this names its entrances.
PYTHON ?= python3
export PYTHON

.PHONY: help run test lint bench screenshots clean lock

help:
	@sed -n 's/^## //p' Makefile

## make run            Odoo with demo data and the addon on http://localhost:8069
##                     DATA=file.csv  real purchases instead (SHIFT=0, CURRENCY=GBP); PORT=8070
run:
	@$(PYTHON) -m dev.run

## make test           all tests; T=path-or-keyword for a part, ARGS= for pytest's own options
test:
	@$(PYTHON) -m dev.test

## make lint           every check of style, on all files
lint:
	@$(PYTHON) -m dev.lint

## make bench          generated customers and orders, and how long the figures take
bench:
	@$(PYTHON) -m dev.bench

## make screenshots    the pictures of the documentation, anew
screenshots:
	@$(PYTHON) -m dev.screenshots

## make clean          remove what this tool has set up, and its databases
clean:
	@$(PYTHON) -m dev.clean

## make lock           lock the newest Python packages
lock:
	@$(PYTHON) -m dev.lock
