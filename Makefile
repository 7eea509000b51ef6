# Cabinet. `make` alone lists the commands.
PYTHON ?= python3
UV := .tools/bin/uv
RUN := .venv/bin/python -m
export UV_PYTHON_DOWNLOADS ?= never

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

lock: $(UV) ## pin every dependency anew, with hashes
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --group dev --group bench -c requirements.lock pyproject.toml -o requirements-dev.lock

# The catalogues carry no dates and no line numbers, so that only texts show in a diff.
TEXTS := $(RUN) babel.messages.frontend -q
translations: ## collect the texts of the code into the catalogues, name what is not translated
	@mkdir -p build
	$(TEXTS) extract -F pyproject.toml --no-default-keywords -k t -k tn:1,2 -k mark -k phrase -k text:2 -k plural:2,3 \
		--project=Cabinet --version=1 --msgid-bugs-address=docs/front-end.md --add-location=file --sort-by-file -w 120 \
		-c refusal -o build/cabinet.pot .
	for locale in ru en; do $(TEXTS) update -D cabinet -d cabinet/locales -l $$locale -i build/cabinet.pot -w 120 \
		--ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date || exit 1; done
	$(RUN) pytest -q -p no:randomly tests/kit/test_locales.py

$(UV):
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv==0.13.9

.PHONY: help lock translations
