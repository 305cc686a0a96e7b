# SPDX-License-Identifier: Apache-2.0
"""Texts that match the test topic and resemble each other in nothing else, so that no two of them
are taken for one story."""

import random

_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "er", "ol")]


def nonsense(rng, words):
    return " ".join("".join(rng.choice(_SYLLABLES) for _ in range(3)) for _ in range(words))


def fire_report(number, seed=0):
    """(title, text) of the report with this number."""
    rng = random.Random(f"{seed}/{number}")
    title = f"Harbour fire in {nonsense(rng, 1).capitalize()} {nonsense(rng, 1).capitalize()}"
    text = (f"A harbour fire broke out near {nonsense(rng, 1).capitalize()}. "
            + ". ".join(nonsense(rng, 9).capitalize() for _ in range(6)) + ".")
    return title, text
