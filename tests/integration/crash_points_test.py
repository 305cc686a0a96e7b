# SPDX-License-Identifier: Apache-2.0
"""The daemon stands still at each named step, and it, a plugin or both are killed there.

Afterwards every item is a committed alert, every committed alert is in the plugin's archive, each
once, the log has no hole, and nobody was told of a gap. The plugin is the archive `jsonl`, whose
handler is idempotent: what comes again is known by its id.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import zmq

from support.daemon import BUILD, ROOT, TOCSIN, Home, alerts_of, eventually, sequence_of
from support.feed_server import FeedServer
from support.words import fire_report

JSONL = BUILD / "plugins" / "jsonl" / "tocsin-jsonl"

# Steps while it runs, with what makes it come by; each belongs to one thread.
ON_ITEMS = ("record.written", "record.committed", "record.published", "wire.published",
            "acknowledge.written", "acknowledge.committed", "job.written", "job.committed",
            "index.written", "index.committed")
ON_COUNTS = ("counts.written", "counts.committed")
ON_A_MERGE = ("merge.written", "merge.committed")
ON_A_REFUSAL = ("refusal.written", "refusal.committed")
ON_A_STORY_ORDER = ("story.written", "story.committed")
ON_A_SILENCE = ("silence.written", "silence.committed")
ON_ITS_END = ("silence_end.written", "silence_end.committed")
ON_A_DIGEST = ("release.written", "release.committed")
WHILE_PRUNING = ("prune.written", "prune.committed")
ON_A_BACKUP = ("backup.copied", "backup.synced", "backup.named")
AT_A_MIGRATION = (*ON_A_BACKUP, "migration.written", "migration.committed")
VICTIMS = (("daemon",), ("plugin",), ("daemon", "plugin"))


def is_stopped(pid):
    """Standing still by SIGSTOP."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


class CrashPoints(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "json")
        self.home.feeds.write_text(self.server.opml())
        self.folder = self.home.path / "archive"
        self.folder.mkdir()
        self.written = 0
        self.told = []
        self.plugin = None

    def write(self, count):
        for _ in range(count):
            self.feed.add(*fire_report(self.written))
            self.written += 1

    def sequences(self):
        return [row[0] for row in self.home.rows("SELECT seq FROM alert ORDER BY seq")]

    def archived(self):
        path = self.folder / "alerts.jsonl"
        text = path.read_text("utf-8", "replace") if path.exists() else ""
        return [sequence_of(alert) for alert in alerts_of(text.splitlines())]

    def start_daemon(self, point=""):
        env = {**os.environ, "TOCSIN_CRASH_AT": f"{point}:stop"} if point else None
        # It may stand still before it serves.
        return self.home.start(self.home.run_command(), env=env)

    def start_plugin(self):
        self.plugin = self.home.start([JSONL, "--runtime", self.home.runtime, "--name", "archive",
                                       f"--folder={self.folder}", "--interval=100ms"])

    def end_plugin(self, how):
        code = how(self.plugin)
        self.told += self.plugin.err.all()
        return code

    def settle(self):
        """Everything written is an alert, in the archive and acknowledged."""
        alerts = "SELECT count(*) FROM alert WHERE frame LIKE 'alert/%'"
        self.assertTrue(eventually(lambda: self.home.database().exists()
                                   and self.home.rows(alerts)[0][0] == self.written))
        self.assertTrue(eventually(lambda: sorted(self.archived()) == self.sequences()),
                        f"{self.archived()}\n{self.plugin.err.text()}")
        cursor = "SELECT acknowledged FROM subscriber WHERE name = 'archive'"
        self.assertTrue(eventually(lambda: self.home.rows(cursor) == [(self.sequences()[-1],)]))

    def begin(self):
        """A first life: a feed that is known, an archive that is known, two alerts."""
        # A life before this one may have polled already.
        polls = len(self.server.requests("/feeds/wire")) + 2
        daemon = self.start_daemon()
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", polls), daemon.err.text())
        self.start_plugin()
        known = "SELECT count(*) FROM subscriber WHERE name = 'archive'"
        self.assertTrue(eventually(lambda: self.home.rows(known)[0][0] == 1))
        self.write(2)
        self.settle()
        self.assertEqual(0, daemon.terminate())

    def give_back(self):
        """A refusal of a reader of the test's own, which the ledger writes down."""
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)
        dealer = context.socket(zmq.DEALER)
        dealer.linger = 0
        dealer.connect(f"ipc://{self.home.runtime}/ctl.sock")
        dealer.rcvtimeo = 60000

        def send(verb, body):
            dealer.send_multipart([b"", b"TCS1", verb, json.dumps(body).encode()])

        send(b"HELLO", {"name": "giver"})
        # Nothing may be given back under a name that is not stored yet.
        while dealer.recv_multipart()[2] != b"WELCOME":
            pass
        send(b"NAK", {"seq": 1})

    def order(self, *words):
        """A verb that asks the daemon, which may not live to answer."""
        return self.home.start([TOCSIN, *words, "--config", self.home.config, "--state",
                                self.home.state, "--runtime", self.home.runtime])

    def merge(self):
        """Puts the newest story into the oldest one that lives."""
        alive = [row[0] for row in self.home.rows(
            "SELECT story_id FROM story WHERE merged_into = '' ORDER BY first_seen, story_id")]
        return self.order("story", "merge", alive[-1], "--into", alive[0])

    def split(self):
        """Takes the newest item out of its story, which has others."""
        story, item = self.home.rows(
            "SELECT story_id, max(item_id) FROM story_item GROUP BY story_id HAVING count(*) > 1")[0]
        return self.order("story", "split", story, item)

    def silences(self):
        """The numbers of those in force."""
        return [row[0] for row in self.home.rows(
            "SELECT silence_id FROM silence WHERE expires_at > ?", time.time() * 1000)]

    def held(self):
        return self.home.rows("SELECT count(*) FROM held WHERE released_at IS NULL")[0][0]

    def silence(self):
        return self.order("silence", "add", "--topic", "harbour-fires", "--for", "2h",
                          "--reason", "a drill")

    def end_silences(self):
        return [self.order("silence", "end", number) for number in self.silences()]

    def provoke(self, point, daemon):
        """Brings `point` about, unless the first poll or the start already did."""
        self.assertTrue(eventually(lambda: is_stopped(daemon.pid)
                                   or any(" serving" in line for line in daemon.err.all())))
        if is_stopped(daemon.pid):
            return
        if point in ON_A_REFUSAL:
            self.give_back()
        if point in ON_A_STORY_ORDER:
            self.merge()
        self.write(2)

    def fill_counts(self):
        """As many counts as are worth adding up, which come to nothing."""
        with sqlite3.connect(self.home.database()) as database:
            database.executemany("INSERT INTO count_entry VALUES (?, '', 'items.fetched', 0)",
                                 [(int(time.time() / 86400),)] * 300)
        database.close()

    def fill_index(self):
        """Segments of the search's index worth merging: words taken out and put back."""
        with sqlite3.connect(self.home.database()) as database:
            for _ in range(8):
                item = "item_id, title, summary, content FROM item WHERE item_id = 1"
                columns = "rowid, title, summary, content"
                database.execute(f"INSERT INTO item_text (item_text, {columns})"
                                 f" SELECT 'delete', {item}")
                database.execute(f"INSERT INTO item_text ({columns}) SELECT {item}")
                database.commit()
        database.close()

    def kill_at(self, point, victims):
        if point in ON_COUNTS:
            self.fill_counts()
        if point in ON_A_MERGE:
            self.fill_index()
        daemon = self.start_daemon(point)
        self.provoke(point, daemon)
        self.wait_until_stopped(point, daemon)
        if "plugin" in victims:
            self.assertEqual(-signal.SIGKILL, self.end_plugin(lambda plugin: plugin.kill()))
        if "daemon" in victims:
            self.assertEqual(-signal.SIGKILL, daemon.kill())
            daemon = self.start_daemon()
        else:
            daemon.signal(signal.SIGCONT)
        if "plugin" in victims:
            self.start_plugin()
        self.write(1)
        self.settle()
        self.assertEqual(0, daemon.terminate(), daemon.err.text())

    def finish(self, kills):
        self.assertEqual(0, self.end_plugin(lambda plugin: plugin.terminate()))
        sequences, archived = self.sequences(), self.archived()
        self.assertEqual(list(range(1, len(sequences) + 1)), sequences, "the log has holes")
        self.assertEqual(sequences, sorted(archived), "an alert twice in the archive, or never")
        lost = [line for line in self.told if "lost for good" in line]
        self.assertEqual([], lost, "a gap where there is none")
        for verb in (("audit",), ("db", "check")):
            code, out, err = self.home.tocsin(*verb, "--config", self.home.config, "--state",
                                              self.home.state)
            self.assertEqual(0, code, out + err)
        print(f"crash points: {kills} kills, {len(sequences)} alerts committed, "
              f"{len(archived)} in the archive, none lost, none twice, no gap told", flush=True)

    def through(self, victims):
        self.begin()
        points = (*ON_ITEMS, *ON_COUNTS, *ON_A_MERGE, *ON_A_REFUSAL, *ON_A_STORY_ORDER)
        for point in points:
            with self.subTest(point=point):
                self.kill_at(point, victims)
        self.finish(len(points))

    def test_the_daemon_dies_at_every_step(self):
        self.through(("daemon",))

    def test_the_plugin_dies_at_every_step(self):
        self.through(("plugin",))

    def test_both_die_at_every_step(self):
        self.through(("daemon", "plugin"))

    def test_pruning_dies_at_every_step(self):
        self.begin()
        for point in WHILE_PRUNING:
            with self.subTest(point=point):
                with sqlite3.connect(self.home.database()) as database:
                    database.execute("UPDATE alert SET committed = 0 WHERE seq = 1")
                database.close()
                prune = self.home.start(
                    [TOCSIN, "db", "prune", "--config", self.home.config, "--state",
                     self.home.state], env={**os.environ, "TOCSIN_CRASH_AT": f"{point}:stop"})
                self.assertTrue(eventually(lambda: is_stopped(prune.pid)), prune.err.text())
                self.assertEqual(-signal.SIGKILL, prune.kill())
                self.assertEqual(1 if point == "prune.written" else 2, self.sequences()[0])
                daemon = self.start_daemon()
                self.write(1)
                self.assertTrue(eventually(lambda: len(self.archived()) == self.written))
                self.assertEqual(0, daemon.terminate())
        self.assertEqual(list(range(1, self.written + 1)), sorted(self.archived()))

    def test_the_daemon_dies_at_every_step_of_a_migration(self):
        for point in AT_A_MIGRATION:
            with self.subTest(point=point):
                self.first_version()
                daemon = self.start_daemon(point)
                self.assertTrue(eventually(lambda: is_stopped(daemon.pid)), f"{point} not passed")
                self.assertEqual(-signal.SIGKILL, daemon.kill())
                self.begin()
                self.assertEqual([("from the first version",)],
                                 self.home.rows("SELECT title FROM item WHERE item_id = 1"))
                self.assertEqual(0, self.end_plugin(lambda plugin: plugin.terminate()))
                self.forget_everything()

    def serving(self, point=""):
        daemon = self.start_daemon(point)
        self.assertTrue(eventually(
            lambda: any(" serving" in line for line in daemon.err.all())), daemon.err.text())
        return daemon

    def wait_until_stopped(self, point, daemon):
        self.assertTrue(eventually(lambda: is_stopped(daemon.pid)),
                        f"{point} was not passed:\n{daemon.err.text()}")

    def die(self, point, daemon):
        """The daemon stands still there, is killed and comes back."""
        self.wait_until_stopped(point, daemon)
        self.assertEqual(-signal.SIGKILL, daemon.kill())
        return self.serving()

    def test_the_daemon_dies_at_every_step_of_a_split(self):
        self.begin()
        for point in ON_A_STORY_ORDER:
            with self.subTest(point=point):
                daemon = self.serving()
                self.assertEqual(0, self.merge().wait())
                self.assertEqual(0, daemon.terminate())
                splits = "SELECT count(*) FROM story_change WHERE kind = 'split'"
                before = self.home.rows(splits)[0][0]
                daemon = self.serving(point)
                self.split()
                daemon = self.die(point, daemon)
                split = 1 if point == "story.committed" else 0
                self.assertEqual(before + split, self.home.rows(splits)[0][0])
                self.write(2)
                self.settle()
                self.assertEqual(0, daemon.terminate(), daemon.err.text())
        self.finish(len(ON_A_STORY_ORDER))

    def hold_one(self):
        """One item that a silence holds."""
        if not self.silences():
            self.assertEqual(0, self.silence().wait())
        self.write(1)
        self.assertTrue(eventually(lambda: self.held() == 1))

    def test_the_daemon_dies_at_every_step_of_a_silence(self):
        self.begin()
        for point in ON_A_SILENCE:
            with self.subTest(point=point):
                daemon = self.serving(point)
                self.silence()
                daemon = self.die(point, daemon)
                self.assertEqual(1 if point == "silence.committed" else 0, len(self.silences()))
                self.end_a_silence()
                self.assertEqual(0, daemon.terminate(), daemon.err.text())
        for point in ON_ITS_END:
            with self.subTest(point=point):
                daemon = self.serving(point)
                self.hold_one()
                self.end_silences()
                daemon = self.die(point, daemon)
                self.assertEqual(0 if point == "silence_end.committed" else 1, len(self.silences()))
                if self.silences():
                    self.assertEqual(1, self.held())
                self.end_a_silence()
                self.assertEqual(0, daemon.terminate(), daemon.err.text())
        self.finish(len(ON_A_SILENCE) + len(ON_ITS_END))

    def end_a_silence(self):
        """One more alert, whatever is held told, and nothing in force."""
        self.assertEqual([0] * len(self.silences()), [one.wait() for one in self.end_silences()])
        self.write(1)
        self.settle()
        self.assertEqual(([], 0), (self.silences(), self.held()))

    def test_the_daemon_dies_at_every_step_of_a_digest(self):
        self.begin()
        for point in ON_A_DIGEST:
            with self.subTest(point=point):
                daemon = self.serving(point)
                self.hold_one()
                # A poll that came in between would take the digest into its own transaction.
                with self.server.holding("/feeds/wire"):
                    self.end_silences()
                    self.wait_until_stopped(point, daemon)
                daemon = self.die(point, daemon)
                self.write(1)
                self.settle()
                self.assertEqual(0, daemon.terminate(), daemon.err.text())
        self.finish(len(ON_A_DIGEST))

    def back_up(self, path, point=""):
        env = {**os.environ, "TOCSIN_CRASH_AT": f"{point}:stop"} if point else None
        return self.home.start([TOCSIN, "db", "backup", path, "--config", self.home.config,
                                "--state", self.home.state], env=env)

    def test_a_backup_that_died_is_no_backup_and_one_that_stands_restores_with_a_new_epoch(self):
        self.begin()
        epoch = self.home.rows("SELECT epoch FROM log")
        daemon = self.serving()
        for point in ON_A_BACKUP:
            with self.subTest(point=point):
                copy = self.home.path / f"{point}.db"
                backup = self.back_up(copy, point)
                self.assertTrue(eventually(lambda: is_stopped(backup.pid)), backup.err.text())
                self.assertEqual(-signal.SIGKILL, backup.kill())
                self.assertEqual(point == "backup.named", copy.exists())
                if not copy.exists():
                    self.assertEqual(0, self.back_up(copy).wait())
                self.assertEqual([copy.name], [path.name for path in self.home.path.iterdir()
                                               if path.name.startswith(point)])
        self.assertEqual(0, daemon.terminate())
        for point in ON_A_BACKUP:
            with self.subTest(restored=point):
                for path in self.home.state.glob("tocsin.db*"):
                    path.unlink()
                shutil.copy(self.home.path / f"{point}.db", self.home.database())
                daemon = self.serving()
                self.assertNotIn(self.home.rows("SELECT epoch FROM log")[0][0],
                                 {"", epoch[0][0]})
                self.assertEqual([1, 2], self.sequences())
                self.assertEqual(0, daemon.terminate())

    def forget_everything(self):
        for path in [*self.home.state.iterdir(), *self.folder.iterdir()]:
            path.unlink()
        self.feed.drop({item.title for item in self.feed.items()})
        self.written = 0

    def first_version(self):
        """A database as the first version of its schema had it, with an item."""
        source = (ROOT / "daemon" / "store" / "schema.cpp").read_text()
        schema = re.search(r'version_1 = R"sql\((.*?)\)sql"', source, re.S)[1]
        with sqlite3.connect(self.home.database()) as database:
            database.executescript(schema + """
INSERT INTO feed VALUES (1, 'courier');
INSERT INTO identity VALUES (1, 'i1', 1, 'digest', 1, 1000, 2000);
INSERT INTO item VALUES (1, 1, 'i1', 'g', 'https://news.example/1', 'https://news.example/1',
  'from the first version', 'S', 'C', 'en', '', '', 900, NULL, 0, 4102444800000, 0, 0, '', 5);
UPDATE log SET epoch = 'e1';
PRAGMA application_id = 0x746f6373;
PRAGMA user_version = 1;
""")
        database.close()

    def test_no_step_is_left_out(self):
        source = "".join(path.read_text() for path in (ROOT / "daemon").rglob("*.cpp"))
        named = set(re.findall(r'crash_point\("([^"]+)"\)', source))
        self.assertEqual({*ON_ITEMS, *ON_COUNTS, *ON_A_MERGE, *ON_A_REFUSAL, *ON_A_STORY_ORDER,
                          *ON_A_SILENCE, *ON_ITS_END, *ON_A_DIGEST, *WHILE_PRUNING,
                          *AT_A_MIGRATION}, named)


if __name__ == "__main__":
    unittest.main()
