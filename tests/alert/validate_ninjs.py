#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks news items, one JSON object a line, against the structure of IPTC ninjs 3.1.

    validate_ninjs.py ITEMS

The schema below holds what the standard says of the members that we write, in our own words: names, types,
required ones, choices. Like the standard's own it allows no other members, at the root nor within.
"""

import json
import sys

import jsonschema


def closed(required, **members):
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": members}


def several(item):
    return {"type": "array", "minItems": 1, "items": item}


TEXT = {"type": "string"}
URI = {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:[!-~]+$"}
TIME = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.][0-9]{3}Z$"}
SPOKEN = several(closed(["value"], role=TEXT, contentType=TEXT, value=TEXT))
BODY = several(closed(["value"], role=TEXT, contentType=TEXT, value=TEXT, charCount={"type": "integer"},
                      wordCount={"type": "integer"}))
PERCENT = {"type": "integer", "minimum": 0, "maximum": 100}

SCHEMA = closed(
    ["uri"],
    uri=URI,
    type={"enum": ["text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"]},
    representationType={"enum": ["full", "partial"]},
    profile=TEXT,
    version=TEXT,
    firstCreated=TIME,
    versionCreated=TIME,
    contentCreated=TIME,
    pubStatus={"enum": ["usable", "withheld", "canceled"]},
    urgency={"type": "integer", "minimum": 1, "maximum": 9},
    edNote=TEXT,
    language=TEXT,
    descriptions=SPOKEN,
    bodies=BODY,
    headlines=SPOKEN,
    subjects=several(closed([], name=TEXT, rel=TEXT, uri=URI, literal=TEXT, creator=TEXT, relevance=PERCENT,
                            confidence=PERCENT)),
    infoSources=several(closed([], name=TEXT, role=TEXT, uri=URI, literal=TEXT)),
    title=TEXT,
    by=TEXT,
    slugline=TEXT,
    renditions=several(closed(["name"], name=TEXT, href=URI, contentType=TEXT, title=TEXT)),
    altIds=several(closed([], role=TEXT, value=TEXT)),
    standard=closed([], name=TEXT, version=TEXT, schema=URI),
)

# What every item of ours has, beyond what the standard asks for.
OURS = ["type", "representationType", "profile", "version", "versionCreated", "pubStatus", "urgency", "subjects",
        "standard"]


def main(path):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    with open(path, encoding="utf-8") as file:
        items = [json.loads(line) for line in file]
    failures = 0
    for number, item in enumerate(items, 1):
        wrong = [f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in validator.iter_errors(item)]
        wrong += [f"{name} is missing" for name in OURS if name not in item]
        for what in wrong:
            failures += 1
            print(f"item {number}: {what}")
    print(f"{len(items)} items, {failures} failures")
    return 0 if items and failures == 0 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
