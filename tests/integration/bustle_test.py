# SPDX-License-Identifier: Apache-2.0
"""Everything at once: polls, reloads, every order, readers that come and go and give back, backups and the web. What runs in threads
meets all the others here; under ThreadSanitizer (CONTRIBUTING.md) it is asked for 400 rounds."""

import datetime
import http.client
import itertools
import json
import os
import pathlib
import signal
import socket
import sys
import threading
import unittest

import zmq

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import TOPIC, alerts_of
from support.one_feed import OneFeed

ROUNDS = int(os.environ.get("TOCSIN_BUSTLE_ROUNDS", "40"))
PAUSE = 0.03  # between items
ENDS = {"WELCOME", "SETTLED", "END", "GAP", "ADMIN", "ERR"}
ORDERS = (("status", {}), ("near", {"share": 0.1}), ("keys", {}), ("feedback", {"topic": "harbour-fires", "verdict": "good", "title": "t"}),
          ("dead-letter", {"do": "requeue", "subscriber": "giver", "seq": 1}), ("subscriber-forget", {"subscriber": "giver"}))


class Peer:
    """A reader that asks one thing after the other."""

    def __init__(self, runtime):
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.rcvtimeo = 60000
        self._socket.connect(f"ipc://{runtime}/ctl.sock")
        self._number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._context.destroy(linger=0)

    def ask(self, verb, /, **body):
        """Verb and object of the last reply."""
        self._number += 1
        body["req"] = self._number
        self._socket.send_multipart([b"", b"TCS1", verb.encode(), json.dumps(body).encode()])
        while True:
            frames = self._socket.recv_multipart()
            said, reply = frames[2].decode(), json.loads(frames[3])
            if said in ENDS and reply.get("req") == self._number:
                return said, reply


class Web(http.client.HTTPConnection):
    """Over a socket of this machine."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.host)


class Bustle(OneFeed):
    def setUp(self):
        super().setUp()
        self.web = str(self.home.path / "web.sock")
        config = self.home.config
        config.write_text(config.read_text() + f'\n[web]\nlisten = "unix:{self.web}"\n')
        self.is_over = threading.Event()
        self.addCleanup(self.end)
        self.threads, self.problems, self.titles = [], [], []

    def beside(self, deed):
        """Does it again and again until all is over."""
        def run():
            try:
                for number in itertools.count():
                    if self.is_over.is_set():
                        return
                    deed(number)
            except Exception as problem:
                self.problems.append(f"{deed.__name__}: {problem!r}")
        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def add_items(self, _):
        self.titles += self.report()
        self.is_over.wait(PAUSE)

    def give_orders(self, _):
        with Peer(self.home.runtime) as peer:
            for verb, body in ORDERS:
                said, reply = peer.ask("ADMIN", verb=verb, **body)
                assert said == "ADMIN", (verb, reply)
            # These write: refused they would meet nobody.
            expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
            _, silence = peer.ask("ADMIN", verb="silence-add", scope="topic", name="another", author="a", reason="r",
                                  expires=expires.strftime("%Y-%m-%dT%H:%M:%SZ"))
            assert "silence" in silence["reply"], silence
            _, ended = peer.ask("ADMIN", verb="silence-end", silence=silence["reply"]["silence"])
            assert "error" not in ended["reply"], ended

    def give_back(self, number):
        with Peer(self.home.runtime) as peer:
            peer.ask("HELLO", name="giver", start="earliest", takeover=True)
            for seq in range(1, 9):
                for verb, body in (("NAK", {"seq": seq, "reason": "full"}), ("DUE", {"max": 16}), ("TERM", {"seq": seq}),
                                   ("FETCH", {"after": 0}), ("DONE", {"seq": seq})):
                    peer.ask(verb, **body)
            peer.ask("HELLO", name=f"giver-{number % 3}", takeover=True)

    def look_at_the_web(self, _):
        for path in ("/metrics", "/livez", "/readyz"):
            connection = Web(self.web)
            connection.request("GET", path)
            connection.getresponse().read()
            connection.close()

    def come_and_go(self, number):
        reader = self.home.console(f"comer-{number % 3}")
        assert reader.err.wait_for_match("connected"), reader.err.text()
        reader.terminate()

    def back_up(self, number):
        code, _, err = self.home.tocsin("db", "backup", self.home.path / f"{number}.db", "--config", self.home.config,
                                        "--state", self.home.state, "--runtime", self.home.runtime)
        assert code == 0, err

    def test_nothing_is_lost_and_nothing_twice(self):
        daemon = self.begin()
        desk = self.home.console("desk")
        self.wait_until_known("desk")
        for deed in (self.add_items, self.give_orders, self.give_back, self.look_at_the_web, self.come_and_go, self.back_up):
            self.beside(deed)
        with Peer(self.home.runtime) as peer:
            for number in range(ROUNDS):
                file = self.home.topics / "harbour-fires.toml"
                file.with_suffix(".new").write_text(TOPIC.replace("version = 1", f"version = {number + 2}"))
                file.with_suffix(".new").rename(file)
                daemon.signal(signal.SIGHUP)
                self.assertTrue(peer.ask("ADMIN", verb="reload")[1]["reply"].get("reloaded"))
                if number % (ROUNDS // 4) == 0:  # a fast machine is through before the next poll
                    self.assertTrue(desk.out.wait_for_count(len(desk.out.all()) + 1))
        self.end()
        self.assertEqual([], self.problems)
        self.assertTrue(desk.out.wait_for_count(len(self.titles), 120), desk.err.text())
        told = [alert["data"]["item"]["title"] for alert in alerts_of(desk.out.all())]
        self.assertEqual(sorted(self.titles), sorted(told))
        status = self.home.status()
        self.assertEqual((status["state"], status["ledger"]["failures"]), ("ok", 0))
        self.assertEqual((desk.terminate(), daemon.terminate()), (0, 0), daemon.err.text())
        print(f"bustle: {len(told)} alerts in {ROUNDS} rounds, {status['rules']['reloads']} reloads", flush=True)


if __name__ == "__main__":
    unittest.main()
