# SPDX-License-Identifier: Apache-2.0
"""The verbs an editor works with, beside a running daemon and without one: explain, feedback, tune,
preview, what became of items, and near misses as they pass."""

import json
import pathlib
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import TOCSIN, Home, alerts_of, eventually
from support.feed_server import FeedServer, fixed
from support.words import fire_report

FEED = "/feeds/wire"


class Verbs(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "rss")
        self.home.feeds.write_text(self.server.opml())

    def begin(self):
        daemon = self.home.daemon()
        self.wait_for_polls()
        return daemon

    def wait_for_polls(self):
        seen = len(self.server.requests(FEED))
        self.assertTrue(self.server.wait_for_polls(FEED, seen + 2))

    def alert(self, number=1):
        """One alert, as a subscriber sees it."""
        console = self.home.console(f"desk{number}")
        self.item = self.feed.add(*fire_report(number))
        console.out.wait_for_count(1)
        (alert,) = alerts_of(console.out.all())
        return alert

    def verb(self, *words, code=0):
        done = self.home.tocsin(*words, "--config", self.home.config, "--state", self.home.state,
                                "--runtime", self.home.runtime)
        self.assertEqual(code, done[0], done)
        return done[1]

    def say(self, *words):
        return json.loads(self.verb("feedback", *words, "--json"))

    def listed(self):
        return [json.loads(line) for line in self.verb("feedback", "list", "--json").splitlines()]

    def test_an_item_is_explained_by_alert_identity_number_and_url_with_and_without_the_daemon(self):
        daemon = self.begin()
        alert = self.alert()
        (number,), = self.home.rows("SELECT item_id FROM alert")
        names = [alert["id"], alert["data"]["item"]["id"], number, alert["data"]["item"]["url"]]

        def explain():
            return [json.loads(self.verb("explain", name, "--json")) for name in names]

        beside = explain()
        for told in beside:
            self.assertEqual(alert["data"]["item"]["title"], told["title"])
            (verdict,) = told["verdicts"]
            self.assertTrue(verdict["fired"])
            self.assertAlmostEqual(alert["data"]["match"]["score"], verdict["score"])
            self.assertEqual("sent", verdict["daemon"][0]["outcome"])
        self.assertEqual(alert["id"], beside[0]["alert"])
        self.assertEqual(0, daemon.terminate())
        self.assertEqual(beside, explain())

    def test_a_page_and_a_feed_are_fetched_through_the_guard_and_explained(self):
        page = (b"<html lang=en><title>Harbour fire</title><nav>quay</nav>"
                b"<article><p>The harbour fire is out.</p></article></html>")
        self.server.add_endpoint("/page", fixed(page, content_type="text/html"))
        told = json.loads(self.verb("explain", self.server.url("/page"), "--json"))
        self.assertEqual("Harbour fire", told["title"])
        evidence = told["verdicts"][0]["evidence"]
        self.assertEqual({"harbour fire"}, {piece["term"] for piece in evidence})
        self.feed.add(*fire_report(1))
        self.feed.add("Calm", "Nothing of note.")
        lines = self.verb("explain", self.server.url(FEED), "--json").splitlines()
        self.assertEqual([0, 1], sorted(len(json.loads(line)["verdicts"]) for line in lines))

    def test_feedback_is_stored_by_the_daemon_survives_kill_9_and_is_added_to_without_it(self):
        daemon = self.begin()
        alert = self.alert()
        first = self.say(alert["id"], "bad", "--reason", "a drill\nonly")
        self.assertEqual((1, "harbour-fires"), (first["feedback"], first["topic"]))
        daemon.kill()
        (one,) = self.listed()
        self.assertEqual(("bad", "a drill\nonly", alert["id"], 1),
                         (one["verdict"], one["reason"], one["alert"], one["rule_version"]))
        self.assertEqual(alert["data"]["match"]["rule_digest"], one["rule_digest"])
        self.assertIn("harbour fire", one["content"] + one["summary"])

        second = self.say(self.item.link, "good")
        self.assertEqual((2, "harbour-fires"), (second["feedback"], second["topic"]))
        code, _, err = self.home.tocsin("feedback", self.item.link, "missed", "--topic", "harbour-fires",
                                        "--config", self.home.config, "--state", self.home.state,
                                        "--runtime", self.home.runtime)
        self.assertEqual((2, "tocsin: 'harbour-fires' was not missed: it did fire on the item\n"), (code, err))
        missed = self.home.path / "missed.json"
        missed.write_text(json.dumps({"id": "m", "title": "Blaze in the docks", "text": "x"}))
        self.assertIn("--topic", self.home.tocsin("feedback", missed, "missed")[2])
        self.say(missed, "missed", "--topic", "harbour-fires")
        self.assertEqual(["bad", "good", "missed"], [one["verdict"] for one in self.listed()])

    def test_while_another_process_holds_the_state_feedback_is_refused(self):
        self.begin()
        alert = self.alert()
        elsewhere = self.home.path / "elsewhere"
        elsewhere.mkdir()
        code, _, err = self.home.tocsin("feedback", alert["id"], "bad", "--config", self.home.config,
                                        "--state", self.home.state, "--runtime", elsewhere)
        self.assertEqual(1, code)
        self.assertIn("is held by pid", err)

    def test_tune_proposes_a_diff_that_patch_applies_with_tests_that_pass(self):
        daemon = self.begin()
        drills = [("Harbour fire drill", f"A harbour fire drill was held at pier {n}. The annual "
                   "drill rehearsal trains crews.") for n in range(4)]
        for number in range(3):
            title, text = fire_report(number)
            self.judge({"id": f"g{number}", "title": title, "text": text}, "good")
        for number, (title, text) in enumerate(drills):
            self.judge({"id": f"b{number}", "title": title, "text": text}, "bad")
        for number in range(3):
            self.judge({"id": f"m{number}", "title": f"Warehouse blaze number {number}",
                        "text": "A warehouse blaze on the docks. The blaze at the docks spread."},
                       "missed")
        self.assertEqual(0, daemon.terminate())
        topic = self.home.topics / "harbour-fires.toml"
        topic.write_text(topic.read_text().replace('"quay" = 20', '"quay" = 20  # a note'))
        diff = self.verb("topic", "tune", "harbour-fires")
        self.assertEqual(diff, self.verb("topic", "tune", "harbour-fires"), "the same every time")
        before = topic.read_text()
        told = json.loads(self.verb("topic", "tune", "harbour-fires", "--json"))
        self.assertEqual(before, topic.read_text(), "nothing is changed unasked")
        self.assertLess(told["after"]["missed"] + told["after"]["false_alarms"],
                        told["before"]["missed"] + told["before"]["false_alarms"])
        patched = subprocess.run(["patch", "-p1", "-d", str(self.home.topics)], input=diff.encode(),
                                 capture_output=True, check=False)
        self.assertEqual(0, patched.returncode, patched.stdout)
        self.assertIn('"quay" = 20  # a note', topic.read_text())
        self.assertIn("version = 2", topic.read_text())
        self.verb("test")
        again = json.loads(self.verb("topic", "tune", "harbour-fires", "--json"))
        self.assertEqual("", again["diff"])

    def judge(self, item, verdict):
        path = self.home.path / "item.json"
        path.write_text(json.dumps(item))
        self.say(path, verdict, "--topic", "harbour-fires")

    def test_preview_counts_alerts_and_stories_and_tells_the_difference(self):
        self.begin()
        self.alert(1)
        self.alert(2)
        self.feed.add("A sale", "A quay was sold.")
        self.wait_for_polls()
        told = json.loads(self.verb("topic", "preview", "harbour-fires", "--since", "1d", "--json"))
        self.assertEqual((3, 2, 2, 2, 2), tuple(told[key] for key in (
            "items", "fired", "fired_before", "alerts", "stories")))
        draft = self.home.path / "draft.toml"
        text = (self.home.topics / "harbour-fires.toml").read_text()
        draft.write_text(text.replace("threshold = 0.2", "threshold = 0.05"))
        told = json.loads(self.verb("topic", "preview", draft, "--json"))
        self.assertEqual((3, 2, 1, 0), tuple(told[key] for key in (
            "fired", "fired_before", "only_now_count", "only_before_count")))
        self.assertEqual(["A sale"], [item["title"] for item in told["only_now"]])
        self.assertIn("fire now and did not then: 1", self.verb("topic", "preview", draft))

    def test_a_topic_without_tests_goes_out_under_lab_and_not_to_who_wants_alerts(self):
        (self.home.topics / "harbour-fires.test.toml").unlink()
        self.begin()
        desk = self.home.console("desk")
        lab = self.home.console("lab", "--topic", "lab/")
        self.feed.add(*fire_report(1))
        self.assertTrue(lab.out.wait_for_count(1))
        self.assertEqual([("lab/harbour-fires/3/",)], self.home.rows("SELECT frame FROM alert"))
        self.assertEqual([], desk.out.all())

    def items(self, *words, code=0):
        return [json.loads(line) for line in self.verb("item", *words, "--json", code=code).splitlines()]

    def wait_for_the_index(self):
        waiting = "SELECT max(item_id) - up_to FROM item, indexed"
        self.assertTrue(eventually(lambda: self.home.rows(waiting) == [(0,)]))

    def come_and_go(self):
        """Two items of the baseline, of which one matches, an alert, and one of no topic."""
        self.feed.add("Budget of the port", "The council of the port approved it.")
        self.feed.add("Harbour fire of old", "A harbour fire at the quay, put out long ago.")
        daemon = self.begin()
        alert = self.alert()
        self.feed.add("A calm sea", "Nothing happened at the port.")
        self.wait_for_polls()
        self.wait_for_the_index()
        return daemon, alert

    def test_items_are_listed_and_found_whatever_became_of_them(self):
        daemon, alert = self.come_and_go()
        for stop in (False, True):
            if stop:
                self.assertEqual(0, daemon.terminate())
            listed = self.items("list", "--since", "1h")
            self.assertEqual([("A calm sea", "no topic"),
                              (alert["data"]["item"]["title"], "alerted: harbour-fires")],
                             [(one["title"], one["fate"]) for one in listed[:2]])
            self.assertEqual([(True, "baseline: harbour-fires"), (True, "no topic")],
                             sorted((one["baseline"], one["fate"]) for one in listed[2:]))
            self.assertEqual([alert["id"]], [told["alert"] for told in listed[1]["alerts"]])
            self.assertEqual({("wire", "127.0.0.1")}, {(one["feed"], one["outlet"]) for one in listed})

            self.assertEqual(["A calm sea", "Budget of the port"],
                             [one["title"] for one in self.items("search", "PORT")])
            (old,) = self.items("search", "harbour", "put", "lon*")
            self.assertEqual("A [harbour] fire at the quay, [put] out [long] ago.", old["snippet"])
            self.assertEqual([old], self.items("search", "Harbour & put - lon* |"))
            self.assertEqual([], self.items("search", "port", "volcano", code=1))
            self.assertEqual(4, len(self.items("list", "--feed", "Wire")))
            self.assertEqual(listed[:1], self.items("list", "--feed", "wire", "--limit", "1"))

    def test_an_item_is_shown_by_number_identity_url_and_alert(self):
        _, alert = self.come_and_go()
        (found,) = self.items("search", *alert["data"]["item"]["title"].split())
        (whole,) = self.items("show", found["item"])
        for name in (alert["data"]["item"]["id"], alert["data"]["item"]["url"], alert["id"]):
            self.assertEqual([whole], self.items("show", name))
        self.assertEqual(found | whole, whole | {"snippet": found["snippet"]})
        self.assertEqual(("Wire", "ok", 1, alert["data"]["story"]["id"]),
                         (whole["source"], whole["published_quality"], whole["revision"], whole["story"]["id"]))
        self.assertEqual(alert["data"]["times"]["published"], whole["published"])
        self.assertAlmostEqual(alert["data"]["match"]["score"], whole["matches"][0]["score"])
        text = self.verb("item", "show", found["item"])
        for words in (alert["id"], "harbour-fires: alerted", f"tocsin explain {found['item']}",
                      f"feed      wire (127.0.0.1)\n          Wire\n"):
            self.assertIn(words, text)

    def test_what_is_held_and_then_told_by_a_digest_is_no_longer_held(self):
        self.begin()
        number = json.loads(self.verb("silence", "add", "--topic", "harbour-fires", "--for", "2h", "--reason",
                                      "exercise", "--json"))["silence"]
        self.feed.add(*fire_report(1))
        self.assertTrue(eventually(lambda: [one["fate"] for one in self.items("list")]
                                   == ["silenced: harbour-fires"]))
        (held,) = self.items("list")[0]["held"]
        self.assertEqual(("silence", number, None), (held["reason"], held["silence"], held["told"]))
        self.verb("silence", "end", number)
        self.assertTrue(eventually(lambda: self.items("list")[0]["fate"]
                                   == "told by a digest: harbour-fires"))
        (told,) = self.items("list")[0]["held"]
        self.assertEqual([(told["digest"],)], self.home.rows("SELECT id FROM alert"))

    def test_what_a_foreign_item_says_cannot_act_on_the_terminal_and_what_is_not_indexed_is_told(self):
        daemon, _ = self.come_and_go()
        self.assertEqual(0, daemon.terminate())
        with sqlite3.connect(self.home.database()) as database:
            database.execute("UPDATE item SET summary = 'a' || char(27, 10, 8238) || 'b',"
                             " title = char(27) || '[31mcalm', guid = char(155), language = char(7),"
                             " authors = char(13), link = char(0x202e)")
            database.execute("UPDATE indexed SET up_to = up_to - 2")
        database.close()
        for words in (("list",), ("search", "port"), ("show", "1"), ("list", "--json"), ("show", "1", "--json")):
            out = self.verb("item", *words)
            acting = "\x1b\x07\r" if "--json" in words else "\x1b\x07\r\x9b\u202e"
            self.assertFalse(set(acting) & set(out), out)
        code, _, err = self.home.tocsin("item", "search", "volcano", "--config", self.home.config, "--state",
                                        self.home.state)
        self.assertEqual((1, "tocsin: the last 2 items that came are not in the search yet\n"), (code, err))

    def test_near_misses_are_told_to_who_watches(self):
        self.begin()
        watch = self.home.start([TOCSIN, "tail", "--near", "0.2", "--json", "--config",
                                 self.home.config, "--runtime", self.home.runtime])
        number = 0
        while not watch.out.all() and number < 20:
            number += 1
            self.feed.add(f"Sale {number}", f"The quay {number} was sold to a buyer.")
            self.wait_for_polls()
        miss = json.loads(watch.out.all()[0])
        self.assertEqual("harbour-fires", miss["topic"])
        self.assertLess(miss["score"], miss["threshold"])
        self.assertIn("below the threshold", miss["why"])
        self.assertEqual([], self.home.rows("SELECT * FROM alert"))


if __name__ == "__main__":
    unittest.main()
