#!/usr/bin/env bash
# Checks that a Swift toolchain is here and new enough; prints what to do when it is not.
set -euo pipefail
need=6.1

if ! command -v swift >/dev/null; then
    cat >&2 <<TEXT
No Swift toolchain was found (looked for 'swift' in PATH).
Install Swift $need or newer for Debian 12 from https://www.swift.org/install/linux/ and put its usr/bin into PATH,
for example: export PATH=/opt/swift/usr/bin:\$PATH
TEXT
    exit 69
fi
have=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9]+\.[0-9]+' | head -1 || true)
if [ -z "$have" ] || [ "$(printf '%s\n%s\n' "$need" "$have" | sort -V | head -1)" != "$need" ]; then
    echo "Swift $need or newer is needed; $(command -v swift) is ${have:-of an unknown version}." >&2
    echo "Get a newer one from https://www.swift.org/install/linux/ and put its usr/bin first in PATH." >&2
    exit 69
fi
