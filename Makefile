# make setup   everything in .venv        make run    the chat page on 127.0.0.1:7860
# make test    all tests                  make check  lint, types and tests
# make pictures  the README's, anew   make quality  its tables beside other ways (SETS=folder: on these sets too)
PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.installed
PORT ?= 7860

.PHONY: setup run test check lint pictures quality clean

setup: $(STAMP)

$(STAMP): pyproject.toml
	@echo "setting up .venv: a few minutes at the first time, most of it torch and gradio"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Python 3.11 is needed: say where with 'make PYTHON=/path/to/python3.11'"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: setup
	@echo "building the index of articles/ (the model is unpacked once, about a minute)"
	@$(BIN)/askdesk build
	@echo "chat: http://127.0.0.1:$(PORT)/   desk: http://127.0.0.1:$(PORT)/desk   studio: http://127.0.0.1:$(PORT)/studio"
	@$(BIN)/askdesk serve --port $(PORT)

test: setup
	@echo "running all tests: real model, real database, real browser"
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

check: lint test

pictures: setup
	@$(BIN)/python -m tests.pictures.take

quality: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmarks]'
	@$(BIN)/python tests/benchmarks/quality.py --readme --work var/quality $(if $(SETS),--sets $(SETS))

clean:
	rm -rf .venv var build *.egg-info .pytest_cache .mypy_cache .ruff_cache
