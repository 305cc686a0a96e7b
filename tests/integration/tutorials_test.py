# SPDX-License-Identifier: Apache-2.0
"""Runs every command of docs/tutorials in the order in which a reader would, and looks for what they are said to print.

A block of `sh` is run, all of a page in one shell that ends at the first command that fails. A block of `text` behind it is what the
commands print: its lines must be there in that order, … standing for anything. Only the place of the build, the port and
where configuration lies are not the reader's.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import BUILD, ROOT
from support.nats_server import free_port

PAGES = ROOT / "docs" / "tutorials"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LIMIT = 300  # seconds for a page; the last one compiles


def blocks_of(page):
    """(commands, lines that they print) for each block of commands."""
    found = []
    for kind, text in BLOCK.findall((PAGES / page).read_text()):
        if kind == "sh":
            found.append((text, []))
        elif kind == "text":
            found[-1][1].extend(text.splitlines())
    return found


def cached(name):
    for line in (BUILD / "CMakeCache.txt").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split("=", 1)[1]
    return ""


class Tutorials(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-tutorial."))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.port = free_port()
        (self.home / "run").mkdir()
        # As root the daemon's folders are the system's; these win over them, and are what a user has anyhow.
        flags = " ".join(cached(name) for name in ("CMAKE_CXX_FLAGS", "CMAKE_CXX_FLAGS_" + cached("CMAKE_BUILD_TYPE").upper()))
        self.environment = os.environ | {
            "HOME": str(self.home), "CONFIGURATION_DIRECTORY": str(self.home / ".config/tocsin"),
            "STATE_DIRECTORY": str(self.home / ".local/state/tocsin"), "RUNTIME_DIRECTORY": str(self.home / "run"),
            "TOCSIN_RUNTIME": str(self.home / "run"), "XDG_DATA_HOME": str(self.home / ".local/share"),
            "TOCSIN_PLUGINS": str(self.home / ".local/share/tocsin/plugins"),
            "CXX": cached("CMAKE_CXX_COMPILER"), "CXXFLAGS": flags, "NO_COLOR": "1"}

    def here(self, text):
        return (text.replace("$PWD/build/release", str(BUILD)).replace("build/release", str(BUILD))
                .replace("cd ~/tocsin\n", f"cd {ROOT}\n").replace("8765", str(self.port)))

    def follow(self, page):
        blocks = blocks_of(page)
        script = "set -e\n" + "".join(f"echo '=== {number}'\n{self.here(commands)}" for number, (commands, _) in enumerate(blocks))
        # Into a file, not a pipe: what a page leaves running after a failure would keep that open.
        printed_to = self.home / "printed"
        with printed_to.open("wb") as file:
            shell = subprocess.Popen(["/bin/bash", "-c", script], env=self.environment, cwd=self.home,
                                     stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True)
        try:
            shell.wait(LIMIT)
        finally:
            try:
                os.killpg(shell.pid, signal.SIGKILL)  # what it left running
            except ProcessLookupError:
                pass
        out = printed_to.read_text()
        self.assertEqual(0, shell.returncode, f"{page}:\n{out}\n{self.logs()}")
        for number, (_, expected) in enumerate(blocks):
            printed = out.split(f"=== {number}\n", 1)[1].split("=== ", 1)[0]
            at = 0
            for line in filter(None, map(self.here, expected)):
                pattern = re.escape(line).replace("…", ".*")
                found = re.compile(rf"^{pattern}\s*$", re.MULTILINE).search(printed, at)
                self.assertIsNotNone(found, f"{page}: not printed: {line}\n{printed}")
                at = found.end()

    def logs(self):
        return "\n".join(path.read_text() for path in self.home.glob("*.log"))

    def test_the_first_alert_and_a_plugin(self):
        self.follow("first-alert.md")
        self.follow("a-plugin-in-25-lines.md")

    def test_a_topic_from_ten_articles(self):
        self.follow("your-first-topic.md")
        self.assertEqual(10, len(list((PAGES / "articles").glob("*.txt"))))

    def test_the_plugins_are_as_short_as_they_say(self):
        for name in ("main.py", "main.cpp"):
            text = (PAGES / "a-plugin-in-25-lines.md").read_text().split(f"cat >{name} <<'END'\n")[1].split("\nEND\n")[0]
            self.assertLessEqual(len([line for line in text.splitlines() if line.strip()]), 25, name)

    def test_every_page_is_followed(self):
        pages = {path.name for path in PAGES.glob("*.md")} - {"README.md"}
        self.assertEqual({"first-alert.md", "your-first-topic.md", "a-plugin-in-25-lines.md"}, pages)


if __name__ == "__main__":
    unittest.main()
