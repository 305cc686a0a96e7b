# SPDX-License-Identifier: Apache-2.0
"""A feed over HTTP/2, through a SOCKS proxy and through a tunnel: against other people's servers."""

import json
import pathlib
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from app.program import ProgramTest
from support.daemon import eventually

FEED = """<rss version="2.0"><channel><title>Harbour Wire</title>
<item><guid>1</guid><title>Quay reopened</title></item></channel></rss>
"""

SETTINGS = """format = 1

[paths]
feeds = "feeds.opml"
topics = ["topics"]
state = "state"
runtime = "run"

[http]
allow = ["127.0.0.0/8"]
ca_file = "ca.pem"
proxy = "{proxy}"

[[feed]]
id = "wire"
http2 = {http2}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Transport(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("www/feed.xml", FEED)
        self.sign()
        self.h2_port = free_port()
        self.h2_log = self.start(
            "nghttpd", "--verbose", "--address=127.0.0.1", "--htdocs", self.folder / "www",
            self.h2_port, self.folder / "server.key", self.folder / "server.pem",
            port=self.h2_port)
        self.url = f"https://127.0.0.1:{self.h2_port}/feed.xml"
        self.write("feeds.opml", f"""<opml version="2.0" xmlns:tocsin="https://tocsin.example/ns/opml">
            <body><outline text="wire" tocsin:id="wire" type="rss" xmlUrl="{self.url}"/></body>
            </opml>""")

    def sign(self):
        """A certificate of 127.0.0.1 that is its own authority."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "server.key",
             "-out", self.folder / "server.pem"], check=True, capture_output=True)
        (self.folder / "ca.pem").write_bytes((self.folder / "server.pem").read_bytes())

    def start(self, *words, port):
        """Runs a server until the test ends; gives the file of what it prints."""
        log = self.folder / f"{words[0]}.log"
        with log.open("wb") as out:
            process = subprocess.Popen([str(word) for word in words], stdout=out, stderr=out,
                                       cwd=self.folder)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.assertTrue(eventually(lambda: answers(port)), log.read_text())
        return log

    def look(self, proxy="", http2="true"):
        self.write("tocsin.toml", SETTINGS.format(proxy=proxy, http2=http2))
        code, out, err = self.run_verb("--config", "tocsin.toml", "--json", "feed", "test", "wire")
        self.assertNotEqual("", out, err)
        return code, json.loads(out)

    def assert_is_fetched(self, outcome):
        code, report = outcome
        self.assertEqual((0, 200), (code, report.get("http", {}).get("status")), report)
        self.assertEqual(1, report["feed"]["items"])

    def test_a_feed_is_fetched_over_http2_where_its_table_says_so(self):
        self.assert_is_fetched(self.look())
        self.assertIn(":path: /feed.xml", self.h2_log.read_text())

    def test_a_server_of_http2_alone_is_told_when_the_table_does_not_say_so(self):
        code, report = self.look(http2="false")
        self.assertEqual(1, code)
        self.assertFalse(report["ok"])
        self.assertNotEqual("", report["problem"])

    def test_a_feed_is_fetched_through_a_socks_proxy_that_looks_names_up(self):
        port = free_port()
        log = self.start("microsocks", "-i", "127.0.0.1", "-p", port, port=port)
        self.assert_is_fetched(self.look(proxy=f"socks5h://127.0.0.1:{port}"))
        self.assertIn(f"127.0.0.1:{self.h2_port}", log.read_text())

    def test_a_feed_of_https_is_fetched_through_an_http_proxys_tunnel(self):
        port = free_port()
        self.write("tinyproxy.conf", f"""Port {port}
            Listen 127.0.0.1
            Timeout 20
            LogLevel Connect
            """)
        log = self.start("tinyproxy", "-d", "-c", "tinyproxy.conf", port=port)
        self.assert_is_fetched(self.look(proxy=f"http://127.0.0.1:{port}"))
        self.assertIn(f"CONNECT 127.0.0.1:{self.h2_port}", log.read_text())

    def test_a_tunnel_does_not_soften_the_check_of_the_servers_certificate(self):
        port = free_port()
        self.start("microsocks", "-i", "127.0.0.1", "-p", port, port=port)
        self.sign()  # another authority than the server's
        code, report = self.look(proxy=f"socks5h://127.0.0.1:{port}")
        self.assertEqual(1, code)
        self.assertIn("certificate", report["problem"])


if __name__ == "__main__":
    unittest.main()
