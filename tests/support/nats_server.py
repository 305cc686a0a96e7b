# SPDX-License-Identifier: Apache-2.0
"""A NATS server with JetStream for the tests, and as much of a client as they need."""

import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

SERVER = "/usr/sbin/nats-server"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class NatsServer:
    """Keeps its streams in `folder`, also when it is killed and started anew."""

    def __init__(self, folder, *options):
        self._folder = pathlib.Path(folder)
        self._folder.mkdir(exist_ok=True)
        self._options = options
        self.port = free_port()
        self._process = None
        self.start()

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    def start(self):
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [SERVER, "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self._folder / "js"), *self._options],
                stdout=log, stderr=log)
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            try:
                socket.create_connection(("127.0.0.1", self.port), 5).close()
                return
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.02)
        raise AssertionError("nats-server does not serve:\n" + (self._folder / "log").read_text())

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def close(self):
        if self._process.poll() is None:
            self.kill()


class NatsClient:
    """Asks the server one thing at a time; gives up with OSError when it goes."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._file = self._socket.makefile("rb")
        self._file.readline()  # INFO
        self._inbox = "_INBOX." + os.urandom(8).hex()
        self._send('CONNECT {"verbose":false,"headers":true}')
        self._send(f"SUB {self._inbox} 1")

    def close(self):
        self._file.close()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _send(self, line, payload=None):
        data = line.encode() + b"\r\n"
        if payload is not None:
            data += payload + b"\r\n"
        self._socket.sendall(data)

    def request(self, subject, body):
        """The answer as JSON."""
        payload = json.dumps(body).encode() if body is not None else b""
        self._send(f"PUB {subject} {self._inbox} {len(payload)}", payload)
        while True:
            words = self._file.readline().decode().split()
            if not words:
                raise ConnectionError("the server is gone")
            if words[0] == "PING":
                self._send("PONG")
            elif words[0] == "MSG":
                answer = json.loads(self._file.read(int(words[-1])))
                self._file.read(2)
                return answer
            elif words[0] == "HMSG":  # "no responders" has no body
                self._file.read(int(words[-1]) + 2)
                raise ConnectionError("nobody answers")
            elif words[0] == "-ERR":
                raise ConnectionError(" ".join(words))

    def stream(self, name="TOCSIN"):
        """Configuration and state; None where it is missing."""
        answer = self.request(f"$JS.API.STREAM.INFO.{name}", None)
        return None if "error" in answer else answer

    def make_stream(self, **configuration):
        answer = self.request(f"$JS.API.STREAM.CREATE.{configuration['name']}", configuration)
        if "error" in answer:
            raise AssertionError(answer["error"])

    def delete_stream(self, name="TOCSIN"):
        self.request(f"$JS.API.STREAM.DELETE.{name}", None)

    def messages(self, name="TOCSIN"):
        """(subject, headers, payload) of every message in the stream, in order."""
        found = []
        info = self.stream(name)
        if info is None:
            return found
        for seq in range(info["state"]["first_seq"], info["state"]["last_seq"] + 1):
            answer = self.request(f"$JS.API.STREAM.MSG.GET.{name}", {"seq": seq})
            one = answer["message"]
            lines = base64.b64decode(one.get("hdrs", "")).decode().split("\r\n")[1:]
            headers = dict(line.split(": ", 1) for line in lines if ": " in line)
            found.append((one["subject"], headers, base64.b64decode(one["data"])))
        return found
