"""Teach who speaks where the source does not name it: weights of features, and a net over what was read.

A candidate is right if its name holds the last word of the name that people gave. A softmax over each attribution's
candidates: a weight for each feature and kind of source, and the net of selon/stages/attributions/antecedents.py, over
vectors of the network that finds attributions.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from selon.models import Weights
from selon.stages.attributions import speakers
from selon.stages.attributions.antecedents import PLACES, AntecedentWeights
from selon.stages.attributions.assemble import with_speakers
from selon.stages.attributions.learned import carried
from selon.stages.attributions.learned.network import Floats, encode
from selon.stages.attributions.learned.pieces import pieces

from .given import given

WIDTH = 384
SEEN, HIDDEN = 48, 32
"""Numbers in which the net sees a vector, and its hidden units."""
EPOCHS, BATCH = 7, 128
RATE, FEATURE_RATE = 2e-3, 5e-3
DECAY, FEATURE_DECAY = 0.05, 0.03
DROPOUT = 0.3
WRITTEN = 0.3
"""What an attribution written for training counts for, against one of a real article."""
CASES: tuple[speakers.Case, ...] = get_args(speakers.Case)


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
    vectors: Floats
    """(places, WIDTH) of the article: `asked` (2) and `mentions` (candidates, PLACES) number them, -1 where there is
    none."""
    asked: NDArray[np.int64]
    mentions: NDArray[np.int64]

    def fold(self, folds: int) -> int:
        """The fold that leaves it out; -1 for an article that none does."""
        return self.article % folds if self.article >= 0 else -1


def questions(
    article: dict[str, Any], code: str, number: int, network: "Weights", taken: Callable[[Question], int] | None = None
) -> Iterator[Question]:
    """What the annotation of an article asks and answers, taking its attributions as found.

    Each question goes on from the truth of those before it, or from what was `taken` for it.
    """
    scene, entities, told, found = given(article, code)
    encoded = encode(pieces(scene.text, network.tokenizer), network, "selon")
    vectors: list[Floats] = []
    numbers: dict[Any, int] = {None: -1}

    def numbered(span: Any) -> int:
        if span not in numbers:
            numbers[span] = len(vectors)
            vectors.append(encoded.vector(span))
        return numbers[span]

    names = {entity.id: set(re.findall(r"\w+", entity.name.casefold())) for entity in entities}
    found = with_speakers(scene, carried(scene, found))
    made: list[Question] = []
    for k, case, asked, candidates in speakers.open_cases(scene, found):
        who = told[k].get("ref") or told[k].get("by")
        parts = re.findall(r"\w+", (who or "").casefold())
        own = found[k].source.entity if case in ("described", "new") and not who and found[k].source else None
        held = [names.get(c.entity or "", set()) for c in candidates]
        right = np.array([parts[-1] in h for h in held] if parts else [c.entity == own for c in candidates])
        shared = np.array([len(h.intersection(parts)) for h in held]) * right
        features = np.zeros((len(candidates), len(speakers.FEATURES)), np.float32)
        for at, candidate in enumerate(candidates):
            for name, value in candidate.features.items():
                features[at, speakers.FEATURES.index(name)] = value
        question = Question(
            features,
            right,
            np.array([c.features.get("rule", 0) > 0 for c in candidates]),
            CASES.index(case),
            number,
            bool(who),
            right & (shared == shared.max(initial=0)),
            np.zeros((0, WIDTH), np.float32),
            np.array([numbered(asked.source), numbered(asked.content)]),
            np.array([[numbered(span) for span in c.mentions] for c in candidates]),
        )
        made.append(question)
        if taken is not None:
            chosen = taken(question._replace(vectors=np.stack(vectors)))
            found[k] = speakers.said_by(found[k], candidates[chosen].entity)
        elif who and right.any():
            found[k] = speakers.said_by(found[k], candidates[int(question.best.argmax())].entity)
    every = np.stack(vectors) if vectors else np.zeros((0, WIDTH), np.float32)
    for question in made:
        yield question._replace(vectors=every)


class Judge(nn.Module):
    """The scores of candidates: the sum of their features' weights and what the net says."""

    def __init__(self) -> None:
        super().__init__()
        self.shared = nn.Parameter(torch.zeros(len(speakers.FEATURES)))
        self.own = nn.Parameter(torch.zeros(len(CASES), len(speakers.FEATURES)))
        self.query, self.mention = nn.Linear(2 * WIDTH, SEEN), nn.Linear(WIDTH, SEEN)
        self.cases, self.places = nn.Embedding(len(CASES), SEEN), nn.Embedding(PLACES, SEEN)
        self.by_query = nn.Linear(SEEN, HIDDEN)
        self.by_mention, self.by_both = nn.Linear(SEEN, HIDDEN, bias=False), nn.Linear(SEEN, HIDDEN, bias=False)
        self.out, self.nobody = nn.Linear(HIDDEN, 1, bias=False), nn.Linear(SEEN, 1)
        self.product = nn.Parameter(torch.tensor(0.1 / SEEN**0.5))
        for zero in (self.out, self.nobody):
            nn.init.zeros_(zero.weight)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, asked: Sequence[Question]) -> Tensor:
        """The scores of the candidates of these questions, one after another."""
        group, case = groups(asked), torch.tensor([q.case for q in asked])
        features = torch.from_numpy(np.concatenate([q.features for q in asked]))
        told = (features * (self.shared + self.own[case[group]])).sum(1)
        vectors = torch.from_numpy(np.stack([q.vectors[q.asked] for q in asked])).flatten(1)
        query = self.query(self.dropout(vectors)) + self.cases(case)
        at = {id(q.vectors): q for q in asked}
        begins = dict(zip(at, np.cumsum([0, *(len(q.vectors) for q in at.values())]).tolist(), strict=False))
        mentions = torch.from_numpy(np.concatenate([_moved(q.mentions, begins[id(q.vectors)]) for q in asked]))
        real = mentions >= 0
        used, place = torch.unique(mentions.clamp(min=0), return_inverse=True)
        seen = torch.from_numpy(np.concatenate([q.vectors for q in at.values()]))[used]
        mention = self.mention(self.dropout(seen))[place] + self.places.weight
        both = mention * query[group][:, None]
        hidden = self.by_query(query)[group][:, None] + self.by_mention(mention) + self.by_both(both)
        read = self.out(torch.relu(hidden)).squeeze(-1) + self.product * both.sum(-1)
        read = (read * real).sum(1) / real.sum(1).clamp(min=1)
        nobody = self.nobody(torch.tanh(query)).squeeze(1)[group]
        return told + torch.where(real.any(1), read, nobody)

    def weights(self) -> tuple[dict[str, dict[str, float]], AntecedentWeights]:
        """As the program reads them."""
        rows = (self.shared + self.own).tolist()
        told = {
            case: {name: round(w, 3) for name, w in zip(speakers.FEATURES, row, strict=True) if abs(w) >= 5e-4}
            for case, row in zip(CASES, rows, strict=True)
        }
        net = AntecedentWeights(
            query=_array(self.query.weight.T),
            cases={case: _array(self.query.bias + row) for case, row in zip(CASES, self.cases.weight, strict=True)},
            mention=_array(self.mention.weight.T),
            places=_array(self.mention.bias + self.places.weight),
            by_query=_array(self.by_query.weight.T),
            by_mention=_array(self.by_mention.weight.T),
            by_both=_array(self.by_both.weight.T),
            bias=_array(self.by_query.bias),
            out=_array(self.out.weight[0]),
            product=round(self.product.item(), 5),
            nobody=_array(self.nobody.weight[0]),
            nobody_bias=round(self.nobody.bias.item(), 4),
        )
        return told, net


def groups(asked: Sequence[Question]) -> Tensor:
    """For each candidate of these questions, the number of its question."""
    return torch.repeat_interleave(torch.arange(len(asked)), torch.tensor([len(q.features) for q in asked]))


def _moved(numbers: NDArray[np.int64], by: int) -> NDArray[np.int64]:
    return np.where(numbers < 0, -1, numbers + by)


def _array(values: Tensor) -> Floats:
    return values.detach().numpy()


def write(path: Path, judge: Judge) -> None:
    """Write what speakers are told by, with a digest of it."""
    weights, net = judge.weights()
    plain = {
        "weights": weights,
        "antecedents": msgspec.to_builtins(net, enc_hook=lambda array: array.astype(float).round(4).tolist()),
    }
    version = hashlib.blake2b(msgspec.json.encode(plain), digest_size=4).hexdigest()
    path.write_bytes(msgspec.json.encode({"version": version} | plain) + b"\n")


def fitted(asked: Sequence[Question], seed: int = 0) -> Judge:
    """A judge taught on these questions."""
    torch.manual_seed(seed)
    usable = [q for q in asked if q.best.any() and not q.best.all()]
    judge = Judge()
    features = [judge.shared, judge.own]
    others = [p for p in judge.parameters() if all(p is not f for f in features)]
    optimiser = torch.optim.AdamW(
        [
            {"params": features, "lr": FEATURE_RATE, "weight_decay": FEATURE_DECAY},
            {"params": others, "lr": RATE, "weight_decay": DECAY},
        ]
    )
    steps = EPOCHS * -(-len(usable) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [FEATURE_RATE, RATE], total_steps=steps)
    for _ in range(EPOCHS):
        order = torch.randperm(len(usable)).tolist()
        for at in range(0, len(order), BATCH):
            some = [usable[k] for k in order[at : at + BATCH]]
            power = torch.exp(judge(some).clamp(-30, 30))
            best = torch.from_numpy(np.concatenate([q.best for q in some]))
            counts = torch.tensor([1.0 if q.article >= 0 else WRITTEN for q in some])
            group, zeros = groups(some), torch.zeros(len(some))
            total, hit = zeros.index_add(0, group, power), zeros.index_add(0, group, power * best)
            loss = ((torch.log(total) - torch.log(hit + 1e-12)) * counts).sum() / counts.sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return judge.eval()


def choices(asked: Sequence[Question], judge: Judge) -> Iterator[int]:
    """The candidate that the program takes for each question."""
    for at in range(0, len(asked), BATCH):
        some = asked[at : at + BATCH]
        with torch.no_grad():
            scores = judge(some)
        for part in torch.split(scores, [len(q.features) for q in some]):
            yield speakers.likeliest(part.tolist())


def accuracy(asked: Sequence[Question], judge: Judge | None) -> dict[str, tuple[int, int]]:
    """(right, asked) by case of those whose speaker people named; with no judge, as the rules alone have it."""
    out: dict[str, tuple[int, int]] = {}
    named = [q for q in asked if q.named]
    chosen = [None] * len(named) if judge is None else choices(named, judge)
    for q, taken in zip(named, chosen, strict=True):
        ok = bool((q.right & q.rule).any()) if taken is None else bool(q.right[taken])
        a, b = out.get(CASES[q.case], (0, 0))
        out[CASES[q.case]] = (a + ok, b + 1)
    return out


def check(asked: Sequence[Question], folds: int) -> str:
    """A table of the share of speakers that are right, by case, over folds of the articles (those below 0 stay in)."""
    gold = [q for q in asked if q.article >= 0]
    rule = accuracy(gold, None)
    learned: dict[str, tuple[int, int]] = {}
    for fold in range(folds):
        judge = fitted([q for q in asked if q.fold(folds) != fold])
        for case, (a, b) in accuracy([q for q in gold if q.fold(folds) == fold], judge).items():
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
