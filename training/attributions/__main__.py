"""Make src/selon/models/attributions.selon, speakers.json and acts.json from annotated articles and the encoder.

    pip install -e . -r training/attributions/requirements.txt
    python -m training.attributions --shared ../shared --work WORK [--folds] [--fitted-only]

WORK keeps what each step made; a step whose product is there is not made again. `--folds` also teaches five networks,
each without a fifth of the French articles, which bench/attribution.py scores and calibrate.py fits the confidence on.
`--fitted-only` fits speakers.json and acts.json alone, by the network that comes with the program (with `--folds`,
acts.json of each fold too), in half an hour.
The whole takes about four hours and a half on two cores with bfloat16 instructions, and two hours and a quarter more
for each fold.
"""

import argparse
import hashlib
import json
import pickle
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer

from selon.models import Weights

from . import acts, written
from .examples import articles, lessons
from .export import export
from .network import Encoder, Linker
from .pretrained import Pretrained, pretrained, unpack
from .speakers import Question, check, fitted, questions, write
from .train import Network, Source, finish, fit
from .vocabulary import kept, tokenizer

HERE = Path(__file__).parent
WRITTEN = HERE.parent / "written"
MODEL = HERE.parent.parent / "src" / "selon" / "models" / "attributions.selon"
SPEAKERS, ACTS = MODEL.with_name("speakers.json"), MODEL.with_name("acts.json")
CONFIDENCE = HERE / "confidence.json"
FOLDS = 5
RATE = 3e-4
LAST_EPOCHS = 7
REPLAYED = {"fr": 100, "en": 12}
"""Written articles that are read again in each epoch of the last lesson."""

LAST = {3: 20, 5: 40}
"""The last lesson is taught once with each seed, so many of PolNeAR's articles read again in each epoch; the network is
the mean of the weights (Wortsman et al. 2022)."""


class Later(NamedTuple):
    """A lesson after the last: first letters of the French articles read from then on, and how it is taught; `again` is
    how much of AGAIN it reads."""

    name: str
    letters: str
    epochs: int
    rate: float
    seed: int
    again: float = 1.0


LATER = (
    Later("latest", "klmn", 2, 2e-4, 9),
    Later("fourth", "opqr", 1, 2e-4, 21),
    Later("fifth", "stuv", 1, 2e-4, 22),
    Later("home", "", 2, 1.5e-4, 31, 0.25),
)
"""Lessons on what was written later, one after another, each with the French gold; the last of these on little else."""
LATEST = "".join(lesson.letters for lesson in LATER)
SHARES = {"mean": 0.18, "latest": 0.42, "home": 0.4}
"""What the weights that these lessons left count for in the mean that is shipped."""
AGAIN = {"earlier": 0.1, "later": 0.2, "en": 0.3, "polnear": 1 / 3}
"""Shares of the articles of before that each of them reads again, times its own."""

SAMPLE = 20
"""Of so many written articles one shows a network's outliers."""
FINISHED = 150
"""Written articles of the earlier lessons by which the attributes are taught at the end, with all the latest."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with gold/attribution/")
    parser.add_argument("--work", type=Path, required=True, help="folder for what the steps make")
    parser.add_argument("--folds", action="store_true", help="also teach a network for each fifth left out")
    parser.add_argument("--fold", type=int, help="teach the network of one fold only")
    parser.add_argument("--fitted-only", action="store_true", help="fit what speakers and acts are told by, no more")
    parser.add_argument("--threads", type=int, default=2, help="cores to use")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)
    gold = args.shared / "gold" / "attribution"
    french, english = articles(gold / "fr-train.jsonl"), articles(gold / "en-train.jsonl")
    ours = {name: written.articles(WRITTEN / name) for name in ("fr", "en", "xx")}
    latest = [one for one in ours["fr"] if one["id"][0] in LATEST]
    ours["fr"] = [one for one in ours["fr"] if one["id"][0] not in LATEST]
    some = told_of(args.work / "acts.pickle", french, [*ours["fr"], *latest])
    for fold in [args.fold] if args.fold is not None else range(FOLDS) if args.folds else ():
        acts.write(args.work / f"fold{fold}.acts.json", [a for a in some if a.article < 0 or a.article % FOLDS != fold])
    if args.fold is None:
        acts.write(ACTS, some)
    print(acts.check(some, FOLDS))
    both = {**ours, "fr": [*ours["fr"], *latest]}
    if args.fitted_only:
        asked = questions_of(args.work / "speakers.pickle", MODEL, french, both)
        write(SPEAKERS, fitted(asked))
        print(check(asked, FOLDS))
        return
    school = School(args.work, pretrained())

    school.lesson("english", None, [Source(english, "polnear")], 1, RATE, 1)
    school.lesson(
        "both",
        "english",
        [Source(english, "polnear"), Source(ours["fr"], "selon", 2.0), Source(ours["en"] + ours["xx"], "selon", 2.0)],
        1,
        RATE,
        2,
    )
    some = random.Random(7).sample(english, 120)
    school.lesson(
        "ours",
        "both",
        [Source(some, "polnear"), Source(ours["fr"], "selon", 2.0), Source(ours["en"] + ours["xx"], "selon", 1.5)],
        1,
        RATE,
        5,
    )
    school.lesson(
        "more",
        "ours",
        [Source(some[:50], "polnear"), Source(ours["fr"], "selon", 1.5), Source(ours["en"] + ours["xx"], "selon")],
        1,
        RATE,
        11,
    )
    sample = [*ours["fr"][::SAMPLE], *ours["en"][::SAMPLE]]
    ours["latest"] = latest
    for fold in [args.fold] if args.fold is not None else range(FOLDS) if args.folds else ():
        school.last(f"fold{fold}", [one for at, one in enumerate(french) if at % FOLDS != fold], english, ours)
        network = args.work / f"fold{fold}.selon"
        school.graduate(f"fold{fold}", network, sample)
        asked = questions_of(args.work / f"fold{fold}.speakers.pickle", network, french, both)
        write(network.with_suffix(".speakers.json"), fitted([q for q in asked if q.fold(FOLDS) != fold]))
    if args.fold is None:
        school.last("all", french, english, ours)
        school.graduate("all", MODEL, sample)
        asked = questions_of(args.work / "speakers.pickle", MODEL, french, both)
        write(SPEAKERS, fitted(asked))


def questions_of(
    path: Path, network: Path, french: Sequence[dict[str, Any]], ours: dict[str, list[dict[str, Any]]]
) -> list[Question]:
    """What all articles ask of who speaks, as a network reads them, kept in `path`; those written for training have the
    number -1."""
    if not path.exists():
        weights = Weights(network)
        made = [q for code in ("fr", "en") for one in ours[code] for q in questions(one, code, -1, weights)]
        made += [q for at, one in enumerate(french) for q in questions(one, "fr", at, weights)]
        path.write_bytes(pickle.dumps(made))
    asked: list[Question] = pickle.loads(path.read_bytes())
    return asked


def told_of(path: Path, french: Sequence[dict[str, Any]], ours: Sequence[dict[str, Any]]) -> list[acts.Told]:
    """What tells the acts of all French articles, kept in `path`; those written for training have the number -1."""
    if not path.exists():
        made = [told for one in ours for told in acts.told(one, "fr", -1)]
        made += [told for at, one in enumerate(french) for told in acts.told(one, "fr", at)]
        path.write_bytes(pickle.dumps(made))
    some: list[acts.Told] = pickle.loads(path.read_bytes())
    return some


class School:
    """The network's way through its lessons, with a checkpoint after each."""

    def __init__(self, work: Path, source: Pretrained) -> None:
        self.work, self.source = work, source
        chosen = work / "pieces.json"
        if not chosen.exists():
            chosen.write_text(json.dumps(kept(source)))
        self.rows = json.loads(chosen.read_text())
        self.word = source.word[self.rows]
        pieces = [(source.pieces[row], source.scores[row]) for row in self.rows]
        self.tokenizer: Tokenizer = tokenizer(pieces, self.rows.index(source.unknown))

    def network(self, after: str | None) -> Network:
        """A new network, or the one that a lesson left."""
        torch.manual_seed(0)
        made = Network(Encoder(self.source), Linker(self.source), unpack(self.word))
        if after is not None:
            made.load_state_dict(torch.load(self.work / f"{after}.pt", weights_only=True))
        return made

    def lesson(
        self, name: str, after: str | None, sources: Sequence[Source], epochs: int, rate: float, seed: int
    ) -> None:
        """Teach, unless it has been taught, and keep what was learned as `name`.pt."""
        checkpoint = self.work / f"{name}.pt"
        if checkpoint.exists():
            return
        print(f"lesson {name}", flush=True)
        begun = self.work / f"{name}.begun"
        fit(self.network(after), sources, self.tokenizer, epochs, rate, seed, begun)
        begun.rename(checkpoint)

    def last(
        self,
        name: str,
        french: Sequence[dict[str, Any]],
        english: Sequence[dict[str, Any]],
        ours: dict[str, list[dict[str, Any]]],
    ) -> None:
        """The last lesson: the French gold, with some of the earlier lessons again."""
        for seed, replayed in LAST.items():
            some = random.Random(seed).sample(english, 3 * replayed)
            sources = [Source(french, "selon"), Source(some, "polnear", 1 / 3)]
            sources += [Source(ours[code], "selon", REPLAYED[code] / len(ours[code])) for code in ("fr", "en")]
            self.lesson(f"{name}-{seed}", "more", sources, LAST_EPOCHS, RATE, seed)
        self.mean(f"{name}-mean", {f"{name}-{seed}": 1 / len(LAST) for seed in LAST})
        after, read = "mean", list[dict[str, Any]]()
        for step in LATER:
            some = random.Random(step.seed).sample(english, 120)
            new = [one for one in ours["latest"] if one["id"][0] in step.letters]
            share = {of: part * step.again for of, part in AGAIN.items()}
            sources = [Source(french, "selon"), Source(new, "selon"), Source(some, "polnear", share["polnear"])]
            sources += [Source(ours["fr"], "selon", share["earlier"]), Source(read, "selon", share["later"])]
            sources += [Source(ours["en"], "selon", share["en"])]
            self.lesson(f"{name}-{step.name}", f"{name}-{after}", sources, step.epochs, step.rate, step.seed)
            after, read = step.name, read + new
        self.mean(f"{name}-all", {f"{name}-{lesson}": share for lesson, share in SHARES.items()})
        finished = self.work / f"{name}.finished.pt"
        if not finished.exists():
            network = self.network(f"{name}-all")
            sources = [Source(french, "selon"), Source([*ours["latest"], *ours["fr"][:FINISHED]], "selon")]
            finish(network, [*sources, Source(english[:70], "polnear")], self.tokenizer, 4)
            torch.save(network.state_dict(), finished)

    def mean(self, name: str, shares: dict[str, float]) -> None:
        """Keep as `name`.pt the mean of the weights that lessons left, each by its share."""
        path = self.work / f"{name}.pt"
        if not path.exists():
            taught = {one: torch.load(self.work / f"{one}.pt", weights_only=True) for one in shares}
            first = next(iter(taught.values()))
            torch.save({key: sum(share * taught[one][key] for one, share in shares.items()) for key in first}, path)

    def graduate(self, name: str, path: Path, some: Sequence[dict[str, Any]]) -> None:
        """Write the network of a lesson as the program reads it; its outliers are those that it shows on `some`
        articles."""
        network = self.network(f"{name}.finished")
        digest = hashlib.blake2b(digest_size=6)
        for key, value in sorted(network.state_dict().items()):
            digest.update(key.encode() + np.ascontiguousarray(value.numpy()).tobytes())
        card = {
            "version": digest.hexdigest(),
            "confidence": json.loads(CONFIDENCE.read_text()),
        }
        sample = [lesson for one in some for lesson in lessons(one, "selon", self.tokenizer)]
        export(network, self.word, self.tokenizer, sample, card, path)


if __name__ == "__main__":
    main()
