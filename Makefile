# make chat   the web chat at http://127.0.0.1:7860        make test   the tests
# make help   everything else

PYTHON ?= python3
TORCH ?= torch==2.13.0
# Where pip is to find torch, if not where it finds the rest: a machine without a GPU wants PyTorch's CPU builds.
TORCH_INDEX ?=

VENV := .venv
BIN := $(VENV)/bin
CHAT := $(VENV)/.installed-chat
DEVELOP := $(VENV)/.installed-develop
PINNED := pyproject.toml constraints.txt
SETS ?= $(wildcard data/eval/*/) $(wildcard ../shared/eval/*/)
UN := $(wildcard ../shared/corpora/un)
# Of every set there is, where the sets are that are no part of the project: else a table would lose them.
ALL := $(and $(filter file,$(origin SETS)),$(wildcard ../shared/eval),$(UN))
UN_SETS := $(if $(ALL),$(patsubst %,%=embeddings/un,$(wildcard tests/sets/un*/ tests/sets/conversations/*/)))
WRITE := $(if $(ALL),--write)
# A core for each process, not all cores for each.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

.PHONY: help install chat test test-fast soak lint check-torch data evaluate bench clean

help: ## say what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(DEVELOP) ## install everything, for developers too, into .venv

chat: $(CHAT) ## build the index if it is absent or stale, and serve the chat
	$(BIN)/qa index data/documents
	$(BIN)/qa serve

test: $(DEVELOP) ## run all tests: minutes
	$(PYTEST)

test-fast: $(DEVELOP) ## run the tests that need neither browser nor gates nor long: less than a minute
	$(PYTEST) -m 'not browser and not gates and not slow'

soak: $(DEVELOP) ## strain the server and the writer (SOAK=--full), read ten thousand damaged files (COUNT=… SEED=…): minutes
	$(BIN)/python -m benchmarks.soak $(SOAK)
	$(BIN)/python -m benchmarks.mutations --count $(or $(COUNT),10000) --seed $(or $(SEED),1)
	$(if $(UN),$(BIN)/python -m benchmarks.long_pdf)

lint: $(DEVELOP) check-torch ## check style and types, and that no CUDA packages came along
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check-torch: $(CHAT)
	@if ! command -v nvidia-smi >/dev/null && $(BIN)/pip list 2>/dev/null | grep -i '^nvidia-'; then \
	  echo "torch brought CUDA packages to a machine without a GPU; make clean, then make install TORCH_INDEX=…" >&2; \
	  echo "with the address of PyTorch's CPU builds, which pytorch.org gives under Get Started" >&2; exit 1; fi

data: $(DEVELOP) ## say where to get the public sets, check those there are, lay out what FROM=FOLDER has
	$(BIN)/python -m benchmarks.data $(if $(FROM),--from '$(FROM)')

evaluate: $(DEVELOP) ## measure every set and every stage, and rewrite the tables of docs/retrieval.md (SETS=… for others)
	$(BIN)/qa index data/documents
	$(if $(UN_SETS),$(BIN)/qa index $(UN) --to embeddings/un || test $$? = 1)
	$(BIN)/python -m benchmarks.figures $(WRITE) $(SETS) $(UN_SETS)
	$(BIN)/python -m benchmarks.ablation $(WRITE) $(SETS) $(UN_SETS)
	$(BIN)/python -m benchmarks.wording
	$(if $(UN_SETS),$(BIN)/python -m benchmarks.sources embeddings/un)

bench: $(DEVELOP) ## time an answer; measure how PDFs are read and how spellings are suggested
	$(BIN)/qa index data/documents
	$(BIN)/python -m benchmarks.speed
	@if [ -d ../shared/corpora/un ]; then $(BIN)/python -m benchmarks.readers; fi
	@if [ -d ../shared/eval ]; then $(BIN)/python -m benchmarks.spelling; fi

clean: ## remove what make install and qa index made, but nothing that people added or left
	rm -rf $(VENV) $(addprefix embeddings/default/,CURRENT generations writer.lock)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/pip install --quiet $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)

$(CHAT): $(PINNED) | $(BIN)/python
	$(BIN)/pip install --quiet -c constraints.txt -e '.[web]'
	@touch $@

$(DEVELOP): $(CHAT)
	$(BIN)/pip install --quiet -c constraints.txt --group dev
	@touch $@
