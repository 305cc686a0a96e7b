#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The cap of a subscriber in the Python library, without a daemon."""

import json
import pathlib
import shutil
import sys
import tempfile
import unittest
from datetime import datetime, timedelta, timezone

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "plugins" / "sdk" / "python"))
from tocsin_plugin import CapOptions, Drop, Ok, Plugin, Retry, decode
from tocsin_plugin.cap import Cap
from tocsin_plugin.dispatcher import Dispatcher
from tocsin_plugin.gap_rule import Frame

SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "config/schemas/alert-1.schema.json").read_text()),
                                         format_checker=jsonschema.FormatChecker())
GOLDEN = json.loads((ROOT / "tests/golden/alerts/version-1/new.json").read_text())
DAY = datetime(2017, 4, 28, tzinfo=timezone.utc)
HOUR = 3600.0


def frame(seq, severity=3, topic="floods", is_redelivery=False, **item):
    event = json.loads(json.dumps(GOLDEN))
    data = event["data"]
    event["id"] = data["alert"]["id"] = f"a{seq}"
    event["subject"] = data["match"]["topic"] = topic
    data["match"]["title"] = topic.capitalize()
    data["alert"]["severity"] = severity
    data["item"] |= {"title": f"Title {seq}", **item}
    return Frame(f"alert/{topic}/{severity}/", seq, payload=json.dumps(event).encode(), is_redelivery=is_redelivery)


class Capping(unittest.TestCase):
    def setUp(self):
        self.cap = Cap(CapOptions(2, let_through=1), "desk")

    def admits(self, seq, now, severity=3, **more):
        one = frame(seq, severity, **more)
        return self.cap.admits(decode(one.payload), one, now)

    def hold(self, one, now=DAY):
        self.cap.hold(decode(one.payload), one, now)

    def told(self, now=DAY):
        """The summary; it keeps to the schema."""
        event = json.loads(self.cap.summary(now).payload)
        SCHEMA.validate(event)
        return event

    def test_admits_everything_where_there_is_none(self):
        self.cap = Cap(CapOptions(), "desk")
        self.assertTrue(all(self.admits(seq, 0.0) for seq in range(1, 50)))

    def test_admits_so_many_from_the_first_on_and_again_when_the_window_is_over(self):
        times = (0, 1800, HOUR - 1, HOUR, HOUR, 2 * HOUR - 1, 2 * HOUR)
        self.assertEqual([True, True, False, True, True, False, True], [self.admits(1, 50 + at) for at in times])

    def test_lets_urgent_ones_and_what_was_given_back_through_and_counts_them(self):
        self.assertTrue(self.admits(1, 0, severity=1))
        self.assertTrue(self.admits(2, 0, is_redelivery=True))
        self.assertTrue(self.admits(3, 0, is_redelivery=True))
        self.assertFalse(self.admits(4, 0, severity=2))

    def test_tells_what_is_held_at_the_end_of_the_window(self):
        self.admits(1, 100.0)
        self.hold(frame(7, 4))
        self.hold(frame(5, 3), DAY + timedelta(minutes=20))
        self.assertEqual((100 + HOUR, 5, 2), (self.cap.due, self.cap.first, self.cap.held))
        one = self.cap.summary(DAY + timedelta(hours=1))
        self.assertEqual(("alert/floods/3/", 7, True), (one.topic, one.seq, one.is_summary))
        alert = decode(one.payload)
        self.assertEqual(("digest", 3, "floods", 7), (alert.kind, alert.severity, alert.topic, alert.sequence))
        self.assertEqual("2 more alerts were held: Floods", alert.item.title)
        digest = json.loads(one.payload)["data"]["digest"]
        self.assertEqual((2, 0, {"cap": 2}), (digest["count"], digest["more"], digest["reasons"]))
        self.assertEqual("2017-04-28T00:20:00.000Z", digest["until"])
        self.assertEqual(["Title 7", "Title 5"], [each["title"] for each in digest["items"]])
        self.assertEqual("news.example", digest["items"][0]["source"])

    def test_stands_for_several_topics_and_lists_the_oldest(self):
        for seq in range(1, 1001):
            self.hold(frame(seq, topic=f"topic-{seq}"))
        data = self.told()["data"]
        self.assertEqual("1000 more alerts were held: Topic-1, Topic-2, Topic-3 and others", data["item"]["title"])
        self.assertEqual("several-topics", data["match"]["topic"])
        self.assertEqual((50, 950), (len(data["digest"]["items"]), data["digest"]["more"]))
        self.assertTrue(data["item"]["summary"].endswith("- Title 10\nand 990 more"))

    def test_fits_a_payload_whatever_the_alerts_hold(self):
        for seq in range(1, 60):
            self.hold(frame(seq, title='"\ud800' * 500, url="https://x.example/" + "\\" * 2000, id="\\" * 64))
        event = self.told()
        self.assertLessEqual(len(json.dumps(event).encode()), 65536)
        self.assertGreater(event["data"]["digest"]["more"], 9)

    def test_gives_a_summary_an_id_that_comes_again(self):
        self.hold(frame(5))
        self.hold(frame(6))
        # As the C++ library's: cap_test.cpp has the same.
        self.assertEqual("3c02db5f5e5fdb1f900985a98d731914", self.told()["id"])

    def test_tells_the_same_again_when_it_is_put_back_and_keeps_what_came_meanwhile(self):
        self.admits(1, 0.0)
        self.hold(frame(5))
        name = self.told()["id"]
        self.assertIsNone(self.cap.due)
        self.hold(frame(6))
        self.cap.put_back(9000.0)
        self.assertEqual((9000.0, 2, 5), (self.cap.due, self.cap.held, self.cap.first))
        again = self.told()
        self.assertEqual((name, 1), (again["id"], again["data"]["digest"]["count"]))
        self.cap.told()
        self.assertEqual((HOUR, 6), (self.cap.due, self.cap.first))


class Dispatching(unittest.TestCase):
    def setUp(self):
        self.outcomes, self.seen, self.now = [], [], 10.0
        self.dispatcher = Dispatcher(self.handle, 3, CapOptions(1, let_through=1), "desk", lambda: DAY)
        self.dispatcher.is_kept = self.dispatcher.can_give_back = True

    def handle(self, alert):
        self.seen.append((alert.kind, alert.delivery.seq))
        return self.outcomes.pop(0) if self.outcomes else Ok()

    def steps(self, now):
        """Until nothing is left to do."""
        kinds = []
        while (step := self.dispatcher.step(now)).kind != "idle":
            kinds.append(step.kind)
        return kinds

    def test_holds_what_is_beyond_the_cap_and_tells_it_as_one(self):
        self.dispatcher.add([frame(1), frame(2), frame(3), frame(4, 1)])
        self.assertEqual(["handled", "held", "held", "handled"], self.steps(10))
        self.assertEqual((10 + HOUR, 2, 1), (self.dispatcher.due, self.dispatcher.held, self.dispatcher.safe(9)))
        self.assertTrue(self.dispatcher.has_room)
        self.dispatcher.add([frame(5)])
        self.assertEqual(["handled", "handled"], self.steps(10 + HOUR))
        self.assertEqual([("new", 1), ("new", 4), ("digest", 3), ("new", 5)], self.seen)
        self.assertEqual(9, self.dispatcher.safe(9))

    def test_keeps_a_summary_that_cannot_be_handled_and_goes_on_meanwhile(self):
        self.dispatcher.add([frame(1), frame(2)])
        self.steps(10)
        self.outcomes = [Retry(2, "down")]
        step = self.dispatcher.step(10 + HOUR)
        self.assertEqual(("given-back", 1), (step.kind, step.summary_of))
        self.dispatcher.add([frame(3)])
        self.assertEqual(["handled"], self.steps(10 + HOUR))
        self.assertEqual((1, 15 + HOUR), (self.dispatcher.safe(9), self.dispatcher.due))
        self.assertEqual(["handled"], self.steps(15 + HOUR))
        self.assertEqual(9, self.dispatcher.safe(9))

    def test_hands_a_summary_over_again_when_the_target_asked_for_it(self):
        self.dispatcher.add([frame(1), frame(2)])
        self.steps(10)
        self.outcomes = [Retry(2, is_exact=True)] * 2
        self.assertEqual(["given-back"], self.steps(10 + HOUR))
        self.assertEqual(["given-back"], self.steps(12 + HOUR))
        self.assertEqual(14 + HOUR, self.dispatcher.due)

    def test_holds_up_alerts_behind_a_summary_where_order_is_kept(self):
        self.dispatcher.can_give_back = False
        self.dispatcher.add([frame(1), frame(2)])
        self.steps(10)
        self.outcomes = [Retry(2, "down")]
        self.dispatcher.add([frame(3)])
        self.assertEqual(["retrying"], self.steps(10 + HOUR))
        self.assertEqual(["handled", "handled"], self.steps(12 + HOUR))
        self.assertEqual([("new", 1), ("digest", 2), ("digest", 2), ("new", 3)], self.seen)

    def test_gives_up_what_is_held_with_its_summary(self):
        self.dispatcher.add([frame(1), frame(2), frame(3)])
        self.steps(10)
        self.outcomes = [Drop("too long")]
        step = self.dispatcher.step(10 + HOUR)
        self.assertEqual(("dropped", 2), (step.kind, step.summary_of))
        self.assertEqual(9, self.dispatcher.safe(9))

    def test_counts_an_alert_once_however_often_it_is_tried(self):
        self.dispatcher.can_give_back = False
        self.outcomes = [Retry(1), Retry(1)]
        self.dispatcher.add([frame(1)])
        self.assertEqual([["retrying"], ["retrying"], ["handled"]], [self.steps(at) for at in (10, 11, 13)])


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-cap."))
        self.addCleanup(shutil.rmtree, self.folder)

    def load(self, *words, options=""):
        (self.folder / "plugin.toml").write_text('format = 1\nname = "a"\nversion = "1"\n' + options)
        return Plugin.load(self.folder, words)

    def test_every_plugin_takes_a_cap(self):
        self.assertEqual(CapOptions(), self.load().config.cap)
        cap = self.load("--max-per-hour=20", "--cap-window=10m", "--let-through=2").config.cap
        self.assertEqual(CapOptions(20, 600.0, 2), cap)

    def test_a_wrong_one_ends_it_with_64(self):
        for wrong in ("--max-per-hour=-1", "--max-per-hour=x", "--cap-window=10", "--let-through=10"):
            with self.assertRaises(SystemExit) as ended:
                self.load(wrong)
            self.assertEqual(64, ended.exception.code, wrong)

    def test_no_manifest_has_an_option_of_that_name(self):
        with self.assertRaises(SystemExit) as ended:
            self.load(options='[options.max-per-hour]\ntype = "integer"\n')
        self.assertEqual(64, ended.exception.code)


if __name__ == "__main__":
    unittest.main()
