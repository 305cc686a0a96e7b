# SPDX-License-Identifier: Apache-2.0
"""A client in plain pyzmq, written from docs/reference/wire.md and nothing else.

What it needed beyond that page is a fault of the page.
"""

import json
import os
import pathlib
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import zmq

from support.daemon import CONSOLE, PATIENCE, SETTINGS, Home, eventually
from support.feed_server import FeedServer
from support.words import fire_report

STALE_HEARTBEATS = 3
ANSWER_LIMIT = 5.0
MOST_PAGES = 200


class Refused(Exception):
    """ERR."""

    def __init__(self, body):
        super().__init__(f"{body['code']}: {body['message']}")
        self.code = body["code"]


class NoAnswer(Exception):
    """Five seconds without an answer: the connection is lost."""


class Client:
    """One reader: two sockets, the gap rule, and what it was told."""

    def __init__(self, pub, ctl, name="", filters=("alert/",), keys=None, lose=lambda seq: False):
        self.pub, self.ctl, self.name, self.filters = pub, ctl, name, list(filters)
        self.keys = keys
        self.lose = lose          # live frames that never arrive
        self.context = zmq.Context()
        self.sub = self.dealer = None
        self.request = 0
        self.cursor, self.epoch = None, None
        self.last, self.taken = {}, set()
        self.records, self.gaps = [], []
        self.settled = {}
        self.head = None
        self.has_pub = True

    # --- sockets

    def connect(self, **hello):
        self.close()
        self.sub = self.context.socket(zmq.SUB)
        self.dealer = self.context.socket(zmq.DEALER)
        for socket in (self.sub, self.dealer):
            socket.linger = 0
            socket.sndtimeo = int(ANSWER_LIMIT * 1000)
            if self.keys:
                server, public, secret = self.keys
                socket.curve_serverkey = server.encode()
                socket.curve_publickey = public.encode()
                socket.curve_secretkey = secret.encode()
        for prefix in [*self.filters, "~head/"]:
            self.sub.setsockopt(zmq.SUBSCRIBE, prefix.encode())
        self.sub.connect(self.pub)
        self.dealer.connect(self.ctl)
        if self.cursor is not None:
            hello = {"start": {"seq": self.cursor}, "epoch": self.epoch, **hello}
        _, welcome = self.ask("HELLO", name=self.name, filters=self.filters, **hello)
        if self.cursor is None or welcome["reset"]:
            self.cursor = welcome["cursor"]
            self.last, self.taken = {}, set()
        self.epoch, self.has_pub = welcome["epoch"], welcome["pub"]
        self.head = welcome["head"]
        return welcome

    def close(self):
        for socket in (self.sub, self.dealer):
            if socket is not None:
                socket.close(0)
        self.sub = self.dealer = None

    def destroy(self):
        self.close()
        self.context.destroy(0)

    # --- requests

    def send(self, verb, **body):
        self.dealer.send_multipart([b"", b"TCS1", verb.encode(), json.dumps(body).encode()])

    def ask(self, verb, **body):
        """The DATA messages and the last reply's object."""
        self.request += 1
        try:
            self.send(verb, req=self.request, **body)
        except zmq.Again:
            raise NoAnswer from None  # a socket whose handshake was refused takes nothing
        data = []
        ends = time.monotonic() + ANSWER_LIMIT
        while True:
            reply, answer, frames = self.receive(ends)
            if answer.get("req") != self.request:
                continue
            if reply == "ERR":
                raise Refused(answer)
            if reply == "DATA":
                data.append(frames)
                continue
            return data, {**answer, "verb": reply}

    def receive(self, ends):
        """The next reply; what comes unasked is noted on the way."""
        while True:
            left = int((ends - time.monotonic()) * 1000)
            if left <= 0 or not self.dealer.poll(left):
                raise NoAnswer
            empty, greeting, verb, body, *frames = self.dealer.recv_multipart()
            assert (empty, greeting) == (b"", b"TCS1")
            verb, body = verb.decode(), json.loads(body)
            if verb == "PING":
                continue
            if verb == "HEAD":
                self.head = body["seq"]
                continue
            if verb == "SETTLED" and "req" not in body:
                self.settled[body["seq"]] = body
                continue
            if verb == "ERR" and "req" not in body:
                raise Refused(body)
            return verb, body, frames

    # --- the gap rule

    def take(self, frames):
        header = json.loads(frames[1])
        topic, seq = frames[0].decode(), header["seq"]
        self.taken.add(seq)
        self.last[topic] = max(seq, self.last.get(topic, 0))
        self.records.append((topic, header, json.loads(frames[2])))

    def move_to(self, cursor):
        if cursor <= self.cursor:
            return
        self.cursor = cursor
        self.taken = {seq for seq in self.taken if seq > cursor}
        self.last = {topic: seq for topic, seq in self.last.items() if seq > cursor}

    def live(self, frames):
        header = json.loads(frames[1])
        topic, seq, prev = frames[0].decode(), header["seq"], header["prev"]
        if self.lose(seq) or seq <= self.cursor or seq in self.taken:
            return
        if prev > max(self.cursor, self.last.get(topic, 0)):
            self.fetch()
            if seq <= self.cursor or seq in self.taken:
                return
        self.take(frames)

    def fetch(self):
        for _ in range(MOST_PAGES):
            data, end = self.ask("FETCH", after=self.cursor, max=7)
            if end["verb"] == "GAP":
                self.gaps.append(end)
                self.move_to(end["floor"] - 1)
                continue
            if len(data) != end["count"]:
                continue
            for frames in data:
                seq = json.loads(frames[1])["seq"]
                if seq > self.cursor and seq not in self.taken:
                    self.take(frames[:3])
            self.move_to(end["scanned_to"])
            if not end["more"]:
                return
        raise AssertionError(f"{MOST_PAGES} pages, and still more")

    def check(self, head):
        if head <= self.cursor:
            return
        known = sum(1 for seq in self.taken if seq <= head)
        _, checked = self.ask("CHECK", after=self.cursor, upto=head, count=known)
        if checked["equal"]:
            self.move_to(head)
        else:
            self.fetch()

    def turn(self, timeout=1.0):
        """Handles what comes next on either socket."""
        if not self.has_pub:
            if self.dealer.poll(int(timeout * 1000)):
                try:
                    self.receive(time.monotonic() + 0.01)
                except NoAnswer:
                    pass
            return self.check(self.head)
        if not self.sub.poll(int(timeout * 1000)):
            return None
        frames = self.sub.recv_multipart()
        if frames[0] == b"~head/":
            self.head = json.loads(frames[1])["seq"]
            return self.check(self.head)
        return self.live(frames)

    def run_until(self, condition, patience=PATIENCE):
        ends = time.monotonic() + patience
        while not condition():
            if time.monotonic() > ends:
                return False
            self.turn()
        return True

    # --- the end of a record

    def acknowledge(self):
        self.send("ACK", seq=self.cursor)

    def settle(self, verb, seq, **more):
        _, answer = self.ask(verb, seq=seq, **more)
        assert answer["verb"] == "SETTLED" and answer["seq"] == seq, answer
        return answer

    def due(self, **more):
        data, end = self.ask("DUE", **more)
        assert len(data) == end["count"]
        return [(json.loads(header), json.loads(payload)) for _, header, payload in data], end

    def bye(self):
        self.ask("BYE")
        self.close()

    def sequences(self):
        return [header["seq"] for _, header, _ in self.records]


class ThirdClient(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "rss")
        self.home.feeds.write_text(self.server.opml())
        self.written = 0

    def start(self):
        daemon, ready = self.home.start_daemon()
        self.assertIsNotNone(ready, daemon.err.text())
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", 2))
        return daemon

    def client(self, name="", **more):
        runtime = f"ipc://{self.home.runtime}"
        client = Client(f"{runtime}/pub.sock", f"{runtime}/ctl.sock", name, **more)
        self.addCleanup(client.destroy)
        return client

    def write(self, count):
        """Adds items, and waits until their alerts are committed."""
        for _ in range(count):
            self.feed.add(*fire_report(self.written))
            self.written += 1
        alerts = "SELECT count(*) FROM alert WHERE frame LIKE 'alert/%'"
        self.assertTrue(eventually(lambda: self.home.rows(alerts)[0][0] == self.written))

    def change(self, sql, *values):
        """Writes into the database of a daemon that is stopped."""
        with sqlite3.connect(self.home.database()) as database:
            database.execute(sql, values)
        database.close()

    def dead_letters(self):
        code, out, err = self.home.tocsin("dead-letter", "list", "--json", *self.places())
        self.assertEqual(0, code, err)
        return [json.loads(line) for line in out.splitlines()]

    def places(self):
        return ("--config", self.home.config, "--state", self.home.state,
                "--runtime", self.home.runtime)

    def test_misses_nothing_though_live_frames_get_lost(self):
        self.start()
        client = self.client("archive", lose=lambda seq: seq % 3 == 0)
        client.connect(start="earliest")
        self.write(20)
        self.assertTrue(client.run_until(lambda: client.cursor >= 20))
        self.assertEqual(list(range(1, 21)), sorted(client.sequences()))

    def test_goes_on_where_it_acknowledged(self):
        daemon = self.start()
        first = self.client("archive")
        first.connect(start="earliest")
        self.write(5)
        self.assertTrue(first.run_until(lambda: first.cursor >= 5))
        first.acknowledge()
        first.bye()
        self.write(3)
        self.assertEqual(0, daemon.terminate())
        self.start()
        second = self.client("archive")
        self.assertEqual(5, second.connect()["acked"])
        self.assertTrue(second.run_until(lambda: second.cursor >= 8))
        self.assertEqual([6, 7, 8], sorted(second.sequences()))

    def test_bye_frees_the_name_at_once(self):
        self.start()
        first, second = self.client("archive"), self.client("archive")
        first.connect(instance="one")
        with self.assertRaises(Refused) as refused:
            second.connect(instance="two")
        self.assertEqual("busy", refused.exception.code)
        first.bye()
        second.connect(instance="two")

    def test_the_reader_that_was_taken_over_is_told(self):
        self.start()
        first, second = self.client("archive"), self.client("archive")
        first.connect(instance="one")
        second.connect(instance="two", takeover=True)
        with self.assertRaises(Refused) as refused:
            first.receive(time.monotonic() + PATIENCE)
        self.assertEqual("taken-over", refused.exception.code)

    def test_a_gap_names_exactly_what_retention_removed(self):
        daemon = self.start()
        client = self.client("archive")
        client.connect(start="earliest")
        self.write(2)
        self.assertTrue(client.run_until(lambda: client.cursor >= 2))
        client.acknowledge()
        client.bye()
        self.write(8)
        self.assertEqual(0, daemon.terminate())
        self.change("UPDATE alert SET committed = 0 WHERE seq <= 6")
        code, _, err = self.home.tocsin("db", "prune", *self.places())
        self.assertEqual(0, code, err)
        self.start()
        kept = "SELECT min(seq) FROM alert"
        self.assertTrue(eventually(lambda: self.home.rows(kept) == [(7,)]))
        again = self.client("archive")
        welcome = again.connect()
        self.assertEqual((2, 7), (welcome["cursor"], welcome["floor"]))
        self.assertTrue(again.run_until(lambda: again.cursor >= 10))
        self.assertEqual([(2, 7, 10, "retention")],
                         [(g["after"], g["floor"], g["head"], g["reason"]) for g in again.gaps])
        self.assertEqual([7, 8, 9, 10], sorted(again.sequences()))

    def test_what_is_given_back_comes_again_through_restarts_of_both(self):
        daemon = self.start()
        client = self.client("mail")
        client.connect(start="earliest")
        self.write(3)
        self.assertTrue(client.run_until(lambda: client.cursor >= 3))
        parked = client.settle("NAK", 2, reason="451 later")
        self.assertEqual(("parked", 1), (parked["state"], parked["attempts"]))
        self.assertEqual(5000, parked["retry_ms"])
        client.acknowledge()
        records, end = client.due()
        self.assertEqual([], records)
        self.assertLessEqual(end["next_ms"], 5000)
        client.bye()
        self.assertEqual(0, daemon.terminate())
        self.change("UPDATE parked SET retry_at = 0")
        self.start()

        again = self.client("mail")
        self.assertEqual(3, again.connect()["acked"])
        records, end = again.due(max=5)
        self.assertEqual([(2, 2)], [(header["seq"], header["attempt"]) for header, _ in records])
        self.assertEqual(client.records[1][2], records[0][1], "another payload than before")
        self.assertEqual("done", again.settle("DONE", 2)["state"])
        self.assertNotIn("next_ms", again.due()[1])

    def test_a_repeated_nak_counts_once(self):
        self.start()
        client = self.client("mail")
        client.connect(start="earliest")
        self.write(1)
        self.assertTrue(client.run_until(lambda: client.cursor >= 1))
        for _ in range(9):
            self.assertEqual(1, client.settle("NAK", 1, reason="again")["attempts"])
        self.assertEqual([], self.dead_letters())

    def test_term_makes_a_dead_letter_that_operators_hear_of_and_send_again(self):
        self.start()
        client = self.client("mail", filters=["alert/", "ops/"])
        client.connect(start="earliest")
        self.write(2)
        self.assertTrue(client.run_until(lambda: client.cursor >= 2))
        self.assertEqual("dead", client.settle("TERM", 1, reason="550 no such user")["state"])
        self.assertTrue(client.run_until(lambda: client.cursor >= 3))
        topic, _, alert = client.records[-1]
        self.assertEqual("ops/subscriber.dead-letter/4/", topic)
        self.assertEqual({"kind": "subscriber.dead-letter", "subject": "mail", "summary":
                          "Subscriber mail has 1 dead letter; it gave up record 1 after 1 delivery: 550 no such user"},
                         alert["data"]["operations"])
        letter, = self.dead_letters()
        self.assertEqual(("mail", 1, "550 no such user"),
                         (letter["subscriber"], letter["seq"], letter["reason"]))
        code, _, err = self.home.tocsin("dead-letter", "requeue", "mail", 1, *self.places())
        self.assertEqual(0, code, err)
        self.assertEqual([], self.dead_letters())
        records, _ = client.due()
        self.assertEqual([1], [header["seq"] for header, _ in records])
        self.assertTrue(client.run_until(lambda: client.cursor >= 4))
        self.assertEqual("ops/subscriber.dead-letter/7/", client.records[-1][0])

        # The first one is told within the hour, too, and a second one is not.
        self.assertEqual("dead", client.settle("TERM", 1, reason="550 still")["state"])
        self.assertEqual("dead", client.settle("TERM", 2, reason="550 either")["state"])
        self.assertTrue(client.run_until(lambda: client.cursor >= 5))
        self.assertEqual("ops/subscriber.dead-letter/4/", client.records[-1][0])
        for seq, head in ((1, 5), (2, 6)):
            self.assertEqual(0, self.home.tocsin("dead-letter", "drop", "mail", seq, *self.places())[0])
            self.assertEqual([(head,)], self.home.rows("SELECT head FROM log"))

    def test_after_the_last_delivery_it_is_a_dead_letter(self):
        text = self.home.config.read_text()
        table = "" if "[bus]" in text else "\n[bus]\n"
        self.home.config.write_text(text + table + "max_deliver = 1\n")
        self.start()
        client = self.client("mail")
        client.connect(start="earliest")
        self.write(1)
        self.assertTrue(client.run_until(lambda: client.cursor >= 1))
        self.assertEqual("dead", client.settle("NAK", 1, reason="down")["state"])
        self.assertEqual(1, len(self.dead_letters()))


class Keys(ThirdClient):
    """The same client over tcp, with keys made and revoked on the command line."""

    def setUp(self):
        super().setUp()
        self.server_key = self.make_key("server")
        self.home.config.write_text(
            SETTINGS + f"""
[bus]
pub = ["ipc://{self.home.runtime}/pub.sock", "tcp://127.0.0.1:0"]
ctl = ["ipc://{self.home.runtime}/ctl.sock", "tcp://127.0.0.1:0"]
key = "{self.home.path}/server.key"
""")

    def make_key(self, name):
        """(public, secret) of a new key file."""
        path = self.home.path / f"{name}.key"
        code, _, err = self.home.tocsin("keys", "new", name, "--out", path)
        self.assertEqual(0, code, err)
        self.assertEqual(0o600, path.stat().st_mode & 0o777)
        lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        values = dict(line.split(" = ") for line in lines)
        return values["public"].strip('"'), values["secret"].strip('"')

    def allow(self, name, key, *topics):
        options = [word for topic in topics for word in ("--topic", topic)]
        code, _, err = self.home.tocsin("keys", "allow", name, key, *options, *self.places())
        self.assertEqual(0, code, err)

    def start(self):
        daemon, ready = self.home.start_daemon()
        self.assertIsNotNone(ready, daemon.err.text())
        self.endpoints = [next(one for one in ready["endpoints"][kind] if one.startswith("tcp://"))
                          for kind in ("pub", "ctl")]
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", 2))
        return daemon

    def client(self, name="", **more):
        public, secret = more.pop("key", None) or self.make_key(f"{name}-{os.urandom(4).hex()}")
        if more.pop("allowed", True):
            options = more.pop("topics", ["*"])
            code, _, err = self.home.tocsin(
                "keys", "allow", name, public, "--replace", *self.places(),
                *[word for topic in options for word in ("--topic", topic)])
            self.assertEqual(0, code, err)
        client = Client(*self.endpoints, name, keys=(self.server_key[0], public, secret), **more)
        self.addCleanup(client.destroy)
        return client

    def test_bye_frees_the_name_at_once(self):
        self.skipTest("one key each: two readers of one name are the local socket's matter")

    def test_the_reader_that_was_taken_over_is_told(self):
        self.skipTest("one key each: two readers of one name are the local socket's matter")

    def test_a_key_that_is_not_on_the_list_hears_nothing(self):
        self.start()
        with self.assertRaises(NoAnswer):
            self.client("stranger", allowed=False).connect()

    def test_a_limited_key_gets_its_topics_and_learns_of_them_on_ctl(self):
        self.start()
        client = self.client("partner", filters=["alert/harbour-fires/"],
                             topics=["alert/harbour-fires/"])
        welcome = client.connect(start="earliest")
        self.assertFalse(welcome["pub"])
        self.write(4)
        self.assertTrue(client.run_until(lambda: client.cursor >= 4))
        self.assertEqual([1, 2, 3, 4], client.sequences())
        with self.assertRaises(Refused) as refused:
            client.ask("FETCH", after=0, filters=["ops/"])
        self.assertEqual("forbidden", refused.exception.code)

    def test_a_revoked_reader_is_cut_off_while_it_is_connected(self):
        self.start()
        client = self.client("partner")
        client.connect()
        code, out, err = self.home.tocsin("keys", "revoke", "partner", *self.places())
        self.assertEqual((0, "revoked partner\n"), (code, out), err)
        with self.assertRaises((NoAnswer, Refused)):
            client.ask("FETCH", after=0)
        with self.assertRaises(NoAnswer):
            client.connect()
        self.assertTrue(eventually(lambda: self.home.status()["wire"]["denied"] >= 1))

    def keys(self, *words):
        return self.home.tocsin("keys", *words, *self.places())

    def test_a_key_is_one_readers(self):
        self.start()
        public, _ = self.make_key("partner")
        self.allow("partner", public, "alert/harbour-fires/")
        for more in ((), ("--replace",)):
            code, _, err = self.keys("allow", "another", public, "--topic", "*", *more)
            self.assertEqual((65, "tocsin: the key is that of reader 'partner'\n"), (code, err))
        self.assertEqual(["partner.toml"], [path.name for path in (self.home.path / "readers.d").iterdir()])

    def test_a_reader_is_cut_off_though_another_file_is_wrong(self):
        self.start()
        public, _ = self.make_key("partner")
        self.allow("partner", public, "*")
        (self.home.path / "readers.d" / "broken.toml").write_text("format = 1\n")
        code, out, err = self.keys("revoke", "partner")
        self.assertEqual((0, "revoked partner\n"), (code, out))
        self.assertRegex(err, r"broken\.toml.*'key' is missing")

    def test_nobody_is_let_in_by_a_key_that_two_files_have(self):
        public, _ = self.make_key("partner")
        self.allow("partner", public, "alert/harbour-fires/")
        self.start()
        folder = self.home.path / "readers.d"
        (folder / "aaa.toml").write_text((folder / "partner.toml").read_text().replace("alert/harbour-fires/", "*"))
        other, _ = self.make_key("other")
        code, out, err = self.keys("allow", "other", other, "--topic", "*")
        self.assertEqual((0, "allowed other\n"), (code, out))
        self.assertRegex(err, r"partner\.toml.*reader 'aaa' has the same key; neither is let in")
        self.assertEqual(["other"], [json.loads(line)["name"] for line in self.keys("list", "--json")[1].splitlines()])

    def test_a_key_file_that_others_may_read_is_refused(self):
        (self.home.path / "server.key").chmod(0o644)
        daemon, ready = self.home.start_daemon()
        self.assertIsNone(ready)
        self.assertEqual(78, daemon.wait())
        self.assertIn("chmod 0600", daemon.err.text())

    def test_the_console_reads_with_a_key(self):
        self.start()
        public, _ = self.make_key("screen")
        self.allow("screen", public, "*")
        console = self.home.start(
            [CONSOLE, "--connect", ",".join(self.endpoints), "--name", "screen",
             "--from", "earliest", "--json", "--exit-after", "2",
             "--server-key", self.server_key[0], "--key", self.home.path / "screen.key"])
        self.write(2)
        self.assertEqual(0, console.wait())
        self.assertEqual(2, len(console.out.all()))

    def test_status_is_asked_from_afar_where_the_key_may(self):
        self.start()
        public, _ = self.make_key("desk")
        code, _, err = self.home.tocsin("keys", "allow", "desk", public, "--topic", "*",
                                        "--verb", "status", *self.places())
        self.assertEqual(0, code, err)
        afar = self.home.path / "afar.toml"
        afar.write_text(f'format = 1\n[bus]\npub = ["{self.endpoints[0]}"]\n'
                        f'ctl = ["{self.endpoints[1]}"]\n')
        code, out, err = self.home.tocsin("status", "--json", "--config", afar,
                                          "--server-key", self.server_key[0],
                                          "--key", self.home.path / "desk.key")
        self.assertEqual(0, code, err)
        self.assertIn("wire", json.loads(out))


if __name__ == "__main__":
    unittest.main()
