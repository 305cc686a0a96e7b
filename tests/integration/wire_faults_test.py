# SPDX-License-Identifier: Apache-2.0
"""What goes wrong on sockets: crowds, rubbish, readers that stop, flows that go silent."""

import datetime
import json
import os
import pathlib
import resource
import select
import signal
import socket
import statistics
import struct
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import zmq

from support.daemon import (CONSOLE, PATIENCE, SETTINGS, alerts_of, eventually, sequence_of)
from support.one_feed import OneFeed
from support.words import fire_report

CONNECTIONS = 10_000
MANY = 150
BUS = """
[bus]
heartbeat = "200ms"
high_water_mark = 20
"""


class Relay(threading.Thread):
    """Passes TCP on to a port; what flows at one moment can be made to stand still, without a sign
    to either side, while new connections pass."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._pairs = {}
        self._frozen = set()
        self._lock = threading.Lock()
        self._ended = False
        self.start()

    def freeze(self):
        with self._lock:
            self._frozen |= set(self._pairs)
        return len(self._frozen)

    def close(self):
        self._ended = True
        self.join()
        for one in [self._listener, *self._pairs]:
            one.close()

    def _accept(self):
        incoming, _ = self._listener.accept()
        outgoing = socket.create_connection(("127.0.0.1", self._target))
        with self._lock:
            self._pairs[incoming], self._pairs[outgoing] = outgoing, incoming

    def _pass_on(self, one):
        other = self._pairs[one]
        try:
            data = one.recv(65536)
            if data:
                other.sendall(data)
                return
        except OSError:
            pass
        with self._lock:
            for end in (one, other):
                self._pairs.pop(end, None)
                self._frozen.discard(end)
                end.close()

    def run(self):
        while not self._ended:
            with self._lock:
                flowing = [one for one in self._pairs if one not in self._frozen]
            ready, _, _ = select.select([self._listener, *flowing], [], [], 0.05)
            for one in ready:
                if one is self._listener:
                    self._accept()
                elif one in self._pairs and one not in self._frozen:
                    self._pass_on(one)


class WireFaults(OneFeed):
    def setUp(self):
        super().setUp()
        self.written = 0

    def start(self, more=BUS):
        self.home.config.write_text(SETTINGS + more)
        self.daemon, self.ready = self.home.start_daemon()
        self.assertIsNotNone(self.ready, self.daemon.err.text())
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", 2))

    def write(self, count):
        """Adds items, and waits until their alerts are committed."""
        for _ in range(count):
            self.feed.add(*fire_report(self.written))
            self.written += 1
        alerts = "SELECT count(*) FROM alert WHERE frame LIKE 'alert/%'"
        self.assertTrue(eventually(lambda: self.home.rows(alerts)[0][0] == self.written, 60))

    def ctl(self):
        return str(self.home.runtime / "ctl.sock")

    def serves(self):
        """A reader that behaves is answered."""
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)
        dealer = context.socket(zmq.DEALER)
        dealer.rcvtimeo = PATIENCE * 1000
        dealer.connect(f"ipc://{self.ctl()}")
        dealer.send_multipart([b"", b"TCS1", b"HELLO", b'{"req":1}'])
        reply = dealer.recv_multipart()
        dealer.close(0)
        return reply[2] == b"WELCOME"

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.daemon.pid}/fd"))

    def has_known(self, *names):
        sql = "SELECT count(*) FROM subscriber WHERE name = ?"
        return all(self.home.rows(sql, name)[0][0] == 1 for name in names)

    def sequences(self, console):
        return [sequence_of(one) for one in alerts_of(console.out.all())]

    def connection(self):
        """One on ctl that says nothing; waits while the listener's queue is full."""
        one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", PATIENCE, 0))
        one.connect(self.ctl())
        return one

    def test_ten_thousand_connections_starve_nobody(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.start()
        before = self.descriptors()
        crowd, most = [], before
        self.addCleanup(lambda: [one.close() for one in crowd])
        # A process may have fewer descriptors than that: those that were cut off make room.
        room = hard - 500
        for count in range(1, CONNECTIONS + 1):
            crowd.append(self.connection())
            if len(crowd) == room:
                crowd.pop(0).close()
            if count % 1000 == 0:
                most = max(most, self.descriptors())
                self.assertTrue(self.serves())
        print(f"{CONNECTIONS} connections, up to {most - before} at once", flush=True)
        self.write(3)
        # They are cut off that say nothing for five seconds.
        self.assertTrue(eventually(lambda: self.descriptors() <= before + 50))
        self.assertTrue(self.serves())

    def say(self, bytes_):
        for path in ("ctl.sock", "pub.sock"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
                one.connect(str(self.home.runtime / path))
                try:
                    one.sendall(bytes_)
                except OSError:
                    pass  # it was cut off already

    def test_rubbish_below_zeromq_harms_nobody(self):
        self.start()
        self.say(b"GET / HTTP/1.1\r\n\r\n")
        self.assertTrue(eventually(lambda: self.wire()["garbled"] > 0))
        greeting = b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f"
        for bytes_ in (b"\x00" * 65536, greeting, greeting + b"\x09NULL" + b"\x00" * 60, os.urandom(4096),
                       greeting + b"\x03\x00NULL" + b"\x00" * 16 + b"\x00" + b"\x00" * 31
                       + b"\x02" + b"\x7f" * 8):
            self.say(bytes_)
        self.assertTrue(self.serves())
        self.write(1)
        self.assertTrue(eventually(lambda: self.wire()["unfinished"] > 0))

    def test_a_frame_over_the_limit_cuts_its_sender_off_and_nobody_else(self):
        self.start()
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)
        dealer = context.socket(zmq.DEALER)
        dealer.connect(f"ipc://{self.ctl()}")
        dealer.linger = 0
        dealer.send_multipart([b"", b"TCS1", b"HELLO", b" " * 70000 + b"{}"])
        self.assertTrue(self.serves())
        self.assertTrue(self.serves())

    def listen(self):
        """(arrival − commit of each new live alert in milliseconds, a function that ends it)."""
        context, ended, delays, known = zmq.Context(), threading.Event(), [], self.written
        sub = context.socket(zmq.SUB)
        for prefix in (b"alert/", b"~head/"):
            sub.subscribe(prefix)
        sub.connect(f"ipc://{self.home.runtime}/pub.sock")

        def run():
            while not ended.is_set():
                if not sub.poll(100):
                    continue
                frames = sub.recv_multipart()
                if frames[0] != b"~head/" and json.loads(frames[1])["seq"] > known:
                    committed = json.loads(frames[2])["data"]["times"]["committed"]
                    then = datetime.datetime.fromisoformat(committed.replace("Z", "+00:00"))
                    delays.append((time.time() - then.timestamp()) * 1000)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()

        def end():
            ended.set()
            thread.join()
            context.destroy(0)

        return delays, end

    def latency(self):
        """The median of a few alerts, each alone."""
        delays, end = self.listen()
        for _ in range(7):
            self.write(1)
        self.assertTrue(eventually(lambda: len(delays) >= 5))
        end()
        return statistics.median(delays)

    def test_a_reader_that_stands_still_misses_nothing_and_holds_up_nobody(self):
        self.start()
        slow, fast = (self.home.console(name) for name in ("slow", "fast"))
        self.assertTrue(eventually(lambda: self.has_known("slow", "fast")))
        before = self.latency()
        slow.signal(signal.SIGSTOP)
        self.write(MANY)  # beyond what the daemon holds for one reader
        after = self.latency()
        print(f"live alerts came {before:.1f} ms after their commit, "
              f"{after:.1f} ms beside a reader that stands still", flush=True)
        self.assertLess(after, before + 500)
        everything = list(range(1, self.written + 1))
        self.assertTrue(fast.out.wait_for_count(self.written, 60), fast.err.text())
        self.assertEqual(everything, self.sequences(fast))
        self.assertLess(len(slow.out.all()), self.written)
        slow.signal(signal.SIGCONT)
        self.assertTrue(slow.out.wait_for_count(self.written, 60), slow.err.text())
        self.assertEqual(everything, sorted(self.sequences(slow)))

    def test_a_flow_that_goes_silent_is_left_for_a_new_one(self):
        self.start(BUS + 'pub = ["ipc://PUB", "tcp://127.0.0.1:0"]\n'
                         'ctl = ["ipc://CTL", "tcp://127.0.0.1:0"]\n'
                   .replace("ipc://PUB", f"ipc://{self.home.runtime}/pub.sock")
                   .replace("ipc://CTL", f"ipc://{self.home.runtime}/ctl.sock"))
        relays = []
        for kind in ("pub", "ctl"):
            endpoint = next(one for one in self.ready["endpoints"][kind] if one.startswith("tcp://"))
            relays.append(Relay(int(endpoint.rsplit(":", 1)[1])))
            self.addCleanup(relays[-1].close)
        console = self.home.start(
            [CONSOLE, "--connect", ",".join(f"tcp://127.0.0.1:{one.port}" for one in relays),
             "--name", "far", "--json", "--color", "never"])
        self.assertTrue(eventually(lambda: self.has_known("far")))
        self.write(2)
        self.assertTrue(console.out.wait_for_count(2))
        for relay in relays:
            self.assertGreater(relay.freeze(), 0)
        began = time.monotonic()
        self.write(3)
        self.assertTrue(console.out.wait_for_count(5), console.err.text())
        print(f"a silent flow was left after {time.monotonic() - began:.1f} s, "
              "with a heartbeat of 0.2 s", flush=True)
        self.assertEqual([1, 2, 3, 4, 5], sorted(self.sequences(console)))
        self.assertIn("silent", console.err.text())

    def wire(self):
        return self.home.status()["wire"]

    def test_status_counts_what_was_refused_and_why(self):
        self.start()
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)
        dealer = context.socket(zmq.DEALER)
        dealer.rcvtimeo = PATIENCE * 1000
        dealer.connect(f"ipc://{self.ctl()}")
        before = self.wire()["refused"]
        for verb in (b"NO", b"FETCH", b"NAK"):
            dealer.send_multipart([b"", b"TCS1", verb, b'{"seq":1,"after":0}'])
            self.assertEqual(b"ERR", dealer.recv_multipart()[2])
        self.assertEqual(before + 3, self.wire()["refused"])
        self.assertEqual({"unknown-verb": 1, "no-session": 2}, self.wire()["refused_for"])

    def test_status_and_subscribers_tell_of_connections(self):
        self.start()
        console = self.home.console("archive")
        self.assertTrue(eventually(lambda: self.wire()["connections"]["pub"] == 1))
        connections = self.wire()["connections"]
        self.assertGreaterEqual(connections["ctl"], 1)
        self.assertEqual(2048, connections["limit"])
        code, out, err = self.home.tocsin("subscribers", "--config", self.home.config, "--state",
                                          self.home.state, "--runtime", self.home.runtime)
        self.assertEqual(0, code, err)
        self.assertIn("1 connections to pub,", out)
        self.assertEqual(0, console.terminate())
        self.assertTrue(eventually(lambda: self.wire()["connections"]["pub"] == 0))

    def test_beyond_the_limit_readers_wait_and_the_operator_does_not(self):
        self.start(BUS + f"""max_connections = 10
pub = ["ipc://{self.home.runtime}/pub.sock"]
ctl = ["ipc://{self.home.runtime}/ctl.sock", "tcp://127.0.0.1:0"]
""")
        tcp = next(one for one in self.ready["endpoints"]["ctl"] if one.startswith("tcp://"))
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)
        crowd = [context.socket(zmq.DEALER) for _ in range(25)]
        for one in crowd:
            one.linger = 0
            one.connect(tcp)
            one.send_multipart([b"", b"TCS1", b"HELLO", b"{}"])
        self.assertTrue(eventually(lambda: self.wire()["turned_away"] >= 15))
        poller = zmq.Poller()
        for one in crowd:
            poller.register(one, zmq.POLLIN)
        answered = set()
        self.assertTrue(eventually(
            lambda: answered.update(dict(poller.poll(0))) or len(answered) >= 10))
        self.assertLessEqual(len(answered), 10)
        self.assertEqual(10, self.wire()["connections"]["limit"])
        for one in answered:
            one.close()
            crowd.remove(one)
            poller.unregister(one)
        answered.clear()
        self.assertTrue(eventually(lambda: answered.update(dict(poller.poll(0))) or answered),
                        "nobody was let in after others had left")


if __name__ == "__main__":
    unittest.main()
