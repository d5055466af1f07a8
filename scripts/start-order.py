#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""Writes scripts/start-order.txt: the functions that a start of the server runs, in the order in which it calls them.

The linker puts them side by side (scripts/build.sh). Without that they are spread over the whole executable, and the
kernel, which maps pages in groups, keeps three megabytes in memory of which nothing was ever run. Names that are gone
or new do no harm: run this again when a start has changed much. Needs valgrind, llvm-strip and curl.

Usage: scripts/start-order.py        (builds release first)
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def trace(binary, folder):
    """Runs a start under callgrind up to the first answer of /health; gives the file with the calls."""
    # Valgrind cannot read the debug information of this toolchain.
    plain, calls = folder + "/golem", folder + "/calls"
    subprocess.run(["strip", "-S", "-o", plain, binary], check=True)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    child = subprocess.Popen(
        ["valgrind", "--quiet", "--tool=callgrind", "--demangle=no", "--callgrind-out-file=" + calls, plain, "run",
         "--gateway-port", str(port)],
        env={**os.environ, "HOME": folder}, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/health"
    while subprocess.run(["curl", "-s", "-o", folder + "/answer", address]).returncode != 0:
        if child.poll() is not None:
            raise SystemExit("the server ended under valgrind")
        time.sleep(0.2)
    time.sleep(1)
    child.send_signal(signal.SIGTERM)
    child.wait(60)
    return calls


def functions(calls, binary):
    """The names of the executable's own functions, in the order of the file."""
    names, objects, current, found = {}, {}, "", {}
    for line in open(calls):
        if match := re.match(r"(c?)ob=\((\d+)\)(?: (.*))?", line):
            if match[3]:
                objects[match[2]] = match[3]
            if not match[1]:
                current = objects[match[2]]
        elif match := re.match(r"(c?)fn=\((\d+)\)(?: (.*))?", line):
            if match[3]:
                # A recursive function has a number behind its name.
                names[match[2]] = re.sub(r"'\d+$", "", match[3].strip())
            if not match[1] and current == binary:
                found[names[match[2]]] = None
    return list(found)


def main():
    build = subprocess.run([ROOT + "/scripts/build.sh"], check=True, stdout=subprocess.PIPE, text=True)
    folder = tempfile.mkdtemp()
    names = functions(trace(build.stdout.strip().splitlines()[-1], folder), folder + "/golem")
    shutil.rmtree(folder)
    with open(ROOT + "/scripts/start-order.txt", "w") as f:
        f.write("\n".join(names) + "\n")
    print(f"{len(names)} functions")


if __name__ == "__main__":
    main()
