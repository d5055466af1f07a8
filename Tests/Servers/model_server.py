#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""A model server without a model: chat completions and Anthropic messages, streamed or whole. Standard library only.

It prints its port as the first line of standard output and ends when standard input closes (not with --daemon).

Flags
  --port N           the port (default 0: any)
  --latency-ms N     wait so long before the first token (default 0)
  --token-ms N       wait so long between two tokens (default 0)
  --tokens N         answers have N words: "word1 word2 …" (default: the answer echoes the last message of the user)
  --stamp            answers end with " #N", the number of the request: no two answers are the same
  --key KEY          refuse requests without this key (401)
  --daemon           go on when standard input closes

Addresses
  POST /v1/chat/completions     OpenAI's API (also under any other prefix)
  POST /v1/messages             Anthropic's API
  GET  /v1/models               a list of models
  GET  /control                 counters and the last 100 requests: {"requests": n, "running": n, "peak": n,
                                "connections": n, "seen": [{"path", "headers", "body"}]}
  POST /control                 {"script": [step, …]} appends steps, {"reset": true} empties script and counters

Answers are deterministic. The last message of the user decides:
  "call NAME {json}"            calls that tool; several such lines make parallel calls. The next request, which brings
                                the results, is answered with "NAME: RESULT" for each, one per line
  "say TEXT"                    answers TEXT
  anything else                 answers "You said: TEXT", or N words with --tokens

The model's name may order a fault (after any prefix): fault-401, fault-404, fault-429 (Retry-After 1), fault-500,
fault-529, fault-html, fault-empty, fault-silent (never answers), fault-stall (half an answer, then nothing), fault-close
(half an answer, then the connection ends), fault-arguments (a tool call whose arguments are not JSON), fault-think (thinks
first, in its own field), fault-whole (ignores `stream`). A name that ends in `-once` does so for the first request only.

A step of the script takes the place of one answer:
  {"status": 200, "headers": {"Content-Type": "text/event-stream"}, "pieces": ["data: …", …], "end": "end"}
`end` is "end" (a proper end), "close" (the connection breaks) or "stall". `{}` is an ordinary answer.
"""
import argparse
import asyncio
import json
import os
import re
import resource
import sys
import threading

parser = argparse.ArgumentParser()
for flag, default in (("--port", 0), ("--latency-ms", 0), ("--token-ms", 0), ("--tokens", 0)):
    parser.add_argument(flag, type=float if flag.endswith("ms") else int, default=default)
parser.add_argument("--key")
parser.add_argument("--daemon", action="store_true")
parser.add_argument("--stamp", action="store_true")
options = parser.parse_args()

control = {"requests": 0, "running": 0, "peak": 0, "connections": 0, "seen": []}
script = []
served_once = set()


# The conversation, in a form that both APIs share -----------------------------------------------------------------

def text_of(content):
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content or [] if part.get("type") == "text")


def decide(body, is_anthropic):
    """The answer to a request: (text, [(tool, arguments text)])."""
    messages = [message for message in body["messages"] if message["role"] != "system"]
    results = []
    names = {}
    for message in messages:
        for call in message.get("tool_calls") or []:
            names[call["id"]] = call["function"]["name"]
        if isinstance(message.get("content"), list):
            for block in message["content"]:
                if block["type"] == "tool_use":
                    names[block["id"]] = block["name"]
    for message in reversed(messages):
        if message["role"] == "tool":
            results.insert(0, (message["tool_call_id"], text_of(message["content"])))
            continue
        if is_anthropic and message["role"] == "user" and isinstance(message["content"], list):
            blocks = [b for b in message["content"] if b["type"] == "tool_result"]
            results = [(b["tool_use_id"], text_of(b.get("content", ""))) for b in blocks] + results
        break
    if results:
        return "\n".join(f"{names.get(call, '?')}: {text}" for call, text in results), []
    user = next((text_of(m["content"]) for m in reversed(messages) if m["role"] == "user"), "")
    calls = re.findall(r"^call ([A-Za-z0-9_-]+) (\{.*\})\s*$", user, re.MULTILINE)
    if calls:
        return "", calls
    if match := re.search(r"^say (.*)", user, re.DOTALL | re.MULTILINE):
        return match[1], []
    if options.tokens:
        return " ".join(f"word{number + 1}" for number in range(options.tokens)), []
    return f"You said: {user}", []


def words(text):
    return re.findall(r"\s*\S+\s*$|\s*\S+", text) or [text]


# OpenAI -----------------------------------------------------------------------------------------------------------

def usage(body, text):
    return len(json.dumps(body["messages"])) // 4, max(1, len(words(text)))


def chat_chunks(body, text, calls, thinking=""):
    number = control["requests"]
    base = {"id": f"chatcmpl-{number}", "object": "chat.completion.chunk", "created": 0, "model": body["model"]}

    def chunk(delta, reason=None):
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return "data: " + json.dumps({**base, "choices": [choice]}) + "\n\n"

    yield chunk({"role": "assistant", "content": ""})
    for word in words(thinking) if thinking else []:
        yield chunk({"reasoning_content": word})
    for word in words(text) if text else []:
        yield chunk({"content": word})
    for index, (name, arguments) in enumerate(calls):
        yield chunk({"tool_calls": [{"index": index, "id": f"call_{number}_{index}", "type": "function",
                                     "function": {"name": name, "arguments": ""}}]})
        half = len(arguments) // 2
        for piece in (arguments[:half], arguments[half:]):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield chunk({}, "tool_calls" if calls else "stop")
    if (body.get("stream_options") or {}).get("include_usage"):
        read, written = usage(body, text)
        counted = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        yield "data: " + json.dumps({**base, "choices": [], "usage": counted}) + "\n\n"
    yield "data: [DONE]\n\n"


def chat_whole(body, text, calls):
    read, written = usage(body, text)
    message = {"role": "assistant", "content": text or None}
    if calls:
        message["tool_calls"] = [{"id": f"call_{control['requests']}_{index}", "type": "function",
                                  "function": {"name": name, "arguments": arguments}}
                                 for index, (name, arguments) in enumerate(calls)]
    return {"id": "chatcmpl", "object": "chat.completion", "created": 0, "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
            "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}}


# Anthropic --------------------------------------------------------------------------------------------------------

def message_events(body, text, calls, thinking=""):
    number = control["requests"]
    read, written = usage(body, text)

    def event(kind, **fields):
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"

    yield event("message_start", message={
        "id": f"msg_{number}", "type": "message", "role": "assistant", "model": body["model"], "content": [],
        "stop_reason": None, "stop_sequence": None,
        "usage": {"input_tokens": read, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
                  "output_tokens": 1}})
    yield event("ping")
    index = 0
    for kind, field, content in (("thinking", "thinking", thinking), ("text", "text", text)):
        if not content:
            continue
        yield event("content_block_start", index=index, content_block={"type": kind, field: ""})
        for word in words(content):
            yield event("content_block_delta", index=index, delta={"type": f"{kind}_delta", field: word})
        yield event("content_block_stop", index=index)
        index += 1
    for place, (name, arguments) in enumerate(calls):
        yield event("content_block_start", index=index, content_block={
            "type": "tool_use", "id": f"toolu_{number}_{place}", "name": name, "input": {}})
        half = len(arguments) // 2
        for piece in (arguments[:half], arguments[half:]):
            yield event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": piece})
        yield event("content_block_stop", index=index)
        index += 1
    yield event("message_delta", delta={"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None},
                usage={"output_tokens": written})
    yield event("message_stop")


def message_whole(body, text, calls):
    read, written = usage(body, text)
    content = [{"type": "text", "text": text}] if text else []
    content += [{"type": "tool_use", "id": f"toolu_{control['requests']}_{place}", "name": name,
                 "input": json.loads(arguments)} for place, (name, arguments) in enumerate(calls)]
    return {"id": "msg", "type": "message", "role": "assistant", "model": body["model"], "content": content,
            "stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None,
            "usage": {"input_tokens": read, "output_tokens": written}}


def error_body(status, message, is_anthropic):
    kinds = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error",
             429: "rate_limit_error", 529: "overloaded_error"}
    kind = kinds.get(status, "api_error")
    if is_anthropic:
        return {"type": "error", "error": {"type": kind, "message": message}}
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


# HTTP -------------------------------------------------------------------------------------------------------------

def head(status, headers):
    lines = [f"HTTP/1.1 {status} X"] + [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def whole(status, content, extra=None, content_type="application/json"):
    body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    return head(status, {"Content-Type": content_type, "Content-Length": len(body), **(extra or {})}) + body


def in_chunk(text):
    data = text.encode()
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def play(writer, step):
    """Plays a step of the script; false ends the connection."""
    headers = {"Content-Type": "text/event-stream", **step.get("headers", {}), "Transfer-Encoding": "chunked"}
    writer.write(head(step.get("status", 200), headers))
    for piece in step["pieces"]:
        writer.write(in_chunk(piece))
        await writer.drain()
        await asyncio.sleep(0.001)
    match step.get("end", "end"):
        case "end":
            writer.write(b"0\r\n\r\n")
            return True
        case "stall":
            await writer.drain()
            await asyncio.Event().wait()
    return False


def ordered_fault(model):
    match = re.search(r"fault-([a-z0-9]+)(-once)?$", model)
    if not match:
        return ""
    if match[2]:
        if model in served_once:
            return ""
        served_once.add(model)
    return match[1]


async def answer_model(writer, path, headers, body):
    is_anthropic = path.endswith("/messages")
    number = control["requests"]
    key = headers.get("x-api-key") if is_anthropic else headers.get("authorization", "").removeprefix("Bearer ")
    if options.key and key != options.key:
        writer.write(whole(401, error_body(401, f"wrong key {key}", is_anthropic)))
        return True
    step = script.pop(0) if script else {}
    if step:
        return await play(writer, step)
    fault = ordered_fault(body["model"])
    if fault.isdigit():
        extra = {"Retry-After": 1} if fault == "429" else {}
        writer.write(whole(int(fault), error_body(int(fault), f"ordered fault {fault}", is_anthropic), extra))
        return True
    if fault == "html":
        writer.write(whole(200, "<!doctype html><title>Sign in</title>", content_type="text/html"))
        return True
    if fault == "silent":
        await asyncio.Event().wait()
    if options.latency_ms:
        await asyncio.sleep(options.latency_ms / 1000)
    text, calls = decide(body, is_anthropic)
    if options.stamp and text:
        text += f" #{number}"
    if fault == "empty":
        text, calls = "", []
    if fault == "arguments":
        tools = body.get("tools") or [{"name": "read_file"}]
        text, calls = "", [(tools[0].get("name") or tools[0]["function"]["name"], '{"path": ')]
    thinking = "Let me think about it." if fault == "think" else ""
    if fault == "whole" or not body.get("stream"):
        make = message_whole if is_anthropic else chat_whole
        writer.write(whole(200, make(body, text, calls)))
        return True
    make = message_events if is_anthropic else chat_chunks
    pieces = list(make(body, text, calls, thinking))
    headers = head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
    if fault in ("stall", "close"):
        writer.write(headers + b"".join(map(in_chunk, pieces[: len(pieces) // 2])))
        await writer.drain()
        if fault == "stall":
            await asyncio.Event().wait()
        return False
    if options.token_ms:
        writer.write(headers)
        for piece in pieces:
            writer.write(in_chunk(piece))
            await writer.drain()
            await asyncio.sleep(options.token_ms / 1000)
        writer.write(b"0\r\n\r\n")
    else:
        writer.write(headers + b"".join(map(in_chunk, pieces)) + b"0\r\n\r\n")
    return True


def answer_control(method, body):
    if method == "POST":
        if body.get("reset"):
            script.clear()
            served_once.clear()
            control.update(requests=0, peak=0, connections=0, seen=[])
        script.extend(body.get("script", []))
    return whole(200, control)


async def answer(writer, method, path, headers, data):
    if path == "/control":
        writer.write(answer_control(method, json.loads(data or b"{}")))
        return True
    if path.endswith("/models"):
        writer.write(whole(200, {"object": "list", "data": [{"id": "echo", "object": "model"}]}))
        return True
    if method != "POST" or not path.endswith(("/chat/completions", "/messages")):
        writer.write(whole(404, {"error": {"message": f"no such path: {method} {path}"}}))
        return True
    try:
        body = json.loads(data)
        body["messages"], body["model"]
    except (ValueError, KeyError, TypeError) as error:
        writer.write(whole(400, error_body(400, f"bad request: {error}", path.endswith("/messages"))))
        return True
    control["requests"] += 1
    control["running"] += 1
    control["peak"] = max(control["peak"], control["running"])
    control["seen"] = control["seen"][-99:] + [{"path": path, "headers": headers, "body": body}]
    try:
        return await answer_model(writer, path, headers, body)
    finally:
        control["running"] -= 1


async def serve(reader, writer):
    control["connections"] += 1
    try:
        while True:
            block = await reader.readuntil(b"\r\n\r\n")
            first, *lines = block.decode("latin-1").rstrip().split("\r\n")
            method, path, _ = first.split(" ", 2)
            headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
            data = await reader.readexactly(int(headers.get("content-length", 0)))
            goes_on = await answer(writer, method, path.split("?")[0], headers, data)
            await writer.drain()
            if not goes_on:
                break
    except (ConnectionError, asyncio.IncompleteReadError, ValueError):
        pass
    finally:
        writer.close()


async def main():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    server = await asyncio.start_server(serve, "127.0.0.1", options.port, backlog=4096, limit=1 << 26)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


if not options.daemon:
    threading.Thread(target=end_with_parent, daemon=True).start()
try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
