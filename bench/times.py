"""Scores of this build's time expressions beside those of other tools, and the time that they take.

    python bench/times.py --shared ../shared [--lang fr|en] [--write]

As in TempEval-3: expressions are paired one to one, longest overlap first. strict: the same span; relaxed: any
overlap; value: a relaxed pair with the same TIMEX3 value; type and anchor: share right of the relaxed pairs. Rules
were mended on the first articles of each file; the others were only ever scored.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from machine import heading, record
from selon.lang.registry import rules
from selon.model import Published, Time
from selon.read import read
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain
from selon.stages.times import find_times

RUNS = Path(__file__).parent / "runs" / "times.md"
FILES = {"fr": ("fr-train.jsonl", 12), "en": ("en-dev.jsonl", 40)}
"""The file of each language, and how many of its articles were looked at."""
ANCHORS = {"pub": "published"}
RESAMPLES = 1000
LEVELS = ("strict", "relaxed", "value")
HEADER = (
    f"{'F1 (95 % by document), %':30}{'gold':>5}{'found':>6}  "
    + "  ".join(f"{level:14}" for level in LEVELS)
    + " type anchor"
)
PEERS = {
    "fr": (("HeidelTime 2.2, TreeTagger", 77.9, 89.5, 63.4), ("Microsoft recognizers", 46.2, 76.0, 39.4)),
    "en": (("HeidelTime 2.2, TreeTagger", 83.7, 89.4, 79.8), ("Microsoft recognizers", 70.2, 88.3, 71.7)),
}
"""strict, relaxed and value F1 in %, on the whole file, measured 2026-11-22 with the gold's own scorer."""


def pairs(gold: Sequence[dict[str, Any]], found: Sequence[Time]) -> Iterator[tuple[dict[str, Any], Time]]:
    """Gold and found expressions one to one, those that share most code points first."""
    shared = sorted(
        (
            (min(g["end"], t.end) - max(g["start"], t.start), i, j)
            for i, g in enumerate(gold)
            for j, t in enumerate(found)
        ),
        key=lambda c: (-c[0], c[1], c[2]),
    )
    rows, columns = set(), set()
    for overlap, i, j in shared:
        if overlap > 0 and i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            yield gold[i], found[j]


def counted(gold: Sequence[dict[str, Any]], found: Sequence[Time]) -> Counter[str]:
    counts = Counter(gold=len(gold), found=len(found))
    for g, t in pairs(gold, found):
        counts["relaxed"] += 1
        counts["strict"] += (g["start"], g["end"]) == (t.start, t.end)
        counts["value"] += g["value"] == t.value
        counts["type"] += g["type"] == t.type
        counts["anchored"] += "anchor" in g
        counts["anchor"] += ANCHORS.get(str(g.get("anchor")), g.get("anchor")) == t.anchor
    return counts


def f1(counts: Counter[str], level: str) -> float:
    return 200 * counts[level] / max(1, counts["gold"] + counts["found"])


def interval(counts: Sequence[Counter[str]], level: str) -> tuple[float, float]:
    """95 % of the F1s of resampled documents."""
    chance = random.Random(1)
    f1s = sorted(
        f1(sum((counts[chance.randrange(len(counts))] for _ in counts), Counter[str]()), level)
        for _ in range(RESAMPLES)
    )
    return f1s[int(0.025 * RESAMPLES)], f1s[int(0.975 * RESAMPLES) - 1]


def row(name: str, counts: Sequence[Counter[str]]) -> str:
    total = sum(counts, Counter[str]())
    cells = [
        f"{f1(total, level):5.1f} ({low:.0f}–{high:.0f})" for level in LEVELS for low, high in [interval(counts, level)]
    ]
    shares = [f"{100 * total[k] / max(1, total[of]):5.1f}" for k, of in (("type", "relaxed"), ("anchor", "anchored"))]
    shares[1] = shares[1] if total["anchored"] else "    –"
    return f"{name:30}{total['gold']:5}{total['found']:6}  " + "  ".join(f"{c:14}" for c in cells) + "  ".join(shares)


def run(documents: Sequence[dict[str, Any]], language: str) -> tuple[list[Counter[str]], float, float]:
    """Each document's counts, and seconds: that finding times took, and that reading whole documents did."""
    chosen = rules(language)
    counts, alone, whole = [], 0.0, 0.0
    for document in documents:
        text = document["text"]
        published = Published(value=document["published"], how="given", why="the gold says so")
        tree = parse(
            text, split_sentences(text, read_plain(text).blocks, chosen.lexicon.words["abbreviations"]), chosen
        )
        quotes, _ = find_quotes(text)
        find_times(text, quotes, tree, published, chosen)
        start = time.perf_counter()
        times, _ = find_times(text, quotes, tree, published, chosen)
        alone += time.perf_counter() - start
        start = time.perf_counter()
        read(text, plain=True, language=language, published=document["published"])
        whole += time.perf_counter() - start
        counts.append(counted(document["times"], times))
    return counts, alone, whole


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that holds gold/")
    parser.add_argument("--lang", choices=sorted(FILES))
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    report = [heading()]
    for language in [args.lang] if args.lang else FILES:
        name, seen = FILES[language]
        lines = (args.shared / "gold" / "time" / name).read_text("utf-8").splitlines()
        documents = [json.loads(line) for line in lines if line.strip()]
        counts, alone, whole = run(documents, language)
        table = [
            HEADER,
            row(f"this build, {seen} looked at", counts[:seen]),
            row(f"this build, {len(counts) - seen} only scored", counts[seen:]),
            row("this build, all", counts),
            *(
                f"{peer:30}{'':13}" + "  ".join(f"{value:5.1f}{'':9}" for value in values)
                for peer, *values in PEERS[language]
            ),
            f"finding times: {1000 * alone / sum(len(d['text'].split()) for d in documents):.3f} s per 1,000 words, "
            f"{100 * alone / whole:.1f} % of reading",
        ]
        section = f"### {language}\n\n```\n{chr(10).join(table)}\n```\n"
        print(section, flush=True)
        report.append(section)
    record("\n".join(report), RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
