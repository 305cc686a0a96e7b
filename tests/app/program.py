# SPDX-License-Identifier: Apache-2.0
"""Runs the real binary in a folder of its own, away from the user's files and from a daemon."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TOCSIN_BUILD_DIR", ROOT / "build" / "dev")).resolve()
TOCSIN = BUILD / "daemon" / "app" / "tocsin"

TOPIC = """format = 1

[topic]
id = "harbour-fires"
title = "Fires in harbours"
status = "experimental"
severity = 3
threshold = 0.3

[terms]
"harbour fire" = 100
"quay" = 20
"""

TOPIC_TESTS = """format = 1

[[test]]
name = "a fire at the quay"
title = "Harbour fire"
text = "A harbour fire burnt the quay."
expect = { alert = true, evidence = ["quay"] }
"""

SETTINGS = """format = 1

[paths]
feeds = "feeds.opml"
topics = ["topics"]
state = "state"
runtime = "run"
"""

FEEDS = """<opml version="2.0"><body>
<outline text="Ports"><outline text="Port news" type="rss" xmlUrl="http://127.0.0.1:9/feed"/></outline>
</body></opml>
"""


class ProgramTest(unittest.TestCase):
    """`self.run_verb(...)` gives (exit code, stdout, stderr)."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-test."))
        self.addCleanup(shutil.rmtree, self.folder)
        self.write("topics/harbour-fires.toml", TOPIC)
        self.write("topics/harbour-fires.test.toml", TOPIC_TESTS)
        self.write("tocsin.toml", SETTINGS)
        self.write("feeds.opml", FEEDS)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def environment(self):
        kept = {key: value for key, value in os.environ.items()
                if key in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")}
        return kept | {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "none")}

    def run_verb(self, *words, stdin="", **more):
        result = subprocess.run(
            [str(TOCSIN), *(word if isinstance(word, bytes) else str(word) for word in words)],
            cwd=self.folder, env=self.environment() | more,
            input=stdin if isinstance(stdin, bytes) else stdin.encode(), capture_output=True,
            timeout=60, check=False)
        return result.returncode, result.stdout.decode(), result.stderr.decode()

    def assert_refused(self, outcome, code, words):
        """`code`, nothing on stdout, and one line on stderr that holds `words`."""
        self.assertEqual(outcome[0], code, outcome)
        self.assertEqual(outcome[1], "")
        self.assertEqual(outcome[2].count("\n"), 1, outcome[2])
        self.assertTrue(outcome[2].startswith("tocsin: "), outcome[2])
        self.assertIn(words, outcome[2])
