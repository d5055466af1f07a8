#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""A scripted server over HTTP, strict about headers. Usage: scripted_http.py OPTIONS (JSON); see scripted_peer.py.

More options:
transport    http (default) or sse (revision 2024-11-05)
answers      json (default) or sse: how requests are answered
sessions     whether it keeps sessions
stream       whether it has a stream of its own (GET)
busy_stream  how often it refuses that stream with 429 first
silent       its own streams, and subscriptions, say nothing, not even that they are alive
token        the bearer token that it wants
redirect     where /old leads: a URL; "" is /mcp
endpoint     what the sse transport gives as its address
Prints its port first; ends when its standard input closes. GET /calls gives how often which tool ran.
"""
import base64
import http.server
import json
import os
import queue
import sys
import threading

from scripted_peer import MODERN, Peer

options = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
END = object()


class HTTPPeer(Peer):
    def tool_expire(self, message, arguments, send, push):
        """Forgets all sessions; ends its own stream if asked."""
        sessions.clear()
        if arguments.get("stream"):
            stream.put(END)
        self.text(message, "expired", send)

    def tool_break(self, message, arguments, send, push):
        """Breaks off its answer; it can be fetched with the id that was given."""
        send(("event", f"id: e-1\nretry: {arguments.get('retry', 1)}\ndata: \n\n"))
        result = {"content": [{"type": "text", "text": "resumed"}]}
        stored["e-1"] = {"jsonrpc": "2.0", "id": message["id"], "result": result}
        send(END)

    def tool_cut(self, message, arguments, send, push):
        """Breaks off its answer for good."""
        send(("event", ": hello\n\n"))
        send(END)

    def tool_open(self, message, arguments, send, push):
        """Answers, and leaves the stream open."""
        self.text(message, "open", send)
        send(("hold",))

    def tool_status(self, message, arguments, send, push):
        send(("status", arguments["status"]))

    def tool_refuse(self, message, arguments, send, push):
        """Refuses with status 400 and a JSON-RPC error."""
        send(("refuse", arguments["code"], arguments["text"]))

    def tool_break_expired(self, message, arguments, send, push):
        """Breaks off its answer and forgets the session."""
        sessions.clear()
        send(("event", "id: e-2\nretry: 1\ndata: \n\n"))
        send(END)

    def tool_elsewhere(self, message, arguments, send, push):
        """Answers on the server's own stream."""
        send(("status", 202))
        self.text(message, "elsewhere", stream.put)

    def tool_remirror(self, message, arguments, send, push):
        self.options["mirror"] = arguments["header"]
        self.text(message, "ok", send)

    def tool_page(self, message, arguments, send, push):
        send(("html",))


peer = HTTPPeer(options)
sessions = set()
stored = {}
deleted = []
gets = []
stream = queue.Queue()


def decoded(value):
    if value and value.startswith("=?base64?") and value.endswith("?="):
        return base64.b64decode(value[9:-2]).decode()
    return value


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def plain(self, status, body=b"", kind="application/json", **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if body:
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, message, code, text, status=400):
        error = {"jsonrpc": "2.0", "id": message.get("id"), "error": {"code": code, "message": text}}
        self.plain(status, json.dumps(error).encode())

    def begin_stream(self, **headers):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def chunk(self, text):
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def event(self, message, name="message"):
        self.chunk(f"event: {name}\ndata: {json.dumps(message)}\n\n")

    def is_authorized(self):
        wanted = options.get("token")
        if wanted is None or self.headers.get("Authorization") == f"Bearer {wanted}":
            return True
        self.plain(401, b"", WWW_Authenticate="Bearer")
        return False

    # Requests.

    def do_GET(self):
        if self.path == "/calls":
            return self.plain(200, json.dumps({
                **peer.calls, "deleted": len(deleted), "gets": len(gets), "resumes": sum(1 for event in gets if event),
                "listens": peer.methods.count("subscriptions/listen"),
                "lists": peer.methods.count("tools/list")}).encode())
        if not self.is_authorized():
            return None
        if options.get("transport") == "sse":
            self.begin_stream()
            self.chunk("event: endpoint\ndata: " + options.get("endpoint", "/messages?session=1") + "\n\n")
            return self.pump()
        event = self.headers.get("Last-Event-ID")
        if event in stored:
            self.begin_stream()
            self.event(stored.pop(event))
            return self.chunk_end()
        gets.append(event)
        if options.get("sessions") and self.headers.get("Mcp-Session-Id") not in sessions:
            return self.plain(404)
        if not options.get("stream"):
            return self.plain(405)
        if options.get("busy_stream", 0) > 0:
            options["busy_stream"] -= 1
            return self.plain(429)
        self.begin_stream()
        if options.get("silent") == "with id":
            self.chunk("id: s-1\ndata: \n\n")
        return self.pump()

    def pump(self):
        while True:
            try:
                message = stream.get(timeout=0.2)
            except queue.Empty:
                if options.get("silent"):
                    continue
                try:
                    self.chunk(": quiet\n\n")
                except OSError:
                    return self.close_now()
                continue
            if message is END:
                return self.close_now()
            self.event(message)

    def chunk_end(self):
        self.wfile.write(b"0\r\n\r\n")

    def close_now(self):
        self.close_connection = True

    def do_DELETE(self):
        session = self.headers.get("Mcp-Session-Id")
        deleted.append(session)
        sessions.discard(session)
        self.plain(200)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/old":
            return self.plain(307, Location=options.get("redirect") or "/mcp")
        if not self.is_authorized():
            return None
        message = json.loads(body)
        if options.get("transport") == "sse":
            if not self.path.startswith("/messages"):
                return self.plain(405)
            self.plain(202, b"Accepted", "text/plain")
            return peer.receive(message, stream.put)
        if "application/json" not in self.headers["Accept"] or "text/event-stream" not in self.headers["Accept"]:
            return self.refuse(message, -32600, "Accept lacks a type", 406)
        if not (self.is_modern(message) if peer.modern else self.is_legacy(message)):
            return None
        if "id" not in message or "method" not in message:
            peer.receive(message, stream.put)
            return self.plain(202)
        return self.answer(message)

    def is_legacy(self, message):
        method = message.get("method")
        if method == "server/discover":
            self.refuse(message, -32600, "Bad Request: Missing session ID")
        elif method != "initialize" and options.get("sessions") and self.headers.get("Mcp-Session-Id") not in sessions:
            self.refuse(message, -32600, "Session not found", 404)
        elif (method != "initialize" and peer.revision >= "2025-06-18"
              and self.headers.get("MCP-Protocol-Version") != peer.revision):
            self.refuse(message, -32600, "wrong MCP-Protocol-Version")
        else:
            return True
        return False

    def is_modern(self, message):
        params = message.get("params") or {}
        meta = params.get("_meta", {})
        wanted = {"MCP-Protocol-Version": meta.get("io.modelcontextprotocol/protocolVersion"),
                  "Mcp-Method": message["method"]}
        if message["method"] in ("tools/call", "prompts/get"):
            wanted["Mcp-Name"] = params["name"]
        if message["method"] == "resources/read":
            wanted["Mcp-Name"] = params["uri"]
        if message["method"] == "tools/call" and "region" in (params.get("arguments") or {}):
            wanted["Mcp-Param-" + options.get("mirror", "Region")] = params["arguments"]["region"]
        for name, value in wanted.items():
            found = decoded(self.headers.get(name))
            if value is None or found != value:
                self.refuse(message, -32020, f"Header mismatch: {name} is {found!r}, not {value!r}")
                return False
        if message["method"] == "initialize":
            self.refuse(message, -32601, "Method not found", 404)
            return False
        return True

    def answer(self, message):
        """Sends what the peer says as the answer to this POST."""
        out = queue.Queue()
        headers = {}
        if message["method"] == "initialize" and options.get("sessions"):
            session = f"session-{len(sessions) + len(deleted) + 1}"
            sessions.add(session)
            headers["Mcp_Session_Id"] = session
        is_listen = message["method"] == "subscriptions/listen"
        peer.receive(message, out.put, out.put if is_listen else stream.put)
        first = out.get()
        if isinstance(first, tuple) and first[0] == "status":
            return self.plain(first[1])
        if isinstance(first, tuple) and first[0] == "refuse":
            return self.refuse(message, first[1], first[2])
        if isinstance(first, tuple) and first[0] == "html":
            return self.plain(200, b"<html>welcome</html>", "text/html")
        is_answer = isinstance(first, dict) and first.get("id") == message["id"]
        if options.get("answers", "json") == "json" and is_answer and out.empty():
            return self.plain(200, json.dumps(first).encode(), **headers)
        self.begin_stream(**headers)
        item = first
        while item is not END:
            if isinstance(item, tuple) and item[0] == "hold":
                threading.Event().wait()
            if isinstance(item, tuple):
                self.chunk(item[1])
            else:
                self.event(item)
                if str(item.get("id")) == str(message["id"]) and "method" not in item and out.empty():
                    return self.chunk_end()
            item = self.next_item(out)
        return self.close_now()

    def next_item(self, out):
        while True:
            try:
                return out.get(timeout=0.2)
            except queue.Empty:
                if options.get("silent"):
                    continue
                try:
                    self.chunk(": quiet\n\n")
                except OSError:
                    return END


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients that leave are part of the tests


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.buffer.read()
os._exit(0)
