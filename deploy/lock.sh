#!/bin/sh
# Maintainers: pins every package with its hashes. Needs uv (`pip install uv`).
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml "$@"; }
lock --extra build --extra postgres --output-file requirements.lock
lock --extra dev --extra postgres --constraints requirements.lock --output-file requirements-dev.lock
