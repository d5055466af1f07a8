#!/usr/bin/env bash
# Builds the release executable on a fresh Debian 12 machine with a Swift toolchain.
# Progress and errors go to standard error; the last line of standard output is the executable's path.
# Usage: scripts/build.sh [product]      (golem, or golem-bench)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
product=${1:-golem}
"$root/scripts/toolchain.sh"
"$root/scripts/packages.sh" build >&2
# The Swift runtime inside the binary and packed relocations start faster and use less memory.
flags=(-c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs)

echo "Building $product (the first time takes a few minutes) ..." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
show_progress() {
    if [ ! -t 2 ]; then
        cat >"$log"
        return
    fi
    tee "$log" | while IFS= read -r line; do
        case "$line" in '['*) printf '\r\033[K%.78s' "$line" >&2 ;; esac
    done
    printf '\r\033[K' >&2
}
swift build --package-path "$root" "${flags[@]}" --product "$product" 2>&1 | show_progress || {
    grep -A8 'error:' "$log" >&2 || cat "$log" >&2
    exit 1
}
echo "$(swift build --package-path "$root" "${flags[@]}" --show-bin-path)/$product"
