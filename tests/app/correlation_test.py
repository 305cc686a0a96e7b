# SPDX-License-Identifier: Apache-2.0
"""A correlation through `tocsin replay`: it is told when the last source it waits for arrives."""

import json
import unittest

from program import ProgramTest

TOPIC = """format = 1

[topic]
id = "harbour-fires"
title = "Fires in harbours"
status = "experimental"
severity = 3
threshold = 0.1

[terms]
"harbour fire" = 100
"quay" = 20

[correlation]
independent_sources = 3
within = "6h"
raise_severity = true
"""

COURIER = ("Harbour fire in Velden", "A harbour fire destroyed the Marner warehouse in Velden on "
           "Monday, chief Ilse Brandt said. Two hundred tons of coffee burned on the quay.")
HERALD = ("Coffee burns at the quay", "Two hundred tons of coffee burned in Velden when a harbour "
          "fire took the Marner warehouse. Chief Ilse Brandt called in boats from the coast.")
GAZETTE = ("Boats fight harbour fire", "Boats from the coast fought a harbour fire at the Marner "
           "warehouse in Velden. The smell of coffee lay over the quay, Ilse Brandt said.")


def rss(outlet, report, time):
    title, text = report
    return (f"<rss version='2.0'><channel><title>{outlet}</title>"
            f"<link>https://{outlet}.example/</link><item><guid>{outlet}</guid>"
            f"<title>{title}</title><link>https://{outlet}.example/fire</link>"
            f"<pubDate>Mon, 02 Mar 2026 {time}:00 GMT</pubDate>"
            f"<description>{text}</description></item></channel></rss>")


class Correlation(ProgramTest):
    def replay(self, *told):
        """(outlet, severity, sources of the correlation) of every alert on what was told."""
        self.write("topics/harbour-fires.toml", TOPIC)
        for outlet, report, time in told:
            self.write(f"corpus/{outlet}.xml", rss(outlet, report, time))
        code, out, err = self.run_verb("replay", "corpus", "--topics", "topics", "--json")
        self.assertEqual(0, code, err)
        alerts = [json.loads(line)["data"] for line in out.splitlines()]
        return [(data["item"]["guid"], data["alert"]["severity"], data["story"].get("correlation"))
                for data in alerts]

    def test_is_told_when_the_third_independent_source_arrives(self):
        self.assertEqual(
            [("courier", 3, None), ("herald", 3, None), ("gazette", 2, 3)],
            self.replay(("courier", COURIER, "08:00"), ("herald", HERALD, "09:00"),
                        ("gazette", GAZETTE, "10:00")))

    def test_does_not_count_a_copy_as_a_source(self):
        self.assertEqual(
            [("courier", 3, None), ("echo", 3, None), ("herald", 3, None)],
            self.replay(("courier", COURIER, "08:00"), ("echo", COURIER, "08:30"),
                        ("herald", HERALD, "09:00")))

    def test_does_not_count_sources_further_apart_than_its_time(self):
        self.assertEqual(
            [("courier", 3, None), ("herald", 3, None), ("gazette", 3, None)],
            self.replay(("courier", COURIER, "01:00"), ("herald", HERALD, "09:00"),
                        ("gazette", GAZETTE, "10:00")))


if __name__ == "__main__":
    unittest.main()
