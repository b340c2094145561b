# Kulis. `make run` starts everything, `make test` checks everything, `make help` lists the rest.
VENV := .venv
PY := $(VENV)/bin/python
LOCKS := requirements/base.txt requirements/embedded.txt requirements/tracing.txt requirements/dev.txt
WORKERS ?= 3
COVERAGE := test-results/coverage.json
WATCHED := -m slipcover --dont-wrap-pytest --json --out $(COVERAGE)

.DEFAULT_GOAL := help
.PHONY: help install run memory test lint types layers deploy-check pytest walk browser watchers drill audit pictures api-check chaos soak fmt messages lock clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/installed ## make .venv with everything that is needed here

$(VENV)/installed: $(LOCKS) | $(PY)
	@echo "Installing the locked requirements into $(VENV) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes $(addprefix -r ,$(LOCKS))
	@touch $@

$(PY):
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	    if "$$python" -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	        echo "Making $(VENV) with $$("$$python" --version)."; exec "$$python" -m venv $(VENV); \
	    fi; \
	done; \
	echo "Kulis needs Python 3.11, 3.12 or 3.13 with its venv module (Debian: apt-get install python3-venv)." >&2; exit 1

run: install ## start everything with the demo cast; Ctrl-C stops it, the data stays. PORT and STATE_DIR may be set
	@DEMO=$${DEMO:-1} exec $(PY) manage.py up

memory: install ## what the running stack holds in memory
	@$(PY) -m config.embedded.memory

test: install ## every check and every test
	@$(MAKE) --no-print-directory browser watchers
	@$(MAKE) --no-print-directory --jobs 2 types lint layers deploy-check
	@$(MAKE) --no-print-directory pytest

# The checks that read the settings get a production of their own; nothing connects to it.
types layers deploy-check messages: export SECRET_KEY = only-for-the-checks-0123456789-abcdefghijklmnopqrstuvwxyz
types layers deploy-check messages: export FIELD_KEYS = k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
types layers deploy-check messages: export DATABASE_URL = postgresql://kulis:kulis@db.example/kulis
types layers deploy-check messages: export REDIS_URL = redis://redis.example
types layers deploy-check messages: export PUBLIC_URL = https://kulis.example
types layers deploy-check messages: export ALLOWED_HOSTS = kulis.example
types layers deploy-check messages: export DEBUG = 0
types layers deploy-check messages: export DEMO = 0

lint: install
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check

types: install
	@$(VENV)/bin/mypy

layers: install
	@$(VENV)/bin/lint-imports --config pyproject.toml

deploy-check: install
	@$(PY) manage.py check --deploy --fail-level WARNING

pytest: install ## the tests alone; ARGS="tests/bots -k mood" chooses
	@mkdir -p test-results
	@$(PY) $(if $(ARGS),,$(WATCHED)) -m pytest -n $(WORKERS) $(ARGS)
	@$(if $(ARGS),,$(PY) -m slipcover --merge $(COVERAGE) --out $(COVERAGE) --fail-under 90)

walk: install ## turns through everything that can happen to them, 10,000 steps; WALK_STEPS=N chooses
	@WALK_STEPS=$${WALK_STEPS:-10000} $(PY) -m pytest tests/conversations/engine/test_walk.py -k no_step -p no:cacheprovider -q

browser: ## Chromium for the browser tests, where apt can bring it
	@command -v chromium >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the browser tests ..."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	        chromium fonts-dejavu-core >/dev/null; \
	else \
	    echo "The browser tests need Chromium: sudo apt-get install chromium fonts-dejavu-core" >&2; exit 1; \
	fi

watchers: ## promtool, amtool and Prometheus for the tests of alerts, where apt can bring them
	@command -v promtool >/dev/null && command -v amtool >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Prometheus and Alertmanager for the tests of alerts; their services are not started ..."; \
	    apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	        prometheus prometheus-alertmanager >/dev/null; \
	else \
	    echo "The tests of alerts need promtool and amtool: sudo apt-get install prometheus prometheus-alertmanager" >&2; exit 1; \
	fi

drill: install watchers ## the real product under a real Prometheus: every panel shows data, nothing fires; SECONDS=n
	@$(PY) -m tests.drill

audit: install browser ## every page, empty and full, in both languages, themes and widths, by axe; ONLY=full-tr chooses
	@ONLY="$(ONLY)" $(PY) -m pytest tests/browser/audit.py -n 0 -p no:cacheprovider

pictures: install browser ## make the pictures of the guides anew, from the running product
	@$(PY) -m pytest tests/browser/pictures.py -n 0 -p no:cacheprovider

api-check: install ## the running API against its schema, thousands of requests; EXAMPLES=n a address, ONLY=key or session
	@EXAMPLES="$(EXAMPLES)" $(PY) -m pytest tests/monitoring/api/contract.py -n 0 -p no:cacheprovider -k "$(ONLY)"

chaos: install ## harm the real processes and count what was lost or doubled; ONLY=kills KILLS=200 SECONDS=300 choose
	@$(PY) -m tests.chaos --only "$(ONLY)" $(if $(KILLS),--kills $(KILLS)) $(if $(SECONDS),--seconds $(SECONDS)) \
	    $(if $(MUTANT),--mutant $(MUTANT))

soak: install ## 100,000 tasks through real workers: memory, connections, nothing lost; SOAK=n for fewer
	@$(PY) -m tests.chaos --only soak --seconds $(or $(SECONDS),36000) $(if $(SOAK),--kills $(SOAK))

fmt: install ## put the code in order
	@$(VENV)/bin/ruff check --fix
	@$(VENV)/bin/ruff format

messages: install ## collect every text for translation, and compile what is translated
	@$(PY) manage.py makemessages --locale tr --no-wrap --no-location --no-obsolete --ignore .venv --ignore tests --verbosity 0
	@$(PY) manage.py compilemessages --locale tr --ignore .venv --verbosity 0

lock: install ## resolve requirements/*.in anew; what is locked stays unless it must move
	@for part in base embedded tracing dev; do \
	    UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 \
	        --no-strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links \
	        requirements/$$part.in --output-file requirements/$$part.txt || exit 1; \
	done

clean: ## remove caches; .venv and the state stay
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results
	@find bots config conversations monitoring tests -name __pycache__ -prune -exec rm -rf {} +
