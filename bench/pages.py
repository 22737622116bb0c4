"""How well the story's text is taken from pages: word F1 against pages worked out by hand, trafilatura beside it.

    python bench/pages.py --gold DIR [--write]

DIR holds pages.jsonl.gz: one page a line with html, url, text (the story's own words) and, for some, published.
F1 is over bags of words (runs of letters and digits, case folded) of the whole text. Rules were made looking at
the pages with an even index only; the others are the test.
"""

import argparse
import collections
import gzip
import json
import logging
import os
import platform
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from selon.stages import page

RUNS = Path(__file__).parent / "runs" / "pages.md"
LOW = 0.8


def word_f1(found: str, gold: str) -> float:
    """F1 of two bags of words, in [0, 1]."""
    a, b = (collections.Counter(re.findall(r"\w+", text.casefold())) for text in (found, gold))
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def beside(html: str, url: str) -> str:
    """The title and text that trafilatura alone finds."""
    import trafilatura

    found = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    return f"{getattr(found, 'title', None) or ''}\n\n{getattr(found, 'text', None) or ''}"


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def grade(pages: list[dict[str, Any]]) -> list[str]:
    """Lines of the report."""
    page.read_html(pages[0]["html"], pages[0]["url"])  # imports are not timed
    scores, days, others = [], [], []
    started = time.perf_counter()
    for p in pages:
        text, _ = page.decode(p["html"].encode("utf-8"), "text/html; charset=utf-8")
        found, _ = page.read_html(text, p["url"])
        scores.append(word_f1(found.text, p["text"]))
        if p.get("published"):
            days.append(float(found.published is not None and found.published.value == p["published"]))
    seconds = (time.perf_counter() - started) / len(pages)
    others = [word_f1(beside(p["html"], p["url"]), p["text"]) for p in pages]
    groups = {
        "all": range(len(pages)),
        "even index (worked on)": range(0, len(pages), 2),
        "odd index (test)": range(1, len(pages), 2),
        "French": [n for n, p in enumerate(pages) if p.get("published")],
        "others, mostly English": [n for n, p in enumerate(pages) if not p.get("published")],
    }
    lines = ["| pages | n | F1 | under 0.8 | trafilatura alone | under 0.8 |", "|---|---|---|---|---|---|"]
    for name, group in groups.items():
        ours, theirs = [scores[n] for n in group], [others[n] for n in group]
        low, their_low = sum(s < LOW for s in ours), sum(s < LOW for s in theirs)
        lines.append(f"| {name} | {len(ours)} | {mean(ours):.4f} | {low} | {mean(theirs):.4f} | {their_low} |")
    lines.append(
        f"\nDay of publication right: {mean(days):.3f} of {len(days)} dated pages. {seconds * 1000:.0f} ms a page."
    )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True, metavar="DIR", help="folder with pages.jsonl.gz")
    parser.add_argument("--write", action="store_true", help=f"append the result to {RUNS.name}")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with gzip.open(options.gold / "pages.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = grade([json.loads(line) for line in file])
    print("\n".join(lines))
    if options.write:
        machine = (
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
        )
        with RUNS.open("a", encoding="utf-8") as file:
            file.write(f"\n## {datetime.now(UTC):%Y-%m-%d}, {machine}\n\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
