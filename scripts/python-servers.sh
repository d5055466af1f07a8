#!/usr/bin/env bash
# Makes the Python environments of the MCP tests: the official SDK in its two major versions, servers from PyPI, and a
# validator of JSON schemas, all in pinned versions. Does nothing when they are there. `scripts/test.sh` calls it.
# Environment: PYTHON names the interpreter (3.10 or newer); default: the first that fits of python3 and python3.1x.
set -euo pipefail
cd "$(dirname "$0")/.."
home=.build/python

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }
find_python() {
    for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3; do
        if fits "$name"; then
            echo "$name"
            return
        fi
    done
    echo "python-servers: no Python 3.10 or newer with venv (Debian: apt-get install python3-venv)" >&2
    exit 1
}

for sdk in sdk1 sdk2; do
    wanted=Tests/Servers/mcp/requirements-$sdk.txt
    cmp -s "$wanted" "$home/$sdk/installed.txt" && continue
    python=${python:-$(find_python)}
    echo "python-servers: installing $(grep -E '^mcp==' "$wanted") and its servers into $home/$sdk"
    rm -rf "${home:?}/$sdk"
    mkdir -p "$home"
    "$python" -m venv "$home/$sdk"
    "$home/$sdk/bin/pip" install --quiet --disable-pip-version-check --no-input --requirement "$wanted"
    cp "$wanted" "$home/$sdk/installed.txt"
done
