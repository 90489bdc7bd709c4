#!/usr/bin/env bash
# Every gate but the tests: style, layout, types, direction of imports. Runs all, fails if one does.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
status=0
gate() {
    printf '== %s\n' "$*"
    .venv/bin/"$@" || status=1
}
gate ruff check
gate ruff format --check
gate mypy
gate lint-imports
exit "$status"
