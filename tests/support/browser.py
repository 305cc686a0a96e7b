# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium, driven by tests/browser/driver.mjs."""

import json
import pathlib
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "browser"
CHROMIUM = shutil.which("chromium")
NODE = shutil.which("node")


def what_is_missing():
    if not CHROMIUM:
        return "Debian's package chromium is not installed"
    if not NODE:
        return "Debian's package nodejs is not installed"
    if not (FOLDER / "node_modules" / "axe-core").is_dir():
        return "npm ci was not run in tests/browser"
    return why_it_does_not_start()


def why_it_does_not_start():
    """None where the browser comes up: some machines forbid what it needs, and that is no fault of the wall's."""
    try:
        tried = subprocess.run([NODE, FOLDER / "driver.mjs", CHROMIUM], text=True, input='{"do": "faults"}\n',
                               capture_output=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "Chromium did not start within two minutes"
    if tried.returncode == 0 and "value" in tried.stdout:
        return None
    said = tried.stderr.strip().splitlines()
    return "Chromium does not start: " + next((line for line in said if "Error" in line), "it says nothing")


class Browser:
    def __init__(self):
        self._process = subprocess.Popen([NODE, FOLDER / "driver.mjs", CHROMIUM], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def do(self, verb, **more):
        self._process.stdin.write(json.dumps({"do": verb, **more}) + "\n")
        self._process.stdin.flush()
        reply = json.loads(self._process.stdout.readline())
        if "error" in reply:
            raise AssertionError(reply["error"])
        return reply["value"]

    def run(self, code):
        """The value of an expression in the page."""
        return self.do("run", code=code)

    def wait(self, code, seconds=30):
        self.do("wait", code=code, seconds=seconds)
