# SPDX-License-Identifier: Apache-2.0
"""The wall in a real browser: Debian's Chromium, driven from tests/browser.

Skipped where Chromium, node or the packages of tests/browser (`npm ci`) are not there.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.wall import WallTest

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "browser"
CHROMIUM = shutil.which("chromium")
NODE = shutil.which("node")
CARDS = "document.querySelectorAll('#feed > article').length"


def what_is_missing():
    if not CHROMIUM:
        return "Debian's package chromium is not installed"
    if not NODE:
        return "Debian's package nodejs is not installed"
    if not (FOLDER / "node_modules" / "axe-core").is_dir():
        return "run npm ci in tests/browser"
    return None


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


@unittest.skipIf(what_is_missing(), f"skipped: {what_is_missing()}")
class WallInABrowser(WallTest):
    def setUp(self):
        super().setUp()
        self.browser = Browser()
        self.addCleanup(self.browser.close)

    def open(self, path="/", **more):
        self.browser.do("open", url=f"http://127.0.0.1:{self.port}{path}", **more)

    def run_in_page(self, code):
        return self.browser.do("run", code=code)

    def wait(self, code):
        self.browser.do("wait", code=code)

    def press(self, *keys):
        for key in keys:
            self.browser.do("press", key=key)

    def report_all(self, *titles):
        for number, title in enumerate(titles):
            self.report(title)
            self.wait(f"{CARDS} >= {number + 1}")

    def headlines(self):
        return self.run_in_page("[...document.querySelectorAll('#feed h2')].map((h) => h.textContent)")

    def test_alerts_come_to_the_open_page_the_newest_first(self):
        self.open()
        self.report_all("Harbour fire one", "Harbour fire two")
        self.assertEqual(["Harbour fire two", "Harbour fire one"], self.headlines())
        self.assertEqual("Harbour fire",
                         self.run_in_page("document.querySelector('#feed mark').textContent"))
        self.assertEqual([], self.browser.do("faults"))

    def test_markup_is_shown_as_text_and_runs_nothing(self):
        title = 'Harbour fire <img src=x onerror="window.hit=1"><script>window.hit=1</script>'
        self.report(title, link="javascript:window.hit=1")
        self.open()
        self.wait(f"{CARDS} === 1")
        self.assertEqual(0, self.run_in_page("document.querySelectorAll('#feed img, #feed script').length"))
        self.assertIsNone(self.run_in_page("window.hit ?? null"))
        self.assertEqual([], self.browser.do("faults"), "no policy was violated")

    def test_after_a_lost_connection_nothing_is_missing_and_nothing_there_twice(self):
        self.open()
        self.report_all("Harbour fire before")
        self.wall.kill()
        self.wait("!document.getElementById('lost').hidden")
        self.assertIn("Connection lost", self.run_in_page("document.getElementById('lost').textContent"))
        self.report("Harbour fire meanwhile")
        self.start_wall(self.port)
        self.wait(f"{CARDS} === 2")
        self.wait("document.getElementById('lost').hidden")
        self.report("Harbour fire afterwards")
        self.wait(f"{CARDS} === 3")
        self.assertEqual(["Harbour fire afterwards", "Harbour fire meanwhile", "Harbour fire before"],
                         self.headlines())

    def test_the_keyboard_alone_suffices(self):
        self.open()
        self.report_all("Harbour fire one", "Harbour fire two")
        self.press("j")
        focused = "document.activeElement.querySelector('h2').textContent"
        self.assertEqual("Harbour fire two", self.run_in_page(focused))
        self.press("j", "e")
        self.assertEqual("Harbour fire one", self.run_in_page(focused))
        self.assertTrue(self.run_in_page("document.activeElement.querySelector('.why').open"))
        self.press("p")
        self.assertEqual("true", self.run_in_page("document.getElementById('pause').getAttribute('aria-pressed')"))
        self.press("/")
        self.browser.do("type", text="one")
        shown = "[...document.querySelectorAll('#feed > article')].filter((a) => !a.hidden).length"
        self.assertEqual(1, self.run_in_page(shown))
        self.press("Escape", "?")
        self.assertFalse(self.run_in_page("document.getElementById('help').hidden"))

    def test_a_paused_page_waits_and_loses_nothing(self):
        self.open()
        self.report_all("Harbour fire one")
        self.press("p")
        self.report("Harbour fire two")
        self.wait("document.getElementById('pause').textContent.includes('1 waiting')")
        self.assertEqual(["Harbour fire one"], self.headlines())
        self.press("p")
        self.wait(f"{CARDS} === 2")

    def test_axe_finds_nothing_serious(self):
        self.report("Harbour fire one")
        for path, scheme in (("/", "light"), ("/", "dark"), ("/?wall=1", "dark"), ("/?wall=1", "light")):
            with self.subTest(path=path, scheme=scheme):
                self.open(path, scheme=scheme)
                self.wait(f"{CARDS} === 1")
                self.assertEqual([], self.browser.do("axe"))

    def test_without_script_the_alerts_are_there(self):
        self.report("Harbour fire one")
        self.open()
        self.wait(f"{CARDS} === 1")
        self.open(script=False)
        self.assertIn("Harbour fire one", self.run_in_page("document.body.textContent"))


if __name__ == "__main__":
    unittest.main()
