#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What every verb has in common: help, slips of the pen, and what the command line promises."""

import re
import shlex
import subprocess
import unittest

from program import ProgramTest, ROOT, TOCSIN

VERBS = [("run",), ("check",), ("parse",), ("match",), ("explain",), ("test",), ("replay",),
         ("status",), ("tail",), ("plugin", "run"), ("version",), ("topic", "new"), ("topic", "background"), ("topic", "list"),
         ("topic", "show"), ("topic", "fmt"), ("topic", "preview"), ("topic", "tune"),
         ("reload",), ("feedback",), ("feedback", "list"), ("alert", "list"), ("alert", "show"),
         ("alert", "search"), ("item", "list"), ("item", "show"), ("item", "search"),
         ("silence", "add"), ("silence", "list"), ("silence", "end"),
         ("subscribers",), ("subscribers", "forget"), ("audit",), ("db", "backup"), ("db", "check"), ("db", "prune")]


class Usage(ProgramTest):
    def test_every_verb_has_help_with_an_example(self):
        for verb in VERBS:
            code, out, err = self.run_verb(*verb, "--help")
            self.assertEqual((code, err), (0, ""), verb)
            self.assertIn("\nExample:\n  tocsin " + " ".join(verb), out, verb)

    def test_the_help_lists_every_verb(self):
        code, out, _ = self.run_verb("--help")
        self.assertEqual(code, 0)
        for verb in VERBS:
            self.assertRegex(out, r"\n  " + verb[0] + r"\s")

    def test_the_example_of_every_verb_is_understood(self):
        for verb in VERBS:
            help_text = self.run_verb(*verb, "--help")[1]
            example = re.search(r"\nExample:\n  tocsin ([^\n>|]+)", help_text).group(1)
            # "--help" is looked at once the whole line has been read; behind "--" stands what is not
            # ours.
            code, out, err = self.run_verb("--help", *shlex.split(example))
            self.assertEqual((code, err), (0, ""), example)
            self.assertIn("Usage: ", out)

    def test_the_places_of_the_example_of_run_can_be_served(self):
        example = re.search(r"\n  tocsin run (.*)", self.run_verb("run", "--help")[1]).group(1)
        code, _, err = self.run_verb("run", "--once", *example.split())
        self.assertEqual(code, 0, err)
        self.assertTrue((self.folder / "state" / "tocsin.db").exists())

    def test_what_does_not_exist_has_no_help(self):
        self.assert_refused(self.run_verb("sunrise", "--help"), 2,
                            "unknown verb 'sunrise'; tocsin --help lists the verbs")
        self.assert_refused(self.run_verb("poll", "--help"), 2, "unknown verb 'poll'")
        self.assert_refused(self.run_verb("chekc", "--help"), 2, "did you mean 'check'?")
        self.assert_refused(self.run_verb("topic", "sohw", "--help"), 2, "did you mean 'show'?")

    def test_the_script_that_counts_the_background_asks_for_its_items(self):
        result = subprocess.run([str(ROOT / "scripts" / "background")], capture_output=True,
                                timeout=60, check=False)
        self.assertEqual((result.returncode, result.stdout), (2, b""))
        self.assertIn(b"usage: scripts/background ITEMS.jsonl", result.stderr)

    def test_no_verb_is_a_usage_error(self):
        self.assert_refused(self.run_verb(), 2, "subcommand")

    def test_a_misspelt_verb_is_a_usage_error_with_a_suggestion(self):
        self.assert_refused(self.run_verb("chekc"), 2, "'chekc'; did you mean 'check'?")

    def test_a_misspelt_option_is_a_usage_error_with_a_suggestion(self):
        self.assert_refused(self.run_verb("match", "--score"), 2, "did you mean '--scores'?")

    def test_a_misspelt_option_of_every_verb_is_suggested_too(self):
        self.assert_refused(self.run_verb("status", "--jsn"), 2, "did you mean '--json'?")

    def test_what_is_missing_and_what_is_no_number_is_told_in_words(self):
        self.assert_refused(self.run_verb("topic", "fmt"), 2, "files is missing")
        self.assert_refused(self.run_verb("story", "split", "s", "x"), 2, "'x' is nothing that items takes")
        self.assert_refused(self.run_verb("story"), 2, "no verb was given; tocsin story --help")

    def test_a_reason_that_is_too_long_is_a_usage_error(self):
        reason = "é" * 501
        for words in (("feedback", "x", "bad"), ("story", "split", "s", "1"), ("story", "merge", "s", "--into", "t"),
                      ("story", "split", "s", "1", "--offline"),
                      ("silence", "add", "--topic", "harbour-fires", "--for", "2h")):
            self.assert_refused(self.run_verb(*words, "--reason", reason), 2,
                                "a reason has at most 1000 bytes, and this one has 1002")

    def test_an_option_without_its_value_is_a_usage_error(self):
        self.assert_refused(self.run_verb("check", "--config"), 2, "--config")

    def test_the_version_is_printed_in_three_ways(self):
        code, out, _ = self.run_verb("version")
        self.assertEqual(code, 0)
        self.assertTrue(re.fullmatch(r"tocsin \d+\.\d+\.\d+\n", out), out)
        self.assertEqual(self.run_verb("--version")[1], out)
        self.assertIn('"version":"' + out.split()[1] + '"', self.run_verb("version", "--json")[1])

    def test_a_message_cannot_act_on_the_terminal(self):
        outcome = self.run_verb("parse", "no\x1b[31m\nfile")
        self.assert_refused(outcome, 1, "no\\u001b[31m\\nfile")

    def test_a_file_that_may_not_be_read_is_a_matter_of_permission(self):
        # A folder's permission does not stop root, a directory in place of the file stops everyone.
        self.assert_refused(self.run_verb("parse", self.folder), 1, "directory")

    def test_a_full_disk_behind_stdout_is_told(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([str(TOCSIN), "version"], stdout=full, stderr=subprocess.PIPE,
                                    env=self.environment(), timeout=60, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"tocsin: stdout: No space left", result.stderr)

    def test_a_reader_that_leaves_ends_the_output_in_silence(self):
        items = "".join(f'{{"id":{n},"title":"Harbour fire","text":"Harbour fire at the quay."}}\n'
                        for n in range(20000))
        self.write("items.jsonl", items)
        process = subprocess.Popen([str(TOCSIN), "match", "--topics", "topics", "items.jsonl"],
                                   cwd=self.folder, env=self.environment(),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertIn(b"harbour-fires", process.stdout.readline())
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.wait(timeout=60), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
