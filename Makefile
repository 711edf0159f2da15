# Two commands matter: `make demo` starts the rehearsal clinic, `make test` checks everything.
# Needed beforehand: make and Python 3.11 or newer with venv. Another Python: make demo PYTHON=python3.12

PYTHON ?= python3
BIN := .venv/bin
PLACE := $(shell cat .venv/place 2>/dev/null)

# Never fetch an interpreter; compile once at install time, so that every start is quick.
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
# Matrices here are small: more threads only get in one another's way.
export OPENBLAS_NUM_THREADS ?= 1
INSTALL := $(BIN)/uv pip install --python $(BIN)/python
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url $(if $(UPGRADE),--upgrade)
CHECKS := $(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo

.PHONY: demo test test-long bench lock format clean

demo: .venv/demo
	@exec $(BIN)/thecal demo

test: .venv/test
	@echo "Checking format, lint, types and import contracts …"
	@$(CHECKS)
	@echo "Running unit tests, doctests, examples and browser tests …"
	@exec $(BIN)/pytest -n 2

test-long: .venv/test
	@echo "Running every test and the slow campaigns …"
	@exec $(BIN)/pytest -n 2 -m "long or not long" --hypothesis-profile=long

# Peers are solvers that nothing else needs; what is measured stands in docs/manual/speed.md.
bench: .venv/peers
	@exec $(BIN)/python benchmarks/body.py

# Rewrites the locks from pyproject.toml; pinned versions stay unless UPGRADE=1.
lock: .venv/place
	$(LOCK) pyproject.toml --extra demo -o locks/demo.txt
	$(LOCK) pyproject.toml --extra demo --group test -c locks/demo.txt -o locks/test.txt
	$(LOCK) pyproject.toml --group peers -c locks/test.txt -o locks/peers.txt
	echo 'setuptools>=77' | $(LOCK) - -o locks/build.txt
	echo uv | $(LOCK) - -o locks/uv.txt

format: .venv/test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The rehearsal's own records, in var/, stay.
clean:
	rm -rf .venv build .mypy_cache .ruff_cache .hypothesis .import_linter_cache src/thecal.egg-info
	find src tests -name __pycache__ -prune -exec rm -rf {} +

# An environment names the folder it was made in: one that was moved is made anew.
ifneq ($(PLACE),$(CURDIR))
.PHONY: .venv/place
endif
.venv/place: locks/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Thecal needs Python 3.11 or newer; $(PYTHON) is not. Try: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12" >&2; exit 1; }
	@echo "Making the environment .venv …"
	@$(PYTHON) -m venv --clear .venv || \
		{ echo "Python's venv is missing; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
	@pwd -P > .venv/place

.venv/demo: .venv/place locks/demo.txt locks/build.txt pyproject.toml
	@echo "Installing what Thecal needs, checked against locks/demo.txt …"
	@$(INSTALL) --require-hashes -r locks/demo.txt -r locks/build.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test: .venv/demo locks/test.txt
	@echo "Adding the test tools, checked against locks/test.txt …"
	@$(INSTALL) --require-hashes -r locks/test.txt
	@touch $@

.venv/peers: .venv/test locks/peers.txt
	@echo "Adding the solvers to compare with, checked against locks/peers.txt …"
	@$(INSTALL) --require-hashes -r locks/peers.txt
	@touch $@
