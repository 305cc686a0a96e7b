# SPDX-License-Identifier: Apache-2.0
"""Starts the daemon and its subscribers for the integration tests and looks at what they leave.

Everything a test starts lives in its own temporary folder and ends with it. Nothing waits for a
length of time: a test waits for a line, a message or a row, and fails when that does not come.
"""

import json
import os
import pathlib
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TOCSIN_BUILD_DIR", ROOT / "build" / "dev")).resolve()
TOCSIN = BUILD / "daemon" / "app" / "tocsin"
CONSOLE = BUILD / "plugins" / "console" / "tocsin-console"

CHECKER = jsonschema.Draft202012Validator(
    json.loads((ROOT / "config" / "schemas" / "alert-1.schema.json").read_text()),
    format_checker=jsonschema.FormatChecker())

# Generous: a loaded machine with sanitizers is slow to start, and waiting costs nothing.
PATIENCE = 60
START_LIMIT = 120

TOPIC = """format = 1

[topic]
id = "harbour-fires"
title = "Fires in harbours"
version = 1
status = "stable"
severity = 3
languages = ["en"]
threshold = 0.2

[terms]
"harbour fire" = 100
"quay" = 20
"""

# A stable topic must have one of each.
TOPIC_TESTS = """format = 1

[[test]]
name = "a fire"
title = "Harbour fire put out"
text = "The harbour fire at the old quay was put out."
expect = { alert = true }

[[test]]
name = "another matter"
title = "Council approves budget"
text = "The council approved the budget after a short debate."
expect = { alert = false }
"""

SETTINGS = """format = 1

[paths]
feeds = "feeds.opml"
topics = ["topics"]

[poll]
min_interval = "1s"
max_interval = "1s"
host_spacing = "0ms"

[http]
allow = ["127.0.0.0/8"]

[log]
target = "stderr"
"""


class Lines:
    """The lines a process writes to one of its streams, as they come."""

    def __init__(self, stream):
        self._stream = stream
        self._lines = []
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for raw in self._stream:
            with self._changed:
                self._lines.append(raw.decode("utf-8", "replace").rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._stream.close()

    def join(self):
        self._thread.join(PATIENCE)

    def all(self):
        with self._changed:
            return list(self._lines)

    def text(self):
        return "\n".join(self.all())

    def wait_for(self, condition, timeout=PATIENCE):
        """Waits until `condition(lines)` holds or the stream ends; says whether it holds."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or condition(self._lines), timeout)
            return bool(condition(self._lines))

    def wait_for_count(self, count, timeout=PATIENCE):
        return self.wait_for(lambda lines: len(lines) >= count, timeout)

    def wait_for_match(self, pattern, timeout=PATIENCE, after=0):
        """The first line from number `after` on that `pattern` is found in, or None."""
        find = re.compile(pattern).search
        self.wait_for(lambda lines: any(find(line) for line in lines[after:]), timeout)
        return next((line for line in self.all()[after:] if find(line)), None)


class Process:
    """A program of ours, with its two streams read to the end."""

    def __init__(self, command, env=None, stdout=subprocess.PIPE, pass_fds=(), cwd=None):
        self.command = [str(part) for part in command]
        self._popen = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=stdout,
                                       stderr=subprocess.PIPE, env=env, pass_fds=pass_fds, cwd=cwd)
        self.pid = self._popen.pid
        self.out = Lines(self._popen.stdout) if stdout == subprocess.PIPE else None
        self.err = Lines(self._popen.stderr)

    def signal(self, number):
        self._popen.send_signal(number)

    def wait(self, timeout=PATIENCE):
        code = self._popen.wait(timeout)
        self.err.join()
        if self.out:
            self.out.join()
        return code

    def is_running(self):
        return self._popen.poll() is None

    def terminate(self, timeout=PATIENCE):
        """SIGTERM, then the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill(self):
        if self.is_running():
            self._popen.kill()
        return self.wait()


def _line_of(descriptor, limit):
    """The first line, b"" where the other end closed before one, None when neither comes."""
    ends = time.monotonic() + limit
    line = b""
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        readable = select.poll()
        readable.register(stream, select.POLLIN)
        while not line.endswith(b"\n"):
            left = ends - time.monotonic()
            if left <= 0 or not readable.poll(left * 1000):
                return None
            more = stream.read(4096)
            if not more:
                return b""
            line += more
    return line


class Home:
    """A temporary place for a daemon: configuration, topics, state, sockets."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-"))
        self.config = self.path / "tocsin.toml"
        self.feeds = self.path / "feeds.opml"
        self.topics = self.path / "topics"
        self.state = self.path / "state"
        self.runtime = self.path / "run"
        for folder in (self.topics, self.state, self.runtime):
            folder.mkdir()
        self.config.write_text(SETTINGS)
        (self.topics / "harbour-fires.toml").write_text(TOPIC)
        (self.topics / "harbour-fires.test.toml").write_text(TOPIC_TESTS)
        self._processes = []

    def close(self):
        for process in reversed(self._processes):
            process.kill()
        shutil.rmtree(self.path, ignore_errors=True)

    def start(self, command, **options):
        process = Process(command, **options)
        self._processes.append(process)
        return process

    def database(self):
        return self.state / "tocsin.db"

    def run_command(self, *more):
        return [TOCSIN, "run", "--config", self.config, "--state", self.state,
                "--runtime", self.runtime, *more]

    def daemon(self, wrapper=(), env=None):
        """Starts the daemon and waits until it serves. Fails with its log when it does not."""
        daemon, ready = self.start_daemon(wrapper, env)
        if ready is None:
            code = daemon.kill()
            raise AssertionError(f"the daemon does not serve (exit {code}):\n{daemon.err.text()}")
        return daemon

    def start_daemon(self, wrapper=(), env=None, options=()):
        """The daemon's process, and what it wrote to --ready-fd: None when it ended before."""
        reader, writer = os.pipe()
        daemon = self.start([*wrapper, *self.run_command("--ready-fd", writer, *options)],
                            pass_fds=(writer,), env=env)
        os.close(writer)
        line = _line_of(reader, START_LIMIT)
        if line is None:
            raise AssertionError(f"the daemon is neither ready nor at its end:\n{daemon.err.text()}")
        return daemon, json.loads(line) if line else None

    def console(self, name, *more, **options):
        return self.start([CONSOLE, "--runtime", self.runtime, "--name", name, "--json",
                           "--color", "never", *more], **options)

    def tocsin(self, *arguments, timeout=PATIENCE):
        """Runs a verb to its end: (exit code, stdout, stderr)."""
        done = subprocess.run([str(TOCSIN), *map(str, arguments)], capture_output=True,
                              timeout=timeout, stdin=subprocess.DEVNULL, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def status(self):
        code, out, err = self.tocsin("status", "--json", "--runtime", self.runtime)
        if code != 0:
            raise AssertionError(f"tocsin status: exit {code}: {err}")
        return json.loads(out)

    def rows(self, sql, *values):
        """Reads the database beside the daemon, or after it."""
        with sqlite3.connect(f"file:{self.database()}?mode=ro", uri=True, timeout=10) as database:
            rows = database.execute(sql, values).fetchall()
        database.close()
        return rows


def eventually(condition, timeout=PATIENCE, pause=0.05):
    """For what has no event to wait for, such as a row in the database: asks until it holds."""
    ends = time.monotonic() + timeout
    while True:
        value = condition()
        if value or time.monotonic() > ends:
            return value
        time.sleep(pause)


_valid_lines = set()


def _check(line, alert):
    """Every alert that any test sees keeps to the schema."""
    if line not in _valid_lines:
        CHECKER.validate(alert)
        _valid_lines.add(line)


def alerts_of(lines):
    """The alerts among the lines of `tocsin-console --json`; a half-written last line is none."""
    alerts = []
    for line in lines:
        try:
            alerts.append(json.loads(line))
        except json.JSONDecodeError:
            continue
        _check(line, alerts[-1])
    return alerts


def sequence_of(alert):
    return int(alert["sequence"])
