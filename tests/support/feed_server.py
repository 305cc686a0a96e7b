#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A feed server for the demo and the integration tests: 127.0.0.1, a free port.

In a test:

    with FeedServer() as server:
        feed = server.add_feed("wire", "Harbour Wire", "rss")
        feed.add(title="…", text="…")

As a program it releases the documents of a corpus one after the other, as freshly dated items of
several outlets' feeds, and tells on stdout, one JSON object a line, what it does:

    feed_server.py --corpus seeds --interval 2
"""

import argparse
import contextlib
import datetime
import email.utils
import gzip
import hashlib
import http.server
import json
import pathlib
import re
import signal
import sys
import threading
import time
from xml.sax.saxutils import escape

FORMATS = ("rss", "atom", "json")
CONTENT_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
OUTLETS = (("northern-wire", "Northern Wire", "rss"),
           ("the-harbour-post", "The Harbour Post", "atom"),
           ("continental-review", "Continental Review", "json"))


class Item:
    """One item as a newsroom would hand it out; `published` is an aware datetime."""

    def __init__(self, guid, link, title, text, published, author):
        self.guid = guid
        self.link = link
        self.title = title
        self.text = text
        self.published = published
        self.author = author

    def paragraphs(self):
        return [line for line in self.text.splitlines() if line.strip()]

    def html(self):
        return "".join(f"<p>{escape(line)}</p>" for line in self.paragraphs())


class Feed:
    """One feed in one format; empty until add(). Any thread may call it."""

    def __init__(self, server, name, outlet, kind):
        self.name = name
        self.outlet = outlet
        self.kind = kind
        self.url = server.url("/feeds/" + name)
        self._server = server
        self._items = []
        self._added = 0
        self._changed = now()
        self._lock = threading.Lock()

    def add(self, title, text, published=None, guid=None, author="", link=None):
        """Puts an item on top of the feed, dated now unless told otherwise."""
        with self._lock:
            self._added += 1
            number = self._added
            link = link or self._server.url(f"/news/{self.name}/{number}")
            item = Item(guid or link, link, title, text, published or now(), author)
            self._items.append(item)
            self._changed = now()
        return item

    def change(self, item, **fields):
        """Replaces fields of an item already in the feed, as an editor would."""
        with self._lock:
            for field, value in fields.items():
                setattr(item, field, value)
            self._changed = now()

    def drop(self, titles):
        """Items leave a feed in time; these leave now."""
        with self._lock:
            self._items = [item for item in self._items if item.title not in titles]
            self._changed = now()

    def items(self):
        with self._lock:
            return list(self._items)

    def document(self):
        """The feed's bytes with their validators: (body, etag, last_modified)."""
        with self._lock:
            items = self._items[::-1]
            changed = self._changed
        body = {"rss": self._rss, "atom": self._atom, "json": self._json}[self.kind](items, changed)
        etag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        return body, etag, email.utils.format_datetime(changed, usegmt=True)

    def _rss(self, items, _changed):
        rows = "".join(
            f"<item><title>{escape(i.title)}</title><link>{escape(i.link)}</link>"
            f'<guid isPermaLink="false">{escape(i.guid)}</guid>'
            f"<pubDate>{email.utils.format_datetime(i.published, usegmt=True)}</pubDate>"
            f"<dc:creator>{escape(i.author)}</dc:creator>"
            f"<description>{escape(first_of(i))}</description>"
            f"<content:encoded>{escape(i.html())}</content:encoded></item>" for i in items)
        return (f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"'
                ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
                ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
                f"<channel><title>{escape(self.outlet)}</title><link>{self.url}</link>"
                f"<description>{escape(self.outlet)}</description><language>en</language>"
                f"{rows}</channel></rss>\n").encode()

    def _atom(self, items, changed):
        rows = "".join(
            f"<entry><id>{escape(i.guid)}</id><title>{escape(i.title)}</title>"
            f'<link href="{escape(i.link)}"/><published>{rfc3339(i.published)}</published>'
            f"<updated>{rfc3339(i.published)}</updated>"
            f"<author><name>{escape(i.author or self.outlet)}</name></author>"
            f"<summary>{escape(first_of(i))}</summary>"
            f'<content type="html">{escape(i.html())}</content></entry>' for i in items)
        return (f'<?xml version="1.0" encoding="utf-8"?>\n'
                '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
                f"<id>{self.url}</id><title>{escape(self.outlet)}</title>"
                f'<link href="{self.url}" rel="self"/><updated>{rfc3339(changed)}</updated>'
                f"{rows}</feed>\n").encode()

    def _json(self, items, _changed):
        rows = [{"id": i.guid, "url": i.link, "title": i.title, "summary": first_of(i),
                 "content_html": i.html(), "date_published": rfc3339(i.published),
                 "authors": [{"name": i.author or self.outlet}]} for i in items]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": self.outlet,
                           "feed_url": self.url, "language": "en", "items": rows},
                          ensure_ascii=False).encode()


class Request:
    """One answered request, as a test looks at it."""

    def __init__(self, path, headers, status):
        self.path = path
        self.headers = headers
        self.status = status


class FeedServer:
    """Serves feeds and misbehaving endpoints on 127.0.0.1 until closed."""

    def __init__(self):
        self._feeds = {}
        self._endpoints = {}
        self._requests = []
        self._answered = threading.Condition()
        self._closing = threading.Event()
        self._http = _QuietServer(("127.0.0.1", 0), _handler_of(self))
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def add_feed(self, name, outlet, kind):
        feed = Feed(self, name, outlet, kind)
        self._feeds["/feeds/" + name] = feed
        return feed

    def add_endpoint(self, path, answer):
        """`answer(handler)` writes the whole response; the functions below make some."""
        self._endpoints[path] = answer
        return self.url(path)

    def remove_endpoint(self, path):
        """What it hid, a feed for one, is served again."""
        del self._endpoints[path]

    @contextlib.contextmanager
    def holding(self, path, timeout=60):
        """While it lasts, `path` is not answered; it begins once somebody waits for the answer."""
        came, over = threading.Event(), threading.Event()

        def answer(handler):
            came.set()
            over.wait(timeout)
            handler.close_connection = True

        self.add_endpoint(path, answer)
        try:
            if not came.wait(timeout):
                raise AssertionError(f"{path} is not asked for")
            yield
        finally:
            self.remove_endpoint(path)
            over.set()

    def requests(self, path=None):
        with self._answered:
            return [r for r in self._requests if path in (None, r.path)]

    def wait_for(self, condition, timeout):
        """Waits until `condition(requests)` holds; False when time ran out."""
        with self._answered:
            return self._answered.wait_for(lambda: condition(self._requests), timeout)

    def wait_for_polls(self, path, count, timeout=60):
        return self.wait_for(lambda rs: sum(r.path == path for r in rs) >= count, timeout)

    def opml(self, feeds=None):
        """The list of `feeds`, (name, outlet, URL) each; of all feeds when left out."""
        if feeds is None:
            feeds = [(f.name, f.outlet, f.url) for f in self._feeds.values()]
        rows = "".join(f'    <outline type="rss" text="{escape(outlet)}" xmlUrl="{escape(url)}"'
                       f' tocsin:id="{escape(name)}"/>\n' for name, outlet, url in feeds)
        return ('<?xml version="1.0" encoding="UTF-8"?>\n'
                '<opml version="2.0" xmlns:tocsin="https://tocsin.example/ns/opml">\n'
                "  <head><title>Feeds of a test</title></head>\n"
                f"  <body>\n{rows}  </body>\n</opml>\n")

    def answer(self, handler):
        path = handler.path.split("?")[0]
        if path in self._endpoints:
            self._endpoints[path](handler)
        elif path in self._feeds:
            _answer_feed(handler, self._feeds[path])
        else:
            respond(handler, 404, b"no such feed\n", "text/plain")

    def remember(self, handler, status):
        with self._answered:
            path = handler.path.split("?")[0]
            self._requests.append(Request(path, dict(handler.headers), status))
            self._answered.notify_all()

    def wait_closing(self, seconds):
        return self._closing.wait(seconds)


class _QuietServer(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client may leave at any time
            super().handle_error(request, client_address)


def _handler_of(server):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        feed_server = server
        status = 0

        def do_GET(self):
            try:
                server.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            server.remember(self, self.status)

        def send_response(self, code, message=None):
            self.status = code
            super().send_response(code, message)

        def log_message(self, *_):
            pass

    return Handler


def respond(handler, status, body, content_type="application/xml", headers=()):
    handler.send_response(status)
    handler.send_header("Content-Type", content_type)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def _answer_feed(handler, feed):
    body, etag, modified = feed.document()
    validators = [("ETag", etag), ("Last-Modified", modified), ("Cache-Control", "no-cache")]
    if handler.headers.get("If-None-Match") == etag:
        handler.send_response(304)
        for name, value in validators:
            handler.send_header(name, value)
        handler.end_headers()
        return
    respond(handler, 200, body, CONTENT_TYPES[feed.kind] + "; charset=utf-8", validators)


# Misbehaviour. Each function returns an answer for add_endpoint().

def fixed(body, status=200, content_type="application/xml", headers=()):
    """Always the same bytes."""
    return lambda handler: respond(handler, status, body, content_type, headers)


def truncated(body, kept):
    """Promises the whole document and hangs up after `kept` bytes."""
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/xml")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:kept])
        handler.close_connection = True
    return answer


def endless(total, head=b"<rss version='2.0'><channel><title>big</title>"):
    """`total` bytes of a feed that never comes to an item."""
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/rss+xml")
        handler.send_header("Content-Length", str(total))
        handler.end_headers()
        handler.wfile.write(head)
        block = b"<!-- " + b"x" * 65526 + b" -->"
        for _ in range((total - len(head)) // len(block)):
            handler.wfile.write(block)
        handler.close_connection = True
    return answer


def gzip_bomb(total):
    """`total` zero bytes, packed about a thousandfold."""
    packed = gzip.compress(b"\0" * total, 9)
    return fixed(packed, content_type="application/rss+xml",
                 headers=(("Content-Encoding", "gzip"),))


def redirect(target, status=302):
    return lambda handler: respond(handler, status, b"", headers=(("Location", target),))


def slow_drip(server, body, pause):
    """One byte each `pause` seconds, as long as the server lives."""
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/rss+xml")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for at in range(len(body)):
            handler.wfile.write(body[at:at + 1])
            if server.wait_closing(pause):
                break
        handler.close_connection = True
    return answer


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def rfc3339(when):
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def first_of(item):
    lines = item.paragraphs()
    return lines[0] if lines else ""


# As a program.

def read_corpus(folder):
    """The documents of a seed folder in the order of their names: (title, text, author)."""
    documents = []
    for path in sorted(pathlib.Path(folder).glob("*.txt")):
        content = path.read_text(encoding="utf-8")
        parts = content.split("+++\n", 2)
        if len(parts) != 3 or parts[0].strip():
            documents.append((path.stem, content, ""))
            continue
        documents.append((_field(parts[1], "title") or path.stem, parts[2].strip(),
                          _field(parts[1], "author")))
    return documents


def _field(front_matter, name):
    found = re.search(rf'^{name} *= *("(?:[^"\\]|\\.)*")', front_matter, re.MULTILINE)
    return json.loads(found.group(1)) if found else ""


def say(**what):
    print(json.dumps(what, ensure_ascii=False), flush=True)


def release(server, feeds, documents, interval):
    """Waits for the baseline of every feed, then lets out one document each `interval` seconds."""
    paths = {"/feeds/" + feed.name for feed in feeds}
    while not server.wait_for(lambda rs: paths <= {r.path for r in rs}, 0.5):
        if server.wait_closing(0):
            return
    say(baseline=sorted(paths))
    for number, (title, text, author) in enumerate(documents):
        if server.wait_closing(interval):
            return
        feed = feeds[number % len(feeds)]
        item = feed.add(title, text, author=author)
        say(released=number + 1, of=len(documents), feed=feed.name, format=feed.kind,
            outlet=feed.outlet, title=title, link=item.link, at=round(time.time(), 3))


def main():
    parser = argparse.ArgumentParser(description="Serves a corpus as feeds that gain items.")
    parser.add_argument("--corpus", required=True, help="folder of documents, as seeds/")
    parser.add_argument("--interval", type=float, default=2.0, help="seconds between two releases")
    options = parser.parse_args()
    documents = read_corpus(options.corpus)
    if not documents:
        parser.error(f"no documents (*.txt) in {options.corpus}")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with FeedServer() as server:
        feeds = [server.add_feed(*outlet) for outlet in OUTLETS]
        say(port=server.port, opml=server.opml())
        releaser = threading.Thread(target=release, daemon=True,
                                    args=(server, feeds, documents, options.interval))
        releaser.start()
        stop.wait()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(1)
