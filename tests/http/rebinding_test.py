#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Name servers that lie, against the guard of daemon/http.

Runs in a network namespace of its own, with a name server, a web server on every address and one
public address on the loopback device. Exits with 77, which ctest takes for "skipped", where the
kernel grants no such namespace.

    rebinding_test.py TOCSIN_FETCH_TOOL
"""
import http.server
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PUBLIC, PRIVATE = "93.184.216.34", "127.0.0.1"
TOOL = sys.argv.pop(1)


class NameServer(threading.Thread):
    """Answers A queries: a list of addresses for each name, the next list at each new question."""

    answers = {
        "public.example": [[PUBLIC]],
        "rebind.example": [[PUBLIC], [PRIVATE]],
        "both.example": [[PRIVATE, PUBLIC]],
        "private.example": [[PRIVATE]],
        "xn--bcher-kva.example": [[PUBLIC]],
    }

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((PRIVATE, 53))
        self.asked = {}

    def run(self):
        while True:
            query, peer = self.socket.recvfrom(4096)
            labels, place = [], 12
            while query[place]:
                labels.append(query[place + 1:place + 1 + query[place]].decode())
                place += 1 + query[place]
            question = query[12:place + 5]
            is_a = struct.unpack(">H", query[place + 1:place + 3])[0] == 1
            name = ".".join(labels).lower()
            if name == "silent.example":
                continue
            addresses = self.next_of(name) if is_a else []
            head = query[:2] + struct.pack(">HHHHH", 0x8180, 1, len(addresses), 0, 0)
            rows = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton(a)
                            for a in addresses)
            self.socket.sendto(head + question + rows, peer)

    def next_of(self, name):
        lists = self.answers.get(name, [[]])
        number = self.asked.get(name, 0)
        self.asked[name] = number + 1
        return lists[min(number, len(lists) - 1)]


class Handler(http.server.BaseHTTPRequestHandler):
    seen = []

    def do_GET(self):
        self.seen.append(self.path)
        body = f"from {self.connection.getsockname()[0]}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def fetch(*arguments):
    done = subprocess.run([TOOL, *arguments], stdout=subprocess.PIPE, env={"LC_ALL": "C"},
                          encoding="utf-8", timeout=60, check=True)
    return done.stdout.splitlines()


REFUSED = "resolves to loopback address 127.0.0.1 (not in http.allow)"


class Rebinding(unittest.TestCase):
    def test_a_public_name_is_fetched(self):
        self.assertEqual(fetch("http://public.example/"), [f"200 from {PUBLIC}"])

    def test_a_name_that_turns_private_is_refused(self):
        first, second = fetch("http://rebind.example/", "http://rebind.example/")
        self.assertEqual(first, f"200 from {PUBLIC}")
        self.assertEqual(second, f"host 'rebind.example' {REFUSED}")

    def test_a_name_with_both_kinds_is_fetched_from_the_public_one(self):
        self.assertEqual(fetch("http://both.example/"), [f"200 from {PUBLIC}"])

    def test_a_private_name_is_not_asked_of_a_proxy(self):
        for name in ("private.example", "both.example"):
            got = fetch("--proxy", f"http://{PUBLIC}:80", f"http://{name}/by-proxy")
            self.assertEqual(got, [f"host '{name}' {REFUSED}"])
        self.assertFalse([path for path in Handler.seen if "by-proxy" in path])

    def test_a_public_name_is_asked_of_a_proxy(self):
        got = fetch("--proxy", f"http://{PUBLIC}:80", "http://public.example/")
        self.assertEqual(got, [f"200 from {PUBLIC}"])

    def test_a_name_beyond_ascii_is_fetched_whatever_the_locale(self):
        self.assertEqual(fetch("http://b\u00fccher.example/"), [f"200 from {PUBLIC}"])

    def test_fullwidth_digits_are_an_address(self):
        got = fetch("http://\uff11\uff12\uff17.0.0.1/")
        self.assertTrue(got[0].endswith(REFUSED), got)

    def test_a_silent_name_server_holds_nobody_up(self):
        start = time.monotonic()
        got = fetch("--timeout", "300", "http://silent.example/", "http://public.example/")
        self.assertIn("timed out while connecting", got[0])
        self.assertEqual(got[1], f"200 from {PUBLIC}")
        # The system's resolver waits for 5 s at a time.
        self.assertLess(time.monotonic() - start, 4)


def enter():
    """Starts this file again in namespaces of its own."""
    probe = subprocess.run(["unshare", "-rnm", "true"], stderr=subprocess.DEVNULL, check=False)
    if probe.returncode != 0:
        print("skipped: no network namespace of one's own here")
        sys.exit(77)
    os.environ["TOCSIN_INSIDE"] = "1"
    os.execvp("unshare", ["unshare", "-rnm", sys.executable, __file__, TOOL, *sys.argv[1:]])


def prepare(folder):
    for path, text in (("resolv.conf", f"nameserver {PRIVATE}\n"), ("nsswitch.conf", "hosts: files dns\n")):
        with open(os.path.join(folder, path), "w", encoding="ascii") as file:
            file.write(text)
        subprocess.run(["mount", "--bind", os.path.join(folder, path), f"/etc/{path}"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "address", "add", f"{PUBLIC}/32", "dev", "lo"], check=True)
    NameServer().start()
    server = http.server.ThreadingHTTPServer(("0.0.0.0", 80), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


if __name__ == "__main__":
    if "TOCSIN_INSIDE" not in os.environ:
        enter()
    with tempfile.TemporaryDirectory() as place:
        prepare(place)
        unittest.main(verbosity=2)
