# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""What a scripted server knows and answers, whatever carries its messages. Standard library only."""
import json
import os
import subprocess
import sys
import threading
import time

MODERN = "2026-07-28"
TEXT = {"type": "string"}


class Peer:
    """One server. Options:

    revision     what it speaks; with 2026-07-28 it has no handshake
    discover     how an older server takes the probe: error, silent or die
    supported    the revisions it names
    record       a file for what it receives, for validate.py
    pages        how many pages a list has; 0 for a circle
    nameless     whether a tool without a name is among its tools
    string_ids   whether it gives ids back as text
    many         how many more tools it has
    null_error   whether it writes "error": null beside a result
    """

    def __init__(self, options):
        self.options = options
        self.revision = options.get("revision", "2025-11-25")
        self.modern = self.revision == MODERN
        self.record_file = open(options["record"], "a") if "record" in options else None
        self.methods = []
        self.calls = {}
        self.extra_tools = [f"more{number}" for number in range(options.get("many", 0))]
        self.late = []
        self.waiting = {}
        self.asked = {}
        self.next_id = 100
        self.lock = threading.Lock()
        self.subscription = None

    # What comes in. `send` takes a message; `push` one that answers nothing.

    def receive(self, message, send, push=None):
        push = push or send
        self.record(message)
        if isinstance(message, dict) and "method" in message:
            self.methods.append(message["method"])
            if "id" in message:
                self.request(message, send, push)
        elif isinstance(message, dict) and message.get("id") in self.waiting:
            self.waiting.pop(message["id"])(message)

    def record(self, message):
        if self.record_file is None:
            return
        modern = "io.modelcontextprotocol/protocolVersion" in (message.get("params") or {}).get("_meta", {})
        revision = MODERN if modern else self.revision
        if message.get("method") == "initialize":
            revision = message["params"]["protocolVersion"]
        line = {"revision": revision, "message": message, "answers": self.asked.get(message.get("id"))}
        with self.lock:
            self.record_file.write(json.dumps(line) + "\n")
            self.record_file.flush()

    def answer(self, request, result, send):
        if self.modern:
            result = {"resultType": "complete", **result}
        number = request["id"]
        reply = {"jsonrpc": "2.0", "id": str(number) if self.options.get("string_ids") else number, "result": result}
        send({**reply, "error": None} if self.options.get("null_error") else reply)

    def error(self, request, code, text, send, data=None):
        error = {"code": code, "message": text, **({"data": data} if data else {})}
        send({"jsonrpc": "2.0", "id": request["id"], "error": error})

    def ask(self, method, params, send, then):
        self.next_id += 1
        self.waiting[self.next_id] = then
        self.asked[self.next_id] = method
        send({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params})

    # What it answers.

    def request(self, message, send, push):
        method, params = message["method"], message.get("params") or {}
        capabilities = {"tools": {"listChanged": True}, "resources": {}, "prompts": {}, "logging": {}}
        info = {"name": "scripted", "version": "9"}
        if method == "server/discover":
            how = "modern" if self.modern else self.options.get("discover", "error")
            if how == "die":
                print("what is that?", file=sys.stderr, flush=True)
                os._exit(2)
            if how == "silent":
                return
            if how == "error":
                return self.error(message, -32602, "Invalid request parameters", send)
            supported = self.options.get("supported", [MODERN])
            if params["_meta"]["io.modelcontextprotocol/protocolVersion"] not in supported:
                return self.error(message, -32022, "Unsupported", send, {"supported": supported, "requested": MODERN})
            return self.answer(message, {
                "supportedVersions": supported, "capabilities": capabilities, "cacheScope": "public", "ttlMs": 0,
                "_meta": {"io.modelcontextprotocol/serverInfo": info}}, send)
        if method == "initialize":
            if self.modern:
                return self.error(message, -32601, "no handshake here", send)
            wanted = params["protocolVersion"]
            supported = self.options.get("supported")
            if supported and wanted not in supported:
                return self.error(message, -32602, "Unsupported protocol version", send,
                                  {"supported": supported, "requested": wanted})
            return self.answer(message, {
                "protocolVersion": self.options.get("answered", self.revision), "capabilities": capabilities,
                "serverInfo": info}, send)
        if method == "ping" and not self.modern:
            return self.answer(message, {}, send)
        if method == "tools/list":
            return self.list(message, "tools", self.tools(), send)
        if method == "resources/list":
            return self.list(message, "resources", [{"uri": "test://a", "name": "a"}], send)
        if method == "resources/templates/list":
            return self.list(message, "resourceTemplates", [
                {"uriTemplate": f"test://{letter}/{{name}}", "name": letter} for letter in "abc"], send)
        if method == "prompts/list":
            return self.list(message, "prompts", [{"name": "p"}], send)
        if method == "resources/read":
            contents = [{"uri": params["uri"], "text": "t"}, {"uri": params["uri"], "blob": "AAE="}]
            return self.answer(message, {"contents": contents}, send)
        if method == "prompts/get":
            content = {"type": "text", "text": json.dumps(params.get("arguments"))}
            return self.answer(message, {"messages": [{"role": "user", "content": content}]}, send)
        if method == "subscriptions/listen" and self.modern:
            self.subscription = (message["id"], push)
            return push({"jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged", "params": {
                "_meta": {"io.modelcontextprotocol/subscriptionId": message["id"]},
                "notifications": params["notifications"]}})
        if method == "tools/call":
            name, arguments = params["name"], params.get("arguments") or {}
            self.calls[name] = self.calls.get(name, 0) + 1
            tool = getattr(self, f"tool_{name}", None)
            if tool is None:
                return self.error(message, -32602, f"Unknown tool: {name}", send)
            return tool(message, arguments, send, push)
        self.error(message, -32601, "Method not found", send)

    def tools(self):
        names = sorted(name[5:] for name in dir(self) if name.startswith("tool_")) + self.extra_tools
        tools = [{"name": name, "inputSchema": {"type": "object", "properties": {}}} for name in names]
        if self.modern:
            tools += [
                {"name": "mirrored", "inputSchema": {"type": "object", "properties": {
                    "region": {"type": "string", "x-mcp-header": self.options.get("mirror", "Region")}}}},
                {"name": "crooked", "inputSchema": {"type": "object", "properties": {
                    "list": {"type": "array", "items": {"type": "string", "x-mcp-header": "List"}}}}},
            ]
        return tools + ([{"description": "nameless"}] if self.options.get("nameless") else [])

    def list(self, message, member, values, send):
        pages = self.options.get("pages", 1)
        page = int((message.get("params") or {}).get("cursor", "0"))
        result = {member: values[page::pages] if pages else values}
        if pages == 0:
            result["nextCursor"] = "1" if page == 0 else "0" if page == 2 else str(page + 1)
        elif page + 1 < pages:
            result["nextCursor"] = str(page + 1)
        if self.modern:
            result.update({"cacheScope": "public", "ttlMs": 0})
        self.answer(message, result, send)

    def text(self, message, text, send, **more):
        self.answer(message, {"content": [{"type": "text", "text": text}], **more}, send)

    # Tools.

    def tool_echo(self, message, arguments, send, push):
        self.text(message, arguments.get("text", ""), send)

    def tool_mirrored(self, message, arguments, send, push):
        self.text(message, arguments.get("region", ""), send)

    def tool_count(self, message, arguments, send, push):
        self.text(message, str(self.calls.get(arguments["tool"], 0)), send)

    def tool_received(self, message, arguments, send, push):
        self.text(message, " ".join(self.methods), send)

    def tool_wrong(self, message, arguments, send, push):
        self.text(message, "it went wrong", send, isError=True)

    def tool_refused(self, message, arguments, send, push):
        self.error(message, -32000, "not today", send)

    def tool_pieces(self, message, arguments, send, push):
        self.answer(message, {"structuredContent": {"a": 1}, "content": [
            {"type": "text", "text": "t"},
            {"type": "image", "data": "AAE=", "mimeType": "image/png"},
            {"type": "audio", "data": "AAI=", "mimeType": "audio/wav"},
            {"type": "resource", "resource": {"uri": "test://r", "mimeType": "text/plain", "text": "r"}},
            {"type": "resource", "resource": {"uri": "test://b", "blob": "AAM="}},
            {"type": "resource_link", "uri": "test://l", "name": "l"},
            {"type": "hologram", "data": "AAQ="}]}, send)

    def tool_hang(self, message, arguments, send, push):
        pass

    def tool_late(self, message, arguments, send, push):
        self.late.append((message, send))

    def tool_flush(self, message, arguments, send, push):
        for late, late_send in self.late:
            self.text(late, "late", late_send)
        self.text(message, f"{len(self.late)} late", send)
        self.late = []

    def tool_progress(self, message, arguments, send, push):
        token = message["params"]["_meta"]["progressToken"]
        for step in (1, 2):
            send({"jsonrpc": "2.0", "method": "notifications/progress", "params": {
                "progressToken": token, "progress": step, "total": 2, "message": f"step {step}"}})
        send({"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": 999, "progress": 1}})
        self.text(message, "done", send)

    def tool_change(self, message, arguments, send, push):
        self.extra_tools.append("new")
        for what in ("tools", "resources", "prompts"):
            meta = {}
            target = push
            if self.modern:
                number, target = self.subscription
                meta = {"_meta": {"io.modelcontextprotocol/subscriptionId": number}}
            target({"jsonrpc": "2.0", "method": f"notifications/{what}/list_changed", "params": meta})
        self.text(message, "changed", send)

    def tool_log(self, message, arguments, send, push):
        for number in range(arguments.get("lines", 1)):
            send({"jsonrpc": "2.0", "method": "notifications/message", "params": {
                "level": "warning", "logger": "x", "data": f"line {number}"}})
        self.text(message, "logged", send)

    def tool_reverse(self, message, arguments, send, push):
        """Asks the client what the arguments say, and gives its answer back as text."""
        def then(reply):
            self.text(message, json.dumps({key: reply[key] for key in ("result", "error") if key in reply}), send)
        if not self.modern:
            # Over HTTP both ways are allowed: on the answer's stream and on the server's own.
            target = push if self.options.get("sessions") else send
            return self.ask(arguments["method"], arguments.get("params", {}), target, then)
        params = message["params"]
        if "inputResponses" in params:
            return self.text(message, json.dumps([params["inputResponses"], params.get("requestState")]), send)
        request = {"method": arguments["method"], "params": arguments.get("params", {})}
        self.answer(message, {"resultType": "input_required", "inputRequests": {"q": request},
                              "requestState": "state-1"}, send)

    def tool_gated(self, message, arguments, send, push):
        """Works once a page was opened; with `complete` it says itself that this is done."""
        if self.calls["gated"] > 1:
            return self.text(message, "through", send)
        page = {"mode": "url", "message": "Log in", "url": "https://login.example/a", "elicitationId": "e-1"}
        self.error(message, -32042, "log in first", send, {"elicitations": [page]})
        if arguments.get("complete"):
            time.sleep(0.2)
            push({"jsonrpc": "2.0", "method": "notifications/elicitation/complete", "params": {
                "elicitationId": "e-1"}})

    def tool_steps(self, message, arguments, send, push):
        """Tells how far it is, with a pause before each step."""
        token = message["params"]["_meta"]["progressToken"]

        def later():
            for step in range(1, arguments["count"] + 1):
                time.sleep(arguments["pause"])
                send({"jsonrpc": "2.0", "method": "notifications/progress", "params": {
                    "progressToken": token, "progress": step}})
            if not arguments.get("endless"):
                self.text(message, "done", send)
        threading.Thread(target=later, daemon=True).start()

    def tool_insatiable(self, message, arguments, send, push):
        self.answer(message, {"resultType": "input_required", "requestState": "again"}, send)

    def tool_rude(self, message, arguments, send, push):
        """Makes a request although servers without handshake may not."""
        push({"jsonrpc": "2.0", "id": 77, "method": "roots/list"})
        self.text(message, "asked", send)

    def tool_big(self, message, arguments, send, push):
        self.text(message, "x" * arguments["size"], send)

    def tool_slow(self, message, arguments, send, push):
        def later():
            time.sleep(arguments["seconds"])
            self.text(message, "slow", send)
        threading.Thread(target=later, daemon=True).start()

    def tool_spawn(self, message, arguments, send, push):
        """Leaves a process behind, in a session of its own if asked."""
        child = subprocess.Popen(["sleep", "1000"], start_new_session=arguments.get("session", False),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.text(message, str(child.pid), send)
