"""How often the publication date is rightly inferred from the text alone, on the gold's dated articles.

    python bench/published.py --shared ../shared [--lang fr|en] [--unread] [--write]

right, wrong: a day is given. inside, outside: an interval, a month or a year is, and holds the day or does not. silent:
nothing is given. "with a full date": the text has a day, a month and a year. Half of the articles were read while the
curves were drawn; the others were only ever scored.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from machine import heading, record
from selon.lang.registry import rules
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain
from selon.stages.times import find_published

RUNS = Path(__file__).parent / "runs" / "published.md"
KINDS = ("right", "wrong", "inside", "outside", "silent")


class Dated(NamedTuple):
    text: str
    day: str
    read: bool


def articles(gold: Path, language: str) -> list[Dated]:
    """The dated articles, each once, and whether it was read."""

    def lines(name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (gold / name).read_text("utf-8").splitlines() if line.strip()]

    if language == "en":
        stories = lines("stories/stories.jsonl")
        return [Dated(s["text"], s["published"][:10], i % 2 == 0) for i, s in enumerate(stories) if s.get("published")]
    attributed = lines("attribution/fr-train.jsonl")
    found = [Dated(a["text"], a["published"], i % 4 < 2) for i, a in enumerate(attributed) if a.get("published")]
    known = {article.text for article in found}
    timed = [Dated(a["text"], a["published"], i < 12) for i, a in enumerate(lines("time/fr-train.jsonl"))]
    return found + [article for article in timed if article.text not in known]


def full_date(language: str) -> re.Pattern[str]:
    times = rules(language).times
    months = "|".join(re.escape(m) for m in sorted(times.lists["month"], key=len, reverse=True)) if times else ""
    day, year = r"\d{1,2}(?:er|st|nd|rd|th)?", r"(?:19|20)\d\d"
    return re.compile(rf"(?i)\b(?:{day} (?:{months})|(?:{months}) {day}),? {year}\b")


def kind(value: str | None, day: str) -> str:
    if value is None:
        return "silent"
    if len(value) == 10:
        return "right" if value == day else "wrong"
    first, _, last = value.partition("/")
    return "inside" if day.startswith(first) or first <= day <= last else "outside"


def row(name: str, counts: Counter[str]) -> str:
    total = sum(counts.values())
    given = counts["right"] + counts["wrong"]
    right, wrong = (100 * counts[k] / max(1, total) for k in ("right", "wrong"))
    sure = f"{100 * counts['right'] / given:5.1f} %" if given else "    – "
    cells = "".join(f"{counts[k]:8}" for k in KINDS)
    return f"{name:28}{total:5}{cells}   {right:5.1f} % right, {wrong:4.1f} % wrong; days right {sure}"


def run(language: str, gold: Path, unread: bool) -> list[str]:
    chosen, full = rules(language), full_date(language)
    counts: dict[tuple[str, str], Counter[str]] = {}
    took, words = 0.0, 0
    for article in articles(gold, language):
        if unread and article.read:
            continue
        blocks = read_plain(article.text).blocks
        tree = parse(article.text, split_sentences(article.text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
        quotes, _ = find_quotes(article.text)
        start = time.perf_counter()
        published, _ = find_published(article.text, blocks, quotes, tree, chosen)
        took += time.perf_counter() - start
        words += len(article.text.split())
        half = "read" if article.read else "unread"
        groups = ["all dated"] + ["with a full date"] * (full.search(article.text) is not None)
        for group in groups:
            got = kind(published.value if published else None, article.day)
            counts.setdefault((group, half), Counter())[got] += 1
    table = [f"{'articles':28}{'':5}" + "".join(f"{k:>8}" for k in KINDS)]
    table += [row(f"{group}, {half}", found) for (group, half), found in sorted(counts.items())]
    return [*table, f"{1000 * took / max(1, words):.3f} s per 1,000 words"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that holds gold/")
    parser.add_argument("--lang", choices=("fr", "en"))
    parser.add_argument("--unread", action="store_true", help="only the articles that nobody read")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    report = [heading()]
    for language in [args.lang] if args.lang else ["fr", "en"]:
        section = "\n".join(
            [f"### {language}", "", "```", *run(language, args.shared / "gold", args.unread), "```", ""]
        )
        print(section, flush=True)
        report.append(section)
    record("\n".join(report), RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
