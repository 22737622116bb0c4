"""How far the network's attributions may be trusted: a logistic regression on what each rests on.

    python -m training.attributions.calibrate --shared ../shared --work WORK

Fitted on articles that the network was not taught: the French gold in five folds, each read by the network taught
without it (WORK/fold0.selon …). An attribution holds if its content is right (relaxed) and its source too, as the
scorer has it. Writes confidence.json, which comes with the weights when they are written the next time.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from selon import score
from selon.models import Weights
from selon.stages.attributions.learned.drafts import drafts
from selon.stages.attributions.learned.network import encode
from selon.stages.attributions.learned.pieces import pieces

from .__main__ import CONFIDENCE, FOLDS

RIDGE = 1e-3


def evidence(document: score.Document, weights: Weights) -> list[tuple[tuple[float, ...], bool]]:
    """What each draft of the document rests on, and whether it holds."""
    encoded = encode(pieces(document.text, weights.tokenizer), weights, "selon")
    found = drafts(document.text, encoded, weights, least=0.0)
    rows = tuple(score.Row(source=one.source, cue=one.cue, content=one.content) for one in found)
    mask = score.quoted(document.text)
    theirs = score.statements(document, mask)
    ours = score.statements(score.Document(document.id, document.text, rows), mask)
    right = {
        id(p)
        for g, p in score.matched(theirs, ours)
        if score.iou(g.content, p.content) >= 0.5 and score.iou(g.source, p.source) >= 0.5
    }
    return [(one.evidence, id(p) in right) for one, p in zip(found, ours, strict=True)]


def fitted(x: NDArray[np.float64], holds: NDArray[np.bool_]) -> list[float]:
    """Weights of the columns of `x` (attributions, features) in the log odds that an attribution holds."""
    columns, wanted = torch.tensor(x), torch.tensor(holds, dtype=torch.float64)
    weights = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = (
            functional.binary_cross_entropy_with_logits(columns @ weights, wanted) + RIDGE * weights[1:].square().sum()
        )
        value.backward()
        return value

    optimiser.step(closure)
    return [round(float(weight), 4) for weight in weights]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with gold/attribution/")
    parser.add_argument("--work", type=Path, required=True, help="folder with the networks of the folds")
    args = parser.parse_args()
    documents = score.load(args.shared / "gold" / "attribution" / "fr-train.jsonl")
    rows: list[tuple[tuple[float, ...], bool]] = []
    for fold in range(FOLDS):
        if (args.work / f"fold{fold}.selon").exists():
            weights = Weights(args.work / f"fold{fold}.selon")
            rows += [row for document in documents[fold::FOLDS] for row in evidence(document, weights)]
    found = fitted(np.array([x for x, _ in rows]), np.array([holds for _, holds in rows]))
    CONFIDENCE.write_text(json.dumps(found) + "\n")
    print(f"{len(rows)} drafts, {sum(holds for _, holds in rows)} hold: {found}")


if __name__ == "__main__":
    main()
