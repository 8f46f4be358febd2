# One-word commands; each is one line that can be typed without `just`.
python := ".venv/bin/python"

# List the commands.
default:
    @just --list

# Make the environment: the app, the tests, the checks.
setup:
    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt -r requirements-dev.txt

# Open the app.
app:
    .venv/bin/streamlit run app.py

# Run every test.
test:
    .venv/bin/pytest

# Run the tests that take under two seconds each.
quick:
    .venv/bin/pytest -m "not slow"

# Check lint, format and types.
lint:
    .venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

# Check the browser's scripts: lint, format, types, their own tests.
scripts:
    npm ci && npx biome ci && npx tsc --noEmit && node --test tests/web/map/*.test.js

# Compare the data folder with its catalogue.
data:
    {{python}} -m geo data check

# Damage lists of every format for so many minutes and read them; what breaks a promise is kept.
fuzz minutes="20":
    {{python}} -m tests.fuzz --minutes {{minutes}}

# Do what CI does, on Debian from nothing.
ci:
    bash .ci/run
