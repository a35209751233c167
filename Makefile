# One virtual environment for everything; it is made when it is first needed and again when the dependencies change.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
TTS := $(BIN)/tts-align
BENCHMARKS := $(foreach name, train_step free_running griffin_lim mel_inversion input_pipeline growth, \
  $(if $(wildcard benchmarks/$(name).py),$(name)))
# an exit status of 1 is a finding, not a failure: the report shows it
FINDING := || test $$? -eq 1

.PHONY: demo test test-slow bench check lint types clean

demo: .venv/installed
	$(TTS) make-corpus demo/corpus --text data/demo_prompts.txt --voice espeak
	$(TTS) train recipes/demo.toml --corpus demo/corpus --out demo/run --resume $(FINDING)
	head -n 3 data/demo_heldout.txt > demo/sentences.txt
	$(TTS) synthesize --text-file demo/sentences.txt --voice demo/run --out demo/speech $(FINDING)
	$(TTS) diagnose demo/speech --html demo/report.html $(FINDING)
	@echo "Open demo/report.html in a browser."

test: .venv/installed
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

test-slow: .venv/installed
	$(BIN)/python -m pytest -m slow

# each writes benchmarks/results/NAME.json, and the table RESULTS.md of all of them; for a quiet machine
bench: .venv/installed
	@for name in $(BENCHMARKS); do \
	  echo "== $$name"; OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.$$name || exit 1; done
	$(BIN)/python -m benchmarks.table

check: lint types test

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed
	$(BIN)/mypy

.venv/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check -e '.[espeak,joe,deploy,dev]'
	touch $@

clean:
	rm -rf demo .pytest_cache .mypy_cache .ruff_cache
