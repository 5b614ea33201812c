# Two commands for a newcomer: "make demo" sets up and restores a photo, "make test" sets up and runs the tests.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin

.PHONY: demo test train-smoke lint clean

demo: $(VENV)/demo-installed
	@mkdir -p demo
	$(BIN)/instructir restore examples/grainy_cat.jpg "my photo is full of grain, please clean it up" \
		-o demo/restored.png --compare demo/before_after.png
	@echo "Restored picture: demo/restored.png"
	@echo "Before and after: demo/before_after.png"

test: $(VENV)/test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

train-smoke: $(VENV)/train-installed
	$(BIN)/python examples/train_smoke.py

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo-installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet -c constraints.txt -e ".[offline]"
	@touch $@

$(VENV)/test-installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet -c constraints.txt -e ".[dev]"
	@touch $@

$(VENV)/train-installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet -c constraints.txt -e ".[offline,train,evaluate]"
	@touch $@

clean:
	rm -rf $(VENV) demo
