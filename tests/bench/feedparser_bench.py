#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Bytes a second that Python's feedparser reads from a folder of feeds.

usage: feedparser_bench.py FOLDER [REPETITIONS]

Prints the median in MB/s (10^6 bytes) on the last line. Needs Debian's python3-feedparser.
"""
import pathlib
import statistics
import sys
import time


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.strip())
    try:
        import feedparser
    except ImportError:
        sys.exit("feedparser_bench: no feedparser here; install it with: apt-get install python3-feedparser")
    documents = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).glob("*.xml"))]
    if not documents:
        sys.exit(f"feedparser_bench: no *.xml in {sys.argv[1]}")
    size = sum(map(len, documents))
    rates = []
    for _ in range(int(sys.argv[2]) if len(sys.argv) == 3 else 5):
        start = time.process_time()
        items = sum(len(feedparser.parse(document).entries) for document in documents)
        rates.append(size / (time.process_time() - start) / 1e6)
    print(f"feedparser {feedparser.__version__}: {len(documents)} feeds, {size} bytes, {items} items; "
          f"MB/s {' '.join(f'{rate:.2f}' for rate in rates)}")
    print(f"{statistics.median(rates):.2f}")


if __name__ == "__main__":
    main()
