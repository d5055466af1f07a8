#!/usr/bin/env bash
# Installs the Debian packages of packages.txt that are missing.
# Usage: scripts/packages.sh build|test   (test includes build, build includes run)
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-build}" in
build) wanted='build|run' ;;
test) wanted='build|run|test' ;;
*)
    echo "usage: scripts/packages.sh build|test" >&2
    exit 64
    ;;
esac

missing=()
while read -r name use _; do
    case "$name" in '' | '#'*) continue ;; esac
    [[ "$use" =~ ^($wanted)$ ]] || continue
    status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$name")
done <packages.txt
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "These packages are missing, and apt-get is not here to install them: ${missing[*]}" >&2
    exit 69
fi
sudo=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "These packages are missing; install them as root: apt-get install ${missing[*]}" >&2
        exit 77
    fi
    sudo=(sudo)
fi
echo "Installing Debian packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
    # The package lists may be missing or old.
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
