"""Make src/selon/models/meaning.selon and linking.json from the pretrained encoder and the events written by hand.

    pip install -e . -r training/attributions/requirements.txt
    python -m training.claims --work WORK [--weights-only]

WORK keeps the readings of the events. It takes about ten minutes on two cores, most of them to read the articles;
`--weights-only` leaves meaning.selon as it is, and needs no PyTorch.
"""

import argparse
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from selon.linking._pairs import FEATURES, compared, units_of
from selon.linking._voices import Told, pair, standing, told
from selon.linking.claims import copied_by
from selon.linking.copies import Copies
from selon.linking.meaning import meanings
from selon.linking.origin import credited, place
from selon.linking.origins import origins_of
from selon.linking.weights import ClaimWeights, OriginWeights, Weights
from selon.model import Span
from selon.models import meaning, weights

from .events import Event, words, written

MODELS = Path(__file__).parent.parent.parent / "src" / "selon" / "models"
VERSION = "1"
RIDGE_CLAIMS, RIDGE_ORIGINS = 3.0, 2.0
LEAST = -3.0
"""Log odds from which on statements are taken to state the same thing: most who do say it in words so unlike that their
odds are below even. Set on the claims gold's two events that may be read, and on the written ones."""
OTHERWISE = -7.0
FOLDS = 3

Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for the readings")
    parser.add_argument("--weights-only", action="store_true")
    args = parser.parse_args()
    if not args.weights_only:
        from training.attributions.pretrained import pretrained

        from .encoder import export

        card = {"version": VERSION, "words": weights().words_version, "encoder": "multilingual-e5-small, MIT"}
        export(pretrained(), card, MODELS / "meaning.selon")
    events = written(args.work)
    cases = [list(cases_of(event)) for event in events]
    for fold in range(FOLDS):
        seen = [c for n, some in enumerate(cases) if n % FOLDS != fold for c in some]
        unseen = [c for n, some in enumerate(cases) if n % FOLDS == fold for c in some]
        print(f"origins, fold {fold}: {scored(unseen, origins(seen))}")
    made = Weights(VERSION, claims(events), origins([case for some in cases for case in some]))
    (MODELS / "linking.json").write_bytes(msgspec.json.format(msgspec.json.encode(made)) + b"\n")


# ---------------------------------------------------------------- which statements are one claim


def claims(events: Sequence[Event]) -> ClaimWeights:
    """Weights by which two statements state the same thing; pairs of which neither was worked out are left out."""
    features, same = [], []
    for event in events:
        units, vectors, stated = [], [], []
        for n, reading in enumerate(event.readings.values()):
            mine = [(statement, found) for id, statement, found in event.units if id == reading.article.id]
            units += units_of(n, reading, [statement for statement, _ in mine])
            vectors.append(meanings(reading.article.text, [statement for statement, _ in mine], meaning()))
            stated += [found for _, found in mine]
        pairs, told_of = compared(units, np.concatenate(vectors))
        worked = np.array([bool(stated[i]) or bool(stated[j]) for i, j in pairs.tolist()])
        features.append(told_of[worked])
        same.append(np.array([bool(stated[i] & stated[j]) for i, j in pairs.tolist()])[worked])
    x, y = np.concatenate(features), np.concatenate(same).astype(float)
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    fitted = logistic(np.column_stack([(x - mean) / scale, np.ones(len(x))]), y, RIDGE_CLAIMS)
    each = fitted[:-1] / scale
    bias = float(fitted[-1] - each @ mean - LEAST)
    named = {name: round(float(value), 4) for name, value in zip(FEATURES, each, strict=True)}
    return ClaimWeights(named, round(bias, 4), OTHERWISE - LEAST)


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
    agencies = reading.article.credits or credited(reading.article)
    return told(reading, number[reading.article.id], (span,), sentence, attribution, occurrence["stance"], agencies)


def origins(cases: Sequence[Case]) -> OriginWeights:
    """Weights by which occurrences are one origin, and origins count; of the latter as many as in the cases do."""
    pairs, same, stands, counts = [], [], [], []
    for case in cases:
        for j, i in itertools.combinations(range(len(case.told)), 2):
            pairs.append(pair(case.told[j], case.told[i], case.told, case.copied(j, i)))
            same.append(case.origins[j] == case.origins[i])
        for id in sorted(set(case.origins)):
            members = [t for t, origin in zip(case.told, case.origins, strict=True) if origin == id]
            stands.append(standing(members, case.told))
            counts.append(not case.claim["origins"][id]["name"].startswith("unsourced"))
    found = OriginWeights(named(pairs, same), named(stands, counts))
    wanted = np.mean([case.claim["independent"] for case in cases])
    low, high = -4.0, 4.0
    for _ in range(20):
        middle = (low + high) / 2
        shifted = OriginWeights(found.pair, {**found.standing, "bias": round(found.standing["bias"] + middle, 4)})
        low, high = (middle, high) if np.mean([counted(case, shifted) for case in cases]) < wanted else (low, middle)
    return shifted


def counted(case: Case, taught: OriginWeights) -> int:
    return sum(origin.counts for origin in origins_of(case.told, case.copied, taught)[1])


def scored(cases: Sequence[Case], taught: OriginWeights) -> str:
    apart = [counted(case, taught) - case.claim["independent"] for case in cases]
    exact, near = np.mean([n == 0 for n in apart]), np.mean([abs(n) <= 1 for n in apart])
    ones = np.mean([case.claim["independent"] == 1 for case in cases])
    return f"{len(apart)} claims, count exact {exact:.1%}, within one {near:.1%}; always one: {ones:.1%}"


def named(features: Sequence[dict[str, float]], y: Sequence[bool]) -> dict[str, float]:
    names = sorted({name for one in features for name in one})
    x = np.array([[one.get(name, 0.0) for name in names] for one in features])
    fitted = logistic(x, np.array(y, float), RIDGE_ORIGINS)
    return {name: round(float(value), 4) for name, value in zip(names, fitted, strict=True)}


def logistic(x: Floats, y: Floats, ridge: float) -> Floats:
    """Weights of a ridge logistic regression, by Newton's method."""
    w = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        hessian = x.T @ (x * (p * (1 - p))[:, None]) + ridge * np.eye(len(w))
        w -= np.linalg.solve(hessian, x.T @ (p - y) + ridge * w)
    return w


if __name__ == "__main__":
    main()
