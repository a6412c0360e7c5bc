# Every target sets up what it needs: a .venv from the locked requirements,
# made again only when a lock file or pyproject.toml changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
HASHED := $(PIP) install --quiet --require-hashes
FUZZ_SECONDS ?= 20
LAB ?= lab-results
LAB_PEERS := direct peppermoth sing-box-anytls trojan vmess shadowsocks

.PHONY: help demo lab test bench lint fuzz peers lock clean

help:
	@echo "make demo   see what a monitor on the line sees, with and without Peppermoth"
	@echo "make lab    measure how well tunnels hide: a small scorecard in LAB=$(LAB) (root)"
	@echo "make test   run the tests that this machine can run"
	@echo "make bench  compare speed with other tunnels and other readers of captures"
	@echo "make lint   style and types"
	@echo "make fuzz   feed each parser with foreign bytes, FUZZ_SECONDS=$(FUZZ_SECONDS) each"
	@echo "make peers  install the programs that tests talk to (root on Debian)"
	@echo "make lock   pin the newest versions that pyproject.toml allows"
	@echo "make clean  remove everything that the other targets made here"

demo: $(VENV)/run.stamp
	$(BIN)/peppermoth demo

# Recording goes on where it stopped. More peers, traffic and loads:
# docs/how-to/measure-a-tunnel.md
lab: $(VENV)/dev.stamp
	$(BIN)/peppermoth lab record --installed --parallel --sites 8 --loads 48 \
		$(LAB_PEERS:%=--peer %) --traffic fetch --traffic page --output $(LAB)
	$(BIN)/peppermoth lab score $(LAB) --json $(LAB)/scorecard.json --html $(LAB)/scorecard.html

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest

bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench; tunnels=$$?; $(BIN)/python -m bench.see && exit $$tunnels

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

peers: $(VENV)/dev.stamp
	$(BIN)/python -m tests.peers

# Hashes for every platform and Python that we support, and no index addresses.
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-annotate --custom-compile-command "make lock"

lock: $(VENV)/dev.stamp
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --extra lab --extra dev -c requirements/run.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) build dist htmlcov .coverage .hypothesis .fuzz lab-results
	rm -rf .mypy_cache .ruff_cache .pytest_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/run.stamp: requirements/build.txt requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(HASHED) -r requirements/build.txt -r requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(HASHED) -r requirements/dev.txt
	touch $@
