# Every target sets up .venv first; the second time that costs nothing. `make help` lists them.
BIN := .venv/bin
# Two files of tests at a time; the tests of one file share its servers, one after the other.
AT_ONCE := -p xdist.plugin -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check bench format lint types architecture unit lock soak

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## make the environment in .venv, from the hashed lock
	@sh scripts/setup.sh

demo: setup  ## see a friendship grow: the service, embedded, fed with the example conversations
	@$(BIN)/context-handling demo

serve: setup  ## run the whole service embedded on one machine, until Ctrl-C
	@$(BIN)/context-handling dev

test: check servers tools  ## everything, with real PostgreSQL, RabbitMQ and Redis
	$(BIN)/python -m pytest $(AT_ONCE) -m "not quick"

check: setup format lint types architecture security vulnerabilities compatibility unit  ## format, lint, types, architecture, security, unit tests

format: setup
	$(BIN)/ruff format --check .

lint: setup
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

architecture: setup
	$(BIN)/lint-imports

.PHONY: security
security: setup  ## look for dangerous code, and for secrets in files
	@# Ruff holds every exception to these rules beside its line; bandit itself is asked for what it is sure of.
	$(BIN)/bandit --quiet --severity-level medium --confidence-level medium --recursive src delivery
	@$(BIN)/python -m delivery.secret_scan

.PHONY: audit
audit: setup  ## ask a vulnerability database about the locked dependencies, and insist on an answer
	@sh scripts/audit.sh --required

.PHONY: vulnerabilities
vulnerabilities: setup
	@sh scripts/audit.sh

.PHONY: compatibility
compatibility: setup  ## compare the API with the last release, else with main
	@$(BIN)/python -m delivery.compatibility

unit: setup
	$(BIN)/python -m pytest $(AT_ONCE) tests/unit tests/contracts tests/architecture -m quick \
	    --cov --cov-report=term --cov-fail-under=90 -q

.PHONY: servers
servers: setup
	@sh scripts/install_servers.sh

.PHONY: tools
tools: setup  ## unpack Helm, hadolint, Docker Compose and the schemas of Kubernetes below .venv
	@sh scripts/install_deployment_tools.sh

.PHONY: specifications
specifications: setup  ## write docs/api/*.json, docs/configuration.md and the chart's list of settings
	$(BIN)/context-handling specification --openapi --to docs/api/openapi.json
	$(BIN)/context-handling specification --asyncapi --to docs/api/asyncapi.json
	$(BIN)/context-handling specification --settings --to docs/configuration.md
	$(BIN)/python -m scripts.write_chart_settings

.PHONY: dashboards
dashboards: setup  ## write the dashboards in deploy/grafana from the code
	$(BIN)/python -m deploy.dashboards

.PHONY: site
site: setup  ## build the documentation from docs, README and the rest; any doubtful link ends it
	@$(BIN)/python -m delivery.site build/documentation
	@echo "read build/documentation/site/index.html"

.PHONY: schemathesis
schemathesis: setup  ## send SCHEMATHESIS_CASES (20000) odd calls, each run others, to every operation of the document
	SCHEMATHESIS_CASES=$${SCHEMATHESIS_CASES:-20000} SCHEMATHESIS_SEED=$${SCHEMATHESIS_SEED:-$$(date +%s)} \
	    $(BIN)/python -m pytest tests/integration/http/schemathesis -s

.PHONY: rehearse-image
rehearse-image: setup servers tools  ## build the images without an engine and try them; as root, on Debian, in minutes
	@sh scripts/rehearse_image.sh

bench: setup  ## measure accept and suggest under an open-loop load, beside the floor
	@$(BIN)/python -m benchmarks

soak: setup servers  ## the faults for about an hour: 5000 kills, 50,000 stories, ten minutes of a hanging service
	FAULT_ROUNDS=5000 FAULT_EXAMPLES=50000 $(BIN)/python -m pytest tests/faults/test_kill_rounds.py tests/faults/test_promises.py
	$(BIN)/python -m benchmarks.consumer_memory --conversations 100 --minutes 10

lock:  ## pin the dependencies again, with hashes
	@sh scripts/lock.sh
