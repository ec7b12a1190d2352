PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.ready

.PHONY: demo test cases law-coverage bench lint clean

$(SETUP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --config-settings editable_mode=compat --editable '.[dev]'
	$(BIN)/python -m compileall -q cli knowledge rules
	@touch $@

demo: $(SETUP)  ## Decide a real share, show why, and write its agreement
	$(BIN)/gatehouse assess knowledge/casebook/demo.yaml --no-input --provisional
	$(BIN)/gatehouse draft knowledge/casebook/demo.yaml --provisional -o agreement.docx
	@echo "Open agreement.docx in your word processor."

test: $(SETUP)  ## All tests
	$(BIN)/python -m pytest -n auto

cases: $(SETUP)  ## The development set: how many verdicts are right, and each miss
	$(BIN)/python -m tests.cases_report

law-coverage: $(SETUP)  ## Which parts of the law the scenarios reach, and the table of researched law
	$(BIN)/python -m tests.coverage_of_law
	$(BIN)/python -m tests.law_table

bench: $(SETUP)  ## Speed and memory, as ratios
	$(BIN)/python -m tests.bench

lint: $(SETUP)  ## Style and types
	$(BIN)/ruff check .
	$(BIN)/mypy

clean:
	rm -rf .venv build *.egg-info agreement.*
