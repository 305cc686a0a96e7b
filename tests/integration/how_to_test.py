# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of the how-tos for the plugins that write down alerts, as a reader would.

Each command is a line of the page, found by its beginning, so that one that is gone from the page is missed here, and one that
nobody runs is told. Not the reader's: where the program and `/etc` lie, the topic, and a service manager, in whose place a script
starts what the unit would.
"""

import json
import os
import pathlib
import re
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import BUILD, ROOT, eventually
from support.one_feed import OneFeed

PAGES = ROOT / "docs" / "how-to"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVICE = """#!/bin/sh
# systemctl enable --now tocsin-plugin@NAME
[ "$#" = 3 ] && [ "$1 $2" = "enable --now" ] || exit 64
exec >"$HOME/journal" 2>&1
setsid tocsin plugin run "${3#tocsin-plugin@}" &
echo $! >"$HOME/pid"
"""
JOURNAL = """#!/bin/sh
# journalctl -fu tocsin-plugin@NAME
[ "$1" = -fu ] && exec tail -n +1 -F "$HOME/journal"
"""


class HowTo(OneFeed):
    def setUp(self):
        super().setUp()
        user = self.home.path / "user"
        tools = self.home.path / "bin"
        for folder in (user / ".config", tools, self.home.path / "plugins.d"):
            folder.mkdir(parents=True)
        (user / ".config" / "tocsin").symlink_to(self.home.path)
        for name, text in (("systemctl", SERVICE), ("journalctl", JOURNAL)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        programs = [BUILD / "daemon" / "app", BUILD / "plugins" / "console", BUILD / "plugins" / "jsonl"]
        self.environment = os.environ | {
            "HOME": str(user), "CONFIGURATION_DIRECTORY": str(self.home.path), "STATE_DIRECTORY": str(self.home.state),
            "RUNTIME_DIRECTORY": str(self.home.runtime), "TOCSIN_RUNTIME": str(self.home.runtime), "NO_COLOR": "1",
            "PATH": ":".join(map(str, [tools, *programs, os.environ["PATH"]]))}

    def read(self, page):
        blocks = BLOCK.findall((PAGES / page).read_text())
        self.commands = [line for kind, text in blocks if kind == "sh" for line in text.splitlines()]
        self.files = [text for kind, text in blocks if kind == "toml"]

    def here(self, text):
        return text.replace("floods", "harbour-fires").replace("/var/lib/tocsin-plugin", str(self.home.path))

    def start(self, beginning):
        """The page's next command that begins so, in a group of its own."""
        command = next((one for one in self.commands if one.startswith(beginning)), None)
        self.assertIsNotNone(command, f"the page has no command '{beginning}'")
        self.commands.remove(command)
        # On a terminal jq prints each line as it comes.
        command = self.here(command).replace("jq ", "jq --unbuffered ")
        process = self.home.start(["setsid", "bash", "-c", command], env=self.environment)
        self.addCleanup(self.end, process, signal.SIGKILL)
        return process

    def end(self, process, number=signal.SIGTERM):
        """The exit status, once nothing of it runs any more."""
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
        return process.wait()

    def run_through(self, beginning):
        """What a command prints that ends by itself."""
        process = self.start(beginning)
        self.assertEqual(0, process.wait(), process.err.text())
        return process.out.text()

    def run_daemon(self, beginning=None):
        """A daemon, past the baseline; with a command of the page, that one."""
        daemon = self.start(beginning) if beginning else self.home.daemon()
        polls = len(self.server.requests("/feeds/wire")) + 2
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", polls), daemon.err.text())
        return daemon

    def prints_the_next_alert(self, process):
        """Also without a name, once it is connected."""
        self.assertIsNotNone(process.err.wait_for_match("connected"), process.err.text())
        (title,) = self.report()
        self.prints(process, title)

    def prints(self, process, title):
        """With what was found between » and «, and in lines that a terminal holds."""
        def has_it(lines):
            return title in " ".join(" ".join(lines).translate({ord("»"): "", ord("«"): ""}).split())

        self.assertTrue(process.out.wait_for(has_it), process.out.text() + process.err.text())

    def start_service(self):
        self.run_through("systemctl enable --now tocsin-plugin@")
        self.addCleanup(self.stop_service, signal.SIGKILL)
        journal = self.home.path / "user" / "journal"
        self.assertTrue(eventually(lambda: "connected" in journal.read_text()), journal.read_text())

    def stop_service(self, number=signal.SIGTERM):
        service = int((self.home.path / "user" / "pid").read_text())

        def has_ended():
            try:
                return not pathlib.Path(f"/proc/{service}/cmdline").read_bytes()  # waits for its parent
            except OSError:
                return True

        if not has_ended():
            os.kill(service, number)
        self.assertTrue(eventually(has_ended))

    def assert_all_was_run(self):
        self.assertEqual([], [one for one in self.commands if one])

    def test_alerts_are_printed(self):
        self.read("print-alerts.md")
        daemon = self.run_daemon("tocsin run --with console ")
        self.wait_until_known("console")
        (title,) = self.report()
        self.prints(daemon, title)
        self.assertEqual(0, self.end(daemon))

        self.run_daemon()
        for beginning in ("tocsin-console --name desk ", "tocsin-console --topic floods --one-line"):
            console = self.start(beginning)
            self.prints_the_next_alert(console)
            self.assertEqual(0, self.end(console), console.err.text())
        everything = self.start("tocsin-console --from earliest ")
        self.prints(everything, title)
        piped = self.start("tocsin-console --json | jq")
        self.assertIsNotNone(piped.err.wait_for_match("connected"), piped.err.text())
        self.report()
        self.assertTrue(piped.out.wait_for_count(1), piped.err.text())
        self.assertEqual(piped.out.all()[0], self.feed.items()[-1].link)

        self.home.path.joinpath("plugins.d", "console.toml").write_text(self.files.pop(0))
        self.assertIn("would print", self.run_through("tocsin plugin check console "))
        self.start_service()
        journal = self.start("journalctl -fu tocsin-plugin@console")
        (title,) = self.report()
        self.prints(journal, title)
        self.stop_service()
        self.assert_all_was_run()

    def test_an_archive_is_kept(self):
        self.read("keep-an-archive.md")
        for beginning in ("mkdir -p", "printf ", "tocsin plugin check archive"):
            self.run_through(beginning)
        daemon = self.run_daemon("tocsin run --with archive ")
        self.wait_until_known("archive")
        titles = self.report(2)
        files = self.home.path / "user" / "alerts"
        self.assertTrue(eventually(lambda: len(self.lines_in(files)) == 2), daemon.err.text())
        printed = self.run_through("cat ~/alerts").splitlines()
        self.assertEqual(sorted(titles), sorted(line.split("\t")[2] for line in printed))
        self.assertEqual(2, len(self.run_through("grep -h ").splitlines()))
        self.assertEqual(0, self.end(daemon))

        self.run_daemon()
        service = self.home.path / "archive"
        service.mkdir()
        instance = self.home.path / "plugins.d" / "archive.toml"
        instance.write_text(self.here(self.files.pop(0)))
        self.start_service()
        self.report()
        self.assertTrue(eventually(lambda: len(self.lines_in(service)) == 1))
        self.assertIn("archive", self.run_through("tocsin subscribers "))
        self.stop_service()

        again = self.start("tocsin plugin run archive -- --from earliest")
        self.assertTrue(eventually(lambda: len(self.lines_in(service)) == 3), again.err.text())
        self.assertEqual(0, self.end(again), again.err.text())
        sequences = [int(json.loads(line)["sequence"]) for line in self.lines_in(service)]
        self.assertEqual([1, 2, 3], sorted(sequences), "each once")
        self.assert_all_was_run()

    def lines_in(self, folder):
        return [line for path in sorted(folder.glob("alerts*.jsonl")) for line in path.read_text().splitlines()]


if __name__ == "__main__":
    unittest.main()
