#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What systemd says of the units, without a running systemd.

    units_test.py SOURCE_ROOT BINARY
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv[1])
BINARY = pathlib.Path(sys.argv[2])


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


class Units(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def copy(self, name, as_name=None):
        """The unit with the built binary in place of the installed one."""
        text = (ROOT / "systemd" / name).read_text()
        self.assertIn("ExecStart=/usr/bin/tocsin ", text)
        target = self.folder / (as_name or name)
        target.write_text(text.replace("/usr/bin/tocsin", str(BINARY)))
        return str(target)

    def verify(self, path):
        result = run("systemd-analyze", "verify", path)
        # An unknown key is only printed: the exit code stays 0.
        self.assertEqual((result.stdout, result.stderr, result.returncode), ("", "", 0))

    def assert_exposure_at_most(self, path, tenths):
        result = run("systemd-analyze", "security", "--offline=true", f"--threshold={tenths}", path)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("Overall exposure level", result.stdout)

    def test_the_daemons_unit_is_faultless(self):
        self.verify(self.copy("tocsin.service"))

    def test_a_plugins_unit_is_faultless(self):
        self.verify(self.copy("tocsin-plugin@.service", "tocsin-plugin@console.service"))

    def test_verify_sees_a_misspelt_key(self):
        path = pathlib.Path(self.copy("tocsin.service"))
        path.write_text(path.read_text().replace("MemoryMax=", "MemryMax="))
        self.assertIn("MemryMax", run("systemd-analyze", "verify", str(path)).stderr)

    def test_the_daemon_is_exposed_no_more_than_1_2(self):
        self.assert_exposure_at_most(self.copy("tocsin.service"), 12)

    def test_a_plugin_is_exposed_no_more_than_3_0(self):
        path = self.copy("tocsin-plugin@.service", "tocsin-plugin@console.service")
        self.assert_exposure_at_most(path, 30)

    def test_peers_of_the_sockets_keep_their_user(self):
        for unit in (ROOT / "systemd").glob("*.service"):
            keys = [line.split("=")[0] for line in unit.read_text().splitlines()]
            self.assertNotIn("PrivateUsers", keys, unit.name)

    def test_a_wrong_configuration_is_not_tried_again(self):
        for unit in (ROOT / "systemd").glob("*.service"):
            self.assertRegex(unit.read_text(), r"\nRestartPreventExitStatus=(64 )?77 78\n", unit.name)

    def test_the_user_is_made_as_the_unit_names_it(self):
        (self.folder / "etc").mkdir()
        config = str(ROOT / "systemd" / "tocsin.sysusers")
        result = run("systemd-sysusers", f"--root={self.folder}", config)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("\ntocsin:", "\n" + (self.folder / "etc/passwd").read_text())
        self.assertIn("\nUser=tocsin\n", (ROOT / "systemd/tocsin.service").read_text())

    def test_the_folders_of_the_house_are_described_without_a_mistake(self):
        config = str(ROOT / "systemd" / "tocsin.tmpfiles")
        # A prefix that fits nothing: the file is read, and nothing is made.
        result = run("systemd-tmpfiles", f"--root={self.folder}", "--create", "--prefix=/nowhere",
                     config)
        self.assertEqual((result.stderr, result.returncode), ("", 0))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
