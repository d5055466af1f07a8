#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""A server made with the official SDK, version 1 or 2, whichever is installed.

Usage: sdk_server.py stdio | http [stateless] [json] | sse
Over HTTP it prints its port on the first line and ends when its standard input closes.
"""
import asyncio
import os
import socket
import sys
import threading

from pydantic import BaseModel, Field

try:
    from mcp.server.mcpserver import Context, MCPServer
    SDK = 2
except ImportError:
    from mcp.server.fastmcp import Context, FastMCP as MCPServer
    SDK = 1

transport = sys.argv[1]
options = sys.argv[2:]
http = {"stateless_http": "stateless" in options, "json_response": "json" in options}
server = MCPServer("sdk", instructions="Tools to test with.", **(http if SDK == 1 and transport == "http" else {}))


class Colour(BaseModel):
    colour: str


class Survey(BaseModel):
    name: str = Field(title="Your name", min_length=2)
    age: int = Field(ge=0, le=150)
    size: str = Field(default="m", json_schema_extra={"enum": ["s", "m", "l"]})
    letters: bool = False
    score: float | None = None


def told(survey):
    return f"{survey.name} {survey.age} {survey.size} {survey.letters} {survey.score}"


@server.tool(title="Echo")
def echo(text: str) -> str:
    """Gives the text back."""
    return text


@server.tool()
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.tool()
def fail() -> str:
    """Fails."""
    raise ValueError("it went wrong")


@server.tool()
async def steps(count: int, ctx: Context) -> str:
    """Tells how far it is."""
    for number in range(1, count + 1):
        await ctx.report_progress(number, count, f"step {number}")
    return "done"


@server.tool()
async def wait(seconds: float) -> str:
    """Takes its time."""
    await asyncio.sleep(seconds)
    return "waited"


@server.tool()
def big(size: int) -> str:
    """Gives a long text."""
    return "x" * size


@server.tool()
def environment() -> str:
    """Names the variables that it sees."""
    return " ".join(sorted(os.environ))


if SDK == 2:
    from typing import Annotated

    from mcp.server.mcpserver import Elicit, Resolve

    async def favourite() -> Elicit[Colour]:
        return Elicit("Which colour?", Colour)

    @server.tool()
    async def ask(answer: Annotated[Colour, Resolve(favourite)]) -> str:
        """Asks a person."""
        return f"{answer.colour} it is"

    async def filled() -> Elicit[Survey]:
        return Elicit("Who are you?", Survey)

    @server.tool()
    async def survey(answer: Annotated[Survey, Resolve(filled)]) -> str:
        """Asks a person several things."""
        return told(answer)

    @server.tool()
    async def grow(ctx: Context) -> str:
        """Gets one more tool."""
        server.add_tool(lambda: "new", name="grown", description="New.")
        await ctx.notify_tools_changed()
        return "grown"
else:

    @server.tool()
    async def ask(ctx: Context) -> str:
        """Asks a person."""
        result = await ctx.elicit("Which colour?", Colour)
        return f"{result.data.colour} it is" if result.action == "accept" else result.action

    @server.tool()
    async def survey(ctx: Context) -> str:
        """Asks a person several things."""
        result = await ctx.elicit("Who are you?", Survey)
        return told(result.data) if result.action == "accept" else result.action

    @server.tool()
    async def page(ctx: Context) -> str:
        """Has a person open a page."""
        result = await ctx.elicit_url("Please log in", "https://login.example/start?x=1", "page-1")
        return result.action

    opened = []

    @server.tool()
    async def gated() -> str:
        """Works only after a page was opened."""
        from mcp.shared.exceptions import UrlElicitationRequiredError
        from mcp.types import ElicitRequestURLParams

        if not opened:
            opened.append(True)
            raise UrlElicitationRequiredError([ElicitRequestURLParams(
                mode="url", message="Please log in", url="https://login.example/gate", elicitationId="gate-1")])
        return "through"

    @server.tool()
    async def grow(ctx: Context) -> str:
        """Gets one more tool."""
        server.add_tool(lambda: "new", name="grown", description="New.")
        await ctx.session.send_tool_list_changed()
        return "grown"


@server.resource("golem://greeting", mime_type="text/plain")
def greeting() -> str:
    """A greeting."""
    return "good day"


@server.resource("golem://note/{name}", mime_type="text/plain")
def note(name: str) -> str:
    """A note by its name."""
    return f"note {name}"


@server.prompt()
def greet(name: str) -> str:
    """Greets somebody."""
    return f"Say hello to {name}."


def serve(app):
    import uvicorn

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    print(listener.getsockname()[1], flush=True)

    def watch():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])


if transport == "stdio":
    server.run("stdio")
elif transport == "sse":
    serve(server.sse_app())
else:
    serve(server.streamable_http_app(**(http if SDK == 2 else {})))
