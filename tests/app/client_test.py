#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""status and tail: against no daemon, and against sockets that answer as one does."""

import json
import subprocess
import threading
import unittest

import zmq

from program import ProgramTest, TOCSIN


class Client(ProgramTest):
    def setUp(self):
        super().setUp()
        self.runtime = self.folder / "run"
        self.runtime.mkdir()
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, linger=0)

    def answer_once(self, verb, reply):
        """A ROUTER that answers the first request; gives the thread and what was asked."""
        router = self.context.socket(zmq.ROUTER)
        router.bind(f"ipc://{self.runtime}/ctl.sock")
        router.rcvtimeo = 30000
        asked = []

        def serve():
            frames = router.recv_multipart()
            asked.extend(frames[1:])
            router.send_multipart([frames[0], b"", b"TCS1", verb, json.dumps(reply).encode()])

        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(thread.join)
        return asked

    def ask(self, *more):
        return self.run_verb("status", "--runtime", self.runtime, *more)

    def test_status_without_a_daemon_exits_69(self):
        self.assert_refused(self.ask(), 69, "no daemon at")

    def test_tail_without_a_daemon_exits_69(self):
        self.assert_refused(self.run_verb("tail", "--runtime", self.runtime), 69, "no daemon at")

    def test_status_asks_on_ctl_and_prints_the_answer(self):
        asked = self.answer_once(b"ADMIN", {"req": 0, "reply": {"state": "ok", "queue": {"jobs": 3}}})
        self.assertEqual(self.ask(), (0, "queue:\n  jobs: 3\nstate: ok\n", ""))
        self.assertEqual(asked[:3], [b"", b"TCS1", b"ADMIN"])
        self.assertEqual(json.loads(asked[3])["verb"], "status")

    def test_status_prints_json_on_request(self):
        self.answer_once(b"ADMIN", {"req": 0, "reply": {"state": "ok", "feeds": 2}})
        code, out, _ = self.ask("--json")
        self.assertEqual((code, json.loads(out)), (0, {"state": "ok", "feeds": 2}))

    def test_an_ailing_daemon_exits_1(self):
        self.answer_once(b"ADMIN", {"req": 0, "reply": {"state": "degraded"}})
        self.assertEqual(self.ask()[0], 1)

    def test_a_refusal_is_told(self):
        self.answer_once(b"ERR", {"req": 0, "code": "forbidden", "message": "not for you"})
        self.assert_refused(self.ask(), 77, "not for you")

    def test_an_answer_that_is_no_json_is_told(self):
        self.answer_once(b"ADMIN", "nonsense")
        self.assert_refused(self.ask(), 65, "no tocsin daemon")

    def test_tail_tells_of_frames_that_are_no_alerts_and_goes_on(self):
        publisher = self.context.socket(zmq.XPUB)
        publisher.bind(f"ipc://{self.runtime}/pub.sock")
        publisher.rcvtimeo = 30000
        process = subprocess.Popen(
            [str(TOCSIN), "tail", "--runtime", str(self.runtime), "--topic", "fires", "--count", "1"],
            env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wanted = {publisher.recv() for _ in range(3)}
        self.assertEqual(wanted, {b"\x01~head/", b"\x01alert/fires/", b"\x01lab/fires/"})
        publisher.send_multipart([b"~head/", b"{}"])
        publisher.send_multipart([b"alert/fires/3/", b"{}", b"no json"])
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (0, b""))
        self.assertIn(b"tocsin: an alert on alert/fires/3/", err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
