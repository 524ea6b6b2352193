# Every target goes through bootstrap/, which needs nothing but Python 3.11 and brings the rest into .venv and node_modules.
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) bootstrap

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench faults build clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: ## Install, build, seed the demo office the first time, and serve http://127.0.0.1:8000
	@$(BOOTSTRAP) run

test: ## Run everything: linters, types, layers, Node tests, pytest with the Chromium journeys
	@$(BOOTSTRAP) test

lint: ## Run only the linters, the type checkers and the layer contracts
	@$(BOOTSTRAP) lint

format: ## Rewrite the sources in the project's format
	@$(BOOTSTRAP) format

bench: ## Measure, print the table and write build/bench.json
	@$(BOOTSTRAP) bench

faults: ## Run the long fault rounds and the simulator: kill -9, cut lines, wrong clocks (SEEDS=n, SEED=n)
	@$(BOOTSTRAP) faults

build: ## Build static/build (worker, pages, styles, catalogues)
	@$(BOOTSTRAP) build

clean: ## Remove what was built and installed; data stays
	@rm -rf .venv node_modules build static/build *.egg-info
