#!/usr/bin/env bash
# Builds the release executable on a fresh Debian 12 machine with a Swift toolchain.
# Progress and errors go to standard error; the last line of standard output is the executable's path.
# Usage: scripts/build.sh [product]      (golem, or golem-bench)
# BUILD_PROGRESS_SECONDS: how often a line is printed when standard error is not a terminal (15).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
product=${1:-golem}
"$root/scripts/toolchain.sh"
"$root/scripts/packages.sh" build >&2
# The Swift runtime inside the binary and packed relocations start faster and use less memory.
flags=(-c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs)
# What a start runs lies side by side: three megabytes less in memory (scripts/start-order.py makes the list).
flags+=(-Xlinker "--symbol-ordering-file=$root/scripts/start-order.txt" -Xlinker --no-warn-symbol-ordering)

echo "Building $product (the first time takes a few minutes) ..." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# On a terminal every step in one line that is written over, else a line now and then: one step can take minutes.
show_progress() {
    local line="" part step="getting ready" interval=${BUILD_PROGRESS_SECONDS:-15} shown=$SECONDS status
    while :; do
        status=0
        IFS= read -r -t "$interval" part || status=$?
        line+=$part
        if [ "$status" -eq 0 ]; then
            printf '%s\n' "$line" >>"$log"
            case "$line" in '['*) step=$line ;; esac
            line=""
        elif [ "$status" -le 128 ]; then
            printf '%s' "$line" >>"$log"
            break
        fi
        if [ -t 2 ]; then
            printf '\r\033[K%.78s' "$step" >&2
        elif [ $((SECONDS - shown)) -ge "$interval" ]; then
            shown=$SECONDS
            printf '%.100s ... (%d s so far)\n' "$step" "$SECONDS" >&2
        fi
    done
    [ ! -t 2 ] || printf '\r\033[K' >&2
}
swift build --package-path "$root" "${flags[@]}" --product "$product" 2>&1 | show_progress || {
    grep -A8 'error:' "$log" >&2 || cat "$log" >&2
    exit 1
}
echo "$(swift build --package-path "$root" "${flags[@]}" --show-bin-path)/$product"
