# SPDX-License-Identifier: Apache-2.0
"""Incoming webhooks as Slack, Mattermost, Discord and Teams answer them: what is over a limit is refused as
they refuse it, posts that come too fast are told to wait, and who would be called by a post is written down.
The figures are those of the services' own documentation (plugins/chat names the pages)."""

import json
import re
import time

from support.http_target import answer

URL = re.compile(r"^https?://[^\s<>\"]{1,2900}$")


def units(text):
    """Discord counts as its clients do, in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(body)
        self.status = status
        self.body = body


def must(holds, status, body):
    if not holds:
        raise Refused(status, body)


class Service:
    """A script for HttpTarget. `window` is (posts, seconds) that are let through."""

    window = (1, 1.0)
    success = (200, b"ok")

    def __init__(self):
        self.taken = []  # payloads
        self.called = []  # whom a post would have called
        self.refusals = []
        self.too_fast = 0
        self._times = []

    def __call__(self, post, handler):
        now = time.monotonic()
        count, seconds = self.window
        recent = [one for one in self._times if now - one < seconds]
        if len(recent) >= count:
            self.too_fast += 1
            self.slow_down(post, handler, seconds)
            return
        self._times = [*recent, now]
        try:
            must(post.headers.get("Content-Type", "").startswith("application/json"), 400, "invalid_payload")
            payload = json.loads(post.body)
            must(isinstance(payload, dict), 400, "invalid_payload")
            self.check(payload, post.body)
        except (ValueError, KeyError, TypeError) as error:
            self.refusals.append(repr(error))
            answer(400, body=b"invalid_payload")(post, handler)
            return
        except Refused as refused:
            self.refusals.append(refused.body)
            answer(refused.status, body=refused.body.encode())(post, handler)
            return
        self.taken.append(payload)
        answer(self.success[0], body=self.success[1])(post, handler)

    def slow_down(self, post, handler, seconds):
        answer(429, {"Retry-After": str(int(seconds + 0.999))}, b"rate_limited")(post, handler)


class Slack(Service):
    window = (1, 0.9)  # one a second, with some grace

    def check(self, payload, body):
        known = {"text", "blocks", "mrkdwn", "unfurl_links", "unfurl_media"}
        must(set(payload) <= known, 400, "invalid_payload")
        must(payload.get("text") or payload.get("blocks"), 400, "no_text")
        must(len(payload["text"]) <= 4000, 400, "msg_too_long")
        must(1 <= len(payload["blocks"]) <= 50, 400, "invalid_blocks")
        self.called += re.findall(r"<!\w+|<@\w+|<#\w+|<https?:", payload["text"])
        for block in payload["blocks"]:
            must(block["type"] == "rich_text", 400, "invalid_blocks")
            for section in block["elements"]:
                must(section["type"] == "rich_text_section", 400, "invalid_blocks")
                for element in section["elements"]:
                    self.check_element(element)

    def check_element(self, element):
        kinds = {"text": {"type", "text", "style"}, "link": {"type", "url", "text", "style"}}
        if element["type"] in ("broadcast", "user", "usergroup", "channel"):
            self.called.append(element["type"])
        must(element["type"] in kinds and set(element) <= kinds[element["type"]], 400, "invalid_blocks")
        must(isinstance(element["text"], str) and element["text"], 400, "invalid_blocks")
        must(element["type"] != "link" or URL.match(element["url"]), 400, "invalid_blocks")
        must(set(element.get("style", {})) <= {"bold", "italic", "strike", "code"}, 400, "invalid_blocks")


class Mattermost(Service):
    window = (10, 1.0)

    def check(self, payload, body):
        must(set(payload) <= {"text"}, 400, "unknown field")
        must(payload["text"].strip(), 400, "No text specified")
        must(len(payload["text"]) <= 4000, 400, "text is over the limit")
        # Words as the server cuts them, to look for names in.
        for word in re.split(r"[^\w:.@-]+", payload["text"]):
            if re.match(r"@(all|channel|here|everyone|\w{2,})", word):
                self.called.append(word)
        for found in re.finditer(r"(?<!\\)\]\((?P<url>[^)\s]*)\)", payload["text"]):
            must(URL.match(found["url"]), 400, "a link elsewhere: " + found["url"])


class Discord(Service):
    window = (5, 2.0)
    success = (204, b"")

    def check(self, payload, body):
        must(set(payload) <= {"embeds", "allowed_mentions", "content"}, 400, '{"code": 50035}')
        if payload.get("allowed_mentions") != {"parse": []}:
            self.called += re.findall(r"@everyone|@here|<@[^>]*>", json.dumps(payload, ensure_ascii=False))
        must(units(payload.get("content", "")) <= 2000, 400, '{"content": "over 2000"}')
        must(1 <= len(payload["embeds"]) <= 10, 400, '{"embeds": "1 to 10"}')
        total = 0
        for embed in payload["embeds"]:
            texts = ((embed["title"], 256), (embed.get("description", ""), 4096),
                     (embed["footer"]["text"], 2048), (embed["author"]["name"], 256))
            for text, limit in texts:
                must(units(text) <= limit, 400, f'{{"embeds": "over {limit}"}}')
                total += units(text)
            must("url" not in embed or URL.match(embed["url"]), 400, '{"embeds": "not a URL"}')
            for found in re.finditer(r"(?<!\\)\]\((?P<url>[^)\s]*)\)", embed.get("description", "")):
                must(URL.match(found["url"]), 400, "a link elsewhere: " + found["url"])
        must(total <= 6000, 400, '{"embeds": "over 6000"}')

    def slow_down(self, post, handler, seconds):
        body = json.dumps({"message": "You are being rate limited.", "retry_after": 0.7, "global": False})
        answer(429, {"Retry-After": "1", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "0.7"},
               body.encode())(post, handler)


class Teams(Service):
    window = (4, 1.0)
    success = (202, b"")

    def check(self, payload, body):
        must(len(body) <= 28 * 1024, 413, "Request Entity too large")
        must(payload["type"] == "message" and len(payload["attachments"]) == 1, 400, "no attachment")
        attachment = payload["attachments"][0]
        must(attachment["contentType"] == "application/vnd.microsoft.card.adaptive", 400, "no card")
        card = attachment["content"]
        must(card["type"] == "AdaptiveCard" and card["version"] in ("1.2", "1.3", "1.4"), 400, "version")
        must("msteams" not in card or "entities" not in card["msteams"], 400, "entities")
        for block in card["body"]:
            must(block["type"] == "RichTextBlock" and block["inlines"], 400, "block")
            for run in block["inlines"]:
                must(run["type"] == "TextRun" and isinstance(run["text"], str), 400, "run")
                self.called += re.findall(r"<at\b", run["text"])
                action = run.get("selectAction")
                must(action is None or URL.match(action["url"]), 400, "action")
        for action in card.get("actions", []):
            must(action["type"] == "Action.OpenUrl" and URL.match(action["url"]), 400, "action")


SERVICES = {"slack": Slack, "mattermost": Mattermost, "discord": Discord, "teams": Teams}
