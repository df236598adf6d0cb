# Everything a person types is here; `make` alone lists it. Needs Python 3.11 or later.
# Set-up runs once and again only when a lock file changes: the stamps tell.

VENV   := .venv
BIN    := $(VENV)/bin
RUN    := $(VENV)/.ready-to-run
TEST   := $(VENV)/.ready-to-test
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,\
            $(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))

.DEFAULT_GOAL := help
.PHONY: help demo test coverage check bench campaign lock translations clean
.DELETE_ON_ERROR:

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(RUN)  ## fill a fresh registry and serve it; LAN=1 for phones, PORT=, SEED=
	$(BIN)/python -m registry.cli demo --home var/demo \
	    $(if $(LAN),--lan) $(if $(PORT),--port $(PORT)) $(if $(SEED),--seed $(SEED))

# Every test makes databases that fsync. Where memory is a file system with room for
# them, they go there; what is tested does not hang on the disk.
ROOMY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "yes"}')
NOEXEC := $(shell grep -s ' /dev/shm .*noexec' /proc/mounts)

IN_MEMORY := $(if $(ROOMY),$(if $(NOEXEC),,TMPDIR=/dev/shm))

test: $(TEST)  ## run every test at the usual counts
	$(IN_MEMORY) $(BIN)/pytest -n 2 -m "not campaign" $(ARGS)

coverage: $(TEST)  ## the same, and say which lines and branches no test reached
	$(IN_MEMORY) $(BIN)/pytest -n 2 -m "not campaign" --cov \
	    --cov-report=term:skip-covered $(ARGS)

check: $(TEST)  ## lint, format, types, structure
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(TEST)  ## measure, beside a named baseline of the same run
	$(BIN)/python -m tests.bench

campaign: $(TEST)  ## run the campaign's full counts; writes tests/campaign.md
	$(BIN)/python -m tests.campaign

lock: $(TEST)  ## pin the dependencies again, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra postgres \
	    -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra test \
	    --constraint requirements.lock -o tests/requirements.lock

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate --upgrade

translations: $(TEST)  ## read the sentences out of the code, compile the catalogue
	$(BIN)/python -m registry.translations update

clean:  ## remove what these targets made
	rm -rf $(VENV) var

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
	    echo "Python 3.11 or later is needed, and none was found." \
	         "Install it (Debian: apt install python3 python3-venv)," \
	         "or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "Python's venv module is missing. Debian: apt install python3-venv" >&2; \
	    exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes -r requirements.lock
	touch $@

# The foreign log and witness ask for Python 3.12 and run on 3.11; what they need is in
# the lock before.
$(TEST): tests/requirements.lock tests/foreign.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes -r tests/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --no-deps --ignore-requires-python --require-hashes -r tests/foreign.lock
	touch $@ $(RUN)
