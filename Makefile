.PHONY: run test check bench messages

BIN = .venv/bin

run:
	$(BIN)/survey-app demo

test:
	$(BIN)/pytest

check:
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

bench:
	$(BIN)/python -m tests.bench.run

messages:
	$(BIN)/python -m tests.catalogue
