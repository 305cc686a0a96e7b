#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Validates alerts, one JSON object per line, against the alert's schema.

    validate_alerts.py SCHEMA ALERTS…

Besides the alerts themselves, each member that the schema requires is taken away once: an alert that still
passed would mean that the schema checks nothing there.
"""

import copy
import json
import sys

import jsonschema


def paths_of(value, path=()):
    """The paths of every member of every object in value."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield path + (name,)
            yield from paths_of(member, path + (name,))


def without(value, path):
    smaller = copy.deepcopy(value)
    parent = smaller
    for name in path[:-1]:
        parent = parent[name]
    del parent[path[-1]]
    return smaller


# What an alert may lack.
OPTIONAL = {
    ("correlationid",),
    ("data", "source", "credibility"),
    ("data", "times", "published"),
    ("data", "times", "updated"),
    # Younger than version 1 of the schema; alerts without them stay valid.
    ("data", "story", "joined"),
    ("data", "story", "similarity"),
    ("data", "story", "shared"),
    ("data", "story", "why"),
    # Reasons are named by those that there are.
    ("data", "digest", "reasons", "cap"),
    ("data", "digest", "reasons", "quiet"),
}


def main(schema_path, *alerts_paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    alerts = []
    for path in alerts_paths:
        with open(path, encoding="utf-8") as file:
            alerts += [json.loads(line) for line in file]
    failures = 0
    for number, alert in enumerate(alerts, 1):
        for error in validator.iter_errors(alert):
            failures += 1
            where = ".".join(str(part) for part in error.absolute_path)
            print(f"alert {number}: {where}: {error.message}")
    for alert in alerts[:3] if len(alerts_paths) == 1 else []:
        for path in paths_of(alert):
            # An operator alert about the daemon has no source; every other alert must.
            is_free = alert["type"] == "tocsin.ops.v1" and path == ("data", "source")
            if path not in OPTIONAL and not is_free and validator.is_valid(without(alert, path)):
                failures += 1
                print(f"passes without {'.'.join(path)}")
    print(f"{len(alerts)} alerts, {failures} failures")
    return 0 if alerts and failures == 0 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
