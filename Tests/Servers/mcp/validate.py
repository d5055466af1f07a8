#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Golem authors
"""Holds messages of a client against the protocol's schemas.

Usage: validate.py FILE. Each line of the file is an object: `revision`, `message`, and for an answer of the client
`answers`, the method of the server's request. Prints what is wrong and how many messages of which kind were right.
Exit code 1 when something is wrong or the file is empty.
"""
import collections
import json
import pathlib
import sys

import jsonschema

FOLDER = pathlib.Path(__file__).parent / "schemas"
RESULTS = {"elicitation/create": "ElicitResult", "ping": "Result"}


class Schema:
    def __init__(self, revision):
        self.document = json.loads((FOLDER / f"{revision}.json").read_text())
        self.key = "$defs" if "$defs" in self.document else "definitions"
        self.definitions = self.document[self.key]
        self.by_method = {}
        for union in ("ClientRequest", "ClientNotification"):
            union = self.definitions[union]
            for member in union.get("anyOf") or [union]:
                definition = self.definitions[member["$ref"].rsplit("/", 1)[1]] if "$ref" in member else member
                self.by_method[definition["properties"]["method"]["const"]] = definition

    def errors(self, instance, definition):
        schema = {"$schema": self.document["$schema"], self.key: self.definitions, **definition}
        validator = jsonschema.validators.validator_for(schema)(schema)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(instance)]

    def check(self, record):
        message = record["message"]
        errors = self.errors(message, {"$ref": f"#/{self.key}/JSONRPCMessage"})
        if "method" in message:
            definition = self.by_method.get(message["method"])
            if definition is None:
                return errors + [f"clients of this revision send no {message['method']}"]
            return errors + self.errors(message, definition)
        if "result" in message and record.get("answers") in RESULTS:
            return errors + self.errors(message["result"], self.definitions[RESULTS[record["answers"]]])
        return errors


def main():
    schemas = {}
    right = collections.Counter()
    is_wrong = False
    for line in open(sys.argv[1]):
        record = json.loads(line)
        schema = schemas.setdefault(record["revision"], None) or Schema(record["revision"])
        schemas[record["revision"]] = schema
        errors = schema.check(record)
        kind = record["message"].get("method") or f"answer to {record.get('answers')}"
        if errors:
            is_wrong = True
            print(f"{record['revision']} {kind}: {json.dumps(record['message'])}", *errors, sep="\n    ")
        else:
            right[f"{record['revision']} {kind}"] += 1
    for kind, count in sorted(right.items()):
        print(f"{kind} {count}")
    sys.exit(1 if is_wrong or not right else 0)


main()
