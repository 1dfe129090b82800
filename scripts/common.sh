# shellcheck shell=bash disable=SC2034
# What every script here shares: where things are, and how to say what happens. Sourced, not run.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS=$ROOT/.tools                 # uv and, where needed, Python 3.14: `rm -rf .tools` undoes it
TEST_ENV=$ROOT/.venv               # lowest supported Home Assistant: tests, checkers, benchmarks
DEMO_ENV=$ROOT/.venv-demo          # newest supported Home Assistant: demo, end-to-end tests
LOWEST_ENV=$ROOT/.venv-lowest      # lowest supported Home Assistant with its frontend: end-to-end tests, where asked for
FRONTEND_TOOLS=$TOOLS/frontend     # checkers of the browser's modules

export UV_PYTHON_DOWNLOADS=manual UV_PYTHON_PREFERENCE=system UV_NO_PROGRESS=1
# Without .pyc files each start of Home Assistant costs seconds.
unset PYTHONDONTWRITEBYTECODE
cd "$ROOT"

say() { printf '%s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }
