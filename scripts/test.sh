#!/usr/bin/env bash
# Runs every test: unit, golden and process tests. Installs what they need.
# Usage: scripts/test.sh [arguments of `swift test`], for example: scripts/test.sh --filter GolemEventsTests
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/toolchain.sh
scripts/packages.sh test
scripts/python-servers.sh
# A crashed child must not wait for the backtracer, which can hold its pipes open for minutes.
export SWIFT_BACKTRACE=enable=no
# Release builds see a module as a whole and refuse what debug builds let through.
[ $# -gt 0 ] || scripts/build.sh
swift build --build-tests
# One test after the other: many of them start servers, engines and processes, and two cores would starve them.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift test --skip-build --no-parallel "$@" 2>&1 | tee "$log"; then
    # The reasons lie thousands of lines above: once more, where everybody looks.
    echo "What failed:"
    grep -aE '^✘|^↳|error: ' "$log" | tail -n 60
    exit 1
fi
