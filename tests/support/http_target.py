# SPDX-License-Identifier: Apache-2.0
"""A server that plugins post to: it remembers what came and answers as its script says."""

import http.server
import pathlib
import ssl
import subprocess
import threading

PATIENCE = 60


class Post:
    """One request as it came."""

    def __init__(self, path, headers, body, number):
        self.path = path
        self.headers = headers
        self.body = body
        self.number = number  # counted from 1


class HttpTarget:
    """`script(post, handler)` writes the whole answer; the functions below make some. It may be replaced at
    any time."""

    def __init__(self, script=None, port=0, tls=None):
        self.script = script or answer(204)
        self._posts = []
        self._came = threading.Condition()
        self.closing = threading.Event()
        self._http = _Server(("127.0.0.1", port), _handler_of(self))
        self._scheme = "http"
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True,
                                                do_handshake_on_connect=False)
            self._scheme = "https"
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self):
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def url(self, path="/hook"):
        return f"{self._scheme}://127.0.0.1:{self.port}{path}"

    def posts(self):
        with self._came:
            return list(self._posts)

    def wait_for_count(self, count, timeout=PATIENCE):
        with self._came:
            return self._came.wait_for(lambda: len(self._posts) >= count, timeout)

    def remember(self, path, headers, body):
        with self._came:
            post = Post(path, headers, body, len(self._posts) + 1)
            self._posts.append(post)
            self._came.notify_all()
        return post


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a peer that goes away is nothing to print


def _handler_of(target):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            post = target.remember(self.path, dict(self.headers.items()), body)
            target.script(post, self)

        def log_message(self, *_):
            pass

    return Handler


class Authority:
    """A certificate authority of the test's own, by openssl(1)."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.file = self.folder / "ca.pem"
        self._run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=Test-CA"
                  " -keyout ca.key -out ca.pem")

    def context(self, name, names="IP:127.0.0.1"):
        """What a server needs that shows a certificate of this authority."""
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        self._run(f"req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={name}"
                  f" -keyout {name}.key -out {name}.csr")
        self._run(f"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
                  f" -extfile {name}.ext -out {name}.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context

    def _run(self, arguments):
        subprocess.run(["openssl", *arguments.split()], cwd=self.folder, check=True, capture_output=True)


def answer(status, headers=None, body=b""):
    def script(_post, handler):
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        if status != 204:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
    return script


def in_turn(*scripts):
    """One after the other; the last for all that follow."""
    def script(post, handler):
        scripts[min(post.number, len(scripts)) - 1](post, handler)
    return script


def closes_mid_body(_post, handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    handler.close_connection = True


def garbage(_post, handler):
    handler.wfile.write(b"\x00\x01\x02 this is no HTTP\r\n\r\n" + b"\xff" * 1000)
    handler.close_connection = True


def endless_headers(_post, handler):
    handler.close_connection = True
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(2000):
        handler.wfile.write(f"X-{number}: {'y' * 100}\r\n".encode())


def never(target):
    """No answer until the server closes; `target` gives the server."""
    def script(_post, handler):
        handler.close_connection = True
        target().closing.wait()
    return script
