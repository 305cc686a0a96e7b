# SPDX-License-Identifier: Apache-2.0
"""The plugin that runs a program for each alert, with the real daemon and programs that behave badly."""

import json
import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import alerts_of, eventually, sequence_of
from support.outlet import Outlet

# Writes down what it was given, then ends as the file "status" says.
PROGRAM = """#!/usr/bin/python3
import json, os, pathlib, sys
home = pathlib.Path({home!r})
seen = dict(argv=sys.argv[1:], env=dict(os.environ), alert=json.load(sys.stdin), pid=os.getpid())
with (home / "seen.jsonl").open("a") as file:
    file.write(json.dumps(seen) + "\\n")
{deed}
"""


class Exec(Outlet):
    def program(self, deed=""):
        path = self.home.path / "program"
        path.write_text(PROGRAM.format(home=str(self.home.path), deed=deed))
        path.chmod(0o755)
        return path

    def start(self, *words, options=(), env=None, deed=""):
        command = [f"--command={self.program(deed)}", *(f"--command={word}" for word in words)]
        return self.plugin("exec", "bell", *command, *options, env=env)

    def seen(self):
        path = self.home.path / "seen.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text().splitlines(True) if line.endswith("\n")]

    def sequences(self):
        return [sequence_of(one["alert"]) for one in self.seen()]

    def wait_for_runs(self, plugin, count):
        self.assertTrue(eventually(lambda: len(self.seen()) >= count), plugin.err.text())

    def test_a_program_gets_the_alert_in_arguments_environment_and_input(self):
        self.begin()
        plugin = self.start("--severity={severity}", "--", "{title}",
                            env={"EXEC_SECRET": "hunter2", "NOTIFY_SOCKET": ""}, options=["--environment=HOME"])
        self.report()
        self.wait_for_runs(plugin, 1)
        seen = self.seen()[0]
        alerts_of([json.dumps(seen["alert"])])  # it keeps to the schema
        title = seen["alert"]["data"]["item"]["title"]
        self.assertEqual(["--severity=3", "--", title], seen["argv"])
        self.assertEqual(title, seen["env"]["TOCSIN_TITLE"])
        self.assertEqual("harbour-fires", seen["env"]["TOCSIN_TOPIC"])
        others = {name for name in seen["env"] if not name.startswith("TOCSIN_")}
        self.assertLessEqual(others, {"HOME", "PATH", "LC_CTYPE"})  # the last is the interpreter's own
        self.wait_acknowledged("bell", 1)

    def test_hostile_text_stays_one_argument(self):
        self.begin()
        plugin = self.start("--", "{title}")
        self.report_hostile()
        self.wait_for_runs(plugin, 1)
        seen = self.seen()[0]
        self.assertEqual(2, len(seen["argv"]))
        for text in (*seen["argv"], *(value for name, value in seen["env"].items() if name.startswith("TOCSIN_"))):
            self.assertNotRegex(text, "[\x00-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")
        self.assertIn("$(reboot)", seen["argv"][1])

    def test_75_brings_an_alert_again_and_others_do_not_wait(self):
        self.begin()
        deed = ('first = seen["alert"]["sequence"].endswith("1") and seen["env"]["TOCSIN_ATTEMPT"] == "1"\n'
                'if first: print("the line is busy"); sys.exit(75)')
        plugin = self.start(deed=deed)
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("alert 1 given back .*exit status 75: the line is busy"))
        self.report()
        self.assertTrue(eventually(lambda: self.sequences() == [1, 2, 1]), plugin.err.text())
        self.assertEqual("2", self.seen()[2]["env"]["TOCSIN_ATTEMPT"])

    def test_any_other_exit_makes_a_dead_letter_and_shows_as_the_last_error(self):
        self.begin()
        plugin = self.start(deed='print("no such list", file=sys.stderr); sys.exit(3)')
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("given up: exit status 3: no such list"))
        self.assertEqual(1, len(self.dead_letters()))
        self.assertTrue(eventually(lambda: self.last_error("bell") == "exit status 3: no such list"),
                        self.subscriber("bell"))

    def test_a_program_that_hangs_is_ended_and_tried_again(self):
        self.begin()
        deed = 'import time\nif seen["env"]["TOCSIN_ATTEMPT"] == "1": time.sleep(1000)'
        plugin = self.start(deed=deed, options=["--timeout=1s"])
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("given back .*ran longer than 1000 ms and was ended"))
        self.assertFalse(pathlib.Path("/proc", str(self.seen()[0]["pid"])).exists())
        self.assertTrue(eventually(lambda: self.sequences() == [1, 1]), plugin.err.text())

    def test_a_program_that_writes_without_end_is_ended(self):
        self.begin()
        plugin = self.start(deed="while True: print('x' * 1000)")
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("given up: wrote more than 65536 bytes and was ended"))

    def test_programs_run_side_by_side_up_to_the_limit(self):
        self.begin()
        # Each waits until three have begun: with fewer at once none would end.
        deed = ('import time\nlines = lambda: len((home / "seen.jsonl").read_text().splitlines())\n'
                "while lines() < 3: time.sleep(0.01)")
        plugin = self.start(deed=deed, options=["--at-once=3"])
        self.report(3)
        self.wait_for_runs(plugin, 3)
        self.assertTrue(eventually(lambda: self.acknowledged("bell") == 3), plugin.err.text())

    def test_a_stop_waits_for_what_runs(self):
        self.begin()
        deed = 'import time\nwhile not (home / "go").exists(): time.sleep(0.01)'
        plugin = self.start(deed=deed)
        self.report()
        self.wait_for_runs(plugin, 1)
        plugin.signal(signal.SIGTERM)
        (self.home.path / "go").touch()
        self.assertEqual(0, plugin.wait())
        self.assertEqual(1, self.acknowledged("bell"))

    def test_kill_9_ends_the_program_and_the_alert_comes_again(self):
        self.begin()
        deed = 'import time\nif not (home / "go").exists(): time.sleep(1000)'
        plugin = self.start(deed=deed)
        self.report()
        self.wait_for_runs(plugin, 1)
        plugin.kill()
        first = pathlib.Path("/proc", str(self.seen()[0]["pid"]), "stat")
        self.assertTrue(eventually(lambda: not first.exists() or first.read_text().split()[2] == "Z"))
        (self.home.path / "go").touch()
        again = self.start(deed=deed)
        self.assertTrue(eventually(lambda: self.sequences() == [1, 1]), again.err.text())

    def test_a_program_that_goes_missing_is_tried_again_when_it_is_back(self):
        self.begin()
        plugin = self.start()
        path = self.home.path / "program"
        os.rename(path, path.with_name("away"))
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("given back .*cannot start: No such file"))
        os.rename(path.with_name("away"), path)
        self.wait_for_runs(plugin, 1)

    def test_what_is_configured_wrong_is_one_line_and_64(self):
        line = self.refused("exec", "--command=/nonexistent", code=1)  # it may be installed yet
        self.assertIn("no program that may be run", line)
        for words, why in ((["--command=mail"], "'mail' must be an absolute path"),
                           (["--command=/bin/echo", "--command={title}"], "could become an option"),
                           (["--command=/bin/echo", "--timeout=1"], "must be a duration"),
                           ([], "--command is missing")):
            self.assertIn(why, self.refused("exec", *words))

    def test_an_instance_that_is_configured_wrong_is_told_at_its_place(self):
        self.instance("bell", 'plugin = "exec"\n[options]\ncommand = "/bin/true"\ntime-out = "3s"\nat-once = 99\n')
        process = self.run_instance("bell")
        self.assertEqual(78, process.wait())
        for place in (r"bell\.toml:4:11: error: 'command' takes a list of texts",
                      r"bell\.toml:5:1: error: unknown option of 'exec' 'time-out'; did you mean 'timeout'",
                      r"bell\.toml:6:11: error: 'at-once' "):
            self.assertRegex(process.err.text(), place)

    def test_an_instance_that_means_what_cannot_be_is_told_at_its_place(self):
        said = self.mistakes("bell", 'plugin = "exec"\n[options]\ncommand = [\n  "mail",\n  "-s", "{title}",\n  "{titel}",\n]\n'
                             'environment = ["PATH=/tmp"]\n')
        for place in (r"bell\.toml:5:3: error: command: 'mail' must be an absolute path",
                      r"bell\.toml:6:9: error: command: '\{title\}' could become an option: put '--' before it",
                      r"bell\.toml:7:3: error: command: '\{titel\}' is no part of an alert; did you mean 'title'\?",
                      r"bell\.toml:9:16: error: environment: 'PATH=/tmp' is a name with a value"):
            self.assertRegex(said, place)
        self.instance("bell", 'plugin = "exec"\n[options]\ncommand = ["/nonexistent"]\n')
        self.assertRegex(self.refused_instance("bell", code=1),
                         r"^\S+bell\.toml:4:12: error: command: '/nonexistent' is no program that may be run$")

    def test_a_dry_run_tells_what_would_be_run(self):
        self.begin()
        self.report_hostile()
        said = self.dry_run("exec", 1, "--command=/bin/echo", "--command=--", "--command={title}")
        self.assertRegex(said, r"^would run '/bin/echo' '--' 'Harbour fire 1 .*' with \d+ bytes")
        self.assertEqual(1, len(said.splitlines()))
        self.assertNotIn("\u202e", said)


if __name__ == "__main__":
    unittest.main()
