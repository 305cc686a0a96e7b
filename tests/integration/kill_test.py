# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the daemon and of a subscriber, at random moments, while items keep coming.

Afterwards every item must have become a committed alert, and every committed alert must have
reached the subscriber's output at least once. Twice is allowed only for what the daemon had not
yet stored as acknowledged when the subscriber died.

TOCSIN_KILL_ROUNDS and TOCSIN_KILL_SEED change the 50 rounds and the seed.
"""

import os
import pathlib
import random
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Home, alerts_of, eventually, sequence_of
from support.feed_server import FeedServer
from support.words import fire_report

ROUNDS = int(os.environ.get("TOCSIN_KILL_ROUNDS", "50"))
SEED = int(os.environ.get("TOCSIN_KILL_SEED", str(random.SystemRandom().randrange(10**6))))
NAME = "archive"
LONGEST_LIFE = 2.0
ITEM_PAUSE = 0.1
# Each poll examines the whole document; one that takes longer than a life would never get through.
MOST_WAITING = 20


class Subscriber:
    """One durable subscriber through all its lives, each with an output file of its own."""

    def __init__(self, home):
        self._home = home
        self._process = None
        self.lives = []
        self.stored_at_start = []

    def start(self):
        path = self._home.path / f"out-{len(self.lives):03}.jsonl"
        self.stored_at_start.append(self._stored())
        self.lives.append(path)
        with path.open("wb") as output:
            self._process = self._home.console(NAME, stdout=output)

    def kill(self):
        self._process.kill()

    def stop(self):
        return self._process.terminate()

    def _stored(self):
        """The cursor as the daemon has it, at a moment when the subscriber is dead."""
        if not self._home.database().exists():
            return 0
        rows = self._home.rows("SELECT acknowledged FROM subscriber WHERE name = ?", NAME)
        return rows[0][0] if rows else 0

    def sequences(self):
        """What each life wrote, in the order written."""
        return [[sequence_of(a) for a in alerts_of(path.read_text("utf-8", "replace").splitlines())]
                for path in self.lives]


class Newsroom(threading.Thread):
    """Adds an item every few hundredths of a second until told to stop."""

    def __init__(self, feed):
        super().__init__(daemon=True)
        self._feed = feed
        self._told_to_stop = threading.Event()
        self.titles = []

    def run(self):
        while not self._told_to_stop.wait(ITEM_PAUSE):
            if len(self._feed.items()) >= MOST_WAITING:
                continue
            title, text = fire_report(len(self.titles), SEED)
            self.titles.append(title)
            self._feed.add(title, text)

    def stop(self):
        self._told_to_stop.set()
        self.join()


class Killed(unittest.TestCase):
    def test_every_committed_alert_reaches_the_subscriber(self):
        print(f"kill test: {ROUNDS} rounds, TOCSIN_KILL_SEED={SEED}", flush=True)
        home = Home()
        self.addCleanup(home.close)
        server = FeedServer()
        self.addCleanup(server.close)
        feed = server.add_feed("wire", "Wire", "json")
        home.feeds.write_text(server.opml())
        began = time.monotonic()

        daemon = home.daemon()
        self.assertTrue(server.wait_for_polls("/feeds/wire", 2))
        subscriber = Subscriber(home)
        subscriber.start()
        # Its name is written down: from here on everything is owed to it.
        known = "SELECT count(*) FROM subscriber WHERE name = ?"
        self.assertTrue(eventually(lambda: home.rows(known, NAME)[0][0] == 1))
        newsroom = Newsroom(feed)
        newsroom.start()
        daemon, kills = self.kill_at_random(home, daemon, subscriber, feed)
        newsroom.stop()

        everything = self.wait_for_items(home, newsroom.titles)
        arrived = eventually(lambda: everything <= set(sum(subscriber.sequences(), [])))
        lives = subscriber.sequences()
        missing = everything - set(sum(lives, []))
        self.assertTrue(arrived, f"committed, but never delivered: {sorted(missing)}")
        self.assertEqual(0, subscriber.stop())
        self.assertEqual(0, daemon.terminate())
        self.check_repetitions(subscriber, lives)
        self.check_log(home, newsroom.titles)
        code, out, err = home.tocsin("audit", "--config", home.config, "--state", home.state)
        self.assertEqual(0, code, out + err)
        delivered, committed = sum(len(life) for life in lives), len(everything)
        print(f"kill test: {kills['daemon']} daemons and {kills['subscriber']} subscribers killed, "
              f"{len(newsroom.titles)} items, {committed} alerts committed, {delivered} delivered, "
              f"{delivered - committed} of them twice (all unacknowledged), none lost, "
              f"{time.monotonic() - began:.0f} s")

    def kill_at_random(self, home, daemon, subscriber, feed):
        rng = random.Random(SEED)
        kills = {"daemon": 0, "subscriber": 0}
        for _ in range(ROUNDS):
            victims = rng.choice((["daemon"], ["subscriber"], ["daemon", "subscriber"],
                                  ["subscriber", "daemon"]))
            time.sleep(rng.uniform(0, LONGEST_LIFE))  # the random moment is what is tested
            for victim in victims:
                kills[victim] += 1
                if victim == "daemon":
                    self.assertEqual(-signal.SIGKILL, daemon.kill(), daemon.err.text())
                else:
                    subscriber.kill()
            # As in life, a feed lets old items go; these few are known to be stored.
            feed.drop({row[0] for row in home.rows("SELECT title FROM item")})
            if "subscriber" in victims:
                subscriber.start()
            if "daemon" in victims:
                daemon = home.daemon()
        return daemon, kills

    def wait_for_items(self, home, titles):
        """Every item served became an alert; gives their places in the log."""
        alerts = "SELECT seq FROM alert WHERE frame LIKE 'alert/%'"
        eventually(lambda: len(home.rows(alerts)) >= len(titles))
        sequences = {row[0] for row in home.rows(alerts)}
        self.assertEqual(len(titles), len(sequences), "items and alerts differ")
        return sequences

    def check_repetitions(self, subscriber, lives):
        for number, life in enumerate(lives):
            self.assertEqual(sorted(set(life)), life, f"life {number} repeats or disorders alerts")
            acknowledged = subscriber.stored_at_start[number]
            early = [seq for seq in life if seq <= acknowledged]
            self.assertEqual([], early, f"life {number} got what was acknowledged before it began")

    def check_log(self, home, titles):
        sequences = [row[0] for row in home.rows("SELECT seq FROM alert ORDER BY seq")]
        self.assertEqual(list(range(1, len(sequences) + 1)), sequences, "the log has holes")
        stored = [row[0] for row in home.rows("SELECT title FROM item")]
        self.assertEqual(sorted(titles), sorted(stored), "items stored twice or never")


if __name__ == "__main__":
    unittest.main()
