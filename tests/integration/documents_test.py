# SPDX-License-Identifier: Apache-2.0
"""What the documentation tells a reader to type, and where it points, exists."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import ROOT, TOCSIN

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "README.md"])
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
VERB = re.compile(r"(?:^|[\s`(])tocsin ((?:[a-z][a-z-]* ?){1,2})")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
SCRIPT = re.compile(r"(?:^|[\s`])(?:\./)?((?:scripts|\.ci)/[a-z]+)")


def verbs_in(text):
    """The verbs of `tocsin …` in code, two words where the first is a group such as `topic`."""
    code = FENCE.findall(text) + re.findall(r"`([^`\n]+)`", text)
    return {words.split()[0] for piece in code for words in VERB.findall(piece)}


class Documents(unittest.TestCase):
    def test_every_verb_that_is_written_down_exists(self):
        verbs = set().union(*(verbs_in(page.read_text()) for page in PAGES))
        self.assertIn("run", verbs)
        for verb in sorted(verbs):
            with self.subTest(verb=verb):
                done = subprocess.run([str(TOCSIN), verb, "--help"], capture_output=True,
                                      timeout=30, check=False)
                self.assertEqual(0, done.returncode, done.stderr.decode())
                self.assertIn(verb, done.stdout.decode())

    def test_every_link_inside_the_repository_leads_somewhere(self):
        for page in PAGES:
            for target in LINK.findall(page.read_text()):
                if "://" in target or target.startswith("mailto:"):
                    continue
                with self.subTest(page=str(page.relative_to(ROOT)), target=target):
                    self.assertTrue((page.parent / target).exists())

    def test_every_script_that_is_written_down_can_be_run(self):
        for page in PAGES:
            for script in SCRIPT.findall(page.read_text()):
                with self.subTest(page=str(page.relative_to(ROOT)), script=script):
                    self.assertTrue(os.access(ROOT / script, os.X_OK))

    def test_every_script_explains_itself(self):
        for script in ("deps", "demo", "test"):
            with self.subTest(script=script):
                done = subprocess.run([str(ROOT / "scripts" / script), "--help"],
                                      capture_output=True, timeout=30, check=False)
                self.assertEqual(0, done.returncode)
                self.assertIn(script, done.stdout.decode())


if __name__ == "__main__":
    unittest.main()
