"""Whether `selon.score` gives the same figures, to the last digit, as the scorer that came with the gold.

    python bench/score_agreement.py --shared ../shared [--no-build]

Scores several kinds of predictions for the French and the English gold with both. Exits 1 where any
count or any figure differs.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from selon import score
from selon.model import Span, Spans

Change = Callable[[random.Random, score.Document], score.Document]


def same(_: random.Random, document: score.Document) -> score.Document:
    return document


def nothing(_: random.Random, document: score.Document) -> score.Document:
    return msgspec.structs.replace(document, attributions=())


def perturbed(chance: random.Random, document: score.Document) -> score.Document:
    """Attributions dropped, doubled and given moved edges, other sources, acts and entities, in another order."""
    rows = [
        _perturb(chance, document, row) for row in document.attributions for _ in range(chance.choice((0, 1, 1, 1, 2)))
    ]
    chance.shuffle(rows)
    return msgspec.structs.replace(document, attributions=tuple(rows))


def crossed(chance: random.Random, document: score.Document) -> score.Document:
    """Contents cut and joined at random, so that many overlap many."""
    spans = [span for row in document.attributions for span in row.content] or [Span(0, 1)]
    rows = []
    for row in document.attributions:
        pieces = {chance.choice(spans) for _ in range(chance.randint(1, 4))}
        rows.append(msgspec.structs.replace(row, content=tuple(sorted(pieces))))
    return msgspec.structs.replace(document, attributions=tuple(rows))


def _perturb(chance: random.Random, document: score.Document, row: score.Row) -> score.Row:
    entity = (row.ref or row.by or "") if chance.random() < 0.7 else "X"
    return msgspec.structs.replace(
        row,
        content=_moved(chance, row.content, document.text),
        source=_moved(chance, row.source, document.text) if chance.random() < 0.8 else (),
        cue=_moved(chance, row.cue, document.text) if chance.random() < 0.8 else (),
        act=chance.choice((row.act, row.act, "deny")),
        type=chance.choice((row.type, row.type, "org")),
        sure=chance.choice((row.sure, row.sure, "possible")),
        entity=entity,
    )


def _moved(chance: random.Random, spans: Spans, text: str) -> Spans:
    moved = []
    for span in spans:
        start = max(0, span.start + chance.choice((0, 0, 0, -9, 4, 15)))
        end = min(len(text), span.end + chance.choice((0, 0, 0, 1, -6, 30)))
        if start < end:
            moved.append(Span(start, end))
    return tuple(moved)


KINDS: dict[str, Change] = {"gold itself": same, "nothing": nothing, "perturbed": perturbed, "crossed": crossed}


def predictions(
    gold: list[score.Document], language: str, *, build: bool
) -> Iterator[tuple[str, list[score.Document]]]:
    for name, change in KINDS.items():
        chance = random.Random(7)
        yield name, [change(chance, document) for document in gold]
    if build:
        from selon.read import read

        yield "this build", list(score.predict(gold, read, language))


def differences(a: object, b: object, at: str = "") -> list[str]:
    """Where two JSON values differ; 0 and a missing count are the same."""
    if isinstance(a, dict) and isinstance(b, dict):
        return [d for key in sorted({*a, *b}) for d in differences(a.get(key, 0), b.get(key, 0), f"{at}.{key}")]
    return [] if a == b else [f"{at}: {a!r} and {b!r}"]


def compare(gold: Path, predicted: list[score.Document], scorer: Path) -> list[str]:
    """The differences between both scorers' figures and counts for one file of predictions."""
    documents = score.load(gold)
    with tempfile.TemporaryDirectory() as folder:
        pred, per_doc = Path(folder, "pred.jsonl"), Path(folder, "rows.jsonl")
        pred.write_bytes(b"".join(msgspec.json.encode(document) + b"\n" for document in predicted))
        command = [sys.executable, str(scorer), str(gold), str(pred), "--json", "--bootstrap", "50"]
        theirs = subprocess.run([*command, "--per-doc", str(per_doc)], capture_output=True, text=True, check=True)
        their_rows = [json.loads(line) for line in per_doc.read_text("utf-8").splitlines()]
        pairs, _ = score.pair(documents, score.load(pred))
    counts = [score.count(document, prediction) for document, prediction in pairs]
    scores = msgspec.structs.replace(score.summarise(counts), f1_95=score.intervals(counts, 50))
    our_rows = [json.loads(line) for line in score.rows(documents, counts)]
    found = differences(json.loads(scores.to_json()), json.loads(theirs.stdout))
    for ours, theirs_row in zip(our_rows, their_rows, strict=True):
        shown = {key: value for key, value in theirs_row.items() if not key.endswith(":with_cue")}
        found += differences(ours, shown, ours["id"])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with gold/ and tools/")
    parser.add_argument("--no-build", action="store_true", help="leave out this build's own predictions")
    args = parser.parse_args()
    status = 0
    for language, name in (("fr", "fr-train.jsonl"), ("en", "en-dev.jsonl")):
        gold = args.shared / "gold" / "attribution" / name
        for kind, predicted in predictions(score.load(gold), language, build=not args.no_build):
            found = compare(gold, predicted, args.shared / "tools" / "score.py")
            print(f"{name}, {kind}: {'the same' if not found else f'{len(found)} differences, first {found[0]}'}")
            status = status or bool(found)
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
