#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""Runs every benchmark and prints one JSON object: figures next to the budgets of docs/architecture.md.

Usage: Benchmarks/run.py [--quick] [--let-sleep]     (builds release first; needs what scripts/packages.sh build installs)

Ratios are taken from figures of the same run: the machine's speed drops out of them.

A processor of a virtual machine that has gone to sleep takes 50 us and more to wake up, a dozen times in a turn; that
would measure the host. Idle-priority children keep the processors awake, unless --let-sleep is given.
"""
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
QUICK = "--quick" in sys.argv
KEEP_AWAKE = "--let-sleep" not in sys.argv


def build(product):
    """Builds a release product and gives its path; GOLEM_BENCH_BIN names a folder with finished ones."""
    if "GOLEM_BENCH_BIN" in os.environ:
        return os.path.join(os.environ["GOLEM_BENCH_BIN"], product)
    out = subprocess.run([ROOT + "/scripts/build.sh", product], check=True, stdout=subprocess.PIPE, text=True)
    return out.stdout.strip().splitlines()[-1]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Awake:
    """Keeps every processor busy at idle priority: whoever has real work takes it away at once."""

    def __enter__(self):
        self.children = []
        for _ in range(os.cpu_count() if KEEP_AWAKE else 0):
            pid = os.fork()
            if pid == 0:
                os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
                while os.getppid() != 1:
                    for _ in range(1_000_000):
                        pass
                os._exit(0)
            self.children.append(pid)

    def __exit__(self, *_):
        for pid in self.children:
            os.kill(pid, 9)
            os.waitpid(pid, 0)


class Process:
    """A child that serves HTTP on `port`; ready when the block begins, ended at its end."""

    def __init__(self, args, port, env=None):
        self.port = port
        self.child = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                      env={**os.environ, **(env or {})})

    def __enter__(self):
        deadline = time.perf_counter() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError:
                if time.perf_counter() > deadline or self.child.poll() is not None:
                    self.__exit__()
                    raise
                time.sleep(0.001)

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(15)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def status(self):
        with open(f"/proc/{self.child.pid}/status") as f:
            fields = dict(line.split(":", 1) for line in f)
        return {"rss_mb": int(fields["VmRSS"].split()[0]) / 1024, "threads": int(fields["Threads"])}

    def cpu_seconds(self):
        total = 0
        for task in os.listdir(f"/proc/{self.child.pid}/task"):
            with open(f"/proc/{self.child.pid}/task/{task}/schedstat") as f:
                total += int(f.read().split()[0])
        return total / 1e9


def bench_server(bench, kind, **options):
    port = free_port()
    words = [word for name, value in options.items() for word in ("--" + name.replace("_", "-"), str(value))]
    return Process([bench, kind, "--port", str(port), *words], port)


def golem(binary, folder, model):
    env = {
        "HOME": folder, "GOLEM_HOME": folder + "/.golem", "GOLEM_LOG_LEVEL": "warn",
        "GOLEM_AGENTS_DEFAULTS_MODEL": "openai/bench", "GOLEM_PROVIDERS_OPENAI_API_KEY": "bench-key-000",
        "GOLEM_PROVIDERS_OPENAI_BASE_URL": f"http://127.0.0.1:{model.port}/v1",
        "GOLEM_AGENTS_DEFAULTS_MAX_CONCURRENT_TURNS": "6000",
    }
    port = free_port()
    return Process([binary, "run", "--gateway-port", str(port)], port, env)


def start_times(binary, runs):
    """Milliseconds from the start of the process to the first 200 of /health; the workspace exists, as on a server."""
    times, first, rss = [], [], []
    for _ in range(runs):
        folder = tempfile.mkdtemp()
        first.append(start_once(binary, folder)[0])
        time_ms, memory = start_once(binary, folder)
        times.append(time_ms)
        rss.append(memory)
        shutil.rmtree(folder)
    return {"start_ms_min": min(times), "start_ms_median": statistics.median(times),
            "start_new_workspace_ms_min": min(first), "start_new_workspace_ms_median": statistics.median(first),
            "idle_rss_mb": statistics.median(rss)}


def start_once(binary, folder):
    port = free_port()
    began = time.perf_counter()
    child = subprocess.Popen([binary, "run", "--gateway-port", str(port)], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env={**os.environ, "HOME": folder})
    deadline = began + 10
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)) as s:
                s.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if b" 200 " in s.recv(200):
                    break
        except OSError:
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.0005)
    took = (time.perf_counter() - began) * 1000
    time.sleep(0.3)
    with open(f"/proc/{child.pid}/status") as f:
        memory = int(re.search(r"VmRSS:\s+(\d+)", f.read())[1]) / 1024
    child.terminate()
    child.wait()
    return took, memory


def load(bench, url, sessions, requests, kind="chat", turns=1_000_000):
    out = subprocess.run([bench, "load", "--url", url, "--sessions", str(sessions), "--requests", str(requests),
                          "--kind", kind, "--turns", str(turns)], capture_output=True, text=True)
    return json.loads(out.stdout.strip().splitlines()[-1])


def console(bench, seconds, pairs):
    """The console under 50,000 events a second; throughput is measured in pairs of the same run, with and without it."""
    out = subprocess.run([bench, "console", "--seconds", seconds, "--pairs", pairs], capture_output=True, text=True,
                         check=True)
    return json.loads(out.stdout.strip().splitlines()[-1])


def tool_calls(bench, calls):
    """What a tool call costs, built in and at an MCP server, next to bare round trips of the same run."""
    with bench_server(bench, "echo-http") as server:
        out = subprocess.run([bench, "tool-calls", "--calls", str(calls), "--http-port", str(server.port)],
                             capture_output=True, text=True, check=True)
    figures = json.loads(out.stdout.strip().splitlines()[-1])
    # A server in Python for comparison: its own time is in both figures.
    python = f"python3 {ROOT}/Tests/Servers/mcp/scripted_stdio.py"
    out = subprocess.run([bench, "tool-calls", "--calls", str(calls // 4), "--server", python],
                         capture_output=True, text=True, check=True)
    return {**figures, "python_stdio_writing": json.loads(out.stdout.strip().splitlines()[-1])["stdio"]}


def main():
    binary, bench = build("golem"), build("golem-bench")
    with Awake():
        measure(binary, bench)


def measure(binary, bench):
    report = {"cores": os.cpu_count(), "processors_kept_awake": KEEP_AWAKE}
    report.update(start_times(binary, 5 if QUICK else 15))
    report["micro"] = json.loads(subprocess.run([bench, "micro"], capture_output=True, text=True, check=True).stdout)
    report["tool_calls"] = tool_calls(bench, 1_000 if QUICK else 4_000)
    report["console"] = console(bench, "3" if QUICK else "10", "4" if QUICK else "10")
    requests = 2_000 if QUICK else 8_000
    with bench_server(bench, "model-server") as model:
        url = f"http://127.0.0.1:{model.port}/v1/chat/completions"
        folder = tempfile.mkdtemp()
        with golem(binary, folder, model) as agent, bench_server(bench, "null-agent", model=url) as null:
            chat, null_chat = (f"http://127.0.0.1:{server.port}/chat" for server in (agent, null))
            bare = load(bench, url, 1, requests // 4, "model")
            report["bare_model_call_p50_us"] = bare["p50_us"]
            for sessions in (1, 8, 64):
                null_result = load(bench, null_chat, sessions, requests)
                before = agent.cpu_seconds()
                # Conversations of 50 turns: what a long one costs is the last figure's business.
                result = load(bench, chat, sessions, requests, turns=50)
                cpu = agent.cpu_seconds() - before
                report[f"sessions_{sessions}"] = {
                    "golem": result, "null_agent": null_result,
                    "share_of_null_agent": result["per_second"] / null_result["per_second"],
                    "cpu_ms_per_turn": cpu * 1000 / result["requests"],
                }
            one = report["sessions_1"]["golem"]
            report["turn_overhead_p50_us"] = one["p50_us"] - bare["p50_us"]
            long = load(bench, chat, 1, 520)
            report["turn_500_over_turn_1"] = long["last_50_p50_us"] / max(1, long["first_50_p50_us"])
        shutil.rmtree(folder)
    waiting = 500 if QUICK else 5_000
    with bench_server(bench, "model-server", latency_ms=8_000) as model:
        folder = tempfile.mkdtemp()
        with golem(binary, folder, model) as agent:
            client = subprocess.Popen([bench, "load", "--url", f"http://127.0.0.1:{agent.port}/chat", "--sessions",
                                       str(waiting), "--requests", str(waiting), "--warm-up", "0"], stdout=subprocess.PIPE, text=True)
            peak = {"rss_mb": 0, "threads": 0}
            while client.poll() is None:
                now = agent.status()
                peak = {key: max(peak[key], now[key]) for key in peak}
                time.sleep(0.1)
            result = json.loads(client.stdout.read().strip().splitlines()[-1])
            report["waiting_turns"] = {"turns": waiting, "failures": result["failures"], **peak}
        shutil.rmtree(folder)
    report["budgets"] = {
        "start_ms": 25, "idle_rss_mb": 18, "turn_overhead_p50_us": 1000,
        "share_of_null_agent": {"1": 0.5, "8": 0.4, "64": 0.35}, "cpu_ms_per_turn": 0.4, "turn_500_over_turn_1": 1.2,
        "waiting_turns_rss_mb": 250, "bus_events_per_second_4_subscribers": 1_000_000, "bus_publish_ns": 1000,
        "tool_calls": {"stdio": {"overhead_p50_us": 300}, "http": {"overhead_p50_us": 300}},
        "console": {"frames_per_second": 20, "key_to_paint_p99_us": 30_000, "flat_out_loss": 0.05},
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
