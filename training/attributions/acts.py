"""Fit the weights by which an act is told, on what the annotation of articles says, taking their attributions as found.

A multinomial logistic regression with a ridge over the features of stages/attributions/acts.py; of those that few
attributions have, none is kept.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from selon.model import Act
from selon.models import Acts
from selon.stages.attributions import by_rules
from selon.stages.attributions.acts import likeliest, tell
from selon.stages.attributions.cues import find_cues
from selon.stages.attributions.learned.layout import ACTS

from .given import given

WRITTEN = 0.1
"""What an attribution written for training counts for, against one of a real article."""
LEAST = 3
"""Attributions that must have a feature."""
RIDGE = 1.0
_SMALL = 0.02
"""The least weight that is written."""


class Told(NamedTuple):
    """What is told of an attribution, and its act; `article` is -1 for one written for training."""

    features: list[str]
    act: Act
    article: int


def told(article: dict[str, Any], code: str, number: int) -> Iterator[Told]:
    """The attributions of an article."""
    scene, _, annotated, found = given(article, code)
    cues = find_cues(scene)
    for one, features in zip(annotated, tell(scene, found, by_rules(scene, cues)[0], cues), strict=True):
        yield Told(features, one.get("act") or "say", number)


def fitted(some: Sequence[Told]) -> dict[str, tuple[float, ...]]:
    """The weights by feature, one for each of ACTS."""
    counts = Counter(name for one in some for name in one.features)
    rows = [{name: 1.0 for name in one.features if counts[name] >= LEAST} for one in some]
    vectors = DictVectorizer()
    model = LogisticRegression(C=RIDGE, max_iter=300, fit_intercept=False)
    weight = [1.0 if one.article >= 0 else WRITTEN for one in some]
    model.fit(vectors.fit_transform(rows), [one.act for one in some], sample_weight=weight)
    order = [model.classes_.tolist().index(act) for act in ACTS]
    made = {
        name: tuple(round(float(w), 2) for w in column)
        for name, column in zip(vectors.feature_names_, model.coef_[order].T, strict=True)
    }
    return {name: column for name, column in made.items() if np.abs(column).max() >= _SMALL}


def write(path: Path, some: Sequence[Told]) -> None:
    """Write the weights fitted on these French attributions, with a digest of them."""
    weights = {"fr": fitted(some)}
    version = hashlib.blake2b(msgspec.json.encode(weights), digest_size=4).hexdigest()
    path.write_bytes(msgspec.json.encode(Acts(version, weights)) + b"\n")


def check(some: Sequence[Told], folds: int) -> str:
    """A table of the share of acts that are right, over folds of the articles (those below 0 stay in)."""
    right, asked = Counter[str](), Counter[str]()
    by_fold = []
    for fold in range(folds):
        weights = fitted([one for one in some if one.article < 0 or one.article % folds != fold])
        left = [one for one in some if one.article >= 0 and one.article % folds == fold]
        held = [one for one in left if likeliest(one.features, weights, None) == one.act]
        right.update(one.act for one in held)
        asked.update(one.act for one in left)
        by_fold.append(f"{len(held)}/{len(left)}")
    rows = [f"{act:9}{right[act]:5} of {asked[act]:5}" for act in ACTS]
    share = 100 * right.total() / asked.total()
    return "\n".join([f"acts right, by folds: {' '.join(by_fold)}", *rows, f"all      {share:5.1f} %"])
