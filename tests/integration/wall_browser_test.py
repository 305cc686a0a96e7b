# SPDX-License-Identifier: Apache-2.0
"""The wall in a real browser: Debian's Chromium, driven from tests/browser.

Skipped where Chromium, node or the packages of tests/browser (`npm ci`) are not there.
"""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.browser import Browser, what_is_missing
from support.wall import WallTest
from support.words import fire_report

CARDS = "document.querySelectorAll('#feed > article').length"
LIMIT = 5000  # ms: figures are printed for people to judge, and tell on any machine a page that hangs

# Notes for each card how many ms after its alert's commit the frame with it was drawn.
WATCH_DELAYS = """(window.delays = [], new MutationObserver((changes) => requestAnimationFrame(() => {
  for (const card of changes.flatMap((change) => [...change.addedNodes])) {
    window.delays.push(Date.now() - Date.parse(card.querySelector("time").dateTime));
  }
})).observe(document.getElementById("feed"), { childList: true }), true)"""

# Notes the longest time between two frames, and the longest piece of work, since they were last asked for.
WATCH_FRAMES = """(window.frames_ = () => {
  const said = { gap: Math.round(window.gap), task: Math.round(window.task) };
  window.gap = window.task = 0;
  return said;
}, window.frames_(), new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.task = Math.max(window.task, one.duration);
}).observe({ type: "longtask", buffered: true }), (function next(before) {
  requestAnimationFrame((now) => { window.gap = Math.max(window.gap, now - before); next(now); });
})(performance.now()), true)"""

# From the page's first moment on: the longest piece of work, and the most cards put on the page in one.
WATCH_OPENING = """
window.task = window.pieces = window.largest = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.task = Math.max(window.task, one.duration);
}).observe({ type: "longtask", buffered: true });
new MutationObserver((changes) => {
  const nodes = changes.flatMap((one) => [...one.addedNodes]).filter((node) => node.tagName === "ARTICLE");
  const added = nodes.filter((node) => node.querySelector("time[title]")).length; // not what the page came with
  if (added === 0) return;
  window.pieces += 1;
  window.largest = Math.max(window.largest, added);
}).observe(document, { childList: true, subtree: true });
"""

SCROLL = """new Promise((done) => {
  const step = () => {
    const before = scrollY;
    scrollBy(0, 300);
    if (scrollY === before) done(scrollY); else requestAnimationFrame(step);
  };
  step();
})"""


class WallInABrowser(WallTest):
    def setUp(self):
        super().setUp()
        self.browser = Browser()
        self.addCleanup(self.browser.close)

    def open(self, path="/", **more):
        self.browser.do("open", url=f"http://127.0.0.1:{self.port}{path}", **more)

    def run_in_page(self, code):
        return self.browser.run(code)

    def wait(self, code, seconds=30):
        self.browser.wait(code, seconds)

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

    def test_an_alert_appears_within_a_second_of_its_commit(self):
        self.open()
        self.run_in_page(WATCH_DELAYS)
        for number in range(10):
            self.report(f"Harbour fire {number}")
            self.wait(f"window.delays.length > {number}")
        delays = sorted(self.run_in_page("window.delays"))
        print(f"wall: from commit to screen {delays[len(delays) // 2]} ms in the median of {len(delays)}, "
              f"{delays[-1]} ms at most", flush=True)
        self.assertLess(delays[len(delays) // 2], LIMIT)

    def smoothness(self, doing):
        """The figures since the last call, which must be those of a page that answers."""
        figures = self.run_in_page("window.frames_()")
        print(f"wall: {doing}: longest work {figures['task']} ms, longest time between frames {figures['gap']} ms",
              flush=True)
        self.assertLess(figures["task"], LIMIT)
        self.assertLess(figures["gap"], LIMIT)

    def test_a_thousand_alerts_stay_smooth(self):
        self.open()
        self.run_in_page(WATCH_FRAMES)
        for number in range(1010):
            self.feed.add(*fire_report(number))
        self.wait("document.getElementById('a1010')", seconds=120)
        self.assertEqual(1000, self.run_in_page(CARDS), "the oldest leave")
        self.smoothness("1,010 alerts arrive")
        self.assertGreater(self.run_in_page(SCROLL), 50000)
        self.smoothness("scrolling through 1,000")
        self.press("/")
        self.browser.do("type", text="harbour fire in b")
        shown = self.run_in_page("[...document.querySelectorAll('#feed > article')].filter((a) => !a.hidden).length")
        self.assertTrue(0 < shown < 1000, shown)
        self.smoothness("searching in 1,000")
        self.press("Escape", "j", "j", "e", "k")
        self.smoothness("keys among 1,000")
        self.open(before=WATCH_OPENING)
        self.wait(f"{CARDS} === 1000 && document.getElementById('feed').getAttribute('aria-busy') === 'false'")
        opening = self.run_in_page("({ task: Math.round(window.task), pieces: window.pieces, largest: window.largest })")
        print(f"wall: opening a page of 1,000: longest work {opening['task']} ms, in {opening['pieces']} pieces", flush=True)
        self.assertLessEqual(opening["largest"], 20, "piece by piece, so that the page answers in between")
        self.assertLess(opening["task"], LIMIT)
        newest_first = "[...document.querySelectorAll('#feed > article')].every((a, i, all) => i === 0 || Number(a.id.slice(1)) < Number(all[i - 1].id.slice(1)))"
        self.assertTrue(self.run_in_page(newest_first))
        self.open("/?wall=1")
        self.run_in_page(WATCH_FRAMES)
        self.wait(f"{CARDS} === 60")
        self.assertIn("1000 in 24 h", self.run_in_page("document.getElementById('hours-text').textContent"))
        self.smoothness("the big screen")

    def test_a_log_that_begins_anew_begins_the_page_anew(self):
        self.open()
        self.report_all("Harbour fire one", "Harbour fire two", "Harbour fire three")
        self.wall.kill()
        self.assertEqual(0, self.daemon.terminate())
        for file in self.home.state.iterdir():
            file.unlink()
        self.begin()
        self.start_wall(self.port)
        self.report("Harbour fire in the new log")
        self.wait(f"{CARDS} === 1")
        self.assertEqual(["Harbour fire in the new log"], self.headlines())
        self.report("Harbour fire afterwards")
        self.wait(f"{CARDS} === 2")

    def test_an_item_that_two_topics_found_is_one_card(self):
        self.daemon.terminate()
        for name in ("harbour-fires.toml", "harbour-fires.test.toml"):
            text = (self.home.topics / name).read_text().replace("harbour-fires", "quays")
            text = text.replace("Fires in harbours", "Whatever happens at the quays").replace("severity = 3", "severity = 1")
            (self.home.topics / name.replace("harbour-fires", "quays")).write_text(text)
        self.begin()
        self.open()
        self.report("Harbour fire one")
        shown = "[...document.querySelectorAll('#feed .topic')].map((one) => one.textContent).sort()"
        both = ["Fires in harbours", "Whatever happens at the quays"]
        self.wait(f"JSON.stringify({shown}) === '{json.dumps(both, separators=(',', ':'))}'")
        self.assertEqual(1, self.run_in_page(CARDS))
        self.assertIn("s1", self.run_in_page("document.querySelector('#feed > article').className"), "the most severe of them")
        self.open()
        self.wait(f"JSON.stringify({shown}) === '{json.dumps(both, separators=(',', ':'))}'")
        self.assertEqual(1, self.run_in_page(CARDS), "and so when it is opened")

    def test_a_phone_scrolls_in_one_direction_only(self):
        self.report("Harbour fire " + "in a long headline " * 8)
        self.open(width=360, height=800)
        self.wait(f"{CARDS} === 1")
        self.assertLessEqual(self.run_in_page("document.documentElement.scrollWidth"), 360)

    def test_the_big_screen_has_the_newest_alerts_in_its_first_row(self):
        self.open("/?wall=1", width=1920, height=1080)
        self.report_all(*(f"Harbour fire {number}" for number in range(4)))
        tops = self.run_in_page("[...document.querySelectorAll('#feed > article')].map((a) => Math.round(a.getBoundingClientRect().top))")
        self.assertEqual(tops[0], tops[1])
        self.assertLess(tops[1], tops[2])

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
        self.assertEqual("Alerts shown: 1", self.run_in_page("document.querySelector('.count').innerText"))
        self.assertTrue(self.run_in_page("document.getElementById('none').hidden"))


if __name__ == "__main__":
    if what_is_missing():
        print(f"skipped: {what_is_missing()}")
        sys.exit(77)  # what ctest knows as skipped
    unittest.main()
