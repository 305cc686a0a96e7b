# SPDX-License-Identifier: Apache-2.0
"""The Python library and the real daemon's harder half: what is given back, and keys."""

import http.server
import os
import pathlib
import signal
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import ROOT, SETTINGS, TOCSIN, alerts_of, eventually, sequence_of
from support.one_feed import OneFeed

SDK = ROOT / "plugins" / "sdk" / "python"
ARCHIVE = ROOT / "tests" / "plugins" / "python_archive" / "main.py"
EXAMPLE = SDK / "example" / "main.py"


class Receiver:
    """A server that answers with the next status of a list, 200 when that is empty."""

    def __init__(self, *answers):
        self.posts = []
        left = list(answers)
        posts = self.posts

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                posts.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(left.pop(0) if left else 200)
                self.send_header("Retry-After", "2")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/x"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class PythonWire(OneFeed):
    def plugin(self, program, name, *more):
        environment = os.environ | {"PYTHONPATH": str(SDK), "PYTHONDONTWRITEBYTECODE": "1"}
        return self.home.start(["/usr/bin/python3", program, "--name", name, *more], env=environment)

    def tcp(self, kind):
        return next(one for one in self.ready["endpoints"][kind] if one.startswith("tcp://"))

    def make_key(self, name):
        """(file, public key) of a new pair."""
        path = self.home.path / f"{name}.key"
        code, _, err = self.home.tocsin("keys", "new", name, "--out", path)
        self.assertEqual(0, code, err)
        line = next(line for line in path.read_text().splitlines() if line.startswith("public"))
        return path, line.split(" = ")[1].strip('"')

    def test_what_the_server_cannot_take_comes_again_though_both_are_killed(self):
        receiver = Receiver(503)
        self.addCleanup(receiver.close)
        daemon = self.begin()
        options = ("--runtime", self.home.runtime, f"--url={receiver.url}")
        plugin = self.plugin(EXAMPLE, "push", *options)
        self.wait_until_known("push")
        self.report(3)
        self.assertTrue(eventually(lambda: len(set(receiver.posts)) == 3), plugin.err.text())
        parked = "SELECT seq FROM parked WHERE subscriber = 'push'"
        self.assertTrue(eventually(lambda: len(self.home.rows(parked)) == 1 or len(receiver.posts) == 4))
        for one in (plugin, daemon):
            self.assertEqual(-signal.SIGKILL, one.kill())
        self.begin()
        plugin = self.plugin(EXAMPLE, "push", *options)
        refused = receiver.posts[0]
        self.assertTrue(eventually(lambda: receiver.posts.count(refused) >= 2), plugin.err.text())
        self.assertTrue(eventually(lambda: self.home.rows(parked) == []))
        self.assertEqual(0, plugin.terminate())
        self.assertEqual(3, len(set(receiver.posts)))

    def test_what_is_given_up_is_a_dead_letter(self):
        receiver = Receiver(404)
        self.addCleanup(receiver.close)
        self.begin()
        plugin = self.plugin(EXAMPLE, "push", "--runtime", self.home.runtime, f"--url={receiver.url}")
        self.wait_until_known("push")
        self.report()
        letters = "SELECT subscriber, seq, reason FROM dead_letter"
        self.assertTrue(eventually(lambda: self.home.rows(letters) == [("push", 1, "answered with 404")]),
                        plugin.err.text())
        self.assertEqual(1, len(receiver.posts))

    def test_a_plugin_with_a_key_reads_and_one_without_does_not(self):
        _, public = self.make_key("server")
        self.home.config.write_text(SETTINGS + f"""
[bus]
pub = ["tcp://127.0.0.1:0"]
ctl = ["ipc://{self.home.runtime}/ctl.sock", "tcp://127.0.0.1:0"]
key = "{self.home.path}/server.key"
""")
        self.begin()
        tcp = [self.tcp("pub"), self.tcp("ctl")]
        places = ("--config", self.home.config, "--state", self.home.state, "--runtime", self.home.runtime)
        output = self.home.path / "archive.jsonl"

        def archive(name, topic):
            key, own = self.make_key(name)
            code, _, err = self.home.tocsin("keys", "allow", name, own, "--topic", topic, *places)
            self.assertEqual(0, code, err)
            return self.plugin(ARCHIVE, name, "--connect", ",".join(tcp), "--server-key", public, "--key", key,
                               "--filter", "alert/harbour-fires/", "--path", output.with_name(f"{name}.jsonl"))

        def written(name):
            path = output.with_name(f"{name}.jsonl")
            return [sequence_of(alert) for alert in alerts_of(path.read_text().splitlines())] if path.exists() else []

        # One reads everything, the other one a topic, and so by FETCH alone.
        plugins = {"whole": archive("whole", "*"), "part": archive("part", "alert/harbour-fires/")}
        for name in plugins:
            self.wait_until_known(name)
        stranger_key, _ = self.make_key("stranger")
        stranger = self.plugin(ARCHIVE, "stranger", "--connect", ",".join(tcp), "--server-key", public, "--key",
                               stranger_key, "--path", output)
        self.report(3)
        for name, plugin in plugins.items():
            self.assertTrue(eventually(lambda name=name: written(name) == [1, 2, 3]), plugin.err.text())
        status = self.home.status
        self.assertTrue(eventually(lambda: status()["wire"]["denied"] >= 1), stranger.err.text())
        self.assertEqual("", output.read_text() if output.exists() else "")

    def test_near_misses_are_told_to_who_has_a_key_for_it(self):
        _, public = self.make_key("server")
        self.home.config.write_text(SETTINGS + f"""
[bus]
pub = ["tcp://127.0.0.1:0"]
ctl = ["ipc://{self.home.runtime}/ctl.sock", "tcp://127.0.0.1:0"]
key = "{self.home.path}/server.key"
""")
        topic = self.home.topics / "harbour-fires.toml"
        topic.write_text(topic.read_text().replace("threshold = 0.2", "threshold = 5.0")
                         .replace('status = "stable"', 'status = "experimental"'))
        self.begin()
        key, own = self.make_key("desk")
        code, _, err = self.home.tocsin("keys", "allow", "desk", own, "--topic", "*", "--verb", "near", "--config",
                                        self.home.config, "--state", self.home.state, "--runtime", self.home.runtime)
        self.assertEqual(0, code, err)
        afar = self.home.path / "afar.toml"
        afar.write_text(f'format = 1\n[bus]\npub = ["{self.tcp("pub")}"]\nctl = ["{self.tcp("ctl")}"]\n')
        tail = self.home.start([TOCSIN, "tail", "--near", "0.01", "--json", "--config", afar, "--server-key", public,
                                "--key", key])

        def told():  # nothing tells when it has begun to ask
            self.report()
            return tail.out.wait_for_count(1, timeout=1)

        self.assertTrue(eventually(told), tail.err.text())
        self.assertIn('"threshold"', tail.out.all()[0])


if __name__ == "__main__":
    unittest.main()
