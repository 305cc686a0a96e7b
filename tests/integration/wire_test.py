# SPDX-License-Identifier: Apache-2.0
"""The wire as any program meets it: plain ZeroMQ, without a line of ours on this side."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import zmq

from support.daemon import PATIENCE, Home, eventually
from support.feed_server import FeedServer
from support.words import fire_report

ALERTS = 12


class Wire(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)
        self.feed = self.server.add_feed("wire", "Wire", "rss")
        self.home.feeds.write_text(self.server.opml())
        self.daemon = self.home.daemon()
        self.live = self.subscribe(b"~head/", b"alert/")
        self.assertEqual(b"~head/", self.live.recv_multipart()[0])
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", 2))

    def socket(self, kind):
        socket = self.context.socket(kind)
        self.addCleanup(socket.close, 0)
        socket.rcvtimeo = PATIENCE * 1000
        return socket

    def subscribe(self, *prefixes):
        socket = self.socket(zmq.SUB)
        for prefix in prefixes:
            socket.setsockopt(zmq.SUBSCRIBE, prefix)
        socket.connect(f"ipc://{self.home.runtime}/pub.sock")
        return socket

    def dealer(self):
        socket = self.socket(zmq.DEALER)
        socket.connect(f"ipc://{self.home.runtime}/ctl.sock")
        return socket

    def ask(self, socket, verb, **body):
        self.tell(socket, verb, **body)
        return self.answer(socket)

    def tell(self, socket, verb, **body):
        socket.send_multipart([b"", b"TCS1", verb.encode(), json.dumps(body).encode()])

    def answer(self, socket):
        """(verb, object, further frames) of the next reply but PING."""
        while True:
            empty, greeting, verb, body, *rest = socket.recv_multipart()
            self.assertEqual((b"", b"TCS1"), (empty, greeting))
            if verb != b"PING":
                return verb.decode(), json.loads(body), rest

    def fetch_all(self, socket, after=0, **more):
        """Every record behind `after`, as PUB's three frames, page by page."""
        records = []
        while True:
            verb, body, frames = self.ask(socket, "FETCH", after=after, **more)
            while verb == "DATA":
                records.append(frames[:3])
                verb, body, frames = self.answer(socket)
            self.assertEqual("END", verb, body)
            after = body["scanned_to"]
            if not body["more"]:
                return records

    def publish(self, count=ALERTS):
        """Adds items and gives the live frames of their alerts."""
        for number in range(count):
            self.feed.add(*fire_report(number))
        frames = []
        while len(frames) < count:
            message = self.live.recv_multipart()
            if message[0] != b"~head/":
                frames.append(message)
        return frames

    def test_what_is_fetched_is_what_was_sent_live(self):
        live = self.publish()
        socket = self.dealer()
        self.assertEqual("WELCOME", self.ask(socket, "HELLO", filters=[])[0])
        fetched = self.fetch_all(socket, max=5)
        self.assertEqual([frames[::2] for frames in live], [frames[::2] for frames in fetched])
        for sent, again in zip(live, fetched):
            header = json.loads(again[1])
            self.assertIs(True, header.pop("replay"))
            self.assertGreaterEqual(header.pop("late_ms", 0), 0)
            self.assertEqual(json.loads(sent[1]), header)

    def test_prev_names_the_record_before_on_the_same_frame(self):
        last = 0
        for topic, header, _ in self.publish():
            self.assertEqual(b"alert/harbour-fires/3/", topic)
            header = json.loads(header)
            self.assertEqual(last, header["prev"])
            self.assertGreater(header["seq"], last)
            last = header["seq"]

    def test_header_and_payload_agree(self):
        for _, header, payload in self.publish():
            header, payload = json.loads(header), json.loads(payload)
            self.assertEqual(header["id"], payload["id"])
            self.assertEqual(header["seq"], int(payload["sequence"]))
            self.assertEqual(header["ce"], payload["type"])

    def test_a_filter_ends_at_the_closing_slash(self):
        self.publish()
        socket = self.dealer()
        self.ask(socket, "HELLO", filters=["alert/harbour-fire/"])
        self.assertEqual([], self.fetch_all(socket))

    def test_an_acknowledged_name_goes_on_where_it_was(self):
        self.publish()
        first = self.dealer()
        self.ask(first, "HELLO", name="reader", start="earliest")
        self.tell(first, "ACK", seq=7)
        self.assertEqual("BYE", self.ask(first, "BYE")[0])
        stored = "SELECT acknowledged FROM subscriber WHERE name = 'reader'"
        self.assertTrue(eventually(lambda: self.home.rows(stored) == [(7,)]))
        second = self.dealer()
        _, welcome, _ = self.ask(second, "HELLO", name="reader")
        self.assertEqual(7, welcome["acked"])

    def test_an_acknowledged_place_outlives_the_daemon(self):
        self.publish()
        first = self.dealer()
        _, before, _ = self.ask(first, "HELLO", name="reader", start="earliest")
        self.tell(first, "ACK", seq=7)
        self.ask(first, "BYE")
        self.assertEqual(0, self.daemon.terminate())
        self.home.daemon()
        _, after, _ = self.ask(self.dealer(), "HELLO", name="reader")
        self.assertEqual(7, after["acked"])
        self.assertEqual(before["epoch"], after["epoch"])

    def test_a_name_in_use_is_refused(self):
        first, second = self.dealer(), self.dealer()
        self.ask(first, "HELLO", name="reader", instance="a")
        verb, body, _ = self.ask(second, "HELLO", name="reader", instance="b")
        self.assertEqual(("ERR", "busy"), (verb, body["code"]))

    def test_garbage_on_the_control_socket_harms_nobody(self):
        socket = self.dealer()
        for frames in ([b""], [b"x" * 60000], [b"", b"TCS1", b"FETCH", b"{"], [b"\xff"] * 100,
                       [b"", b"TCS1", b"FETCH", b"[" * 60000], [b"", b"TCS1", b"NO", b"{}"]):
            socket.send_multipart(frames)
        self.assertEqual("WELCOME", self.ask(self.dealer(), "HELLO", filters=[])[0])
        self.assertEqual(3, len(self.publish(3)))

    def test_a_subscriber_that_never_reads_slows_nobody(self):
        self.subscribe(b"")
        self.assertEqual(ALERTS, len(self.publish()))


if __name__ == "__main__":
    unittest.main()
