# SPDX-License-Identifier: Apache-2.0
"""Holds the JSON Schemas for editors against the readers, the sample files and the reference page."""

import json
import pathlib
import re
import sys
import tomllib
import unittest

import jsonschema

SOURCE = pathlib.Path(sys.argv.pop(1)).resolve()
SCHEMAS = {
    name: json.loads((SOURCE / f"config/schemas/{name}.schema.json").read_text())
    for name in ("topic", "test", "filter")
}


def schema_of(name: str) -> dict:
    for kind in ("test", "filter"):
        if name.endswith(f".{kind}.toml"):
            return SCHEMAS[kind]
    return SCHEMAS["topic"]


def mistakes(toml: str, schema: dict) -> list[str]:
    validator = jsonschema.Draft7Validator(schema)
    return [error.message for error in validator.iter_errors(tomllib.loads(toml))]


def keys_of_schema(schema: dict) -> set[str]:
    keys = set()
    for key, value in schema.get("properties", {}).items():
        keys |= {key} | keys_of_schema(value)
    for part in ("items",):
        if isinstance(schema.get(part), dict):
            keys |= keys_of_schema(schema[part])
    return keys


def keys_of_reader(*files: str) -> set[str]:
    """What the reader asks its tables for."""
    text = "".join((SOURCE / "daemon/topics" / name).read_text() for name in files)
    call = r'(?:\.|->|\b)(?:find|table|array|text|texts|integer|number|boolean|need|read_prose|' \
           r'read_condition)\((?:\w+, )?"([a-z_]+)"'
    keys = set(re.findall(call, text))
    for names in re.findall(r'for \(const auto\* const key : \{([^}]*)\}', text):
        keys |= set(re.findall(r'"([a-z_]+)"', names))
    return keys | {"format"}


class Schema(unittest.TestCase):
    def test_is_a_schema(self):
        for schema in SCHEMAS.values():
            jsonschema.Draft7Validator.check_schema(schema)

    def test_accepts_the_sample_files(self):
        files = sorted((SOURCE / "config/topics").glob("*.toml")) + [
            SOURCE / "config/house.filter.toml"
        ]
        self.assertGreater(len(files), 10)
        for file in files:
            self.assertEqual(mistakes(file.read_text(), schema_of(file.name)), [], file.name)

    def test_accepts_the_examples_of_the_reference(self):
        page = (SOURCE / "docs/reference/topics.md").read_text()
        for example in re.findall(r"\n```toml\n(.*?)```", page, re.DOTALL):
            if "format = 1" not in example or "#:schema" in example:
                continue
            kind = "filter" if "[filter]" in example else "test" if "[[test]]" in example else "topic"
            self.assertEqual(mistakes(example, SCHEMAS[kind]), [], example)

    def test_refuses_what_the_readers_refuse(self):
        head = 'format = 1\n[topic]\nid = "t"\ntitle = "T"\nthreshold = 1\n'
        for wrong in (
            head,
            head + "severity = 10\n[terms]\na = 1\n",
            head + "severty = 1\n[terms]\na = 1\n",
            head + '[terms]\na = "1"\n',
            head + "[terms]\na = 0\n",
            head + "[term]\n[terms]\na = 1\n",
            head + "[terms]\na = 1\n[rule]\nrequire = [{ any = [] , otherwise = 1 }]\n",
            head + "[terms]\na = 1\n[correlation]\nindependent_sources = 1\nwithin = '1h'\n",
        ):
            self.assertNotEqual(mistakes(wrong, SCHEMAS["topic"]), [], wrong)

    def test_knows_the_keys_that_the_readers_know(self):
        for kind, files in {
            "topic": ("topic_file.cpp",),
            "filter": ("filter_file.cpp",),
            "test": ("topic_load.cpp",),
        }.items():
            reader = keys_of_reader(*files)
            # The readers take exclusions from one place.
            reader |= {"exclude"} if kind != "test" else set()
            self.assertEqual(keys_of_schema(SCHEMAS[kind]), reader, kind)


if __name__ == "__main__":
    unittest.main(verbosity=2)
