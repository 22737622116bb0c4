"""Make src/selon/models/meaning.selon and linking.json from the pretrained encoder and the events written by hand.

    pip install -e . -r training/attributions/requirements.txt
    python -m training.claims --work WORK [--shared ../shared] [--weights-only]

WORK keeps the readings of the events; --shared holds the articles of those of real news. It takes about ten minutes on
two cores, most of them to read the articles; `--weights-only` leaves meaning.selon as it is, and needs no PyTorch.
"""

import argparse
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from selon.linking._pairs import FEATURES, compared, units_of
from selon.linking._voices import Told, pair, standing, told
from selon.linking.claims import copied_by, groups_of
from selon.linking.copies import Copies
from selon.linking.meaning import AXES, PAD, Meanings, joined, meanings, numbered, read
from selon.linking.origin import credited, place
from selon.linking.origins import counted
from selon.linking.statements import statements
from selon.linking.weights import ClaimWeights, OriginWeights, Weights
from selon.model import Article, Span
from selon.models import meaning, weights

from .events import WRITTEN, Event, annotated, covers, words, written

MODELS = Path(__file__).parent.parent.parent / "src" / "selon" / "models"
VERSION = "6"
RIDGE_CLAIMS, RIDGE_ORIGINS = 1000.0, 2.0
"""A strong ridge for claims: what is alike in one way is alike in others too, and a weak one plays these off against
one another in ways that hold for written events alone. Set as LEAST is."""
LEAST = -2.25
"""Log odds from which on statements are taken to state the same thing: most who do say it in words so unlike that their
odds are below even. Set on the claims gold's two events that may be read, and on the written ones."""
OTHERWISE = -6.5
"""Log odds of statements that are not compared."""
ROUNDS, BEST = 4, 2
"""How often it is learned anew which pairs of statements of two quotations state the same, and how many of them do."""
FOLDS = 3
STORIES = Path("gold", "stories", "stories.jsonl")
SAMPLE = 5
"""Written events whose paragraphs show the encoder's outliers."""

Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for the readings")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder of the stories gold")
    parser.add_argument("--weights-only", action="store_true")
    args = parser.parse_args()
    if not args.weights_only:
        from training.attributions.pretrained import pretrained

        from .encoder import export

        card = {"version": VERSION, "words": weights().words_version, "encoder": "multilingual-e5-small, MIT"}
        export(pretrained(), list(sample()), card, MODELS / "meaning.selon")
    events = written(args.work)
    cases = [list(cases_of(event)) for event in events]
    axes = axes_of(events)
    grouping = claims(events, axes)
    merge = merging([case for some in cases for case in some])
    draft = Weights(VERSION, grouping, OriginWeights(merge, {}), axes.shape[1], axes.tobytes())
    every = {"written": events, "annotated": annotated(args.work, args.shared / STORIES)}
    found = {what: [list(found_of(event, draft)) for event in some] for what, some in every.items()}
    for fold in range(FOLDS):
        taught = counting(
            [f for some in found.values() for n, event in enumerate(some) if n % FOLDS != fold for f in event]
        )
        for what, some in found.items():
            unseen = [f for n, event in enumerate(some) if n % FOLDS == fold for f in event]
            print(f"origins, fold {fold}, {what}: {scored(unseen, taught)}")
    origins = OriginWeights(merge, counting([f for some in found.values() for event in some for f in event]))
    made = Weights(VERSION, grouping, origins, axes.shape[1], axes.tobytes())
    (MODELS / "linking.json").write_bytes(msgspec.json.format(msgspec.json.encode(made)) + b"\n")


def sample() -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Word embeddings (sentences, width, n) of some written sentences, and which of these are no padding."""
    texts = [
        str(a["text"])
        for path in sorted(WRITTEN.glob("*.json"))[:SAMPLE]
        for a in json.loads(path.read_text("utf-8"))["articles"]
    ]
    lines = [line for text in texts for line in text.split("\n") if line]
    ids, _ = numbered(lines, weights().tokenizer)
    for at in range(0, len(ids), 16):
        yield weights().embed(ids[at : at + 16]), (ids[at : at + 16] != PAD).astype(np.float32)


# ---------------------------------------------------------------- which statements are one claim


def axes_of(events: Sequence[Event]) -> NDArray[np.float16]:
    """The mean of the vectors of words and the axes along which they differ most, (1 + AXES, n), by principal
    components."""
    texts = [reading for event in events for reading in event.readings.values()]
    words = np.concatenate([w for r in texts for _, _, w in read(r.article.text, statements(r), meaning())])
    spread, axes = np.linalg.eigh(np.cov(words.T.astype(np.float64)))
    return np.vstack([words.mean(axis=0), axes[:, np.argsort(-spread)[:AXES]].T]).astype(np.float16)


def claims(events: Sequence[Event], axes: NDArray[np.float16]) -> ClaimWeights:
    """Weights by which two statements state the same thing; pairs of which neither was worked out are left out.

    A quotation that states a claim is mostly cut into several statements, not all of which state it: of two quotations
    of one claim only the BEST pairs of statements, by what has been learned so far, are taken to be the same.
    """
    compared_in = [compared_of(event, axes) for event in events]
    x = np.concatenate([some.features[some.worked] for some in compared_in])
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    scaled = [np.column_stack([(some.features - mean) / scale, np.ones(len(some.features))]) for some in compared_in]
    fitted = np.zeros(x.shape[1] + 1)
    ridge = np.array([RIDGE_CLAIMS] * x.shape[1] + [0.0])
    for round_ in range(ROUNDS):
        rows, same = [], []
        for some, features in zip(compared_in, scaled, strict=True):
            odds = features @ fitted
            taken = np.zeros(len(odds), bool)
            for bag in some.bags:
                taken[sorted(bag, key=lambda n: (-odds[n], n))[: BEST if round_ else None]] = True
            used = some.worked & (taken | ~some.same)
            rows.append(features[used])
            same.append(some.same[used])
        fitted = logistic(np.concatenate(rows), np.concatenate(same).astype(float), ridge)
    each = fitted[:-1] / scale
    bias = float(fitted[-1] - each @ mean - LEAST)
    named = {name: round(float(value), 4) for name, value in zip(FEATURES, each, strict=True)}
    return ClaimWeights(named, round(bias, 4), OTHERWISE - LEAST)


class Compared(NamedTuple):
    """The pairs of statements of an event: their `features`, whether either of them was `worked` out and whether both
    state the `same` claim; `bags` are the pairs between every two quotations of one claim."""

    features: Floats
    worked: NDArray[np.bool_]
    same: NDArray[np.bool_]
    bags: list[list[int]]


def compared_of(event: Event, axes: NDArray[np.float16]) -> Compared:
    units, meant, stated = [], list[Meanings](), list[frozenset[str]]()
    at: dict[tuple[str, str], list[int]] = {}
    for n, reading in enumerate(event.readings.values()):
        mine = [(statement, found) for id, statement, found in event.units if id == reading.article.id]
        found = [statement for statement, _ in mine]
        meant.append(meanings(reading.article.text, found, meaning(), axes.astype(np.float32)))
        covering = [words(reading.article.text, [statement.span]) for statement in found]
        for claim in event.gold["claims"]:
            for o in claim["occurrences"]:
                if o["doc"] == reading.article.id:
                    start = reading.article.text.index(o["quote"])
                    quoted = words(reading.article.text, [Span(start, start + len(o["quote"]))])
                    some = [len(units) + k for k, own in enumerate(covering) if covers(own, quoted)]
                    at.setdefault((claim["id"], f"{o['doc']} {start}"), []).extend(some)
        units += units_of(n, reading, found)
        stated += [claims for _, claims in mine]
    pairs, features = compared(units, joined(meant))
    row = {(i, j): n for n, (i, j) in enumerate(pairs.tolist())}
    bags = []
    for (claim, _), one in at.items():
        for (again, _), other in at.items():
            if claim == again and one is not other:
                bags.append([row[i, j] for i in one for j in other if (i, j) in row])
    worked = np.array([bool(stated[i]) or bool(stated[j]) for i, j in pairs.tolist()])
    same = np.array([bool(stated[i] & stated[j]) for i, j in pairs.tolist()])
    return Compared(features, worked, same, bags)


# ---------------------------------------------------------------- which occurrences rest on one origin


class Case(NamedTuple):
    """A claim worked out by hand, its occurrences as they are read, and the origin of each."""

    claim: dict[str, Any]
    told: list[Told]
    origins: list[str]
    copied: Callable[[int, int], bool]


def cases_of(event: Event) -> Iterator[Case]:
    ordered = sorted((r.article for r in event.readings.values()), key=place)
    number = {article.id: n for n, article in enumerate(ordered)}
    linker = Copies({article.id: article for article in ordered}.__getitem__)
    copied = copied_by([copy for article in ordered for copy in linker.add(article)])
    for claim in event.gold["claims"]:
        found = [one(event, number, occurrence) for occurrence in claim["occurrences"]]

        def together(i: int, j: int, found: list[Told] = found) -> bool:
            return copied(found[i], found[j])

        yield Case(claim, found, [o["origin"] for o in claim["occurrences"]], together)


def one(event: Event, number: dict[str, int], occurrence: dict[str, Any]) -> Told:
    reading = event.readings[occurrence["doc"]]
    text = reading.article.text
    start = text.index(occurrence["quote"])
    span = Span(start, start + len(occurrence["quote"]))
    mine = words(text, [span])
    here = [statement for id, statement, _ in event.units if id == occurrence["doc"]]
    most, statement = max(((len(words(text, [s.span]) & mine), s) for s in here), key=lambda pair: pair[0])
    attribution, sentence = (statement.attribution, statement.sentence) if most else (None, span)
    agencies = agencies_of(reading.article)
    return told(reading, number[reading.article.id], (span,), sentence, attribution, occurrence["stance"], agencies)


def agencies_of(article: Article) -> Sequence[str]:
    """The agencies that a written article credits: they are invented, so no list has them."""
    return article.credits or credited(article)


def merging(cases: Sequence[Case]) -> dict[str, float]:
    """Weights by which two occurrences of a claim rest on one origin."""
    pairs, same = [], []
    for case in cases:
        for j, i in itertools.combinations(range(len(case.told)), 2):
            pairs.append(pair(case.told[j], case.told[i], case.told, case.copied(j, i)))
            same.append(case.origins[j] == case.origins[i])
    return named(pairs, same)


# ---------------------------------------------------------------- which origins count


class Found(NamedTuple):
    """A claim worked out by hand beside the one found that holds most of it: what is told of each of its origins, which
    of them support it, and which are one that counts there (of those that are the same one, the largest)."""

    independent: int
    standing: list[dict[str, float]]
    supports: list[bool]
    counts: list[bool]


def found_of(event: Event, made: Weights) -> Iterator[Found]:
    """The claims of an event as they are found."""
    ordered = sorted((r.article for r in event.readings.values()), key=place)
    linker = Copies({article.id: article for article in ordered}.__getitem__)
    copies = [copy for article in ordered for copy in linker.add(article)]
    readings = [event.readings[article.id] for article in ordered]
    meant = [meanings(r.article.text, statements(r), meaning(), made.axes) for r in readings]
    groups = groups_of(readings, meant, copies, [agencies_of(r.article) for r in readings], made)
    spans = [[(t.reading.article.id, words(t.reading.article.text, t.spans)) for t in group.told] for group in groups]
    for claim in event.gold["claims"]:
        gold = []
        for o in claim["occurrences"]:
            text = event.readings[o["doc"]].article.text
            start = text.index(o["quote"])
            gold.append((o["doc"], words(text, [Span(start, start + len(o["quote"]))]), o["origin"]))

        def hit(mine: tuple[str, frozenset[int]], gold: list[Any] = gold) -> set[str]:
            return {origin for doc, theirs, origin in gold if doc == mine[0] and covers(mine[1], theirs)}

        held = [sum(any(doc == d and covers(w, theirs) for d, w in some) for doc, theirs, _ in gold) for some in spans]
        at = int(np.argmax(held))
        if not held[at]:
            continue
        group = groups[at]
        members = [[n for n, id in enumerate(group.origin) if id == origin.id] for origin in group.origins]
        supports = [any(group.told[n].stance == "supports" for n in some) for some in members]
        real = {id for id, origin in claim["origins"].items() if not origin["name"].startswith("unsourced")}
        real &= {o["origin"] for o in claim["occurrences"] if o["stance"] == "supports"}
        counts = [False] * len(members)
        for k in sorted(range(len(members)), key=lambda k: (-len(members[k]), k)):
            mine = {origin for n in members[k] for origin in hit(spans[at][n])} & real
            if supports[k] and mine:
                counts[k] = True
                real.discard(min(mine))
        stands = [standing([group.told[n] for n in some], group.told) for some in members]
        yield Found(claim["independent"], stands, supports, counts)


def counting(found: Sequence[Found]) -> dict[str, float]:
    """Weights by which an origin counts."""
    stands = [one for f in found for one, s in zip(f.standing, f.supports, strict=True) if s]
    return named(stands, [one for f in found for one, s in zip(f.counts, f.supports, strict=True) if s])


def count(found: Found, taught: dict[str, float]) -> int:
    return sum(counted(found.standing, found.supports, taught))


def scored(found: Sequence[Found], taught: dict[str, float]) -> str:
    apart = [count(f, taught) - f.independent for f in found]
    exact, near = np.mean([n == 0 for n in apart]), np.mean([abs(n) <= 1 for n in apart])
    ones = np.mean([f.independent == 1 for f in found])
    return f"{len(apart)} claims, count exact {exact:.1%}, within one {near:.1%}; always one: {ones:.1%}"


def named(features: Sequence[dict[str, float]], y: Sequence[bool]) -> dict[str, float]:
    names = sorted({name for one in features for name in one})
    x = np.array([[one.get(name, 0.0) for name in names] for one in features])
    fitted = logistic(x, np.array(y, float), np.full(len(names), RIDGE_ORIGINS))
    return {name: round(float(value), 4) for name, value in zip(names, fitted, strict=True)}


def logistic(x: Floats, y: Floats, ridge: Floats) -> Floats:
    """Weights of a logistic regression with a ridge for each, by Newton's method."""
    w = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        hessian = x.T @ (x * (p * (1 - p))[:, None]) + np.diag(ridge)
        w -= np.linalg.solve(hessian, x.T @ (p - y) + ridge * w)
    return w


if __name__ == "__main__":
    main()
