# SPDX-License-Identifier: Apache-2.0
"""The wall with the real daemon, as its readers and its attackers see it on the wire."""

import http.client
import json
import pathlib
import re
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import eventually
from support.wall import Events, WallTest
from support.words import fire_report


class Wall(WallTest):
    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        body = reply.read().decode()
        connection.close()
        return reply, body

    def cards(self):
        return json.loads(self.get("/alerts.json")[1])["cards"]

    def raw(self, request):
        with socket.create_connection(("127.0.0.1", self.port), 30) as connection:
            connection.sendall(request)
            reply = b""
            try:
                while piece := connection.recv(65536):
                    reply += piece
            except ConnectionResetError:
                pass
        return reply.decode("utf-8", "replace")

    def test_an_alert_reaches_page_list_and_stream(self):
        events = Events(self.port)
        self.report("Harbour fire at pier nine")
        card = events.next_card()
        self.assertEqual("Harbour fire at pier nine", "".join(text for text, _ in card["headline"]))
        self.assertIn(["Harbour fire", 1], card["headline"])
        self.assertEqual([card], self.cards())
        self.assertIn("<mark>Harbour fire</mark>", self.get("/")[1])

    def test_a_reader_who_comes_again_gets_what_it_missed_and_nothing_twice(self):
        events = Events(self.port)
        self.report("Harbour fire one")
        first = events.next_card()
        events.close()
        self.report("Harbour fire two")
        self.report("Harbour fire three")
        self.assertTrue(eventually(lambda: len(self.cards()) == 3))
        again = Events(self.port, {"Last-Event-ID": str(first["seq"])})
        self.assertEqual([first["seq"] + 1, first["seq"] + 2],
                         [again.next_card()["seq"], again.next_card()["seq"]])

    def test_a_wall_that_starts_shows_the_alerts_of_the_last_day(self):
        self.report("Harbour fire early")
        self.assertTrue(eventually(lambda: len(self.cards()) == 1))
        self.wall.terminate()
        self.start_wall()
        self.assertTrue(eventually(lambda: len(self.cards()) == 1))

    def test_it_tells_that_the_daemon_is_gone_and_goes_on_when_it_is_back(self):
        events = Events(self.port)
        self.daemon.kill()
        self.assertFalse(events.next_beat_where(lambda beat: not beat["daemon"])["daemon"])
        self.begin()
        self.report("Harbour fire after the restart")
        self.assertIn("restart", "".join(text for text, _ in events.next_card()["headline"]))

    def test_markup_stays_text(self):
        self.report('Harbour fire <img src=x onerror="alert(1)">', link="javascript:alert(1)")
        self.assertTrue(eventually(self.cards))
        page = self.get("/")[1]
        self.assertNotIn("<img", page)
        self.assertNotIn("javascript:", page)
        self.assertNotIn("javascript:", json.dumps(self.cards()))

    def test_everything_but_itself_is_forbidden(self):
        reply, _ = self.get("/")
        policy = reply.getheader("Content-Security-Policy")
        self.assertTrue(policy.startswith("default-src 'none'; script-src 'self'; "), policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual("nosniff", reply.getheader("X-Content-Type-Options"))

    def test_a_proxy_is_asked_to_hold_back_no_event(self):
        self.assertEqual("no", Events(self.port).header("X-Accel-Buffering"))

    def test_a_foreign_host_name_is_refused(self):
        self.assertEqual(403, self.get("/", Host="evil.example")[0].status)
        self.assertEqual(403, self.get("/events", Host="localhost.evil.example:80")[0].status)

    def test_paths_lead_nowhere_else(self):
        for path in ("/../../etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd", "/wall.js/../x"):
            self.assertRegex(self.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()),
                             "^HTTP/1.1 404 ")

    def test_it_only_reads(self):
        for length, body in ((0, b""), (5, b"hello")):
            self.assertRegex(self.raw(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (length, body)),
                             "^HTTP/1.1 405 ")

    def test_oversize_headers_and_garbage_end_the_connection_alone(self):
        long = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20000 + b"\r\n\r\n"
        self.assertRegex(self.raw(long), "^HTTP/1.1 431 ")
        self.assertRegex(self.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n"), "^HTTP/1.1 400 ")
        self.assertEqual(200, self.get("/")[0].status)

    def test_a_drip_of_headers_is_cut_off(self):
        with socket.create_connection(("127.0.0.1", self.port), 30) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Drip: ")
            self.assertEqual(200, self.get("/")[0].status, "and keeps nobody waiting meanwhile")
            self.assertEqual(b"", slow.recv(1), "the server closes it")

    def test_a_thousand_connections_leave_the_open_page_as_it_is(self):
        events = Events(self.port)
        crowd = []
        for _ in range(1000):
            one = socket.create_connection(("127.0.0.1", self.port), 30)
            crowd.append(one)
        self.report("Harbour fire in the crowd")
        self.assertIn("crowd", "".join(text for text, _ in events.next_card()["headline"]))
        for one in crowd:
            one.close()
        self.assertTrue(eventually(lambda: self.reachable()))

    def reachable(self):
        try:
            return self.get("/livez")[0].status == 200
        except (OSError, http.client.HTTPException):
            return False

    def test_a_reader_who_takes_nothing_keeps_nobody_waiting(self):
        stalled = socket.create_connection(("127.0.0.1", self.port), 30)
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        events = Events(self.port)
        for number in range(30):
            self.feed.add(*fire_report(number))
        self.assertEqual(30, len({events.next_card()["seq"] for _ in range(30)}))
        stalled.close()

    def test_another_log_makes_readers_begin_again_though_the_wall_is_new_too(self):
        self.report("Harbour fire of old")
        Events(self.port).next_card()
        epoch, place = self.kept()["epoch"], self.kept()["seq"]
        self.wall.kill()
        self.assertEqual(0, self.daemon.terminate())
        for file in self.home.state.iterdir():
            file.unlink()
        self.begin()
        self.start_wall()
        self.report("Harbour fire of today")
        events = Events(self.port, query=f"?after={place + 1000}&epoch={epoch}")
        event, _ = events.next()
        while event == "beat":
            event, _ = events.next()
        self.assertEqual("reset", event)
        self.assertIn("today", "".join(text for text, _ in events.next_card()["headline"]))
        again = Events(self.port, query=f"?after={self.kept()['seq']}&epoch={self.kept()['epoch']}")
        self.assertEqual("beat", again.next()[0])

    def kept(self):
        return json.loads(self.get("/alerts.json")[1])

    def test_what_a_cap_of_the_wall_holds_is_told_as_one(self):
        self.wall.kill()
        self.start_wall(0, "--max-per-hour=1", "--cap-window=2s")
        events = Events(self.port)
        for number in range(3):
            self.report(f"Harbour fire {number}")
        cards = [events.next_card()]
        while cards[-1]["kind"] != "digest":
            cards.append(events.next_card())
        self.assertRegex("".join(text for text, _ in cards[-1]["headline"]), "^[12] more alerts? w")

    def test_a_wrong_option_is_told_in_one_line(self):
        for option, value in (("--listen", "127.0.0.1"), ("--listen", "0.0.0.0:0"), ("--keep", "1")):
            wall = self.home.start([self.program, "--runtime", self.home.runtime, option, value])
            self.assertEqual(64, wall.wait())
            lines = wall.err.all()
            self.assertEqual(1, len(lines), lines)
            self.assertRegex(lines[0], re.compile(option.strip("-")))

    def test_a_port_that_is_taken_is_told(self):
        wall = self.home.start([self.program, "--runtime", self.home.runtime,
                                "--listen", f"127.0.0.1:{self.port}"])
        self.assertEqual(1, wall.wait())  # it may be free again: a service is started again
        self.assertIn("in use", wall.err.text())


if __name__ == "__main__":
    unittest.main()
