# SPDX-License-Identifier: Apache-2.0
"""The bridge to NATS with a real nats-server and the real daemon: kill -9 of every side, streams that are not as wanted,
TLS and credentials, servers that are slow or talk nonsense.

TOCSIN_KILL_ROUNDS and TOCSIN_KILL_SEED change the 8 rounds and the seed.
"""

import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import alerts_of, eventually, sequence_of
from support.nats_keys import operated_server
from support.nats_server import NatsClient, NatsServer
from support.outlet import Outlet

ROUNDS = int(os.environ.get("TOCSIN_KILL_ROUNDS", "8"))
SEED = int(os.environ.get("TOCSIN_KILL_SEED", str(random.SystemRandom().randrange(10**6))))
DAY = 86400 * 10**9


class Nats(Outlet):
    def serve(self, *options):
        self.nats = NatsServer(self.home.path / "nats", *options)
        self.addCleanup(self.nats.close)
        return self.nats

    def bridge(self, *options, server=None, env=None):
        return self.plugin("nats", "bridge", f"--servers={server or self.nats.url}", "--timeout=2s", *options, env=env)

    def client(self):
        client = NatsClient(self.nats.port)
        self.addCleanup(client.close)
        return client

    def messages(self):
        try:
            with NatsClient(self.nats.port) as client:
                return client.messages()
        except (OSError, KeyError):
            return []

    def ids(self):
        return [headers["Nats-Msg-Id"] for _, headers, _ in self.messages()]

    def wait_for_messages(self, plugin, count):
        self.assertTrue(eventually(lambda: len(self.messages()) >= count), plugin.err.text())

    def test_an_alert_is_kept_under_its_subject_with_its_id(self):
        self.serve()
        self.begin()
        plugin = self.bridge()
        self.report(2)
        self.wait_for_messages(plugin, 2)
        for number, (subject, headers, payload) in enumerate(self.messages(), 1):
            alert = alerts_of([payload.decode()])[0]
            self.assertEqual("alerts.harbour-fires.3", subject)
            self.assertEqual(alert["id"], headers["Nats-Msg-Id"])
            self.assertEqual("application/cloudevents+json", headers["Content-Type"])
            self.assertEqual(number, sequence_of(alert))
        self.wait_acknowledged("bridge", 2)
        made = self.client().stream()["config"]
        self.assertEqual((["alerts.>"], DAY, 30 * DAY, "file"),
                         (made["subjects"], made["duplicate_window"], made["max_age"], made["storage"]))

    def test_kill_9_of_every_side_loses_nothing_and_repeats_nothing(self):
        print(f"nats kill test: {ROUNDS} rounds, TOCSIN_KILL_SEED={SEED}", flush=True)
        self.seed = SEED
        self.serve()
        daemon = self.begin()
        plugin = self.bridge()
        rng = random.Random(SEED)
        for _ in range(ROUNDS):
            self.report(rng.randint(1, 4))
            time.sleep(rng.uniform(0, 1.5))  # the random moment is what is tested
            victims = rng.choice((["plugin"], ["server"], ["server"], ["plugin", "server"], ["daemon", "plugin"]))
            if "server" in victims:
                self.nats.kill()
            if "plugin" in victims:
                self.assertEqual(-signal.SIGKILL, plugin.kill(), plugin.err.text())
            if "daemon" in victims:
                self.assertEqual(-signal.SIGKILL, daemon.kill(), daemon.err.text())
            if rng.random() < 0.5:
                self.report()  # while somebody is away
            if "daemon" in victims:
                daemon = self.begin()
            if "plugin" in victims:
                plugin = self.start_plugin("nats", "bridge", f"--servers={self.nats.url}", "--timeout=2s")
            if "server" in victims:
                self.nats.start()
        count = "SELECT count(*) FROM alert WHERE frame LIKE 'alert/%'"
        self.assertTrue(eventually(lambda: self.home.rows(count) == [(self.reports,)]))
        self.assertTrue(eventually(lambda: len(self.ids()) >= self.reports, 90), plugin.err.text())
        self.assertTrue(eventually(lambda: self.acknowledged("bridge") == self.reports), plugin.err.text())
        sequences = [sequence_of(json.loads(payload)) for _, _, payload in self.messages()]
        self.assertEqual(list(range(1, self.reports + 1)), sequences, plugin.err.text())
        print(f"nats kill test: {self.reports} alerts, each once and in order", flush=True)

    def test_a_server_that_is_down_holds_the_cursor(self):
        self.serve()
        self.nats.kill()
        self.begin()
        plugin = self.bridge()
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("alert 1 not handled, will try again: no connection to nats://"))
        self.assertTrue(eventually(lambda: "no connection" in self.last_error("bridge")))
        self.assertEqual(0, self.acknowledged("bridge"))
        self.nats.start()
        self.wait_for_messages(plugin, 1)
        self.assertTrue(eventually(lambda: not self.last_error("bridge")))

    def test_servers_that_say_nothing_or_nonsense_are_tried_again(self):
        for what in (b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\xff" * 4096):
            with self.subTest(what[:8]):
                listener = socket.create_server(("127.0.0.1", 0))
                self.addCleanup(listener.close)

                def answer():
                    while True:
                        try:
                            connection, _ = listener.accept()
                        except OSError:
                            return
                        if what:
                            connection.sendall(what)
                            connection.close()
                        else:
                            self.addCleanup(connection.close)

                threading.Thread(target=answer, daemon=True).start()
                if not self.reports:
                    self.begin()
                plugin = self.plugin("nats", "bridge", f"--servers=nats://127.0.0.1:{listener.getsockname()[1]}",
                                     "--timeout=500ms", "--from=earliest")
                if not self.reports:
                    self.report()
                self.assertIsNotNone(plugin.err.wait_for_match("alert 1 not handled, will try again: no connection"))
                self.assertEqual(0, plugin.terminate())
                self.assertEqual(0, self.acknowledged("bridge"))

    def test_a_stream_that_is_not_as_wanted_is_told_and_waited_for(self):
        self.serve()
        self.begin()
        client = self.client()
        client.make_stream(name="TOCSIN", subjects=["other.>"], duplicate_window=DAY)
        plugin = self.bridge()
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("stream TOCSIN does not take alerts.>"))
        client.delete_stream()
        client.make_stream(name="TOCSIN", subjects=["alerts.*.*"], duplicate_window=60 * 10**9)
        self.assertIsNotNone(plugin.err.wait_for_match("stream TOCSIN has a duplicate window of 60 s, and 86400 s are wanted"))
        client.delete_stream()
        client.make_stream(name="TOCSIN", subjects=["alerts.*.*"], duplicate_window=DAY)
        self.wait_for_messages(plugin, 1)

    def test_a_stream_is_not_made_where_that_is_not_wanted(self):
        self.serve()
        self.begin()
        plugin = self.bridge("--create=false")
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("stream TOCSIN is missing"))
        self.assertIsNone(self.client().stream())

    def test_an_alert_that_the_stream_never_takes_is_given_up(self):
        self.serve()
        self.begin()
        self.report_hostile()
        self.recorded(1)
        self.report()
        small, large = map(len, self.recorded(2).encode().splitlines())  # the newest first
        self.assertLess(small + 2000, large)
        self.client().make_stream(name="TOCSIN", subjects=["alerts.>"], duplicate_window=DAY, max_msg_size=small + 1000)
        plugin = self.bridge("--from=earliest")
        self.assertIsNotNone(plugin.err.wait_for_match("alert 1 given up: no acknowledgement for alerts.harbour-fires.3: .*maximum"))
        self.wait_for_messages(plugin, 1)
        self.assertEqual(1, len(self.dead_letters()))

    def test_hostile_text_comes_out_as_it_went_in(self):
        self.serve()
        self.begin()
        plugin = self.bridge()
        self.report_hostile()
        self.wait_for_messages(plugin, 1)
        subject, headers, payload = self.messages()[0]
        self.assertEqual({"Nats-Msg-Id", "Content-Type", "Nats-Expected-Stream"}, set(headers))
        self.assertEqual(self.recorded(1).strip(), payload.decode().strip())
        self.assertEqual("alerts.harbour-fires.3", subject)

    def test_a_token_is_read_anew_and_never_shown(self):
        self.serve("--auth", "hunter2")
        self.begin()
        token = self.secret("token", "wrong-one\n")
        plugin = self.bridge(f"--token={token}")
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("not handled, will try again: no connection to .*Authorization"))
        token.write_text("hunter2\n")
        self.assertTrue(eventually(lambda: self.acknowledged("bridge") == 1), plugin.err.text())
        self.assertNotIn("hunter2", plugin.err.text())
        self.assertNotIn("wrong-one", plugin.err.text())

    def test_a_user_needs_the_password(self):
        self.serve("--user", "desk", "--pass", "hunter2")
        self.begin()
        password = self.secret("password", "wrong-one")
        plugin = self.bridge("--user=desk", f"--password={password}")
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("no connection to .*Authorization"))
        password.write_text("hunter2")
        self.assertTrue(eventually(lambda: self.acknowledged("bridge") == 1), plugin.err.text())
        self.assertNotIn("hunter2", plugin.err.text())

    def test_a_credentials_file_lets_in_the_user_of_an_operator(self):
        configuration, credentials = operated_server(self.home.path)
        file = self.home.path / "server.conf"
        file.write_text(configuration)
        self.serve("-c", str(file))
        self.begin()
        _, of_a_stranger = operated_server(self.home.path)
        creds = self.secret("nats.creds", of_a_stranger)
        plugin = self.bridge(f"--credentials={creds}")
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("no connection to .*Authorization"))
        self.assertEqual(0, self.acknowledged("bridge"))
        creds.write_text(credentials)
        self.assertTrue(eventually(lambda: self.acknowledged("bridge") == 1), plugin.err.text())
        for text in credentials.splitlines()[1:6:5] + of_a_stranger.splitlines()[1:6:5]:
            self.assertNotIn(text, plugin.err.text())

    def test_a_server_that_asks_for_a_certificate_gets_ours(self):
        cert, key = self.certificate()
        self.serve("--tlsverify", "--tlscacert", str(cert), "--tlscert", str(cert), "--tlskey", str(key))
        self.begin()
        server = f"tls://localhost:{self.nats.port}"
        without = self.bridge(f"--tls-ca={cert}", server=server)
        self.report()
        self.assertIsNotNone(without.err.wait_for_match("not handled, will try again: no connection to tls://localhost:"))
        self.assertEqual(0, without.terminate())
        self.assertEqual(0, self.acknowledged("bridge"))
        ours = self.secret("client.key", key.read_text())
        known = self.bridge(f"--tls-ca={cert}", f"--tls-cert={cert}", f"--tls-key={ours}", server=server)
        self.assertTrue(eventually(lambda: self.acknowledged("bridge") == 1), known.err.text())

    def certificate(self):
        """An authority of our own that is the server's certificate, too."""
        paths = self.home.path / "cert.pem", self.home.path / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", paths[1], "-out", paths[0], "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"], check=True, capture_output=True)
        return paths

    def test_tls_with_an_authority_of_our_own_and_not_without(self):
        cert, key = self.certificate()
        self.serve("--tls", "--tlscert", str(cert), "--tlskey", str(key))
        self.begin()
        plain = self.bridge(server=f"tls://localhost:{self.nats.port}")
        self.report()
        self.assertIsNotNone(plain.err.wait_for_match("no connection to tls://localhost:.*(?i:ssl|tls|certificate)"))
        self.assertEqual(0, plain.terminate())
        self.assertEqual(0, self.acknowledged("bridge"))
        trusting = self.bridge(f"--tls-ca={cert}", server=f"tls://localhost:{self.nats.port}")
        self.assertTrue(eventually(lambda: self.acknowledged("bridge") == 1), trusting.err.text())

    def test_what_is_configured_wrong_is_one_line_and_64(self):
        open_file = self.home.path / "open"
        open_file.write_text("hunter2")
        open_file.chmod(0o644)
        self.assertIn("/nonexistent: cannot be read",
                      self.refused("nats", "--tls-ca=/nonexistent", code=1))  # it may be put there yet
        for words, why in ((["--servers=http://x"], "begins with nats:// or tls://"),
                           (["--servers=nats://me:hunter2@x"], "holds no credentials"),
                           (["--subject=alerts.>"], "--subject: must be"), (["--stream=a.b"], "--stream: must be"),
                           (["--window=40d"], "--window: is longer than keep"),
                           (["--tls-cert=/x"], "--tls-cert: needs tls-key"),
                           (["--user=me"], "--user: needs password"),
                           ([f"--token={open_file}"], "chmod 0600")):
            line = self.refused("nats", *words)
            self.assertIn(why, line)
            self.assertNotIn("hunter2", line)

    def test_an_instance_that_means_what_cannot_be_is_told_at_its_place(self):
        said = self.mistakes("bridge", 'plugin = "nats"\n[options]\nservers = ["nats://a", "http://b", "nats://me:hunter2@c"]\n'
                             'stream = "a.b"\nsubject = "x..y"\nwindow = "40d"\nuser = "me"\n')
        for place in (r"bridge\.toml:4:24: error: servers: a URL begins with nats://",
                      r"bridge\.toml:4:36: error: servers: a URL holds no credentials",
                      r"bridge\.toml:5:10: error: stream: must be", r"bridge\.toml:6:11: error: subject: must be",
                      r"bridge\.toml:7:10: error: window: is longer than keep", r"bridge\.toml:8:8: error: user: needs password"):
            self.assertRegex(said, place)
        self.assertNotIn("hunter2", said)
        self.instance("bridge", 'plugin = "nats"\n[options]\ntls-ca = "/nonexistent"\n')
        self.assertRegex(self.refused_instance("bridge", code=1), r"^\S+bridge\.toml:4:10: error: tls-ca: /nonexistent: cannot be read$")

    def test_a_dry_run_tells_what_would_be_published(self):
        self.begin()
        self.report()
        self.assertRegex(self.dry_run("nats", 1), r"^would publish \d+ bytes to alerts\.harbour-fires\.3 in stream TOCSIN at nats://")


if __name__ == "__main__":
    unittest.main()
