#!/usr/bin/env bash
# Builds Golem on a fresh Debian 12 machine with a Swift toolchain and runs it.
# Usage: scripts/run.sh [arguments of `golem run`], for example: scripts/run.sh --tui --demo
set -euo pipefail
binary=$("$(dirname "$0")/build.sh")
exec "$binary" run "$@"
