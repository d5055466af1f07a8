#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""A raw HTTP/1.1 server with faults to order, for the tests of the HTTP client. Standard library only.

It prints its port as the first line of standard output and ends when standard input closes. It listens on the same
port of 127.0.0.1 and 127.0.0.2. `--tls CERT KEY` speaks TLS.

Paths (parameters in the query):
  /fixed?bytes=N        a body with Content-Length (default "hello")
  /echo                 the request as JSON: method, target, headers, body length and the body's first 200 bytes
  /chunked?n=N          N chunks
  /sse?n=N              N events
  /hold                 answers when /release is asked for
  /release              lets all /hold requests answer
  /silent               reads the request and never answers
  /stall                a head and half a body, then nothing
  /short                Content-Length 100, ten bytes, end
  /cut                  a chunked body without its end
  /drop                 closes without an answer
  /garbage              something that is not HTTP
  /big-head             a head of 1 MB
  /redirect?to=URL&code=N   a redirect; `{port}` in the URL is replaced
  /loop                 redirects to itself
  /endless-redirect     a redirect whose body never ends
  /big?bytes=N          a body as fast as it is read
  /status?code=N        that status, with Retry-After 7
  /html                 a page with status 200
  /gzip?bytes=N         N zero bytes, packed
  /close                answers and closes the connection, without saying so in the head
  /stats                counters as JSON
"""
import asyncio
import gzip
import json
import os
import resource
import ssl
import sys
import threading
from urllib.parse import parse_qs, urlsplit

stats = {"connections": 0, "open": 0, "requests": 0, "sent": 0, "holding": 0, "gone": 0}
release = asyncio.Event()
port = 0


def head(status, headers):
    lines = [f"HTTP/1.1 {status} X"] + [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def whole(body, content_type="text/plain", status=200, extra=()):
    return head(status, [("Content-Type", content_type), ("Content-Length", len(body)), *extra]) + body


async def read_request(reader):
    line = await reader.readline()
    if not line:
        return None
    method, target, _ = line.decode().split(" ", 2)
    headers = []
    while True:
        line = (await reader.readline()).decode().strip()
        if not line:
            break
        name, value = line.split(":", 1)
        headers.append((name, value.strip()))
    length = next((int(v) for n, v in headers if n.lower() == "content-length"), 0)
    return method, target, headers, await reader.readexactly(length)


async def until_gone(reader):
    stats["holding"] += 1
    try:
        await reader.read(1)
    finally:
        stats["holding"] -= 1
        stats["gone"] += 1


async def stream(writer, headers, pieces, trailer=b"\r\n"):
    writer.write(head(200, [("Transfer-Encoding", "chunked"), *headers]))
    for piece in pieces:
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
    writer.write(b"0\r\n" + trailer)


async def answer(reader, writer, request):
    """Answers one request; false ends the connection."""
    method, target, headers, body = request
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    path = parts.path
    if path == "/fixed":
        count = int(query.get("bytes", 0))
        content = b"x" * count if count else b"hello"
        writer.write(head(200, [("Content-Length", len(content))]) + (b"" if method == "HEAD" else content))
    elif path == "/echo":
        writer.write(whole(json.dumps({
            "method": method, "target": target, "headers": headers, "length": len(body),
            "body": body[:200].decode("latin-1"), "host": writer.get_extra_info("sockname")[0],
        }).encode(), "application/json"))
    elif path == "/chunked":
        pieces = (f"chunk {number};".encode() for number in range(int(query.get("n", 3))))
        await stream(writer, [("X-Empty", ""), ("X-Padded", "  a b  ")], pieces, b"X-Trailer: late\r\n\r\n")
    elif path == "/sse":
        pieces = (f"event: tick\ndata: {number}\n\n".encode() for number in range(int(query.get("n", 3))))
        await stream(writer, [("Content-Type", "text/event-stream")], pieces)
    elif path == "/hold":
        stats["holding"] += 1
        await release.wait()
        stats["holding"] -= 1
        writer.write(whole(b"released"))
    elif path == "/release":
        release.set()
        writer.write(whole(b"ok"))
    elif path == "/silent":
        await until_gone(reader)
        return False
    elif path == "/stall":
        writer.write(head(200, [("Content-Length", 10)]) + b"hello")
        await writer.drain()
        await until_gone(reader)
        return False
    elif path == "/short":
        writer.write(head(200, [("Content-Length", 100)]) + b"0123456789")
        return False
    elif path == "/cut":
        writer.write(head(200, [("Transfer-Encoding", "chunked")]) + b"5\r\nhello\r\n")
        return False
    elif path == "/drop":
        return False
    elif path == "/garbage":
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        return False
    elif path == "/big-head":
        writer.write(head(200, [(f"X-{number}", "y" * 1000) for number in range(1000)]))
        return False
    elif path == "/redirect":
        to = query["to"].replace("{port}", str(port))
        writer.write(whole(b"moved", status=int(query.get("code", 302)), extra=[("Location", to)]))
    elif path == "/loop":
        writer.write(whole(b"", status=302, extra=[("Location", "/loop")]))
    elif path == "/endless-redirect":
        writer.write(head(302, [("Location", "/fixed"), ("Transfer-Encoding", "chunked")]))
        while True:
            writer.write(b"1000\r\n" + b"z" * 4096 + b"\r\n")
            await writer.drain()
    elif path == "/big":
        count = int(query["bytes"])
        writer.write(head(200, [("Content-Length", count)]))
        piece = b"b" * 65536
        while count > 0:
            writer.write(piece[:count])
            await writer.drain()
            stats["sent"] += min(count, len(piece))
            count -= len(piece)
    elif path == "/status":
        writer.write(whole(b'{"error":{"message":"slow down"}}', "application/json", int(query["code"]),
                           [("Retry-After", "7")]))
    elif path == "/html":
        writer.write(whole(b"<!doctype html><title>Sign in</title>", "text/html"))
    elif path == "/gzip":
        writer.write(whole(gzip.compress(b"\0" * int(query["bytes"])), extra=[("Content-Encoding", "gzip")]))
    elif path == "/close":
        writer.write(whole(b"bye"))
        return False
    elif path == "/stats":
        writer.write(whole(json.dumps(stats).encode(), "application/json"))
    else:
        writer.write(whole(b"no such path", status=404))
    return True


async def serve(reader, writer):
    stats["connections"] += 1
    stats["open"] += 1
    try:
        while (request := await read_request(reader)) is not None:
            stats["requests"] += 1
            goes_on = await answer(reader, writer, request)
            await writer.drain()
            if not goes_on:
                break
    except (ConnectionError, asyncio.IncompleteReadError, ValueError, ssl.SSLError):
        pass
    finally:
        stats["open"] -= 1
        writer.close()


async def main():
    global port
    context = None
    if "--tls" in sys.argv:
        position = sys.argv.index("--tls")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[position + 1], sys.argv[position + 2])
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    first = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=4096)
    port = first.sockets[0].getsockname()[1]
    second = await asyncio.start_server(serve, "127.0.0.2", port, ssl=context, backlog=4096)
    print(port, flush=True)
    await asyncio.gather(first.serve_forever(), second.serve_forever())


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(main())
