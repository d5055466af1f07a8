#!/usr/bin/env bash
# Builds Golem on a fresh Debian 12 machine with a Swift toolchain and runs it.
# Usage: scripts/run.sh [arguments of `golem run`], for example: scripts/run.sh --tui --demo
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/scripts/toolchain.sh"
"$root/scripts/packages.sh" build
source "$root/scripts/release-flags.sh"

echo "Building Golem (the first time takes a few minutes) ..."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ -t 1 ]; then
    swift build --package-path "$root" "${release_flags[@]}" 2>&1 | tee "$log" |
        while IFS= read -r line; do
            case "$line" in '['*) printf '\r\033[K%.100s' "$line" ;; *error:*) printf '\n%s\n' "$line" ;; esac
        done || true
    printf '\r\033[K'
    tail -n 3 "$log" | grep -q 'Build complete\|Compiling\|Build of' || { cat "$log" >&2; exit 1; }
else
    swift build --package-path "$root" "${release_flags[@]}" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
binary=$(swift build --package-path "$root" "${release_flags[@]}" --show-bin-path)/golem
[ -x "$binary" ] || { cat "$log" >&2; exit 1; }
rm -f "$log"
trap - EXIT
exec "$binary" run "$@"
