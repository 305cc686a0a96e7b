# SPDX-License-Identifier: Apache-2.0
"""Holds the JSON Schema of plugin.toml against the reader, and every manifest in the tree against it."""

import json
import pathlib
import re
import sys
import tomllib
import unittest

import jsonschema

SOURCE = pathlib.Path(sys.argv.pop(1)).resolve()
SCHEMA = json.loads((SOURCE / "config/schemas/plugin.schema.json").read_text())
READER = (SOURCE / "daemon/manifest/manifest.cpp").read_text()
GOOD = """format = 1
name = "push"
version = "0.1.0"
summary = "Posts."
exec = "main.py"
[options.url]
type = "string"
required = true
example = "https://push.example/"
help = "where to post"
"""


def is_right(toml):
    return not list(jsonschema.Draft7Validator(SCHEMA).iter_errors(tomllib.loads(toml)))


def keys_in_reader(name):
    return set(re.findall(r'"([^"]+)"', re.search(name + r"\{(.*?)\};", READER, re.S)[1]))


class PluginSchema(unittest.TestCase):
    def test_it_is_a_schema(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)

    def test_it_knows_the_keys_that_the_reader_knows(self):
        self.assertEqual(keys_in_reader("root_keys"), set(SCHEMA["properties"]))
        option = SCHEMA["properties"]["options"]["additionalProperties"]
        self.assertEqual(keys_in_reader("option_keys"), set(option["properties"]))

    def test_it_takes_every_manifest_of_the_tree(self):
        manifests = [path for folder in ("plugins", "tests/plugins")
                     for path in (SOURCE / folder).rglob("plugin.toml")]
        self.assertGreater(len(manifests), 4)
        for path in manifests:
            with self.subTest(path=path):
                self.assertTrue(is_right(path.read_text()))

    def test_it_takes_no_mistake_that_the_reader_refuses(self):
        self.assertTrue(is_right(GOOD))
        for was, becomes in (("format = 1", "format = 2"), ('name = "push"', 'name = "Push"'),
                             ('version = "0.1.0"\n', ""), ('exec = "main.py"\n', ""),
                             ('exec = "main.py"', 'exec = "main.py"\nprogram = "push"'),
                             ('exec = "main.py"', 'exec = "../main.py"'),
                             ('exec = "main.py"', 'exec = "main.py"\nneeds = ["disk"]'),
                             ('exec = "main.py"', 'exec = "main.py"\ndelivery = "live"'),
                             ('exec = "main.py"', 'exec = "main.py"\ncolour = "red"'),
                             ("[options.url]", "[options.topic]"), ("[options.url]", "[options.URL]"),
                             ('type = "string"', 'type = "text"'), ('help = "where to post"\n', ""),
                             ('example = "https://push.example/"\n', ""),
                             ("required = true", 'required = true\ndefault = "x"'),
                             ("required = true", "secret = true\ndefault = 'x'"),
                             ('type = "string"', 'type = "string"\nmin = 1')):
            with self.subTest(becomes=becomes):
                self.assertIn(was, GOOD)
                self.assertFalse(is_right(GOOD.replace(was, becomes)))


if __name__ == "__main__":
    unittest.main()
