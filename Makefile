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

$(UV):
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv==0.13.9

.PHONY: help lock
