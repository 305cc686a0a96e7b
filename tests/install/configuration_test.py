# SPDX-License-Identifier: Apache-2.0
"""Installing again keeps what an administrator has edited."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TOCSIN_BUILD_DIR", ROOT / "build" / "dev")).resolve()
SHIPPED = {name: (ROOT / "config" / name).read_bytes() for name in ("tocsin.toml", "feeds.opml")}
OURS = b"format = 1\n# ours\n"


class Configuration(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin install "))
        self.addCleanup(shutil.rmtree, self.folder)
        self.install()
        (self.edited,) = self.folder.rglob("tocsin.toml")

    def install(self):
        """What it said."""
        done = subprocess.run(["cmake", "--install", str(BUILD), "--component", "configuration"], check=False,
                              env=os.environ | {"DESTDIR": str(self.folder)}, capture_output=True, timeout=60)
        self.assertEqual(0, done.returncode, done.stderr.decode())
        return done.stdout.decode()

    def there(self):
        return {path.name: path.read_bytes() for path in self.edited.parent.iterdir()}

    def test_what_is_missing_is_installed(self):
        self.assertEqual(SHIPPED, self.there())
        (self.edited.parent / "feeds.opml").unlink()
        self.install()
        self.assertEqual(SHIPPED, self.there())

    def test_an_edited_file_stays_and_what_ships_lies_beside_it(self):
        self.edited.write_bytes(OURS)
        for _ in range(2):
            self.assertIn(f"Kept: {self.edited}; what ships now is tocsin.toml.new", self.install())
            self.assertEqual(SHIPPED | {"tocsin.toml": OURS, "tocsin.toml.new": SHIPPED["tocsin.toml"]}, self.there())

    def test_what_lies_beside_a_file_goes_once_that_is_what_ships(self):
        self.edited.write_bytes(OURS)
        self.install()
        self.edited.write_bytes(SHIPPED["tocsin.toml"])
        self.install()
        self.assertEqual(SHIPPED, self.there())

    def test_a_link_stays_one(self):
        elsewhere = self.folder / "elsewhere"
        self.edited.unlink()
        self.edited.symlink_to(elsewhere)
        for is_there in (False, True):
            if is_there:
                elsewhere.write_bytes(OURS)
            self.install()
            self.assertTrue(self.edited.is_symlink())
            self.assertEqual(is_there, elsewhere.exists())
        self.assertEqual(OURS, elsewhere.read_bytes())


if __name__ == "__main__":
    unittest.main()
