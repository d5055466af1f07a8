#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""A scripted server on standard input and output. Usage: scripted_stdio.py [OPTIONS as JSON]; see scripted_peer.py.

More options: deaf (answers nothing at all), stubborn (ignores the end of its input and SIGTERM), greeting (lines of
garbage at the start), stop_reading (reads only so many messages).
"""
import json
import os
import signal
import sys
import threading
import time

from scripted_peer import Peer

options = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
lock = threading.Lock()


def write(text):
    with lock:
        sys.stdout.write(text)
        sys.stdout.flush()


def send(message):
    write(json.dumps([message] if options.get("batch") else message) + "\n")


class StdioPeer(Peer):
    def tool_die(self, message, arguments, send, push):
        print("out of cheese", file=sys.stderr, flush=True)
        os._exit(3)

    def tool_kill(self, message, arguments, send, push):
        os.kill(os.getpid(), signal.SIGKILL)

    def tool_half(self, message, arguments, send, push):
        write('{"jsonrpc":"2.0","id":')
        os._exit(0)

    def tool_close(self, message, arguments, send, push):
        """Closes its output and lives on."""
        os.close(1)
        time.sleep(1000)

    def tool_garbage(self, message, arguments, send, push):
        write("this is no JSON\n" * arguments["lines"] + '\n{"level":"info"}\n')
        self.text(message, "sorry", send)

    def tool_flood(self, message, arguments, send, push):
        for _ in range(arguments["lines"]):
            sys.stderr.write("e" * 99 + "\n")
        sys.stderr.flush()
        self.text(message, "flooded", send)

    def tool_crlf(self, message, arguments, send, push):
        reply = {"jsonrpc": "2.0", "id": message["id"], "result": {"content": [{"type": "text", "text": "crlf"}]}}
        write(json.dumps(reply) + "\r\n")

    def tool_environment(self, message, arguments, send, push):
        self.text(message, " ".join(f"{key}={value}" for key, value in sorted(os.environ.items())), send)


if options.get("stubborn"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "pid_file" in options:
    with open(options["pid_file"], "w") as file:
        file.write(str(os.getpid()))
write("hello there\n" * options.get("greeting", 0))
peer = StdioPeer(options)
read = 0
for line in sys.stdin:
    if not options.get("deaf"):
        peer.receive(json.loads(line), send)
    read += 1
    while read == options.get("stop_reading"):
        time.sleep(1000)
while options.get("stubborn"):
    time.sleep(1000)
