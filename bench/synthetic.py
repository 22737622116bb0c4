"""Articles made by the thousand, with copies, boilerplate and claims planted in them, to measure how linking grows.

The text is nonsense: sentences of a story's own choice among the words of the articles written for training, and of
its invented names, so that articles of one story share what they are about and, unless a copy was planted, hardly a
run of five words.
"""

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from selon.model import Article, Published

WRITTEN = Path(__file__).parent.parent / "training" / "written"
COPIES = 0.12
"""Share of articles that hold a planted copy."""
EDITED = 0.08
"""Share of a lightly edited copy's words that are changed, left out or added."""
PER_DAY = 40
"""Articles a day, however many there are: a library that grows grows in time."""

VERBS = {
    "en": "blocked closed crossed flooded guarded inspected opened painted repaired replaced searched sold emptied "
    "rebuilt visited warned surrounded measured rented restored photographed moved abandoned lifted cleaned "
    "defended financed questioned counted delayed fined followed rejected welcomed shelled audited mapped "
    "widened drained insured",
    "fr": "bloque ferme traverse inonde surveille inspecte ouvre repeint répare remplace fouille vend vide "
    "reconstruit visite alerte encercle mesure loue restaure photographie déplace abandonne soulève nettoie "
    "défend finance interroge compte retarde sanctionne suit rejette accueille bombarde contrôle cartographie "
    "élargit draine assure",
}
ADJECTIVES = {
    "en": "northern empty wooden narrow noisy ancient municipal private frozen muddy steep crowded faulty rural "
    "coastal local seasonal temporary unfinished crooked modest bankrupt remote silent disputed vast rusty "
    "fragile hollow busy secret costly damp distant loyal reluctant weary stubborn younger veteran",
    "fr": "vide étroit bruyant ancien municipal privé gelé boueux raide bondé défectueux rural côtier local "
    "saisonnier provisoire inachevé modeste ruiné lointain muet contesté vaste rouillé fragile creux secret "
    "coûteux humide distant loyal réticent las têtu jeune vétéran voisin discret sombre",
}
SHAPES = {
    "en": (
        "The {a} {n} {v} the {n} near {p} after a {a} {n} and {k} {n}s .",
        "In {p} , {k} {n}s {v} a {a} {n} while the {n} {v} its {n} .",
        "{h} {v} the {n} of {o} , where a {n} and a {a} {n} {v} each other .",
        "“ The {n} {v} my {a} {n} , ” said {h} , whose {n} {v} {k} {n}s in {p} .",
        "A {n} from {o} {v} {h} because no {a} {n} {v} the {n} .",
        "Without a {n} , the {a} {n} of {p} {v} every {n} and {k} {a} {n}s .",
        "By evening a {n} {v} the {n} ; {h} {v} the {a} {n} with {k} {n}s .",
        "{o} {v} its {a} {n} , then a {n} {v} the {n} at {p} .",
    ),
    "fr": (
        "Un {n} {a} {v} chaque {n} à {p} après {k} mois de {n} et de {n} {a} .",
        "À {p} , {k} {n}s contre un {n} : {h} {v} notre {n} {a} .",
        "{h} {v} tout {n} de {o} , puis un {n} {a} {v} sans {n} .",
        "« Mon {n} {v} leur {n} {a} » , dit {h} , dont chaque {n} {v} {k} {n}s à {p} .",
        "Faute de {n} , {o} {v} un {n} {a} que {h} {v} pour {k} {n}s .",
        "Selon {o} , aucun {n} {a} ne {v} ce {n} ; {h} {v} donc quelque {n} .",
        "Le soir , {h} {v} un {n} et ce {n} {a} {v} {p} avec {k} {n}s .",
        "Sans {n} {a} , {p} {v} son {n} et {o} {v} {k} {n}s .",
    ),
}
CLAIMS = {
    "en": "{h} said that {k} people were hurt in {p} .",
    "fr": "{h} a dit que {k} personnes étaient blessées à {p} .",
}
SYLLABLES = "bar del mor tan vel kor sil dun far gol ham jor lin mas nor pel ral sat tev vor wen zar bel cas fen"


@cache
def nouns(language: str) -> tuple[str, ...]:
    """Words without capitals of the articles written for training, of five letters or more, each once."""
    texts = (path.read_text("utf-8") for path in sorted((WRITTEN / language).glob("*.txt")))
    return tuple(sorted({word for text in texts for word in re.findall(r"(?<!\w)[^\W\d_A-ZÀ-Þ]{5,}(?!\w)", text)}))


class Planted(NamedTuple):
    """`words` of `source` that were put into `copy`, changed here and there if `edited`."""

    source: str
    copy: str
    words: int
    edited: bool


class Claim(NamedTuple):
    """The sentence `quote` of an article; all with one `id` state the same."""

    id: str
    article: str
    quote: str


class Made(NamedTuple):
    article: Article
    story: str
    copies: tuple[Planted, ...]
    claims: tuple[Claim, ...]


class _Story:
    def __init__(self, chance: random.Random, number: int) -> None:
        def name(parts: int) -> str:
            return "".join(chance.choice(SYLLABLES.split()) for _ in range(parts)).capitalize()

        self.id = f"s{number}"
        self.people = [f"{name(2)} {name(3)}" for _ in range(4)]
        self.places = [name(3) for _ in range(3)]
        self.bodies = [f"{name(2)} {name(2)}" for _ in range(2)]
        self.nouns = {language: chance.sample(nouns(language), 60) for language in SHAPES}
        self.figure = chance.randint(2, 900)
        self.left = 1 + min(30, int(chance.paretovariate(1.1)))
        self.made: list[tuple[str, str, list[str]]] = []
        """(id, language, sentences) of its articles so far."""


def articles(count: int, seed: int = 1) -> Iterator[Made]:
    """`count` articles of some thirty outlets in order of publication, nine in ten English."""
    chance = random.Random(seed)
    outlets = [_outlet(chance) for _ in range(30)]
    start = datetime(2031, 1, 1)
    running: list[_Story] = []
    begun = 0
    for n in range(count):
        while len(running) < 60:
            running.append(_Story(chance, begun))
            begun += 1
        story = chance.choice(running)
        yield _article(chance, story, f"a{n:06}", chance.choice(outlets), start + timedelta(days=n / PER_DAY))
        story.left -= 1
        if story.left == 0:
            running.remove(story)


def _outlet(chance: random.Random) -> tuple[str, dict[str, str]]:
    """An outlet's name, and what it prints under each of its articles in either language."""
    story = _Story(chance, 0)
    name = f"{story.places[0]} Post"
    return name, {language: " ".join(_sentence(chance, story, language) for _ in range(3)) for language in SHAPES}


def _article(chance: random.Random, story: _Story, id: str, outlet: tuple[str, dict[str, str]], when: datetime) -> Made:
    language = "fr" if chance.random() < 0.1 else "en"
    lines = [_sentence(chance, story, language) for _ in range(chance.randint(8, 24))]
    claims, copies = [], []
    if chance.random() < 0.5:
        quote = _filled(chance, story, language, CLAIMS[language], story.figure)
        lines.insert(chance.randint(0, 3), quote)
        claims.append(Claim(f"{story.id}-hurt", id, quote))
    sources = [made for made in story.made if made[1] == language]
    if sources and chance.random() < COPIES:
        source, _, theirs = chance.choice(sources)
        first = chance.randrange(max(1, len(theirs) - 3))
        taken = theirs[first : first + chance.randint(4, 10)]
        edited = chance.random() < 0.5
        if sum(len(line.split()) for line in taken if "“" not in line and "«" not in line) >= 60:
            at = chance.randrange(len(lines))
            lines[at:at] = [_edited(chance, line, language) for line in taken] if edited else taken
            copies.append(Planted(source, id, sum(len(line.split()) for line in taken), edited))
    story.made.append((id, language, lines))
    title = " ".join(_sentence(chance, story, language).split()[:9])
    article = Article(
        id=id,
        language=language,
        title=title,
        text="\n".join([title, "", *lines, outlet[1][language]]),
        outlet=outlet[0],
        published=Published(value=when.isoformat(timespec="seconds"), how="given", why="made"),
    )
    return Made(article, story.id, tuple(copies), tuple(claims))


def _sentence(chance: random.Random, story: _Story, language: str) -> str:
    return _filled(chance, story, language, chance.choice(SHAPES[language]), chance.randint(2, 99))


def _filled(chance: random.Random, story: _Story, language: str, shape: str, figure: int) -> str:
    choices = {
        "{n}": story.nouns[language],
        "{v}": VERBS[language].split(),
        "{a}": ADJECTIVES[language].split(),
        "{h}": story.people,
        "{p}": story.places,
        "{o}": story.bodies,
        "{k}": [str(figure)],
    }
    return " ".join(
        word if word[:3] not in choices else chance.choice(choices[word[:3]]) + word[3:] for word in shape.split()
    )


def _edited(chance: random.Random, line: str, language: str) -> str:
    kept = []
    for word in line.split():
        if chance.random() >= EDITED:
            kept.append(word)
        elif (kind := chance.random()) < 0.6:
            kept.append(chance.choice(nouns(language)))
        elif kind < 0.8:
            kept += [word, chance.choice(ADJECTIVES[language].split())]
    return " ".join(kept)
