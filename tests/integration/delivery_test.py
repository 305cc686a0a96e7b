# SPDX-License-Identifier: Apache-2.0
"""Silences and digests through a running daemon, the verbs that look into the log, and what remains
true after kill -9: held alerts are told once, and the counts balance."""

import json
import pathlib
import sqlite3
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import eventually
from support.one_feed import OneFeed

SILENCED = "SELECT count(*) FROM match WHERE outcome = 'silenced'"


class Delivery(OneFeed):
    def verb(self, *words):
        """Exit code, and stdout read as JSON lines."""
        code, out, err = self.home.tocsin(*words, "--config", self.home.config, "--state",
                                          self.home.state, "--runtime", self.home.runtime, "--json")
        self.assertNotIn("Sanitizer", err)
        return code, [json.loads(line) for line in out.splitlines()], err

    def silence(self):
        code, lines, err = self.verb("silence", "add", "--topic", "harbour-fires", "--for", "2h",
                                     "--reason", "exercise", "--author", "desk")
        self.assertEqual((code, err), (0, ""))
        return lines[0]["silence"]

    def wait_for_silenced(self, count):
        self.assertTrue(eventually(lambda: self.home.rows(SILENCED)[0][0] == count))

    def assert_balance(self):
        code, lines, _ = self.verb("audit")
        self.assertEqual((code, [line["faults"] for line in lines if line["faults"]]), (0, []))

    def test_a_silence_holds_alerts_and_tells_them_when_it_ends(self):
        daemon = self.begin()
        desk = self.home.console("desk")
        number = self.silence()
        titles = self.report(3)
        self.wait_for_silenced(3)
        self.assertEqual(self.verb("silence", "list")[1][0]["holds"], 3)

        code, lines, _ = self.verb("silence", "end", number)
        self.assertEqual((code, lines[0]["silence"]), (0, number))
        self.assertTrue(desk.out.wait_for_count(1), desk.err.text())
        digest = json.loads(desk.out.all()[0])
        self.assertEqual(digest["type"], "tocsin.alert.digest.v1")
        self.assertEqual(digest["data"]["digest"]["count"], 3)
        self.assertEqual(sorted(i["title"] for i in digest["data"]["digest"]["items"]),
                         sorted(titles))
        self.assertEqual(self.verb("silence", "end", number)[0], 1)
        self.assert_balance()

        self.report()
        self.assertTrue(desk.out.wait_for_count(2))
        self.assertEqual(json.loads(desk.out.all()[1])["type"], "tocsin.alert.new.v1")
        self.check_verbs(digest)
        self.assertEqual(daemon.terminate(), 0)
        self.assert_balance()

    def check_verbs(self, digest):
        """What looks into the log sees what subscribers saw, beside the daemon."""
        code, alerts, _ = self.verb("alert", "list", "--since", "1h")
        self.assertEqual((code, len(alerts)), (0, 2))
        self.assertEqual(alerts[1], digest)
        self.assertEqual(self.verb("alert", "list", "--severity", "2")[1], [])
        self.assertEqual(self.verb("alert", "list", "--topic", "feed.failing")[1], [])
        story = alerts[0]["data"]["story"]["id"]
        self.assertEqual(self.verb("alert", "list", "--story", story)[1], alerts[:1])
        self.assertEqual(self.verb("alert", "show", digest["id"])[1], [digest])
        self.assertEqual(self.verb("alert", "show", "nothing")[0], 1)
        self.assertEqual(len(self.verb("alert", "search", "Harbour", "fir*")[1]), 2)
        self.assertEqual(self.verb("alert", "search", "harbour", "volcano")[0], 1)
        code, lines, err = self.verb("alert", "search", "harbour", "***")
        self.assertEqual((code, lines, err), (2, [], "tocsin: '***' holds no word to search for\n"))
        self.assertTrue(eventually(lambda: self.verb("subscribers")[1][0]["lag"] == 0))
        desk = self.verb("subscribers")[1][0]
        self.assertEqual((desk["name"], desk["state"], desk["parked"]), ("desk", "ok", 0))

    def test_what_a_silence_holds_survives_kill_9(self):
        daemon = self.begin()
        number = self.silence()
        self.report(2)
        self.wait_for_silenced(2)
        daemon.kill()
        self.assert_balance()
        daemon = self.begin()
        self.report(2)
        self.wait_for_silenced(4)
        daemon.kill()

        # Without a daemon the verb writes itself; the next daemon tells what was held.
        self.assertEqual(self.verb("silence", "end", number)[0], 0)
        self.home.daemon()
        digests = "SELECT payload FROM alert WHERE type = 'tocsin.alert.digest.v1'"
        self.assertTrue(eventually(lambda: len(self.home.rows(digests)) == 1))
        self.assertEqual(json.loads(self.home.rows(digests)[0][0])["data"]["digest"]["count"], 4)
        self.assert_balance()

    def test_a_silence_must_make_sense(self):
        self.begin()
        for words, code, message in (
                (("--topic", "harbour-fires", "--for", "2h"), 2, "--reason"),
                (("--for", "2h", "--reason", "x"), 2, "name one of"),
                (("--topic", "harbour-fire", "--for", "2h", "--reason", "x"), 2, "harbour-fires"),
                (("--topic", "harbour-fires", "--for", "soon", "--reason", "x"), 2, "no time"),
                (("--topic", "harbour-fires", "--for", "400d", "--reason", "x"), 1, "year"),
                (("--story", "s1", "--until", "2001-01-01", "--reason", "x"), 1, "future")):
            got, _, err = self.verb("silence", "add", *words)
            self.assertEqual(got, code, err)
            self.assertIn(message, err)
        self.assertEqual(self.verb("silence", "list")[1], [])

    def test_a_reload_takes_up_quiet_hours_and_caps(self):
        daemon = self.begin()
        settings = self.home.config.read_text()
        self.home.config.write_text(settings + '\n[delivery]\nquiet_hours = ["00:00-24:00"]\n')
        code, lines, err = self.verb("reload")
        self.assertEqual((code, lines[0]["needs_restart"]), (0, ""), err)
        self.report(2)
        held = "SELECT count(*) FROM match WHERE outcome = 'held'"
        self.assertTrue(eventually(lambda: self.home.rows(held)[0][0] == 2))

        self.home.config.write_text(settings + "\n[delivery]\nmax_per_hour = 1\n")
        self.assertEqual(self.verb("reload")[0], 0)
        self.report(3)
        self.assertTrue(eventually(lambda: self.home.rows(held)[0][0] == 4))
        self.assertEqual(daemon.terminate(), 0)
        self.assert_balance()

        self.home.config.write_text(settings + '\n[[topic]]\nid = "harbour-fire"\n')
        code, _, err = self.home.tocsin("check", "--config", self.home.config, "--offline")
        self.assertEqual(code, 78)
        self.assertIn("harbour-fires", err)

    def test_a_subscriber_is_forgotten_with_all_that_waits_for_it(self):
        daemon = self.begin()
        desk = self.home.console("desk")
        self.wait_until_known("desk")
        self.report()
        self.assertTrue(eventually(lambda: self.verb("subscribers")[1][0]["acknowledged"] == 1))
        self.assertEqual(self.verb("subscribers", "forget", "desk"),
                         (1, [], "tocsin: 'desk' is connected: stop it first\n"))
        self.assertEqual(self.verb("subscribers", "forget", "dsk"),
                         (1, [], "tocsin: no subscriber is called 'dsk'; did you mean 'desk'?\n"))
        self.assertEqual(desk.terminate(), 0)

        gone = {"subscriber": "desk", "acknowledged": 1, "parked": 0, "dead_letters": 0}
        self.assertEqual(self.verb("subscribers", "forget", "desk"), (0, [gone], ""))
        self.assertEqual(self.verb("subscribers"), (0, [], ""))
        self.assertEqual(self.verb("alert", "list")[1][0]["data"]["operations"]["subject"], "desk")

        # Who has the name now is new, and begins at the head.
        self.report()
        self.assertTrue(eventually(lambda: self.home.rows("SELECT head FROM log") == [(3,)]))
        desk = self.home.console("desk")
        self.wait_until_known("desk")
        (title,) = self.report()
        self.assertTrue(desk.out.wait_for_count(1), desk.err.text())
        self.assertEqual(json.loads(desk.out.all()[0])["data"]["item"]["title"], title)
        self.assertEqual((desk.terminate(), daemon.terminate()), (0, 0))

        with sqlite3.connect(self.home.database()) as database:
            database.execute("INSERT INTO parked VALUES ('desk', 3, '421', 0, 1)")
            database.execute("INSERT INTO dead_letter VALUES ('desk', 1, '550', 0, 8)")
        database.close()
        gone = {"subscriber": "desk", "acknowledged": 4, "parked": 1, "dead_letters": 1}
        self.assertEqual(self.verb("subscribers", "forget", "desk"), (0, [gone], ""))
        for table in ("subscriber", "parked", "dead_letter"):
            self.assertEqual(self.home.rows(f"SELECT * FROM {table}"), [])
        self.assertEqual(self.verb("subscribers", "forget", "desk"),
                         (1, [], "tocsin: no subscriber is called 'desk'\n"))

    def test_a_backup_beside_the_daemon_is_a_whole_store_of_a_new_epoch(self):
        self.begin()
        self.report(3)
        alerts = "SELECT count(*) FROM alert"
        self.assertTrue(eventually(lambda: self.home.rows(alerts)[0][0] == 3))
        copy = self.home.path / "copy" / "tocsin.db"
        copy.parent.mkdir()
        self.assertEqual(self.verb("db", "backup", copy)[0], 0)
        self.assertEqual(self.verb("db", "backup", copy)[0], 1)
        self.assertEqual(self.verb("db", "check")[1], [{"ok": True, "findings": []}])
        epoch = self.home.rows("SELECT epoch FROM log")
        self.home.state = copy.parent
        self.assertEqual(self.home.rows(alerts)[0][0], 3)
        self.assertEqual(self.verb("db", "prune")[0], 0)
        self.assertNotEqual(self.home.rows("SELECT epoch FROM log"), epoch)
        self.assert_balance()


if __name__ == "__main__":
    unittest.main()
