# The daily commands; each is one line that works without just, too.

# list the recipes
default:
    @just --list

# make a virtual environment with everything
setup:
    python3 -m venv .venv && .venv/bin/pip install --editable '.[dev]'

# run the tests, or some of them
test *arguments:
    .venv/bin/pytest {{arguments}}

# format and lint
lint:
    .venv/bin/ruff format . && .venv/bin/ruff check --fix . && .venv/bin/mypy && .venv/bin/lint-imports

# rewrite the generated pages
docs:
    .venv/bin/python docs/generate.py

# make the examples' reports anew where they are out of date
reports *arguments:
    .venv/bin/planner report --all --no-save {{arguments}}

# rewrite the golden outputs; read the diff
golden:
    .venv/bin/pytest --update-golden

# measure
bench *arguments:
    .venv/bin/python -m benchmarks {{arguments}}

# everything that must hold before a change is merged
ci:
    .ci/run
