"""How well articles are put into stories: BCubed against the gold's events, and the time that it takes.

    python bench/stories.py --shared ../shared [--write]

Of the gold's events, in order of name, every other one from the first was looked at and taught on by
training/stories.py; the rest were only ever scored. The same holds of the events of `briefs/`. Stories over two
languages are scored on `translations/`, each of whose stories has one article in English and two or three in French;
the first 16 were taught on.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from copies import renderings
from machine import heading, record
from selon.linking.stories import stories_of
from selon.model import Article, Published

RUNS = Path(__file__).parent / "runs" / "stories.md"
BRIEFS = Path(__file__).parent / "briefs"


def bcubed(gold: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1, in [0, 1], averaged over articles (Bagga and Baldwin 1998)."""
    events, stories = defaultdict(set), defaultdict(set)
    for id in gold:
        events[gold[id]].add(id)
        stories[found[id]].add(id)
    shared = {id: len(events[gold[id]] & stories[found[id]]) for id in gold}
    p = sum(shared[id] / len(stories[found[id]]) for id in gold) / len(gold)
    r = sum(shared[id] / len(events[gold[id]]) for id in gold) / len(gold)
    return p, r, 2 * p * r / (p + r)


def gold_articles(shared: Path) -> list[tuple[str, Article]]:
    """(event, article) of the gold, texts as `selon add` is given them."""
    lines = (shared / "gold" / "stories" / "stories.jsonl").read_text("utf-8").splitlines()
    return [(row["event"], article_of(row)) for row in map(json.loads, lines)]


def events_in(folder: Path) -> list[tuple[str, Article]]:
    """(event, article) of a folder of events written by hand."""
    found = [(path.stem, json.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.json"))]
    return [(name, article_of(row)) for name, event in found for row in event["articles"]]


def halves(pairs: Sequence[tuple[str, Article]]) -> tuple[list[tuple[str, Article]], list[tuple[str, Article]]]:
    """Every other event from the first, in order of name, and the rest."""
    first = set(sorted({event for event, _ in pairs})[::2])
    return [p for p in pairs if p[0] in first], [p for p in pairs if p[0] not in first]


def article_of(row: dict[str, Any]) -> Article:
    published = str(row.get("published") or "")
    byline = row.get("byline")
    return Article(
        id=str(row["id"]),
        language=str(row["language"]),
        text=f"{row['title']}\n\n{row['text']}",
        title=str(row["title"]),
        byline=", ".join(byline) or None if isinstance(byline, list) else byline,
        outlet=str(row["outlet"]),
        url=row.get("url"),
        published=Published(value=published, how="given", why="the gold says so") if published else None,
    )


def row(name: str, pairs: Sequence[tuple[str, Article]]) -> str:
    start = time.perf_counter()
    stories = stories_of(article for _, article in pairs)
    seconds = time.perf_counter() - start
    found = {id: story.id for story in stories for id in story.articles}
    p, r, f = bcubed({article.id: event for event, article in pairs}, found)
    events = len({event for event, _ in pairs})
    return (
        f"{name:34}{events:7}{len(stories):8}{len(pairs):9}{100 * p:7.1f}{100 * r:7.1f}{100 * f:7.1f}"
        f"{1000 * seconds / len(pairs):9.1f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that holds gold/")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    gold = gold_articles(args.shared)
    seen, unseen = halves(gold)
    briefs = events_in(BRIEFS)
    taught, scored = halves(briefs)
    ours = [(r.name, article) for r in renderings() for article in (r.source, r.rendering, *r.others)]
    half = {r.name for r in renderings()[:16]}
    table = [
        f"{'BCubed, %':34}{'events':>7}{'stories':>8}{'articles':>9}{'P':>7}{'R':>7}{'F1':>7}{'ms each':>9}",
        row("gold, taught on", seen),
        row("gold, only scored", unseen),
        row("gold, all", gold),
        row("briefs, taught on", taught),
        row("briefs, only scored", scored),
        row("briefs, all", briefs),
        row("two languages, taught on", [p for p in ours if p[0] in half]),
        row("two languages, only scored", [p for p in ours if p[0] not in half]),
        row("two languages, all", ours),
        row("all in one library", [*gold, *briefs, *ours]),
    ]
    report = f"{heading()}\n```\n{chr(10).join(table)}\n```\n"
    print(report)
    record(report, RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
