#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""Ends what a test run leaves behind, however the run ends. Standard library only.

Standard input says what lives, a line each: `+ PID` (a process group), `- PID`, `+ tmux NAME FOLDER`, `- tmux NAME FOLDER`.
At its end everything that still lives is killed.
"""
import os
import signal
import subprocess
import sys

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
living = set()
for line in sys.stdin:
    sign, *words = line.split()
    if sign == "+":
        living.add(tuple(words))
    else:
        living.discard(tuple(words))
for words in living:
    if words[0] == "tmux":
        environment = {**os.environ, "TMUX_TMPDIR": words[2]}
        subprocess.run(["tmux", "-L", words[1], "kill-server"], env=environment, stderr=subprocess.DEVNULL)
    else:
        for kill, target in ((os.killpg, int(words[0])), (os.kill, int(words[0]))):
            try:
                kill(target, signal.SIGKILL)
            except OSError:
                pass
