"""How well copies are found: pairs of articles of the claims gold, and translations written for this bench.

    python bench/copies.py --shared ../shared [--write]

Two of the gold's four events were looked at (SEEN); the others were only ever scored. `translations/` holds 32
stories: an English article, a French rendering, close or loose, and one or two French articles on the same story that
render nothing. Thresholds were set on the first 16. "part" is a French article whose first half is the rendering's and
whose second half is not: a copy of some sentences.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from machine import heading, record
from selon.linking.copies import copied
from selon.linking.translations import translated
from selon.model import Article, Published

RUNS = Path(__file__).parent / "runs" / "copies.md"
TRANSLATIONS = Path(__file__).parent / "translations"
SEEN = ("boko_haram_21_schoolgirls_freed", "hack_equifax_breach")


class Rendering(NamedTuple):
    """An article, its rendering, how close that is, and articles on the same story that render nothing."""

    name: str
    manner: str
    source: Article
    rendering: Article
    others: tuple[Article, ...]


def renderings() -> list[Rendering]:
    found = []
    for path in sorted(TRANSLATIONS.glob("*.txt")):
        head, *parts = re.split("^== ", path.read_text("utf-8"), flags=re.MULTILINE)
        articles = {}
        for part in parts:
            line, text = part.split("\n", 1)
            kind, day, outlet = (cell.strip() for cell in line.split("|"))
            title, body = text.strip().split("\n", 1)
            articles[kind] = Article(
                id=f"{path.stem}-{kind}",
                language="en" if kind == "en" else "fr",
                text=f"{title}\n\n{body}",
                title=title,
                outlet=outlet,
                published=Published(value=day, how="given", why="the bench says so"),
            )
        others = tuple(articles[kind] for kind in ("apart", "rival") if kind in articles)
        found.append(Rendering(path.stem, head.split(":")[1].strip(), articles["en"], articles["fr"], others))
    return found


def part_of(rendering: Article, other: Article) -> Article:
    """The first half of the rendering's lines under the other's title, then the second half of the other's."""
    ours, theirs = rendering.text.split("\n")[2:], other.text.split("\n")[2:]
    lines = [*ours[: (len(ours) + 1) // 2], *theirs[len(theirs) // 2 :]]
    return msgspec.structs.replace(other, id=f"{other.id}-part", text="\n".join([other.title or "", "", *lines]))


def row(name: str, counts: Counter[str]) -> str:
    p = 100 * counts["right"] / max(1, counts["found"])
    r = 100 * counts["right"] / max(1, counts["gold"])
    return f"{name:34}{counts['pairs']:7}{counts['gold']:6}{counts['found']:7}{p:8.1f}{r:7.1f}"


def gold_counts(shared: Path, event: str) -> Counter[str]:
    from stories import gold_articles

    gold = json.loads((shared / "gold" / "claims" / f"{event}.json").read_text("utf-8"))
    ids = {article["id"] for article in gold["articles"]}
    articles = [article for _, article in gold_articles(shared) if article.id in ids]
    copies = {frozenset((copy["a"], copy["b"])) for copy in gold["copies"]}
    counts = Counter(gold=len(copies))
    for n, one in enumerate(articles):
        for other in articles[:n]:
            counts["pairs"] += 1
            if copied(one, other):
                counts["found"] += 1
                counts["right"] += frozenset((one.id, other.id)) in copies
    return counts


def rendering_counts(found: Sequence[Rendering], manner: str) -> Counter[str]:
    """Counts over pairs of a source with its rendering, or with part of it, and with what renders nothing."""
    counts = Counter[str]()
    for r in found:
        if manner in (r.manner, "part"):
            rendering = part_of(r.rendering, r.others[0]) if manner == "part" else r.rendering
            for article, gold in ((rendering, True), *((other, False) for other in r.others)):
                copy = translated(r.source, article) is not None
                counts.update(pairs=1, gold=gold, found=copy, right=gold and copy)
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that holds gold/")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    events = sorted(path.stem for path in (args.shared / "gold" / "claims").glob("*.json"))
    counts = {event: gold_counts(args.shared, event) for event in events}
    table = [
        f"{'pairs of articles':34}{'pairs':>7}{'gold':>6}{'found':>7}{'P, %':>8}{'R, %':>7}",
        row("one language, looked at", sum((c for e, c in counts.items() if e in SEEN), Counter())),
        row("one language, only scored", sum((c for e, c in counts.items() if e not in SEEN), Counter())),
        row("one language, all", sum(counts.values(), Counter())),
    ]
    made = renderings()
    for manner in ("close", "loose", "part"):
        table.append(row(f"{manner} renderings, set on", rendering_counts(made[:16], manner)))
        table.append(row(f"{manner} renderings, only scored", rendering_counts(made[16:], manner)))
    report = f"{heading()}\n```\n{chr(10).join(table)}\n```\n"
    print(report)
    record(report, RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
