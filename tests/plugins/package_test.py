#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The C++ library as others use it: installed, found by CMake, and a plugin of 25 lines built with it."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TOCSIN_BUILD_DIR", ROOT / "build" / "dev")).resolve()
OUTSIDE = ROOT / "tests" / "plugins" / "outside"
ALERT = ROOT / "tests" / "golden" / "alerts" / "version-1" / "new.json"


def cached(name):
    """A variable of the build: what is linked with it must be compiled alike."""
    for line in (BUILD / "CMakeCache.txt").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split("=", 1)[1]
    return ""


class Package(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-package."))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_command(self, *words):
        done = subprocess.run([str(word) for word in words], capture_output=True, timeout=600, check=False)
        self.assertEqual(0, done.returncode, done.stdout.decode() + done.stderr.decode())
        return done.stdout.decode()

    def test_a_plugin_is_built_and_run_against_what_is_installed(self):
        prefix, build = self.folder / "prefix", self.folder / "build"
        self.run_command("cmake", "--install", BUILD, "--prefix", prefix, "--component", "plugin-sdk")
        # Away from the tree, so that nothing of it can be found.
        shutil.copytree(OUTSIDE, self.folder / "source")
        flags = " ".join(cached(name) for name in ("CMAKE_CXX_FLAGS", "CMAKE_CXX_FLAGS_" + cached("CMAKE_BUILD_TYPE").upper()))
        self.run_command("cmake", "-G", "Ninja", "-S", self.folder / "source", "-B", build,
                         f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_FLAGS={flags}",
                         f"-DCMAKE_CXX_COMPILER={cached('CMAKE_CXX_COMPILER')}")
        self.run_command("cmake", "--build", build)
        said = self.run_command(build / "tocsin-syslog", "--dry-run", ALERT)
        self.assertEqual("would log: returning-fighters: Foreign fighters return from Raqqa https://news.example/a?x=1\n", said)
        self.assertIn("--least", self.run_command(build / "tocsin-syslog", "--help"))

    def test_the_plugin_is_short(self):
        lines = (OUTSIDE / "main.cpp").read_text().splitlines()
        code = [line for line in lines if line.strip() and not line.startswith("//")]
        self.assertLessEqual(len(code), 25)


if __name__ == "__main__":
    unittest.main()
