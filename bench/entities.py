"""How well entities are told across articles: BCubed and pairs on articles written for it; what they cost.

    python bench/entities.py [--scale] [--write]
    python bench/entities.py --shared ../shared

`entities/test.txt` holds articles about invented people and bodies, annotated while they were written: homonyms,
families, namesakes, transliterations, acronyms, states; `hard.txt` those that were written to be got wrong. `dev.txt`
is like the first; rules were written while looking at it; `fresh.txt` was written last and only ever scored. What the
reading has of no annotated name ("unread") is left out of the scores, and counted. `--scale` gives the cost of an
article after 2,000 and after 20,000 synthetic ones. `--shared` prints a hundred merges over the gold's stories, to be
read by hand.
"""

import argparse
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from machine import heading, record
from selon.linking.entities import Entities, Mention, entities_of
from selon.model import Entity, Reading, Span
from selon.read import read
from stories import bcubed, gold_articles
from synthetic import Made, articles

RUNS = Path(__file__).parent / "runs" / "entities.md"
WRITTEN = Path(__file__).parent / "entities"
_TAG = re.compile(r"\[(\w+):([^\]]+)\]")


class Annotated(NamedTuple):
    """A reading, and which of its spans name whom."""

    reading: Reading
    names: tuple[tuple[Span, str], ...]


def annotated(part: str) -> Iterator[Annotated]:
    """The articles of `part` ("dev", "test"…), as they are read."""
    pieces = re.split("^== ", (WRITTEN / f"{part}.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
    for n, piece in enumerate(pieces):
        line, tagged = piece.split("\n", 1)
        language, day, outlet = (cell.strip() for cell in line.split("|"))
        title, body = tagged.strip().split("\n", 1)
        tagged = f"{title}\n\n{body}"
        text, names, at = "", [], 0
        for tag in _TAG.finditer(tagged):
            text += tagged[at : tag.start()]
            names.append((Span(len(text), len(text) + len(tag[2])), tag[1]))
            text += tag[2]
            at = tag.end()
        text += tagged[at:]
        url = f"https://{re.sub('[^a-z]+', '-', outlet.lower())}.example/{part}-{n}"
        yield Annotated(read(text, plain=True, language=language, published=day, url=url), tuple(names))


def gold_of(article: Annotated) -> tuple[dict[Mention, str], int]:
    """Mention → whom it names, and how many that are named the reading has nothing of."""
    found: dict[Mention, str] = {}
    unread = 0
    for name in dict.fromkeys(name for _, name in article.names):
        spans = [span for span, other in article.names if other == name]
        entity = next((e for span in spans if (e := _entity(article.reading, span))), None)
        mention = (article.reading.article.id, entity.id) if entity else None
        if mention is None or mention in found:
            unread += 1
        else:
            found[mention] = name
    return found, unread


def _entity(reading: Reading, span: Span) -> Entity | None:
    """The entity whose mention is the words, or the least that holds them with its own name."""
    words = span.of(reading.article.text)
    fits = [
        (m.end - m.start, e.id, e)
        for e in reading.entities
        for m in e.mentions
        if m.covers(span) or (span.covers(m) and 2 * (m.end - m.start) > span.end - span.start)
    ]
    named = [fit for fit in fits if _shares(fit[2].name, words)]
    return min(named or fits, key=lambda fit: fit[:2])[2] if fits else None


def _shares(name: str, words: str) -> bool:
    return bool(set(re.findall(r"\w{3,}", name.lower())) & set(re.findall(r"\w{3,}", words.lower())))


def pairs(gold: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float]:
    """Precision and recall, in [0, 1], over pairs of mentions that are one."""
    right = together = apart = 0
    for one, other in combinations(sorted(gold), 2):
        same, said = gold[one] == gold[other], found[one] == found[other]
        together += said
        apart += same
        right += same and said
    return right / max(1, together), right / max(1, apart)


def scored(part: str, verbose: bool = False) -> str:
    read_ = list(annotated(part))
    entities = entities_of(article.reading for article in read_)
    gold: dict[str, str] = {}
    names: dict[str, str] = {}
    unread = 0
    for article in read_:
        mentions, missing = gold_of(article)
        unread += missing
        for mention, name in mentions.items():
            gold["/".join(mention)] = name
            names["/".join(mention)] = next(e.name for e in article.reading.entities if e.id == mention[1])
    found = {
        "/".join(mention): known
        for known in entities.knowns()
        for mention in entities.known(known).mentions
        if "/".join(mention) in gold
    }
    if verbose:
        _explain(gold, found, names)
    p, r, f = bcubed(gold, found)
    pair_p, pair_r = pairs(gold, found)
    cells = "".join(f"{100 * value:8.1f}" for value in (p, r, f, pair_p, pair_r))
    return f"{part:8}{len(read_):9}{len(set(gold.values())):10}{len(gold):10}{unread:8}{cells}"


def _explain(gold: Mapping[str, str], found: Mapping[str, str], names: Mapping[str, str]) -> None:
    for say, by, other in (("split", gold, found), ("merged", found, gold)):
        groups = defaultdict(list)
        for mention in gold:
            groups[by[mention]].append(mention)
        for name, mentions in groups.items():
            if len({other[m] for m in mentions}) > 1:
                print(say, name, [(names[m], other[m][-6:]) for m in mentions])


def gold_readings(shared: Path) -> Iterator[Reading]:
    """Of the gold's events, in order of name, every other one from the first."""
    pairs = gold_articles(shared)
    seen = set(sorted({event for event, _ in pairs})[::2])
    for event, article in pairs:
        if event in seen:
            day = article.published.value if article.published else None
            yield read(article.text, plain=True, language=article.language, published=day, url=article.url)


def drawn(readings: Mapping[str, Reading], count: int, seed: int = 5) -> Iterator[str]:
    """Merges to be read by hand: a mention that joined others, that which they began with, and why; no states."""
    entities = entities_of(readings.values())
    found = [entities.known(id) for id in entities.knowns()]
    merges = [(known, mention) for known in found if known.kind != "state" for mention in known.mentions[1:]]
    all_merges = sum(len(known.mentions) - 1 for known in found)
    yield f"{len(readings)} articles, {len(found)} entities, {all_merges} merges, {len(merges)} of them not of states"
    for known, mention in random.Random(seed).sample(merges, min(count, len(merges))):
        shown = [_in_context(readings[article], id) for article, id in (known.mentions[0], mention)]
        codes = " ".join(reason.code for reason in known.why if reason.article == mention[0])
        yield f"{known.kind} {known.name}: {shown[0]} | {shown[1]} ({codes})"


def _in_context(reading: Reading, id: str) -> str:
    entity = next(e for e in reading.entities if e.id == id)
    first, text = entity.mentions[0], reading.article.text
    return " ".join(f"{entity.kind} «{text[max(0, first.start - 20) : first.end + 30]}»".split())


def synthetic_reading(made: Made) -> Reading:
    """The reading of a synthetic article, with the entities that were put into it: no parser is needed."""
    article = made.article
    spans = defaultdict(list)
    for name in re.finditer(r"(?<!\w)[A-Z][a-z]{4,}(?: [A-Z][a-z]{4,})?", article.text):
        spans[name[0]].append(Span(name.start(), name.end()))
    entities = tuple(
        Entity(id=f"e{n}", name=name, kind="person" if " " in name else "place", mentions=tuple(where))
        for n, (name, where) in enumerate(spans.items())
    )
    return Reading(selon="", article=article, entities=entities)


def scale(counts: tuple[int, ...] = (2000, 20000), last: int = 1000) -> list[str]:
    """Milliseconds an article of the last thousand, after each count."""
    entities, spent, rows, first = Entities(), [], [], 0.0
    for n, made in enumerate(articles(max(counts)), 1):
        reading = synthetic_reading(made)
        start = time.process_time()  # of this process alone: others run on the machine
        entities.add(reading)
        spent.append(time.process_time() - start)
        if n in counts:
            each = 1000 * sum(spent[-last:]) / last
            first = first or each
            known = sum(1 for _ in entities.knowns())
            rows.append(f"{n:9}{known:10}{each:10.2f}{each / first:8.2f}")
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", action="store_true", help="measure what an article costs as the store grows")
    parser.add_argument("--dev", action="store_true", help="score dev.txt only, and say what is wrong")
    parser.add_argument("--why", action="store_true", help="say what is wrong in all of them")
    parser.add_argument("--shared", type=Path, help="the folder that holds gold/: draw merges over its stories instead")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    if args.shared:
        print("\n".join(drawn({reading.article.id: reading for reading in gold_readings(args.shared)}, 100)))
        return 0
    if args.dev:
        print(scored("dev", verbose=True))
        return 0
    head = f"{'':8}{'articles':>9}{'entities':>10}{'mentions':>10}{'unread':>8}"
    head += "".join(f"{name:>8}" for name in ("B3 P", "R", "F1", "pairs P", "R"))
    table = [head, *(scored(part, args.why) for part in ("dev", "test", "hard", "fresh"))]
    if args.scale:
        table += ["", f"{'articles':>9}{'entities':>10}{'ms each':>10}{'ratio':>8}", *scale()]
    report = f"{heading()}\n```\n{chr(10).join(table)}\n```\n"
    print(report)
    record(report, RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
