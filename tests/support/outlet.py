# SPDX-License-Identifier: Apache-2.0
"""For the plugins that carry alerts elsewhere: a daemon with a feed, and the plugin as a subscriber with a name."""

import json
import os

from support.daemon import BUILD, ROOT, TOCSIN, eventually
from support.one_feed import OneFeed

# What somebody might put into a feed to do harm further on.
HOSTILE = ("<script>alert(1)</script><img src=x onerror=alert(1)> <!channel> <!here|x> <@U012AB3CD> "
           "@everyone @here @channel @all <at>Everybody</at> [click](javascript:alert(1)) ![x](http://evil.example/x) "
           "**bold** `code` ~~gone~~ ||hidden|| > quote <#C123> <https://evil.example|bank> :skull: =cmd|'/c calc'!A1 "
           "\x1b[2J\x1b]0;owned\x07 \u202eesrever\u202c \u2066x\u2069 \u200b\u200f $(reboot) `reboot` ; rm -rf / "
           "]]>&amp;&lt; \"' -- \r\nBcc: victim@evil.example\r\n\r\n. \r\n.\r\nQUIT\r\n")


class Outlet(OneFeed):
    def report_hostile(self):
        """An item of 64 KiB that would do harm wherever it can. Each sentence has evidence, so that the alert is as
        large as alerts become."""
        self.reports += 1
        sentence = f"The harbour fire number {self.reports} at the quay was {HOSTILE} put out. "
        self.feed.add(f"Harbour fire {self.reports} {HOSTILE}", sentence * (65536 // len(sentence)), author=HOSTILE)

    def start_plugin(self, kind, name, *options, env=None, wrapper=()):
        """The plugin `kind` under the durable name `name`, as it starts."""
        command = [BUILD / "plugins" / kind / f"tocsin-{kind}"]
        environment = os.environ | (env or {})
        script = ROOT / "plugins" / kind / "main.py"
        if script.exists():
            command = ["/usr/bin/python3", script]
            environment |= {"PYTHONPATH": str(ROOT / "plugins" / "sdk" / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
        return self.home.start([*wrapper, *command, "--runtime", self.home.runtime, "--name", name, *options],
                               env=environment)

    def plugin(self, kind, name, *options, **more):
        """The same, once the daemon knows the name: what comes from then on reaches it."""
        process = self.start_plugin(kind, name, *options, **more)
        sql = "SELECT count(*) FROM subscriber WHERE name = ?"
        is_known = lambda: self.home.rows(sql, name) == [(1,)]
        self.assertTrue(eventually(lambda: is_known() or not process.is_running()) and is_known(), process.err.text())
        return process

    def refused(self, kind, *options, code=64):
        """The one line with which the plugin refuses its options; 1: it may be otherwise a moment later."""
        process = self.start_plugin(kind, "refused", *options)
        self.assertEqual(code, process.wait(), process.err.text())
        self.assertEqual(1, len(process.err.all()), process.err.text())
        return process.err.text()

    def dry_run(self, kind, count, *options):
        """What the plugin says that it would do with the alerts of the log, of which there will be `count`."""
        path = self.home.path / "alerts.jsonl"
        path.write_text(self.recorded(count))
        process = self.start_plugin(kind, "dry", *options, f"--dry-run={path}")
        self.assertEqual(0, process.wait(), process.err.text())
        return process.out.text()

    def check(self, kind, *options):
        """What the plugin says that it would do with two recorded alerts."""
        code, out, err = self.home.tocsin("plugin", "check", ROOT / "plugins" / kind, "--json",
                                          "--config", self.home.config, "--", *options)
        self.assertEqual(0, code, out + err)
        return json.loads(out)["output"]

    def instance(self, name, text):
        path = self.home.path / "plugins.d" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("format = 1\n" + text)

    def run_instance(self, name):
        return self.home.start([TOCSIN, "plugin", "run", name, "--config", self.home.config,
                                "--runtime", self.home.runtime])

    def refused_instance(self, name, code=64):
        """The one line with which a plugin refuses the options of its instance when it starts."""
        process = self.run_instance(name)
        self.assertEqual(code, process.wait(), process.err.text())
        self.assertEqual(1, len(process.err.all()), process.err.text())
        return process.err.all()[0]

    def mistakes(self, name, text):
        """What `tocsin plugin check` and the start of an instance both say that is wrong with its file."""
        self.instance(name, text)
        code, out, err = self.home.tocsin("plugin", "check", name, "--config", self.home.config)
        self.assertEqual(78, code, out + err)
        started = self.run_instance(name)
        self.assertEqual(64, started.wait(), started.err.text())
        for line in started.err.all():
            self.assertIn(line, out)
        return started.err.text()

    def secret(self, name, text):
        """The path of a file with a secret, closed to others."""
        path = self.home.path / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def lines(self, *words):
        """What a verb prints with --json."""
        code, out, err = self.home.tocsin(*words, "--json", "--config", self.home.config,
                                          "--state", self.home.state, "--runtime", self.home.runtime)
        self.assertEqual(0, code, err)
        return out.splitlines()

    def verb(self, *words):
        return [json.loads(line) for line in self.lines(*words)]

    def recorded(self, count):
        """The alerts of the log once there are so many, the newest first, one line each."""
        self.assertTrue(eventually(lambda: len(self.lines("alert", "list")) >= count))
        return "".join(line + "\n" for line in self.lines("alert", "list"))

    def subscriber(self, name):
        """What `tocsin subscribers` tells of it."""
        return next((one for one in self.verb("subscribers") if one.get("name") == name), {})

    def last_error(self, name):
        """What the plugin told the daemon of its trouble."""
        return self.subscriber(name).get("last_error") or ""

    def told_of(self, subscriber, count=1):
        """The kinds of the operator alerts about a subscriber, oldest first, once there are so many."""
        def kinds():
            payloads = [json.loads(row[0])["data"].get("operations", {}) for row in
                        self.home.rows("SELECT payload FROM alert ORDER BY seq")]
            return [one["kind"] for one in payloads if one.get("subject") == subscriber]
        self.assertTrue(eventually(lambda: len(kinds()) >= count), kinds())
        return kinds()

    def dead_letters(self, count=1):
        self.assertTrue(eventually(lambda: len(self.verb("dead-letter", "list")) >= count))
        return self.verb("dead-letter", "list")

    def acknowledged(self, name):
        rows = self.home.rows("SELECT acknowledged FROM subscriber WHERE name = ?", name)
        return rows[0][0] if rows else 0

    def wait_acknowledged(self, name, seq):
        self.assertTrue(eventually(lambda: self.acknowledged(name) >= seq), f"{name}: {seq} is not acknowledged")
