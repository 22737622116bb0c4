"""Fit the weights by which a speaker is told where the source does not name it.

A candidate is right if its name holds the last word of the name that people gave. A softmax over each attribution's
candidates, with a ridge, a weight for each feature and kind of source.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from selon.models import Speakers
from selon.stages.attributions import speakers
from selon.stages.attributions.assemble import with_speakers
from selon.stages.attributions.learned import carried

from .given import given

RIDGE = 6e-4
WRITTEN = 0.04
"""What an attribution written for training counts for, against one of a real article."""
CASES: tuple[str, ...] = get_args(speakers.Case)


class Question(NamedTuple):
    """Candidates' features (candidates, features), which are right, which the rules choose; if people named one."""

    features: NDArray[np.float32]
    right: NDArray[np.bool_]
    rule: NDArray[np.bool_]
    case: int
    article: int
    named: bool
    best: NDArray[np.bool_]
    """Of those that are right, those that share most words with the name that people gave."""

    def choice(self, weights: NDArray[np.float64]) -> int:
        """The candidate that the program takes."""
        names = map(str, range(len(self.features) - 1))
        rows = (dict(zip(speakers.FEATURES, map(float, row), strict=True)) for row in self.features)
        candidates = [speakers.Candidate(name, row) for name, row in zip((*names, None), rows, strict=True)]
        taken = speakers.likeliest(candidates, dict(zip(speakers.FEATURES, map(float, weights), strict=True)))
        return len(candidates) - 1 if taken is None else int(taken)

    def fold(self, folds: int) -> int:
        """The fold that leaves it out; -1 for an article that none does."""
        return self.article % folds if self.article >= 0 else -1


def questions(article: dict[str, Any], code: str, number: int) -> Iterator[Question]:
    """What the annotation of an article asks and answers, taking its attributions as found."""
    scene, entities, told, found = given(article, code)
    names = {entity.id: set(re.findall(r"\w+", entity.name.casefold())) for entity in entities}
    found = with_speakers(scene, carried(scene, found))
    for k, case, candidates in speakers.open_cases(scene, found):
        who = told[k].get("ref") or told[k].get("by")
        last = (re.findall(r"\w+", (who or "").casefold()) or [""])[-1]
        own = found[k].source.entity if case in ("described", "new") and not who and found[k].source else None
        right = np.array([last in names.get(c.entity or "", ()) if who else c.entity == own for c in candidates])
        parts = set(re.findall(r"\w+", (who or "").casefold()))
        shared = np.array([len(parts & names.get(c.entity or "", set())) for c in candidates]) * right
        best = right & (shared == shared.max(initial=0))
        features = np.zeros((len(candidates), len(speakers.FEATURES)), np.float32)
        for at, candidate in enumerate(candidates):
            for name, value in candidate.features.items():
                features[at, speakers.FEATURES.index(name)] = value
        rule = np.array([c.features.get("rule", 0) > 0 for c in candidates])
        yield Question(features, right, rule, CASES.index(case), number, bool(who), best)
        if who and right.any():  # go on from the truth
            whom = next(c.entity for c, ok in zip(candidates, best, strict=True) if ok)
            found[k] = speakers.said_by(found[k], whom)


def table(asked: Sequence[Question]) -> dict[str, dict[str, float]]:
    """The fitted weights as the program reads them: case, feature, weight."""
    return {
        case: {name: round(float(w), 3) for name, w in zip(speakers.FEATURES, row, strict=True) if abs(w) >= 5e-4}
        for case, row in zip(CASES, fitted(asked), strict=True)
    }


def write(path: Path, asked: Sequence[Question]) -> None:
    """Write what speakers are told by, as fitted on these questions, with a digest of it."""
    weights = table(asked)
    version = hashlib.blake2b(msgspec.json.encode(weights), digest_size=4).hexdigest()
    path.write_bytes(msgspec.json.format(msgspec.json.encode(Speakers(version, weights))) + b"\n")


def fitted(asked: Sequence[Question]) -> NDArray[np.float64]:
    """Weights (cases, features): what all cases share, and what is a case's own."""
    usable = sorted((q for q in asked if q.best.any() and not q.best.all()), key=lambda q: q.case)
    shared = torch.zeros(len(speakers.FEATURES), requires_grad=True)
    own = torch.zeros(len(CASES), len(speakers.FEATURES), requires_grad=True)
    x = torch.from_numpy(np.concatenate([q.features for q in usable]))
    sizes = [sum(len(q.features) for q in usable if q.case == case) for case in range(len(CASES))]
    parts = torch.split(x, sizes)
    group = torch.from_numpy(np.concatenate([np.full(len(q.features), k) for k, q in enumerate(usable)]))
    best = torch.from_numpy(np.concatenate([q.best for q in usable]))
    counts = torch.tensor([1.0 if q.article >= 0 else WRITTEN for q in usable])
    optimiser = torch.optim.LBFGS([shared, own], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        score = torch.cat([part @ (shared + mine) for part, mine in zip(parts, own, strict=True)])
        power = torch.exp(score - score.max().detach()) + 1e-30
        total = torch.zeros(len(usable)).index_add(0, group, power)
        hit = torch.zeros(len(usable)).index_add(0, group, power * best)
        loss = ((torch.log(total) - torch.log(hit)) * counts).sum() / counts.sum()
        loss = loss + RIDGE * (shared.square().sum() * 0.2 + own.square().sum())
        loss.backward()
        return loss

    optimiser.step(closure)
    return (shared + own).detach().double().numpy()


def accuracy(asked: Sequence[Question], weights: NDArray[np.float64] | None) -> dict[str, tuple[int, int]]:
    """(right, asked) by case of those whose speaker people named; with no weights, as the rules alone have it."""
    out: dict[str, tuple[int, int]] = {}
    for q in asked:
        if not q.named:
            continue
        ok = bool((q.right & q.rule).any()) if weights is None else bool(q.right[q.choice(weights[q.case])])
        a, b = out.get(CASES[q.case], (0, 0))
        out[CASES[q.case]] = (a + ok, b + 1)
    return out


def check(asked: Sequence[Question], folds: int) -> str:
    """A table of the share of speakers that are right, by case, over folds of the articles (those below 0 stay in)."""
    gold = [q for q in asked if q.article >= 0]
    rule = accuracy(gold, None)
    learned: dict[str, tuple[int, int]] = {}
    for fold in range(folds):
        weights = fitted([q for q in asked if q.article < 0 or q.article % folds != fold])
        for case, (a, b) in accuracy([q for q in gold if q.article % folds == fold], weights).items():
            before = learned.get(case, (0, 0))
            learned[case] = (before[0] + a, before[1] + b)
    lines = [f"{'speaker right, %':18} rules  learned  asked"]
    for case in (*CASES, "all"):
        rows = [(rule[c], learned[c]) for c in (CASES if case == "all" else (case,)) if c in rule]
        count = sum(r[1] for r, _ in rows)
        if count:
            lines.append(
                f"{case:18} {100 * sum(r[0] for r, _ in rows) / count:5.1f} "
                f"{100 * sum(s[0] for _, s in rows) / count:8.1f} {count:6}"
            )
    return "\n".join(lines)
