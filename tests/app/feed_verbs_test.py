#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`tocsin feed`: what it makes of pages, feeds and lists, and what it leaves alone."""

import json
import pathlib
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import SETTINGS, TOCSIN, ProgramTest
from support.feed_server import FeedServer, fixed, redirect

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<!-- the ports we watch -->
<opml version="2.0" xmlns:tocsin="https://tocsin.example/ns/opml">
  <body>
    <!-- the north -->
    <outline text="Ports">
      <outline type='rss' odd="kept" tocsin:id="quay" text="Quay news" xmlUrl="http://127.0.0.1:9/quay"/>   <!-- why -->
    </outline>

    <outline text="Tides" xmlUrl="http://127.0.0.1:9/tides?a=1&amp;b=2"/>
  </body>
</opml>
"""


class FeedVerbs(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.write("feeds.opml", LIST)
        self.write("tocsin.toml", SETTINGS + '[http]\nallow = ["127.0.0.0/8"]\n')
        self.wire = self.server.add_feed("wire", "Harbour Wire", "rss")
        self.wire.add(title="Fire", text="A fire at the quay.")

    def feed(self, *words, **more):
        return self.run_verb("feed", *words, "--config", "tocsin.toml", **more)

    def answer(self, *words, code=0):
        """The one JSON object that a verb prints."""
        outcome = self.feed(*words, "--json")
        self.assertEqual(outcome[0], code, outcome)
        return json.loads(outcome[1])

    def list(self):
        return (self.folder / "feeds.opml").read_text()

    def page(self, head, path="/page"):
        return self.server.add_endpoint(path, fixed(
            f"<!doctype html><html><head>{head}</head><body>x</body></html>".encode(),
            content_type="text/html; charset=utf-8"))

    def link(self, href, title="", kind="rss"):
        return f'<link rel="alternate" type="application/{kind}+xml" title="{title}" href="{href}">'


class List(FeedVerbs):
    def test_it_names_each_feed_with_its_folders_and_the_options_in_force(self):
        self.write("tocsin.toml", SETTINGS + '[[feed]]\ntag = "Ports"\nkind = "paper"\n'
                   '[[feed]]\nid = "quay"\ninterval = "5m"\n')
        code, out, err = self.feed("list")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out.splitlines()[0],
                         "quay  http://127.0.0.1:9/quay  Quay news  Ports  interval=5m kind=paper")
        code, out, _ = self.feed("list", "--json", "--tag", "Ports")
        self.assertEqual([json.loads(line) for line in out.splitlines()],
                         [{"key": "quay", "id": "quay", "url": "http://127.0.0.1:9/quay",
                           "title": "Quay news", "site": "", "tags": ["Ports"],
                           "options": {"interval": "5m", "kind": "paper"}}])

    def test_every_option_of_a_feed_is_shown_and_of_headers_the_names(self):
        self.write("ca.pem", "")
        options = {"interval": "5m", "priority": "high", "kind": "paper", "agent": "Harbour/1",
                   "http2": True, "headers": ["X-Reader: desk"],
                   "proxy": "socks5h://proxy.example:1080", "follow_moves": False,
                   "topics": ["fires"]}
        rows = "".join(f"{name} = {json.dumps(value)}\n" for name, value in options.items())
        self.write("tocsin.toml", SETTINGS + '[[feed]]\nid = "quay"\n' + rows +
                   'ca_file = "ca.pem"\n')
        shown = json.loads(self.feed("list", "--json", "--tag", "Ports")[1])["options"]
        self.assertTrue(shown.pop("ca_file").endswith("/ca.pem"))
        self.assertEqual(shown, options | {"headers": ["X-Reader"]})

    def test_a_title_cannot_act_on_the_terminal(self):
        self.write("feeds.opml", LIST.replace("Quay news", "\u202eQuay&#x1b;]0;x\u0085"))
        _, out, _ = self.feed("list")
        self.assertNotIn("\u202e", out)
        self.assertNotIn("\x1b", out)

    def test_without_a_list_it_fails(self):
        (self.folder / "feeds.opml").unlink()
        self.assert_refused(self.feed("list"), 78, "feed list ")


class Add(FeedVerbs):
    def test_a_feed_is_added_and_nothing_else_changes(self):
        code, out, err = self.feed("add", self.wire.url, "--tag", "Ports", "--id", "wire")
        self.assertEqual((code, err), (0, ""), out)
        self.assertIn("added wire  ", out)
        row = (f'      <outline type="rss" tocsin:id="wire" text="Harbour Wire" xmlUrl="{self.wire.url}"'
               f' htmlUrl="{self.wire.url}"/>\n')
        self.assertEqual(self.list(), LIST.replace("    </outline>\n", row + "    </outline>\n"))

    def test_what_was_added_is_json(self):
        found = self.answer("add", self.wire.url)
        self.assertEqual(found["added"]["title"], "Harbour Wire")
        self.assertEqual((found["found"]["format"], found["found"]["items"]), ("rss20", 1))

    def test_a_page_leads_to_its_feed(self):
        page = self.page(self.link("/feeds/wire"))
        self.assertEqual(self.answer("add", page)["added"]["url"], self.wire.url)

    def test_of_several_feeds_one_has_to_be_chosen(self):
        atom = self.server.add_feed("atom", "Harbour Atom", "atom")
        page = self.page(self.link("/comments", "Comments") + self.link("/feeds/atom", kind="atom")
                         + self.link("/feeds/wire") + self.link("/nowhere"))
        self.server.add_endpoint("/comments", fixed(self.wire.document()[0]))
        code, out, err = self.feed("add", page)
        self.assertEqual((code, self.list()), (1, LIST), out + err)
        self.assertEqual([line.split()[:2] for line in out.splitlines()],
                         [["1", atom.url], ["2", self.wire.url], ["3", self.server.url("/comments")]])
        self.assertIn("--choose N", err)
        self.assertEqual(len(self.answer("add", page, code=1)["candidates"]), 3)
        self.assertEqual(self.feed("add", page, "--choose", "4")[0], 1)
        self.assertEqual(self.answer("add", page, "--choose", "2")["added"]["url"], self.wire.url)
        self.assertEqual(self.answer("add", page, "--yes")["added"]["url"], atom.url)

    def test_where_a_page_is_silent_the_usual_places_are_tried(self):
        self.server.add_endpoint("/rss.xml", fixed(self.wire.document()[0]))
        found = self.answer("add", self.page(""))
        self.assertEqual(found["added"]["url"], self.server.url("/rss.xml"))

    def test_a_feed_that_is_listed_is_not_added_again(self):
        for url in ("http://127.0.0.1:9/quay", "http://127.0.0.1:9/quay/#top"):
            self.assert_refused(self.feed("add", url), 1, "is listed already as 'quay'")
        self.assertEqual(self.feed("add", self.wire.url)[0], 0)
        before = self.list()
        moved = self.server.add_endpoint("/old", redirect(self.wire.url, 301))
        self.assert_refused(self.feed("add", moved), 1, "is listed already")
        self.assertEqual(self.list(), before)

    def test_a_permanent_redirect_is_listed_by_its_end_and_told(self):
        old = self.server.add_endpoint("/old", redirect("/feeds/wire", 308))
        code, out, _ = self.feed("add", old)
        self.assertEqual(code, 0)
        self.assertIn("moved for good from " + old, out)
        self.assertIn(f'xmlUrl="{self.wire.url}"', self.list())

    def test_a_temporary_redirect_leaves_the_url(self):
        old = self.server.add_endpoint("/old", redirect("/feeds/wire", 302))
        self.assertEqual(self.answer("add", old)["added"]["url"], old)

    def test_a_private_address_is_refused_with_the_reason(self):
        self.write("tocsin.toml", SETTINGS)
        self.assert_refused(self.feed("add", self.wire.url), 1,
                            "resolves to loopback address 127.0.0.1 (not in http.allow)")
        self.assertEqual((self.list(), self.server.requests()), (LIST, []))

    def test_what_is_no_feed_or_does_not_answer_is_not_added(self):
        text = self.server.add_endpoint("/text", fixed(b"just text", content_type="text/plain"))
        self.assert_refused(self.feed("add", text), 1, "none of the 6 places")
        self.assert_refused(self.feed("add", self.server.url("/404")), 1, "status 404")
        self.assert_refused(self.feed("add", "http://127.0.0.1:9/x"), 1, "connection refused")
        self.assert_refused(self.feed("add", "gopher://x/"), 2, "neither http nor https")
        self.assertEqual(self.list(), LIST)

    def test_a_page_cannot_have_the_secrets_of_its_feed_sent_elsewhere(self):
        self.write("secret", "ann:s3cret")
        (self.folder / "secret").chmod(0o600)
        self.write("tocsin.toml", SETTINGS + '[http]\nallow = ["127.0.0.0/8"]\n'
                   '[[feed]]\ntag = "Paid"\ncredential = "./secret"\n')
        with FeedServer() as other:
            foreign = other.add_feed("bait", "Bait", "rss")
            page = self.page(self.link(foreign.url))
            self.assertEqual(self.feed("add", page, "--tag", "Paid")[0], 0)
            self.assertIn("Authorization", self.server.requests("/page")[0].headers)
            self.assertNotIn("Authorization", other.requests("/feeds/bait")[0].headers)

    def test_without_a_look_the_url_is_listed_as_it_is(self):
        self.assertEqual(self.feed("add", "feed:https://x.example/f", "--no-fetch",
                                   "--title", 'A & "B"')[0], 0)
        self.assertIn('text="A &amp; &quot;B&quot;" xmlUrl="https://x.example/f"', self.list())

    def test_a_list_that_does_not_exist_is_made(self):
        (self.folder / "feeds.opml").unlink()
        self.assertEqual(self.feed("add", self.wire.url)[0], 0)
        self.assertEqual(len(self.feed("list")[1].splitlines()), 1)

    def test_a_hostile_title_neither_breaks_the_list_nor_the_terminal(self):
        hostile = self.server.add_feed("bad", 'x"/><evil a="\u202e]]>\u0007', "rss")
        code, out, _ = self.feed("add", hostile.url)
        self.assertEqual(code, 0)
        self.assertNotIn("\u202e", out)
        self.assertEqual(len(self.feed("list")[1].splitlines()), 3)

    def test_edits_at_the_same_time_are_all_kept(self):
        runs = [subprocess.Popen([str(TOCSIN), "feed", "add", "--no-fetch", f"https://x.example/{i}",
                                  "--config", "tocsin.toml"], cwd=self.folder,
                                 env=self.environment(), stdout=subprocess.DEVNULL)
                for i in range(6)]
        self.assertEqual([run.wait(60) for run in runs], [0] * 6)
        self.assertEqual(len(self.feed("list")[1].splitlines()), 8)

    def test_a_symbolic_link_stays_and_so_does_the_mode(self):
        real = self.folder / "kept" / "real.opml"
        self.write("kept/real.opml", LIST)
        real.chmod(0o640)
        (self.folder / "feeds.opml").unlink()
        (self.folder / "feeds.opml").symlink_to(real)
        self.assertEqual(self.feed("add", "https://x.example/", "--no-fetch")[0], 0)
        self.assertTrue((self.folder / "feeds.opml").is_symlink())
        self.assertEqual(real.stat().st_mode & 0o777, 0o640)
        self.assertIn("x.example", real.read_text())
        self.assertEqual([path.name for path in real.parent.iterdir()], ["real.opml"])

    def test_a_link_to_a_list_that_does_not_exist_stays_and_its_target_is_made(self):
        (self.folder / "feeds.opml").unlink()
        (self.folder / "kept").mkdir()
        (self.folder / "kept" / "second.opml").symlink_to("../kept/real.opml")
        (self.folder / "feeds.opml").symlink_to("kept/second.opml")
        self.assertEqual(self.feed("add", "https://x.example/", "--no-fetch")[0], 0)
        self.assertTrue((self.folder / "feeds.opml").is_symlink())
        self.assertTrue((self.folder / "kept" / "second.opml").is_symlink())
        self.assertFalse((self.folder / "kept" / "real.opml").is_symlink())
        self.assertIn("x.example", (self.folder / "kept" / "real.opml").read_text())

    def test_a_link_into_a_folder_that_does_not_exist_is_left_alone(self):
        (self.folder / "feeds.opml").unlink()
        (self.folder / "feeds.opml").symlink_to("nowhere/real.opml")
        self.assert_refused(self.feed("add", "https://x.example/", "--no-fetch"), 1,
                            "nowhere/real.opml, and the folder of that does not exist")
        self.assertTrue((self.folder / "feeds.opml").is_symlink())
        self.assertFalse((self.folder / "nowhere").exists())

    def test_links_that_lead_to_each_other_end(self):
        (self.folder / "feeds.opml").unlink()
        (self.folder / "feeds.opml").symlink_to("other.opml")
        (self.folder / "other.opml").symlink_to("feeds.opml")
        code, _, err = self.feed("add", "https://x.example/", "--no-fetch")
        self.assertNotEqual(code, 0)
        self.assertIn("symbolic links", err)

    def test_a_read_only_list_is_left_alone(self):
        (self.folder / "feeds.opml").chmod(0o444)
        self.assert_refused(self.feed("add", "https://x.example/", "--no-fetch"), 77, "read-only")
        self.assertEqual(self.list(), LIST)

    def test_a_reload_without_a_daemon_says_so_after_the_edit(self):
        code, _, err = self.feed("add", "https://x.example/", "--no-fetch", "--reload")
        self.assertEqual(code, 69)
        self.assertIn("no daemon", err)
        self.assertIn("x.example", self.list())


class Remove(FeedVerbs):
    def test_a_feed_goes_by_key_url_or_title_and_the_rest_stays(self):
        row = [line for line in LIST.splitlines(True) if "Tides" in line][0]
        for word in ("http://127.0.0.1:9/tides?a=1&b=2", "Tides"):
            self.write("feeds.opml", LIST)
            self.assertEqual(self.feed("remove", word)[0], 0)
            self.assertEqual(self.list(), LIST.replace(row, ""))
        self.write("feeds.opml", LIST)
        self.assertEqual(self.answer("remove", "quay")["removed"]["key"], "quay")
        self.assertIn("<!-- why -->", self.list())

    def test_feeds_in_its_outline_stay_and_were_listed(self):
        text = ('<opml version="2.0"><body>\n<outline text="A" xmlUrl="http://a.ex/f"><!-- keep -->'
                '<outline text="B" xmlUrl="http://b.ex/f"/></outline>\n</body></opml>\n')
        self.write("feeds.opml", text)
        self.assertEqual(self.feed("list")[1].count("\n"), 2)
        self.assertEqual(self.feed("remove", "http://a.ex/f")[0], 0)
        self.assertEqual(self.list(), '<opml version="2.0"><body>\n<!-- keep -->'
                         '<outline text="B" xmlUrl="http://b.ex/f"/>\n</body></opml>\n')

    def test_what_is_not_listed_brings_a_suggestion(self):
        self.assert_refused(self.feed("remove", "quey"), 1, "did you mean 'quay'?")
        self.assertEqual(self.list(), LIST)


class Test(FeedVerbs):
    def test_all_that_was_seen_of_a_feed_is_told(self):
        old = self.server.add_endpoint("/old", redirect("/feeds/wire", 301))
        seen = self.answer("test", old)
        self.assertTrue(seen["ok"])
        self.assertEqual(seen["http"]["redirects"],
                         [{"status": 301, "from": old, "to": self.wire.url}])
        self.assertEqual(seen["http"]["permanent_target"], self.wire.url)
        self.assertEqual(seen["http"]["status"], 200)
        self.assertTrue(seen["http"]["etag"])
        self.assertEqual((seen["feed"]["format"], seen["feed"]["items"]), ("rss20", 1))
        self.assertEqual(len(seen["feed"]["newest"]), 1)
        self.assertGreater(seen["interval_s"], 0)
        code, out, _ = self.feed("test", old)
        self.assertEqual(code, 0)
        self.assertIn(f"301 {old} -> {self.wire.url}", out)

    def test_a_refused_address_is_told_with_the_reason(self):
        self.write("tocsin.toml", SETTINGS)
        seen = self.answer("test", self.wire.url, code=1)
        self.assertEqual((seen["ok"], seen["kind"]), (False, "refused"))
        self.assertIn("loopback address 127.0.0.1", seen["problem"])

    def test_a_listed_feed_is_fetched_with_its_own_options(self):
        self.write("feeds.opml", self.server.opml())
        self.write("tocsin.toml", SETTINGS + '[http]\nallow = ["127.0.0.0/8"]\n'
                   '[[feed]]\nid = "wire"\nagent = "Harbour/1"\ninterval = "7m"\n')
        seen = self.answer("test", "wire")
        self.assertEqual((seen["listed"], seen["interval_s"]), (True, 420))
        self.assertEqual(self.server.requests("/feeds/wire")[0].headers["User-Agent"], "Harbour/1")

    def test_a_page_is_no_feed_but_its_feeds_are_named(self):
        seen = self.answer("test", self.page(self.link("/feeds/wire")), code=1)
        self.assertEqual(seen["candidates"], [self.wire.url])

    def test_a_status_that_is_no_success_fails(self):
        self.assertIn("status 404", self.answer("test", self.server.url("/404"), code=1)["problem"])

    def test_what_is_neither_a_url_nor_listed_is_refused(self):
        self.assert_refused(self.feed("test", "quai"), 1, "did you mean 'quay'?")


class ImportExport(FeedVerbs):
    WILD = ("<?xml version='1.0' encoding='UTF-8'?><opml version='1.0'><head/><body>"
            "<outline text='World'><outline type='rss' text='Caf\xe9 &amp;amp; Bar'"
            " xmlurl='https://a.example/?x=1&y=2'/><outline text='T' xmlUrl='http://127.0.0.1:9/quay'/>"
            "<outline text='bad' xmlUrl='gopher://b'/></outline>"
            "<outline text='feed' xmlUrl='feed://c.example/x'/></body></opml>").encode("latin-1")

    def test_what_is_new_in_an_export_is_added_with_its_folders(self):
        path = self.write("export.opml", self.WILD)
        code, out, err = self.feed("import", path, "--tag", "Imported")
        self.assertEqual((code, out), (0, "2 added, 1 known already, 1 left out\n"), err)
        self.assertIn("gopher", err)
        rows = [json.loads(line) for line in self.feed("list", "--json")[1].splitlines()]
        self.assertEqual([(row["url"].split("#")[0], row["title"], row["tags"]) for row in rows[2:]],
                         [("http://c.example/x", "feed", ["Imported"]),
                          ("https://a.example/", "Caf\xe9 & Bar", ["Imported", "World"])])
        self.assertIn('xmlUrl="https://a.example/?x=1&amp;y=2"', self.list())
        self.assertIn("<!-- the north -->", self.list())
        self.assertEqual(self.answer("import", path)["added"], [])

    def test_a_dry_run_changes_nothing(self):
        found = self.answer("import", self.write("export.opml", self.WILD), "--dry-run")
        self.assertEqual((len(found["added"]), found["known"], found["bad"], found["dry_run"]),
                         (2, 1, 1, True))
        self.assertEqual(self.list(), LIST)

    def test_a_list_of_urls_is_read_too(self):
        code, out, _ = self.feed("import", "-", stdin="# mine\r\nhttps://a.example/\r\n\nnonsense\n")
        self.assertEqual((code, out), (0, "1 added, 0 known already, 1 left out\n"))

    def test_what_is_no_list_is_bad_input(self):
        outcome = self.feed("import", self.write("x.html", "<html><p>no"))
        self.assertEqual((outcome[0], self.list()), (65, LIST), outcome)
        self.assertEqual(self.feed("import", self.write("x.bin", b"\0\1\2"))[0], 65)
        self.assertEqual(self.feed("import", "missing.opml")[0], 1)

    def test_what_was_exported_can_be_imported(self):
        self.assertEqual(self.feed("export", "out.opml")[0], 0)
        before = self.feed("list", "--json")[1]
        self.write("feeds.opml", "<opml><body/></opml>")
        self.assertEqual(self.feed("import", "out.opml")[0], 0)
        self.assertEqual(sorted(self.feed("list", "--json")[1].splitlines()),
                         sorted(before.splitlines()))

    def test_a_feed_in_too_many_folders_is_imported_with_those_that_give_tags(self):
        text = ("<opml><body>" + "".join(f"<outline text='f{i}'>" for i in range(20)) +
                "<outline xmlUrl='https://a.example/'/>" + "</outline>" * 20 + "</body></opml>")
        code, out, err = self.feed("import", self.write("deep.opml", text), "--tag", "Imported")
        self.assertEqual((code, out), (0, "1 added, 0 known already, 0 left out\n"), err)
        self.assertIn("deep.opml:1:", err)
        self.assertIn("'f16' is no tag", err)
        row = json.loads(self.feed("list", "--json", "--tag", "Imported")[1])
        self.assertEqual(row["tags"], ["Imported", *(f"f{i}" for i in range(15))])

    def test_an_export_does_not_write_over_the_list(self):
        (self.folder / "link.opml").symlink_to("feeds.opml")
        (self.folder / "hard.opml").hardlink_to(self.folder / "feeds.opml")
        for name in ("feeds.opml", "./feeds.opml", "link.opml", "hard.opml"):
            self.assert_refused(self.feed("export", name), 1, "is the feed list itself")
            self.assert_refused(self.feed("export", name, "--format", "urls"), 1, "itself")
        self.assertEqual(self.list(), LIST)

    def test_urls_alone_can_be_exported(self):
        self.assertEqual(self.feed("export", "--format", "urls", "--tag", "Ports")[1],
                         "http://127.0.0.1:9/quay\n")


class Health(FeedVerbs):
    def setUp(self):
        super().setUp()
        self.write("feeds.opml", self.server.opml([
            ("good", "Good", self.wire.url), ("bad", "Bad", self.server.url("/500")),
            ("gone", "Gone", self.server.url("/410"))]))
        self.server.add_endpoint("/500", fixed(b"", status=500))
        self.server.add_endpoint("/410", fixed(b"", status=410))

    def test_before_the_first_poll_every_feed_waits(self):
        code, out, err = self.feed("health", "--check")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out.splitlines()[-1], "3 feeds, 3 waiting")

    def test_the_worst_stand_first_with_their_reasons(self):
        self.assertIn(self.run_verb("run", "--once", "--config", "tocsin.toml")[0], (0, 1))
        code, out, _ = self.feed("health")
        lines = out.splitlines()
        self.assertEqual(code, 0)
        self.assertEqual([line.split()[:2] for line in lines[:3]],
                         [["stopped", "gone"], ["failing", "bad"], ["ok", "good"]])
        self.assertIn("410 Gone", lines[0])
        self.assertIn("status 500", lines[1])
        self.assertEqual(lines[3], "3 feeds, 1 ok, 1 failing, 1 stopped")
        self.assertEqual(self.feed("health", "--check")[0], 1)
        _, out, _ = self.feed("health", "--failing", "--json")
        self.assertEqual([json.loads(line)["key"] for line in out.splitlines()], ["gone", "bad"])
        one = self.answer("health", "good")
        self.assertEqual((one["condition"], one["polls"], one["failures"]), ("ok", 1, 0))
        self.assertTrue(one["last_success"] and one["next_poll"])

    def test_a_writer_at_work_does_not_matter(self):
        self.run_verb("run", "--once", "--config", "tocsin.toml")
        writer = sqlite3.connect(self.folder / "state" / "tocsin.db", isolation_level=None)
        self.addCleanup(writer.close)
        writer.execute("BEGIN IMMEDIATE")
        self.assertEqual(self.feed("health")[0], 0)


class Secrets(FeedVerbs):
    """Of a URL with a password and a token nothing is told but a name that stands for it."""
    PASSWORDS = ("hunter2", "s3cret")

    def setUp(self):
        super().setUp()
        document = self.wire.document()[0]
        self.server.add_endpoint("/paid", fixed(document))
        self.url = self.server.url("/paid?token=s3cret").replace("://", "://ann:hunter2@")
        self.place = self.server.url("/paid") + "#"
        self.write("feeds.opml", "<opml version='2.0'><body/></opml>")

    def told(self, *words, code=0):
        """What a verb prints, once as text and once as JSON."""
        texts = []
        for more in ([], ["--json"]):
            outcome = self.feed(*words, *more)
            self.assertEqual(outcome[0], code, outcome)
            texts.append(outcome[1] + outcome[2])
            for password in self.PASSWORDS:
                self.assertNotIn(password, texts[-1])
        return texts

    def key(self):
        return json.loads(self.feed("list", "--json")[1])["key"]

    def test_no_verb_shows_them(self):
        _, out, err = self.feed("add", self.url, "--no-fetch")
        self.assertNotRegex(out + err, "hunter2|s3cret")
        self.assertIn("ann:hunter2@", self.list())
        for text in self.told("list") + self.told("health") + self.told("test", self.url):
            self.assertIn(self.place, text)
        for text in self.told("add", self.url, code=1):
            self.assertIn("is listed already", text)
        self.told("remove", self.url + "x", code=1)
        _, out, err = self.feed("remove", self.url)
        self.assertIn("removed " + self.place, out)
        self.assertNotRegex(out + err, "hunter2|s3cret")

    def test_a_feed_is_added_without_showing_them(self):
        _, out, err = self.feed("add", self.url, "--json")
        self.assertNotRegex(out + err, "hunter2|s3cret")
        self.assertEqual(json.loads(out)["added"]["key"], self.key())

    def test_a_feed_goes_by_the_name_that_stands_for_it(self):
        other = self.url.replace("s3cret", "other")
        for url in (other, self.url):
            self.assertEqual(self.feed("add", url, "--no-fetch")[0], 0)
        keys = [json.loads(line)["key"] for line in self.feed("list", "--json")[1].splitlines()]
        self.assertEqual(len(set(keys)), 2)
        self.assertTrue(self.answer("test", keys[1])["ok"])
        self.assertEqual(self.answer("health", keys[1])["key"], keys[1])
        self.assertEqual(self.answer("remove", keys[1])["removed"]["key"], keys[1])
        self.assertEqual(self.key(), keys[0])
        self.assertIn("token=other", self.list())

    def test_of_feeds_that_are_told_alike_none_is_taken(self):
        for url in (self.url, self.url.replace("hunter2", "other")):
            self.write("feeds.opml", self.list().replace(
                "<body/>", "<body></body>").replace("</body>", f'<outline xmlUrl="{url}"/></body>'))
        key = json.loads(self.feed("list", "--json")[1].splitlines()[0])["key"]
        self.told("remove", key, code=1)

    def test_the_log_and_alerts_do_not_show_them_either(self):
        self.write("feeds.opml", self.server.opml([]).replace(
            "<body>", f'<body><outline xmlUrl="{self.url}x"/><outline xmlUrl="{self.url}x"/>'))
        _, out, err = self.run_verb("run", "--once", "--config", "tocsin.toml")
        self.assertNotRegex(out + err, "hunter2|s3cret")


if __name__ == "__main__":
    unittest.main(verbosity=2)
