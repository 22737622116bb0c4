"""Attribution scores of this build beside those of other tools.

    python bench/attribution.py --shared ../shared --folds WORK [--lang fr] [--write]
    python bench/attribution.py --shared ../shared --rules-only [--half look|graded|all] [--misses N]
    python bench/attribution.py --blind [--rules-only] [--write]

The weights that come with the program were taught all French articles, so French is scored in five folds, each read
with the weights that were taught the other four (WORK/fold0.selon …, see training/attributions). English, which is
only ever scored, is read with the program's own weights. With --rules-only, the French file has two halves: rules may
be looked at and mended on the documents whose index modulo 4 is 0 or 1 ("look"); the others are only ever scored.
--blind scores bench/blind/fr.jsonl with the program's own weights: 42 articles about invented people, written and
annotated by the same guideline by writers who knew nothing of the program, and never looked at since.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from machine import heading, record
from selon import score

RUNS = Path(__file__).parent / "runs" / "attribution.md"
FOLDS = 5
BLIND = Path(__file__).parent / "blind" / "fr.jsonl"
FILES = {"fr": "fr-train.jsonl", "en": "en-dev.jsonl"}
SCORED = {"fr": ("look", "graded"), "en": ("all",)}
HALVES = {"look": (0, 1), "graded": (2, 3), "all": (0, 1, 2, 3)}


class Peer(NamedTuple):
    """F1 in %, as measured by somebody else; None where they give no figure."""

    tool: str
    strict: float | None
    relaxed: float | None
    chars: float | None
    cue: float | None
    attribution: float | None


PEERS_WHEN = "measured 2026-11-22 with the gold's own scorer"
PEERS_ON = {"fr": "all 161 articles of fr-train", "en": "PolNeAR test, the sister of en-dev"}
PEERS = {
    "fr": (
        Peer("Gender Gap Tracker fr", 20.8, 44.8, 67.0, 51.2, 25.5),
        Peer("textacy 0.13, by paragraph", 12.1, 14.9, 21.7, 16.9, 3.5),
    ),
    "en": (
        Peer("Gender Gap Tracker en", 35.3, 50.6, 68.9, 56.4, 42.1),
        Peer("Citron, trained on PolNeAR", 38.4, 55.6, 67.7, 63.8, 48.4),
        Peer("textacy 0.13, by paragraph", 23.3, 29.5, 45.4, 35.3, 22.5),
        Peer("one annotator against another", 68.8, 79.4, 91.1, 81.4, 73.3),
    ),
}


def half_of(documents: Sequence[score.Document], half: str) -> list[score.Document]:
    return [document for i, document in enumerate(documents) if i % 4 in HALVES[half]]


def run(
    gold: Sequence[score.Document], language: str, rules_only: bool, folds: Path | None
) -> tuple[list[score.Document], list[score.Document], list[score.Counts]]:
    """The gold that could be read, this build's predictions for it and the counts of each document.

    `folds` has weights for each fifth, or for some; the others are left out.
    """
    from selon.models import weights
    from selon.read import read

    reading = partial(read, rules_only=rules_only)
    if folds is None:
        predicted = list(score.predict(gold, reading, language))
    else:
        predicted = []
        for fold in taught(folds):
            os.environ["SELON_WEIGHTS"] = f"{folds}/fold{fold}.selon"
            weights.cache_clear()
            predicted += score.predict(gold[fold::FOLDS], reading, language)
        del os.environ["SELON_WEIGHTS"]
        weights.cache_clear()
        found = {document.id: document for document in predicted}
        predicted = [found[document.id] for document in gold if document.id in found]
        gold = [document for document in gold if document.id in found]
    return list(gold), predicted, [score.count(*pair) for pair in zip(gold, predicted, strict=True)]


def taught(folds: Path) -> list[int]:
    """The folds whose weights there are."""
    return [fold for fold in range(FOLDS) if (folds / f"fold{fold}.selon").exists()]


def reliability(gold: Sequence[score.Document], predicted: Sequence[score.Document]) -> str:
    """Of the attributions with each score, the share that hold: contents and sources as the scorer wants them."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for document, prediction in zip(gold, predicted, strict=True):
        mask = score.quoted(document.text)
        ours = score.statements(prediction, mask)
        right = {
            id(p)
            for g, p in score.matched(score.statements(document, mask), ours)
            if score.iou(g.content, p.content) >= 0.5 and score.iou(g.source, p.source) >= 0.5
        }
        scores = [row.score for row in prediction.attributions if score.word_characters(document.text, row.content)]
        for value, one in zip(scores, ours, strict=True):
            if value is not None:
                bins.setdefault(min(int(value * 10), 9), []).append((value, id(one) in right))
    lines = ["score      mean  that hold  attributions"]
    for at, rows in sorted(bins.items()):
        mean, hold = (100 * sum(column) / len(rows) for column in zip(*rows, strict=True))
        lines.append(f"{at / 10:.1f}–{at / 10 + 0.1:.1f} {mean:7.1f} % {hold:7.1f} % {len(rows):11}")
    return "\n".join(lines)


def beside(scores: score.Scores, language: str, half: str) -> str:
    """A table of F1s: this build's, then the peers'."""
    of = scores
    ours = Peer(f"this build, {half}", *(100 * r.f1 for r in (of.strict, of.relaxed, of.chars, of.cue, of.attribution)))
    lines = [f"{'F1':32} strict relaxed   chars     cue  attribution"]
    for peer in (ours, *PEERS[language]):
        cells = ["–" if value is None else f"{value:.1f}" for value in peer[1:]]
        lines.append(f"{peer.tool:32} {cells[0]:>6} {cells[1]:>7} {cells[2]:>7} {cells[3]:>7} {cells[4]:>12}")
    lines.append(f"others: {PEERS_WHEN}, on {PEERS_ON[language]}")
    return "\n".join(lines)


def misses(gold: Sequence[score.Document], predicted: Sequence[score.Document], limit: int) -> list[str]:
    """The first `limit` attributions that were missed (-), made up (+) or given another source (s)."""
    lines: list[str] = []
    for document, prediction in zip(gold, predicted, strict=True):
        mask = score.quoted(document.text)
        ours, theirs = score.statements(prediction, mask), score.statements(document, mask)
        relaxed = [(g, p) for g, p in score.matched(theirs, ours) if score.iou(g.content, p.content) >= 0.5]
        found = {id(s) for pair in relaxed for s in pair}
        lines.append(f"# {document.id}")
        lines += [_line("-", document.text, s) for s in theirs if id(s) not in found]
        lines += [_line("+", document.text, s) for s in ours if id(s) not in found]
        for g, p in relaxed:
            if score.iou(g.source, p.source) < 0.5:
                lines.append(f"{_line('s', document.text, g)}\n     found {_words(document.text, p.source)!r}")
        if len(lines) > limit:
            break
    return lines[:limit]


def _line(sign: str, text: str, of: score.Statement) -> str:
    content = _words(text, of.content)
    shown = content if len(content) < 120 else f"{content[:70]} … {content[-45:]}"
    return f"  {sign} {of.kind:8} {_words(text, of.source)[:60]!r} {_words(text, of.cue)!r} → {shown!r}"


def _words(text: str, characters: score.Characters) -> str:
    return text[min(characters) : max(characters) + 1].replace("\n", " ¶ ") if characters else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with gold/attribution/")
    parser.add_argument("--lang", choices=FILES, help="one language only")
    parser.add_argument("--folds", type=Path, metavar="WORK", help="folder with the weights of each fold")
    parser.add_argument("--rules-only", action="store_true", help="read without the network")
    parser.add_argument(
        "--blind", action="store_true", help="score the articles of bench/blind, with the whole network"
    )
    parser.add_argument("--half", choices=HALVES, help="one half only, or all at once")
    parser.add_argument("--bootstrap", type=int, default=0, metavar="N", help="95 %% intervals from N resamples")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print N lines of misses (half look only)")
    parser.add_argument("--predictions", type=Path, metavar="FILE", help="write this build's predictions here")
    parser.add_argument("--write", action="store_true", help=f"append the run to {RUNS.name}")
    args = parser.parse_args()
    if args.blind and (args.misses or args.half or args.folds or args.lang not in (None, "fr")):
        parser.error("--blind scores its French articles whole, and shows none of them")
    if args.misses and args.half != "look":
        parser.error("--misses shows articles, which is for --half look alone")
    if not args.rules_only and not args.folds and not args.blind and args.lang != "en":
        parser.error("the weights were taught the French articles: give --folds WORK, --rules-only or --lang en")
    report = [heading()]
    for language in ["fr"] if args.blind else [args.lang] if args.lang else FILES:
        documents = score.load(BLIND if args.blind else args.shared / "gold" / "attribution" / FILES[language])
        folds = args.folds if language == "fr" and not args.rules_only and not args.blind else None
        whole = args.blind or not args.rules_only
        for half in ["all"] if args.blind else [args.half] if args.half else ("all",) if whole else SCORED[language]:
            if folds and half != "all":
                parser.error(f"--half {half} is for --rules-only; the folds are scored whole")
            gold = half_of(documents, half)
            gold, predicted, counts = run(gold, language, args.rules_only, folds)
            scores = score.summarise(counts)
            if args.bootstrap:
                scores = msgspec.structs.replace(scores, f1_95=score.intervals(counts, args.bootstrap))
            by = f"{len(taught(folds))} of {FOLDS} folds" if folds else "network"
            what = f"{'blind' if args.blind else half}, {'rules only' if args.rules_only else by}"
            tables = [score.table(scores), beside(scores, language, what)]
            tables += [] if args.rules_only else [reliability(gold, predicted)]
            section = f"### {language}, {what}\n\n```\n{chr(10).join(f'{one}{chr(10)}' for one in tables)}```\n"
            print(section, flush=True)
            report.append(section)
            if args.misses:
                print("\n".join(misses(gold, predicted, args.misses)))
            if args.predictions:
                args.predictions.write_bytes(b"".join(msgspec.json.encode(d) + b"\n" for d in predicted))
    record("\n".join(report), RUNS, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
