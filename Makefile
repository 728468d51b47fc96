.PHONY: run test check proof bench messages

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

proof:
	SURVEY_PROOFS=5000 $(BIN)/pytest tests/engine/test_proofs.py

bench:
	$(BIN)/python -m tests.bench.run

messages:
	$(BIN)/python -m tests.catalogue
