"""What modal words do and how firm contents are, beside the annotated words and articles.

    python bench/modality.py --shared ../shared [--bootstrap 1000] [--write]

Uses, on gold/modality/fr-train.jsonl as the gold's own scorer counts them: a word takes the use of the item that
overlaps it most, and none is "other". Rules may be looked at and mended on words with an even index; the others are
only ever scored. Certainty, on gold/attribution/fr-train.jsonl with the gold's contents and cues given, so that it is
judged alone: documents whose index modulo 4 is 0 or 1 may be looked at, the others are only ever scored. Rules alone
read, without the network.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from machine import heading, record
from selon import read
from selon.lang.registry import rules
from selon.model import Span, merged
from selon.stages.attributions.assemble import assemble
from selon.stages.attributions.cues import find_cues
from selon.stages.attributions.modality import find_items
from selon.stages.attributions.scene import Contents, Found, Scene
from selon.stages.mentions import find_mentions
from selon.stages.quotes import find_quotes
from selon.stages.sentences import split_sentences
from selon.stages.syntax import parse
from selon.stages.text import read_plain

RUNS = Path(__file__).parent / "runs" / "modality.md"
USES = ("hearsay", "future_past", "hypothesis", "possible", "probable", "ability", "duty")
"""Those that count for macro F1; polite words and others count as errors where they are taken for these."""
HALVES = ("looked at", "only scored")
GRADES = ("certain", "probable", "possible", "unknown")


class Pair(NamedTuple):
    """What the gold says and what was found, and in which document."""

    document: int
    gold: str
    found: str


def documents(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


# ---------------------------------------------------------------- uses


def uses(path: Path) -> tuple[list[Pair], list[Pair]]:
    """The words of both halves."""
    halves: tuple[list[Pair], list[Pair]] = ([], [])
    at = 0
    for number, document in enumerate(documents(path)):
        items = read(document["text"], plain=True, language="fr", rules_only=True).modality
        for word in document["words"]:
            over = [(min(word["end"], m.end) - max(word["start"], m.start), m.use) for m in items]
            width, use = max(over, key=lambda pair: pair[0], default=(0, "other"))
            halves[at % 2].append(Pair(number, word["label"], use if width > 0 else "other"))
            at += 1
    return halves


def f1(pairs: Sequence[Pair], use: str) -> float:
    """In %; 0 where neither gold nor program has any."""
    both = sum(p.gold == use == p.found for p in pairs)
    return 200 * both / max(1, sum(p.gold == use for p in pairs) + sum(p.found == use for p in pairs))


def macro(pairs: Sequence[Pair]) -> float:
    return sum(f1(pairs, use) for use in USES) / len(USES)


def accuracy(pairs: Sequence[Pair]) -> float:
    return share(pairs, lambda _: True, lambda p: p.gold == p.found)


def table_of_uses(pairs: Sequence[Pair], resamples: int) -> str:
    rows: list[tuple[str, Callable[[Sequence[Pair]], float]]] = [("macro F1", macro)]
    rows += [(f"F1 {use}", partial(f1, use=use)) for use in USES]
    rows.append(("accuracy", accuracy))
    lines = [f"{len(pairs)} words", f"{'':18} {'%':>5}   95 %"]
    for name, measure in rows:
        number = sum(p.gold == name.removeprefix("F1 ") for p in pairs)
        of = f"   of {number}" if name.startswith("F1") else ""
        lines.append(f"{name:18} {measure(pairs):5.1f}   {interval(pairs, measure, resamples)}{of}")
    return "\n".join(lines)


# ---------------------------------------------------------------- certainty


def certainties(path: Path) -> tuple[list[Pair], list[Pair]]:
    """The contents of both halves."""
    halves: tuple[list[Pair], list[Pair]] = ([], [])
    for number, document in enumerate(documents(path)):
        scene = _scene(document["text"])
        gold = [a for a in document["attributions"] if a["content"]]
        found = list(_given(scene, gold))
        read_as = {
            (a.cue.spans, a.content.spans): a.certainty
            for a in assemble(scene, found, find_items(scene, Contents(scene, found)))
        }
        by_content = {content: certainty for (_, content), certainty in read_as.items()}
        for f, a in zip(found, gold, strict=True):
            cue = tuple(merged(Span(scene.tokens[i].start, scene.tokens[i].end) for i in f.cue))
            content = merged(f.content)
            ours = read_as.get((cue, content)) or by_content[content]
            halves[number % 4 // 2].append(Pair(number, a["sure"], ours))
    return halves


def _scene(text: str) -> Scene:
    page, chosen = read_plain(text), rules("fr")
    quotes, _ = find_quotes(page.text)
    sentences = split_sentences(page.text, page.blocks, chosen.lexicon.words["abbreviations"])
    tree = parse(page.text, sentences, chosen)
    _, mentions, _ = find_mentions(page.text, page.blocks, quotes, tree, chosen)
    return Scene(page.text, page.blocks, quotes, tree, mentions, chosen)


def _given(scene: Scene, gold: Sequence[dict[str, Any]]) -> Iterator[Found]:
    """The gold's contents and cues as if rules had found them, with what the lexicon says of each cue."""
    hits = {hit.i: hit for hit in find_cues(scene)}
    for a in gold:
        tokens = {
            i
            for start, end in a["cue"]
            for i in range(scene.parse.at(start), scene.parse.at(end - 1) + 1)
            if i < len(scene.tokens)
        }
        cue = tuple(sorted(tokens))
        hit = next((hits[i] for i in cue if i in hits), None)
        act = hit.cues[0].act if hit is not None else "say"
        yield Found("given", act, merged(Span(*span) for span in a["content"]), cue, hit)


def share(pairs: Sequence[Pair], of: Callable[[Pair], bool], that: Callable[[Pair], bool]) -> float:
    """In %."""
    some = [pair for pair in pairs if of(pair)]
    return 100 * sum(map(that, some)) / max(1, len(some))


def table_of_certainty(pairs: Sequence[Pair], resamples: int) -> str:
    def weak(pair: Pair) -> bool:
        return pair.gold != "certain"

    def called(pair: Pair) -> bool:
        return pair.found != "certain"

    rows: tuple[tuple[str, Callable[[Sequence[Pair]], float]], ...] = (
        ("not certain, recall", lambda some: share(some, weak, called)),
        ("not certain, precision", lambda some: share(some, called, weak)),
        ("grade right", lambda some: share(some, lambda p: weak(p) and called(p), lambda p: p.gold == p.found)),
    )
    lines = [f"{len(pairs)} contents, {sum(map(weak, pairs))} not certain, {sum(map(called, pairs))} found so"]
    lines += [f"{name:24} {measure(pairs):5.1f}   {interval(pairs, measure, resamples)}" for name, measure in rows]
    counts = Counter((p.gold, p.found) for p in pairs)
    lines.append("gold ↓ found →  " + " ".join(f"{grade:>9}" for grade in GRADES))
    lines += [f"{gold:15} " + " ".join(f"{counts[gold, found]:9}" for found in GRADES) for gold in GRADES]
    return "\n".join(lines)


# ---------------------------------------------------------------- both


def interval(pairs: Sequence[Pair], measure: Callable[[Sequence[Pair]], float], resamples: int) -> str:
    """95 % bootstrap interval over documents."""
    by_document: dict[int, list[Pair]] = {}
    for pair in pairs:
        by_document.setdefault(pair.document, []).append(pair)
    groups = list(by_document.values())
    chance = random.Random(0)
    values = sorted(
        measure([pair for group in chance.choices(groups, k=len(groups)) for pair in group]) for _ in range(resamples)
    )
    return f"{values[int(0.025 * resamples)]:.1f}–{values[int(0.975 * resamples)]:.1f}" if values else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with gold/")
    parser.add_argument("--bootstrap", type=int, default=1000, metavar="N", help="95 %% intervals from N resamples")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    report = [heading()]
    gold = args.shared / "gold"
    for name, pairs in zip(HALVES, uses(gold / "modality" / "fr-train.jsonl"), strict=True):
        report.append(f"### uses, {name}\n\n```\n{table_of_uses(pairs, args.bootstrap)}\n```\n")
    for name, pairs in zip(HALVES, certainties(gold / "attribution" / "fr-train.jsonl"), strict=True):
        report.append(f"### certainty, {name}\n\n```\n{table_of_certainty(pairs, args.bootstrap)}\n```\n")
    print("\n".join(report))
    record("\n".join(report), RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
