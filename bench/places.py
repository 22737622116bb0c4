"""Scores of this build's places on annotated news, and the time that they take.

    python bench/places.py --shared ../shared [--write]

TR-News (Kamalloo and Rafiei 2018; as Gritta et al. 2020 hand it on): 118 English articles. Its articles of even
number were looked at; the others were only ever scored. Toponyms are paired one to one, longest overlap first: exact
is the same span, overlap any. Of those paired that the annotators gave coordinates, error is the geodesic distance in
km to the annotated point (20,038 where this build gives none), @161 the share within 161 km (100 miles),
AUC the area under the curve of log errors (0 is best). TR-News marks adjectives, too ("Turkish troops"), which are no
places here: "nouns" leaves out toponyms that end like one and differ from their place's name. Some offsets of the file
are some characters off; each is taken at the nearest place where the text has the phrase.
"""

import argparse
import math
import statistics
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from geographiclib.geodesic import Geodesic

from machine import heading, record
from selon.data import gazetteer
from selon.lang.registry import rules
from selon.model import Place
from selon.read import read
from selon.stages.mentions import find_mentions
from selon.stages.places import find_places
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain

RUNS = Path(__file__).parent / "runs" / "places.md"
FARTHEST = 20_038.0
"""Kilometres: half the equator."""
NEAR = 161.0
ADJECTIVES = ("an", "ish", "ese", "ch", "i", "ic")
HEADER = f"{'':30}{'gold':>5}{'found':>6}  exact P/R/F1       overlap P/R/F1     located  @161  median   mean    AUC"


class Toponym(NamedTuple):
    start: int
    end: int
    phrase: str
    name: str
    lat: float | None
    lon: float | None

    @property
    def adjective(self) -> bool:
        return self.phrase.endswith(ADJECTIVES) and self.phrase.casefold() != self.name.casefold() and bool(self.name)


class Article(NamedTuple):
    text: str
    toponyms: tuple[Toponym, ...]


class Score(NamedTuple):
    counts: Counter[str]
    errors: tuple[float, ...]


def articles(path: Path) -> list[Article]:
    out = []
    for article in ET.parse(path).getroot().iter("article"):
        text = article.findtext("text") or ""
        out.append(Article(text, tuple(_toponym(text, node) for node in article.iter("toponym"))))
    return out


def _toponym(text: str, node: ET.Element) -> Toponym:
    phrase, start = node.findtext("phrase") or "", int(node.findtext("start") or 0)
    places = (
        [i for i in range(len(text)) if text.startswith(phrase, i)] if text[start:][: len(phrase)] != phrase else []
    )
    start = min(places, key=lambda i: abs(i - start), default=start)
    lat, lon = node.findtext("gaztag/lat"), node.findtext("gaztag/lon")
    name = node.findtext("gaztag/name") or ""
    return Toponym(start, start + len(phrase), phrase, name, float(lat) if lat else None, float(lon) if lon else None)


def found_in(text: str) -> tuple[tuple[Place, ...], float]:
    """The places that this build finds, and the seconds that finding them took, all before it done."""
    chosen = rules("en")
    quotes, _ = find_quotes(text)
    blocks = read_plain(text).blocks
    tree = parse(text, split_sentences(text, blocks, chosen.lexicon.words["abbreviations"]), chosen)
    _, mentions, _ = find_mentions(text, blocks, quotes, tree, chosen)
    start = time.perf_counter()
    places, _ = find_places(text, tree, mentions.all, chosen, gazetteer())
    return places, time.perf_counter() - start


def pairs(gold: Sequence[Toponym], found: Sequence[Place]) -> Iterator[tuple[Toponym, Place]]:
    shared = sorted(
        ((min(g.end, p.end) - max(g.start, p.start), i, j) for i, g in enumerate(gold) for j, p in enumerate(found)),
        key=lambda c: (-c[0], c[1], c[2]),
    )
    rows, columns = set(), set()
    for overlap, i, j in shared:
        if overlap > 0 and i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            yield gold[i], found[j]


def error(g: Toponym, p: Place) -> float:
    if g.lat is None or g.lon is None or p.lat is None or p.lon is None:
        return FARTHEST
    return float(Geodesic.WGS84.Inverse(g.lat, g.lon, p.lat, p.lon, Geodesic.DISTANCE)["s12"]) / 1000


def scored(gold: Sequence[Toponym], found: Sequence[Place]) -> Score:
    named = [p for p in found if p.kind != "relative"]
    counts = Counter(gold=len(gold), found=len(named), nowhere=sum(g.lat is None for g in gold))
    errors = []
    for g, p in pairs(gold, named):
        counts["overlap"] += 1
        counts["exact"] += (g.start, g.end) == (p.start, p.end)
        if g.lat is not None:
            errors.append(error(g, p))
    return Score(counts, tuple(errors))


def row(name: str, scores: Sequence[Score]) -> str:
    counts = sum((s.counts for s in scores), Counter[str]())
    errors = [e for s in scores for e in s.errors] or [FARTHEST]
    cells = []
    for level in ("exact", "overlap"):
        p, r = counts[level] / max(1, counts["found"]), counts[level] / max(1, counts["gold"])
        cells.append(f"{100 * p:5.1f}/{100 * r:.1f}/{200 * p * r / max(1e-9, p + r):.1f}")
    auc = statistics.mean(math.log1p(e) for e in errors) / math.log1p(FARTHEST)
    near = 100 * sum(e <= NEAR for e in errors) / len(errors)
    return (
        f"{name:30}{counts['gold']:5}{counts['found']:6} {cells[0]:18} {cells[1]:18} {len(errors):7} {near:5.1f}"
        f" {statistics.median(errors):7.1f} {statistics.mean(errors):6.0f} {auc:6.3f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that holds gold/")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    gold = articles(args.shared / "gold" / "places" / "TR-News.xml")
    found, alone, whole = [], 0.0, 0.0
    for article in gold:
        places, seconds = found_in(article.text)
        found.append(places)
        alone += seconds
    for article in gold[::10]:
        start = time.perf_counter()
        read(article.text, plain=True, language="en")
        whole += time.perf_counter() - start
    nouns = [tuple(t for t in a.toponyms if not t.adjective) for a in gold]
    scores = [scored(a.toponyms, f) for a, f in zip(gold, found, strict=True)]
    of_nouns = [scored(n, f) for n, f in zip(nouns, found, strict=True)]
    words = sum(len(a.text.split()) for a in gold)
    share = alone / words / (whole / sum(len(a.text.split()) for a in gold[::10]))
    total = sum((s.counts for s in scores), Counter[str]())
    table = [
        HEADER,
        row("59 looked at", scores[::2]),
        row("59 only scored", scores[1::2]),
        row("all", scores),
        row("nouns, 59 looked at", of_nouns[::2]),
        row("nouns, 59 only scored", of_nouns[1::2]),
        f"{total['nowhere']} of {total['gold']} toponyms have no coordinates: they count for finding, not for error",
        f"finding places: {1000 * alone / words:.3f} s per 1,000 words, {100 * share:.1f} % of reading",
    ]
    section = f"```\n{chr(10).join(table)}\n```\n"
    print(section, flush=True)
    record(f"{heading()}\n{section}", RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
