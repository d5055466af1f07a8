#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""Checks the committed requests in requests/ against the providers' own API schemas.

Run by hand after a change of an encoder: check_requests.py FOLDER, where FOLDER holds openai-openapi.json and
anthropic-openapi.json. Needs the Python package jsonschema.
"""
import json
import pathlib
import sys

import jsonschema



def repaired(node):
    """The published documents write an absent type as null."""
    if isinstance(node, dict):
        return {key: repaired(value) for key, value in node.items() if not (key == "type" and value is None)}
    return [repaired(value) for value in node] if isinstance(node, list) else node


# Prompt caching has its own schema in the published document; the API takes it everywhere.
schemas = {"openai": "CreateChatCompletionRequest", "anthropic": "PromptCachingBetaCreateMessageParams"}
folder = pathlib.Path(sys.argv[1])
failed = False
for name, schema in schemas.items():
    document = repaired(json.loads((folder / f"{name}-openapi.json").read_text()))
    document["$ref"] = f"#/components/schemas/{schema}"
    request = json.loads((pathlib.Path(__file__).parent / "requests" / f"{name}.json").read_text())
    errors = list(jsonschema.Draft202012Validator(document).iter_errors(request))
    for error in errors:
        failed = True
        print(f"{name}: {error.json_path}: {error.message[:300]}")
        for cause in error.context or []:
            print(f"    {cause.json_path}: {cause.message[:200]}")
    print(f"{name}: {'wrong' if errors else 'right'}")
sys.exit(failed)
