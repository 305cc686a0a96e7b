#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`tocsin plugin run`: finds the program, reads plugins.d, and becomes the plugin."""

import unittest

from program import ProgramTest


class Plugin(ProgramTest):
    def run_plugin(self, *words):
        return self.run_verb("plugin", "run", "--config", "tocsin.toml", *words)

    def test_a_program_that_is_not_there_is_a_matter_of_configuration(self):
        self.assert_refused(self.run_plugin("no-such-thing"), 78,
                            "plugin tocsin-no-such-thing: No such file or directory")

    def test_a_plugin_is_found_by_its_name_and_given_what_stands_behind_the_dashes(self):
        code, out, err = self.run_plugin("console", "--", "--for", "1")
        self.assertEqual((code, out), (0, ""), err)

    def test_an_instance_names_its_plugin_and_its_options(self):
        self.write("plugins.d/desk.toml",
                   'format = 1\nplugin = "console"\n[options]\nfor = 1\n')
        code, out, err = self.run_plugin("desk")
        self.assertEqual((code, out), (0, ""), err)

    def test_a_mistake_in_an_instance_is_told_at_its_place(self):
        path = self.write("plugins.d/desk.toml", 'format = 1\nplugni = "console"\n')
        code, out, err = self.run_plugin("desk")
        self.assertEqual((code, out), (78, ""))
        self.assertEqual(err, f"{path}:2:1: error: unknown key 'plugni'; did you mean 'plugin'?\n")

    def test_a_name_that_could_be_a_path_is_a_usage_error(self):
        self.assert_refused(self.run_plugin("../console"), 2, "a-z, 0-9 and -")


if __name__ == "__main__":
    unittest.main(verbosity=2)
