"""Teach the network."""

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from selon.stages.attributions.learned.layout import ACTS, AFTER, BEFORE, CERTAINTIES, ROLES, TYPES
from selon.stages.attributions.learned.pieces import BREAK, PAD, START, windows

from .examples import Lesson, lessons, requoted
from .network import Encoder, Linker

STEP = 2400
"""Pieces in one step."""

REQUOTED = 0.5
MASKED = 0.06
NEGATIVES = 0.35


@dataclass(frozen=True)
class Source:
    """Annotated articles, the guideline they follow, and how often each is read in one epoch."""

    articles: Sequence[dict[str, Any]]
    guideline: str
    times: float = 1.0


class Network(nn.Module):
    """Encoder and linker, with the frozen word embeddings (pieces, width)."""

    def __init__(self, encoder: Encoder, linker: Linker, word: NDArray[np.float32]) -> None:
        super().__init__()
        self.encoder, self.linker = encoder, linker
        self.register_buffer("word", torch.from_numpy(word), persistent=False)
        self.mask = len(word) - 1

    def encode(self, batch: Sequence[Lesson]) -> tuple[Tensor, Tensor, list[int]]:
        """Vectors and anchor logits of all pieces of all lessons, and where each lesson begins."""
        frames = [windows(len(lesson.ids)) for lesson in batch]
        width = max(frame.index.shape[1] for frame in frames)
        ids, real, guideline, rows, columns, begins = [], [], [], [], [], []
        row = piece = 0
        for lesson, frame in zip(batch, frames, strict=True):
            index = np.pad(frame.index, ((0, 0), (0, width - frame.index.shape[1])), constant_values=-1)
            numbers = np.where(index >= 0, lesson.ids[index], PAD)
            last = (index >= 0).sum(1) + 1
            numbers[:, 0] = START
            numbers[np.arange(len(numbers)), last] = BREAK
            ids.append(numbers)
            real.append(numbers != PAD)
            guideline += [lesson.guideline] * len(index)
            rows.append(frame.window + row)
            columns.append(frame.column)
            begins.append(piece)
            row += len(index)
            piece += len(lesson.ids)
        numbers = np.concatenate(ids)
        if self.training:
            hidden = (np.random.random(numbers.shape) < MASKED) & (numbers > BREAK)
            numbers = np.where(hidden, self.mask, numbers)
        word = self.word[torch.from_numpy(numbers)]
        x, logits = self.encoder(word, torch.from_numpy(np.concatenate(real)).float(), torch.tensor(guideline))
        at = torch.from_numpy(np.concatenate(rows)), torch.from_numpy(np.concatenate(columns))
        return x[at], logits[at].float(), begins

    def link(
        self, x: Tensor, anchors: NDArray[np.int64], begin: NDArray[np.int64], end: NDArray[np.int64]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Roles and attributes at ``anchors`` (pieces of ``x``), each reading within its text [begin, end)."""
        place = anchors[:, None] + np.arange(-BEFORE, AFTER)
        real = torch.from_numpy((place >= begin[:, None]) & (place < end[:, None])).float()
        near = torch.from_numpy(np.clip(place, begin[:, None], end[:, None] - 1))
        roles, attributes = self.linker(x[near], real)
        return roles.float(), attributes.float(), real


def loss(network: Network, batch: Sequence[Lesson]) -> tuple[Tensor, dict[str, float]]:
    """The loss of one step, and its parts."""
    x, logits, begins = network.encode(batch)
    ends = [*begins[1:], len(x)]
    target = torch.zeros_like(logits)
    free = np.ones(len(x), bool)  # pieces that are in no cue: a wrong anchor there is wrong
    positives = []
    for lesson, begin, end in zip(batch, begins, ends, strict=True):
        for one in lesson.examples:
            target[begin + one.anchor, one.kind] = 1
            free[begin + one.roles[1]] = False
            free[begin + one.anchor] = False
            positives.append((begin + one.anchor, begin, end, one))
    count = max(len(positives), 1)
    anchor_loss = functional.binary_cross_entropy_with_logits(logits, target, reduction="sum") / count
    rank = logits.detach().max(1).values.numpy().copy()
    rank[~free] = -np.inf
    wrong = np.argsort(-rank)[: 1 + int(NEGATIVES * count)]
    which = np.searchsorted(np.array(begins), wrong, side="right") - 1
    anchors = np.array([p[0] for p in positives] + wrong.tolist())
    first = np.array([p[1] for p in positives] + [begins[i] for i in which])
    last = np.array([p[2] for p in positives] + [ends[i] for i in which])
    roles, attributes, real = network.link(x, anchors, first, last)
    n = len(positives)
    valid = functional.binary_cross_entropy_with_logits(attributes[:, 0], (torch.arange(len(anchors)) < n).float())
    if not n:
        return anchor_loss + valid, {"anchor": float(anchor_loss), "valid": float(valid)}
    wanted = torch.zeros(n, BEFORE + AFTER, len(ROLES))
    labels = torch.tensor([p[3].labels for p in positives])
    for at, (anchor, begin, _, one) in enumerate(positives):
        for role, members in enumerate(one.roles):
            place = begin + members - anchor + BEFORE
            wanted[at, place[(place >= 0) & (place < BEFORE + AFTER)], role] = 1
    parts = functional.binary_cross_entropy_with_logits(roles[:n], wanted, reduction="none") * real[:n, :, None]
    role_loss = parts.sum() / n * 0.1
    mark_loss = _marks(attributes[:n], labels)
    total = anchor_loss + role_loss + valid + 1.5 * mark_loss
    return total, {
        "anchor": float(anchor_loss),
        "roles": float(role_loss),
        "valid": float(valid),
        "marks": float(mark_loss),
    }


def finish(network: Network, sources: Sequence[Source], tokenizer: Tokenizer, seed: int, epochs: int = 40) -> None:
    """Teach the attributes' own two layers anew, in place, the rest of the network as it is.

    They need far more steps than the rest, and cost little on vectors that are computed once.
    """
    torch.manual_seed(seed)
    network.eval()
    kept: list[tuple[Tensor, Tensor, Tensor]] = []
    for source in sources:
        for article in source.articles:
            for lesson in lessons(article, source.guideline, tokenizer):
                with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                    kept.append(anchored(network, lesson))
    told, valid, labels = (torch.cat(column) for column in zip(*kept, strict=True))
    linker = network.linker
    linker.pool.reset_parameters()
    linker.attributes.reset_parameters()
    heads = [*linker.pool.parameters(), *linker.attributes.parameters()]
    optimiser = torch.optim.AdamW(heads, lr=1e-3, weight_decay=0.05)
    total = epochs * (len(told) // 128 + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda at: 1 - at / total)
    linker.train()
    value = torch.zeros(())
    for _ in range(epochs):
        for some in torch.randperm(len(told)).split(128):
            value = _judged(linker.judge(told[some], 0.3), valid[some], labels[some])
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            schedule.step()
    print(f"attributes: {len(told)} anchors, loss {float(value.detach()):.3f} after {epochs} epochs", flush=True)
    network.eval()


def anchored(network: Network, lesson: Lesson) -> tuple[Tensor, Tensor, Tensor]:
    """What the attributes of a lesson's anchors are told by, whether each is one, and its labels."""
    x, logits, _ = network.encode([lesson])
    gold = {one.anchor: one for one in lesson.examples}
    within = {int(piece) for one in lesson.examples for piece in one.roles[1]}
    likely = np.flatnonzero((torch.sigmoid(logits).max(1).values > 0.1).numpy())
    anchors = np.array([*gold, *(at for at in likely.tolist() if at not in gold and at not in within)], np.int64)
    end = np.full(len(anchors), len(x))
    place = anchors[:, None] + np.arange(-BEFORE, AFTER)
    real = torch.from_numpy((place >= 0) & (place < end[:, None])).float()
    _, told = network.linker.reread(x[torch.from_numpy(np.clip(place, 0, len(x) - 1))], real)
    labels = [gold[at].labels if at in gold else (-1, -1, -1) for at in anchors.tolist()]
    valid = torch.tensor([float(at in gold) for at in anchors.tolist()])
    return told.float(), valid, torch.tensor(labels, dtype=torch.int64).view(-1, 3)


def _judged(logits: Tensor, valid: Tensor, labels: Tensor) -> Tensor:
    """The loss of all attributes."""
    return functional.binary_cross_entropy_with_logits(logits[:, 0], valid) + _marks(logits, labels)


def _marks(logits: Tensor, labels: Tensor) -> Tensor:
    """The loss of act, certainty and type together, where there are labels (-1: none)."""
    value = torch.zeros(())
    sizes = [1, len(ACTS), len(CERTAINTIES), len(TYPES)]
    for logit, label in zip(logits.split(sizes, 1)[1:], labels.T, strict=True):
        if (label >= 0).any():
            value = value + functional.cross_entropy(logit, label, ignore_index=-1)
    return value


def epoch(sources: Sequence[Source], tokenizer: Tokenizer, rng: random.Random) -> Iterator[list[Lesson]]:
    """Steps over all articles in random order, quotation marks restyled in some."""
    order = [
        (article, source.guideline)
        for source in sources
        for article in source.articles
        for _ in range(int(source.times) + (rng.random() < source.times % 1))
    ]
    rng.shuffle(order)
    pool: list[Lesson] = []
    for article, guideline in order:
        pool += lessons(requoted(article, rng) if rng.random() < REQUOTED else article, guideline, tokenizer)
    rng.shuffle(pool)
    step: list[Lesson] = []
    size = 0
    for lesson in pool:
        step.append(lesson)
        size += len(lesson.ids)
        if size >= STEP:
            yield step
            step, size = [], 0
    if step:
        yield step


def fit(
    network: Network,
    sources: Sequence[Source],
    tokenizer: Tokenizer,
    epochs: int,
    rate: float,
    seed: int,
    checkpoint: Path,
    frozen: int = 0,
) -> None:
    """Train in place with AdamW, a warm-up and a linear fall to nothing; save after every epoch."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    np.random.seed(seed)
    plan = [list(epoch(sources, tokenizer, rng)) for _ in range(epochs)]
    total = sum(map(len, plan))
    for layer in network.encoder.layers[:frozen]:
        layer.requires_grad_(False)
    heads = [p for name, p in network.named_parameters() if "layers" not in name and "norm" not in name]
    body = [p for name, p in network.named_parameters() if p.requires_grad and ("layers" in name or "norm" in name)]
    optimiser = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": heads, "lr": 2 * rate}], weight_decay=0.01)
    warm = max(total // 15, 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda at: min((at + 1) / warm, max(total - at, 0) / (total - warm))
    )
    begun, seen, shown = time.time(), 0, dict[str, float]()
    at = 0
    for number, steps in enumerate(plan):
        network.train()
        for step in steps:
            with torch.autocast("cpu", torch.bfloat16):
                value, parts = loss(network, step)
            optimiser.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            at += 1
            seen += sum(len(lesson.ids) for lesson in step)
            for key, part in parts.items():
                shown[key] = 0.95 * shown.get(key, part) + 0.05 * part
            if at % 20 == 0 or at == total:
                if not math.isfinite(float(value)):
                    raise ArithmeticError(f"the loss is {float(value)} at step {at}")
                spent = time.time() - begun
                figures = " ".join(f"{key} {part:.3f}" for key, part in shown.items())
                speed = f"{seen / spent:.0f} pieces/s {spent:.0f} s"
                print(f"epoch {number + 1} step {at}/{total} {figures} {speed}", flush=True)
        torch.save(network.state_dict(), checkpoint)
