#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`tocsin plugin`: what is installed, whether it is well-formed, and becoming it."""

import json
import os
import unittest

from program import ROOT, ProgramTest

GOLDEN = ROOT / "tests" / "golden" / "alerts" / "version-1"

PAGER = """format = 1
name = "pager"
version = "1.0"
summary = "Pages somebody."
exec = "main.py"
needs = ["network"]

[options.to]
type = "strings"
required = true
example = ["a@example"]
help = "whom to page"

[options.token]
type = "string"
secret = true
help = "the pager's key"

[options.pause]
type = "duration"
default = "5s"
max = "1h"
help = "between two pages"
"""

PROGRAM = """from tocsin_plugin import Ok, Plugin
plugin = Plugin.load()
def describe(alert):
    return f"would page {plugin.options.texts('to')} with {plugin.options.secret('token')}: {alert.topic}"
raise SystemExit(plugin.run(lambda alert: Ok(), describe))
"""


class Plugin(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("plugins/pager/plugin.toml", PAGER)
        self.write("plugins/pager/main.py", PROGRAM)

    def plugin(self, verb, *words, **more):
        return self.run_verb("plugin", verb, "--config", "tocsin.toml", *words,
                             TOCSIN_PLUGINS=str(self.folder / "plugins"), **more)

    def instance(self, text, name="desk"):
        return self.write(f"plugins.d/{name}.toml", "format = 1\n" + text)

    def assert_mistake(self, words, *more, code=78):
        got, out, err = self.plugin("run", "desk", *more)
        self.assertEqual((got, out), (code, ""), err)
        self.assertIn(words, err)

    def test_a_plugin_that_is_not_installed_is_a_matter_of_configuration(self):
        self.assert_refused(self.plugin("run", "no-such-thing"), 78, "no plugin 'no-such-thing' is installed")

    def test_a_plugin_is_found_by_its_name_and_given_what_stands_behind_the_dashes(self):
        code, out, err = self.plugin("run", "console", "--", "--for", "1")
        self.assertEqual((code, out), (0, ""), err)

    def test_an_instance_names_its_plugin_and_its_options(self):
        self.instance('plugin = "console"\n[options]\ncolor = "always"\none-line = false\nwidth = 60\n')
        code, out, err = self.plugin("run", "desk", "--dry-run", GOLDEN / "new.json")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("would print:\n\x1b[", out)

    def test_a_plugin_in_python_is_started_as_its_manifest_says(self):
        self.instance('plugin = "pager"\n[options]\nto = ["a", "-b"]\n')
        code, out, err = self.plugin("run", "desk", "--dry-run", GOLDEN / "new.json")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual("would page ['a', '-b'] with <token>: returning-fighters\n", out)

    def test_a_mistake_in_an_instance_is_told_at_its_place(self):
        for text, words in (('plugni = "console"\n', ":2:1: error: unknown key 'plugni'; did you mean 'plugin'?\n"),
                            ('plugin = "pagr"\n', ":2:10: error: no plugin 'pagr' is installed"),
                            ('plugin = "pager"\n[options]\ntoo = 1\n', ":4:1: error: unknown option of 'pager' 'too'; did you mean 'to'?"),
                            ('plugin = "pager"\n[options]\nto = ["a"]\npause = "2h"\n', ":5:9: error: 'pause' must be at most 1h"),
                            ('plugin = "pager"\n[options]\nto = "a"\n', ":4:6: error: 'to' takes a list of texts"),
                            ('plugin = "pager"\n[options]\npause = "1s"\n', ":3:1: error: option 'to' of 'pager' must be set: whom to page"),
                            ('plugin = "pager"\n[options\n', ":3:9: error: ")):
            path = self.instance(text)
            self.assert_mistake(path + words)

    def test_a_secret_that_others_may_read_is_told_at_its_place_and_not_shown(self):
        path = self.instance('plugin = "pager"\n[options]\nto = ["a"]\ntoken = "./token"\n')
        self.write("token", "hunter2\n")
        os.chmod(self.folder / "token", 0o644)
        self.assert_mistake(f"{path}:5:9: error: secret 'token': {self.folder}/token: may be read or changed by others")
        os.chmod(self.folder / "token", 0o600)
        code, out, err = self.plugin("run", "desk", "--dry-run", GOLDEN / "new.json")
        self.assertEqual(0, code, err)
        self.assertNotIn("hunter2", out + err)

    def test_a_secret_never_stands_on_a_command_line(self):
        self.write("plugins/echo/plugin.toml", PAGER.replace('"pager"', '"echo"').replace("main.py", "main.sh"))
        path = self.write("plugins/echo/main.sh", '#!/bin/sh\necho "$@"\nenv\n')
        os.chmod(path, 0o755)
        self.write("token", "hunter2\n")
        os.chmod(self.folder / "token", 0o600)
        self.instance('plugin = "echo"\n[options]\nto = ["a"]\ntoken = "./token"\n')
        code, out, err = self.plugin("run", "desk")
        self.assertEqual(0, code, err)
        self.assertIn(f"--token={self.folder}/token", out)
        self.assertNotIn("hunter2", out)

    def test_a_name_that_could_be_a_path_is_a_usage_error(self):
        self.assert_refused(self.plugin("run", "../console"), 2, "a-z, 0-9 and -")

    def test_the_list_tells_what_is_installed_and_configured(self):
        self.instance('plugin = "pager"\n[options]\nto = ["a"]\n')
        code, out, err = self.plugin("list", "--json")
        self.assertEqual((code, err), (0, ""))
        plugins = {one["name"]: one for one in map(json.loads, out.splitlines())}
        self.assertEqual(["desk"], plugins["pager"]["instances"])
        self.assertTrue(plugins["pager"]["needs_configuration"])
        self.assertFalse(plugins["console"]["needs_configuration"])
        self.assertIn("jsonl", plugins)
        code, out, err = self.plugin("list")
        self.assertRegex(out, r"(?m)^pager +1\.0 +desk +Pages somebody\.$")

    def test_the_list_tells_instances_and_manifests_that_are_wrong(self):
        self.instance('plugin = "pagr"\n')
        path = self.write("plugins/bad/plugin.toml", "format = 1\nnme = 3\n")
        code, out, err = self.plugin("list")
        self.assertEqual(78, code)
        self.assertIn("console", out)
        self.assertIn("instance desk: ", err)
        self.assertIn(f"{path}:2:1: error: unknown key 'nme'; did you mean 'name'?", err)

    def test_the_check_runs_a_plugin_on_recorded_alerts(self):
        code, out, err = self.plugin("check", self.folder / "plugins/pager")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("pager 1.0: the manifest is well-formed", out)
        self.assertIn("would page ['a@example'] with <token>: harbour-fires", out)
        self.assertIn("would page ['a@example'] with <token>: feed.failing", out)

    def test_the_check_finds_nothing_wrong_with_the_plugins_that_ship(self):
        for name in ("console", "jsonl", "exec", "feed", "nats", "apprise", "sdk/python/example"):
            code, out, err = self.plugin("check", "--json", ROOT / "plugins" / name)
            self.assertEqual((code, err), (0, ""), out)
            self.assertTrue(json.loads(out)["ok"])

    def test_the_check_tells_every_mistake_of_a_manifest_at_its_place(self):
        path = self.write("plugins/pager/plugin.toml", PAGER.replace("[options.to]", "[options.name]").replace('"5s"', "5"))
        code, out, err = self.plugin("check", self.folder / "plugins/pager")
        self.assertEqual((code, out), (78, ""))
        self.assertRegex(err, rf"{path}:8:\d+: error: 'name' cannot name an option")
        self.assertRegex(err, rf"{path}:21:11: error: 'default' must be a duration")

    def test_the_check_tells_what_a_plugin_said_when_it_failed(self):
        self.write("plugins/pager/main.py", "raise SystemExit('no \\x1b[31mmodem')")
        code, out, err = self.plugin("check", self.folder / "plugins/pager")
        self.assertEqual(1, code, err)
        self.assertIn("its dry run failed with status 1", out)
        self.assertIn("\\u001b[31mmodem", out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
