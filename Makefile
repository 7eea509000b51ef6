# Cabinet. `make` alone lists the commands. On the machine: python3 (3.11 or newer), pip, git, make.
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
RUN := $(BIN)/python -m
export UV_PYTHON_DOWNLOADS ?= never
# A company that looks into its own traffic has its certificate in the system, where pip finds it too.
export UV_SYSTEM_CERTS ?= true
# Each worker of the tests stays on one core; the numeric libraries would take all of them.
export OPENBLAS_NUM_THREADS ?= 1

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

# PORT and PHONE on the command line reach the program in its environment.
run: .venv/run.stamp ## the whole demonstration on http://localhost:3000; PORT=… takes another port, PHONE=1 serves the local network
	@$(RUN) cabinet run

reset-demo: .venv/run.stamp ## empty the demonstration; the next `make run` tells its story anew
	@$(RUN) cabinet reset-demo

check: .venv/dev.stamp ## lint, types, contracts, unit tests: before each commit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(RUN) pytest -q -n auto tests/architecture tests/kit tests/components tests/state tests/reports

test: .venv/dev.stamp ## all tests: SQLite, PostgreSQL, Redis, a browser
	$(RUN) pytest -n auto --dist loadfile --no-loadscope-reorder tests

audit: .venv/dev.stamp ## the long proofs: 20,000 steps on the ledger, minutes of kill -9, a fuzzed API
	CABINET_AUDIT=1 $(RUN) pytest -m audit tests

bench: .venv/dev.stamp ## the table of speed and weight, against baselines measured in the same run
	$(RUN) bench

lock: $(UV) ## pin every dependency anew, with hashes
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --group dev --group bench -c requirements.lock pyproject.toml -o requirements-dev.lock

# The catalogues carry no dates and no line numbers, so that only texts show in a diff.
TEXTS := $(RUN) babel.messages.frontend -q
translations: .venv/dev.stamp ## collect the texts of the code into the catalogues, name what is not translated
	@mkdir -p build
	$(TEXTS) extract -F pyproject.toml --no-default-keywords -k t -k tn:1,2 -k mark -k phrase -k text:2 -k plural:2,3 \
		--project=Cabinet --version=1 --msgid-bugs-address=docs/front-end.md --add-location=file --sort-by-file -w 120 \
		-c refusal -o build/cabinet.pot .
	for locale in ru en; do $(TEXTS) update -D cabinet -d cabinet/locales -l $$locale -i build/cabinet.pot -w 120 \
		--ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date || exit 1; done
	$(RUN) pytest -q -p no:randomly tests/kit/test_locales.py

# $(call patiently,what is being done,the command,what to do when three tries did not help)
define patiently
@echo "$(1)…"
@for try in 1 2 3; do \
	$(2) && exit 0; \
	[ $$try = 3 ] || { echo "That did not work. Trying again in five seconds…"; sleep 5; }; \
done; echo "$(3)" >&2; exit 1
endef
NETWORK := Look at the message above. If it speaks of the network, see that this machine reaches its package index; what was done so far is kept, so run the same command again.

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Cabinet needs Python 3.11 or newer. Name one that is installed: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || \
		{ echo "Cabinet needs pip. On Debian and Ubuntu: apt install python3-pip" >&2; exit 1; }
	$(call patiently,Fetching uv$(comma) which installs the rest,$(PYTHON) -m pip install --quiet --disable-pip-version-check --upgrade --target .tools uv==0.13.9,$(NETWORK))

comma := ,
.venv/bin/python: | $(UV)
	@$(UV) venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" .venv

.venv/run.stamp: requirements.lock .venv/bin/python
	$(call patiently,Installing what Cabinet stands on,$(UV) pip install --quiet --require-hashes -r requirements.lock,$(NETWORK))
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/.venv/bin/python" -m cabinet "$$@"\n' "$(CURDIR)" "$(CURDIR)" > $(BIN)/cabinet
	@chmod +x $(BIN)/cabinet
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(call patiently,Installing what its tests stand on,$(UV) pip install --quiet --require-hashes -r requirements-dev.lock,$(NETWORK))
	@touch $@

.PHONY: help run reset-demo check test audit bench lock translations
