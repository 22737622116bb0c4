"""Names as values: their words in any script, how they sound, and whether two may be one person's."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal, NamedTuple

from anyascii import anyascii
from babel import Locale, UnknownLocaleError

from selon.lang.registry import languages, rules

Level = Literal["same", "within", "spelt", "variant", "initial", "surname", "apart", "no"]
"""How two people's names stand to one another: the same words; one holding the other; spelt otherwise; a given name's
other form or its initial; a surname alone; nothing in common that tells; two people's."""

_WORD = re.compile(r"[a-z0-9]+(?:[-.'][a-z0-9]+)*")
_ELIDED = re.compile(r"\b[dlDL]['’](?=\w)")
_OWNED = re.compile(r"['’]s\b|(?<=s)['’](?!\w)")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)")
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(?:s|ch|t)*(?:sh|tch|sch|ch|cz)(?:tch|ch)?", "$"),
        (r"dzh|dj|zh|j", "J"),
        (r"gu(?=[eiy])|gh|kh|qu|q|ck|c(?![eiy])|k|g", "K"),
        (r"ph|f", "F"),
        (r"ts|tz|z|s|c", "S"),
        (r"x", "KS"),
        (r"th|t", "T"),
        (r"dh|d", "D"),
        (r"ou(?=[aeiy])|w|oo|ou|u", "U"),
        (r"ei|ai|ay|ey|e(?=$)", "E"),
        (r"[iy]+|ee", "I"),
        (r"h", ""),
    )
)
"""What letters sound like in the ways that English and French spell foreign names, coarsely: voiced and voiceless
stops of the throat are one, as are s and z."""
_DOUBLE = re.compile(r"(.)\1+")
_VOWELS = frozenset("AEIOU")
_NEAR = {frozenset(pair) for pair in ("KJ", "S$", "SJ", "$J", "PB", "TD", "UV", "FV", "KG")}
_SHORT = 5
"""Letters of a word that is too short for its ending to tell what somebody does."""
_ALIKE = 0.14
"""Cost of turning one sound into the other, a letter of the longer, up to which they are one name."""


def _table(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("selon.linking") / name).read_text("utf-8"))


@cache
def lists(name: str) -> frozenset[str]:
    """A word list of all languages' lexicons, folded as names are."""
    return frozenset(" ".join(words(w)) or w for code in languages() for w in rules(code).lexicon.words.get(name, ()))


# ---------------------------------------------------------------- words


@lru_cache(maxsize=50_000)
def ascii_of(text: str) -> str:
    """The text in Latin letters without accents; scripts that have no spaces get one before each syllable."""
    latin = anyascii(text.replace("’", "'"))
    if any(c.isalpha() for c in text) and not any(c.isupper() or c.islower() for c in text):
        latin = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", latin)
    return latin


@lru_cache(maxsize=50_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a name: Latin letters, lower case, hyphens opened, elided articles and possessives left out."""
    text = ascii_of(_ELIDED.sub("", _OWNED.sub("", name))).lower()
    return tuple(
        part for word in _WORD.findall(text) for part in re.split("-", word.replace(".", "").replace("'", "")) if part
    )


@cache
def _articles() -> frozenset[str]:
    return lists("articles") | {"du", "of", "de", "d", "l", "and", "et", "for", "pour", "in", "a", "au", "aux", "en"}


@lru_cache(maxsize=50_000)
def key(name: str) -> str:
    """What spellings of one body's name have in common: its words without articles and links, in order."""
    found = words(_PARENTHESIS.sub("", name)) or words(name)
    return " ".join(word for word in found if word not in _articles())


def bare(name: str) -> str:
    """The name without the article before it."""
    first, _, rest = name.partition(" ")
    if rest and " ".join(words(first)) in lists("articles"):
        return rest
    return _ELIDED.sub("", name) if _ELIDED.match(name) else name


@lru_cache(maxsize=50_000)
def proper(name: str) -> bool:
    """Whether words are a name: every word of them, small ones aside, with a capital; scripts without capitals pass.

    Adjectives of states, months, weekdays and the like are none."""
    text = bare(_PARENTHESIS.sub("", name)).strip()
    if not any(c.isalpha() for c in text):
        return False
    if not any(c.isupper() or c.islower() for c in text):
        return True
    own = re.findall(r"\w[\w'’.&-]*", text)
    if not own or not own[0][0].isupper() or len(key(text)) < 2:
        return False
    if any(w[0].islower() and " ".join(words(w)) not in _small() and not _ELIDED.match(w) for w in own[1:]):
        return False
    own = list(words(text))
    return not (all(word in _no_names() for word in own) or not country(text)[1])


@cache
def _small() -> frozenset[str]:
    return _articles() | lists("name_particles") | {"sur", "sous", "on", "to", "sans", "upon", "aan"}


@cache
def _no_names() -> frozenset[str]:
    found = {word.strip(".") for name in ("weekdays", "months", "times", "abbreviations") for word in lists(name)}
    found.update(lists("pronouns_personal"))
    for code in languages():
        for form in _demonyms(code):
            found.update(" ".join(words(form + ending)) for ending in ("", "s", "es"))
    return frozenset(found)


def acronym(name: str) -> str | None:
    """The name as an acronym, if it is one: «O.M.S.» → OMS."""
    letters = name.replace(".", "")
    return letters if re.fullmatch(r"[A-Z][A-Z0-9-]{1,7}", letters) and sum(c.isupper() for c in letters) > 1 else None


def initials(name: str) -> str:
    return "".join(word[0] for word in key(name).split()).upper()


# ---------------------------------------------------------------- what tables know


@cache
def _states() -> dict[str, str]:
    """State's name, folded → ISO code, of the names of our own table."""
    return {key(name): code for code, names in _table("bodies.toml")["states"].items() for name in names}


@cache
def _cldr(language: str) -> dict[str, str]:
    """State's name, folded → ISO code, as CLDR has it in `language`."""
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    found: dict[str, str] = {}
    for code, name in territories.items():
        if len(code) == 2 and code.isalpha() and code not in ("ZZ", "QO", "EU", "UN", "EZ", "XA", "XB"):
            first, _, second = name.removesuffix(")").partition(" (")  # "Myanmar (Burma)"
            for form in (name, first, second):
                found.setdefault(key(form), code)
    found.pop("", None)
    return found


@lru_cache(maxsize=50_000)
def state(name: str, language: str) -> str | None:
    """ISO 3166-1 code of the state that goes by this name in `language`, in French or in English."""
    short = acronym(name)
    if short and short.lower() in _states():
        return _states()[short.lower()]
    folded = key(name)
    if name.islower() and len(folded) < 4:
        return None
    tables = (_states(), *(_cldr(code) for code in dict.fromkeys((language, *languages()))))
    return next((table[folded] for table in tables if folded in table), None)


@cache
def _bodies() -> dict[str, str]:
    """Body's name, folded, or its acronym in capitals → the first of its names."""
    found: dict[str, str] = {}
    for names in _table("bodies.toml")["all"]["bodies"]:
        for name in names:
            short = acronym(name)
            found[short or key(name)] = key(names[0])
    return found


@lru_cache(maxsize=50_000)
def body(name: str) -> str | None:
    """What the table calls a well-known body of this name."""
    text = bare(_PARENTHESIS.sub("", name))
    short = acronym(text)
    if short:
        return _bodies().get(short)
    return _bodies().get(key(text)) if text[:1].isupper() or " " in text else None


@lru_cache(maxsize=50_000)
def well_known(name: str) -> bool:
    """Whether a language's lexicon has this name of a body or a medium."""
    return key(name) in _well_known() and not generic(name)


@cache
def _well_known() -> frozenset[str]:
    return frozenset(
        key(full)
        for code in languages()
        for kind, full in rules(code).lexicon.names.values()
        if kind in ("org", "media", "doc", "group")
    )


@cache
def _generic() -> frozenset[str]:
    heads = {" ".join(words(n)) for code in languages() for n, (k, _) in rules(code).lexicon.heads.items()}
    more = """national nationale nationaux federal federale supreme constitutionnel constitutionnelle central centrale
    public publique general generale superieur superieure high royal regional regionale state states etat government
    justice defence defense health sante interior interieur foreign affaires affairs etrangeres finance finances
    education transport transports interieure labour socialist socialiste communist communiste democratic democrate
    republican conservative party workers travailleurs labor people peuple assembly senate house representatives
    representants deputes commons electoral elections election commission human droits homme rights constitutional
    military militaire civil protection crown city town county district university hospital hopital centre center
    international council cour court board bureau environment environnement agriculture culture energy energie trade
    north south east west nord sud est ouest new saint st sea street road river"""
    return frozenset(heads | {f"{h}s" for h in heads} | set(more.split()) | _no_names())


@lru_cache(maxsize=50_000)
def generic(name: str) -> bool:
    """Whether a name is made of words that any country's bodies are called by: «Cour suprême», "Labour Party"."""
    return all(word in _generic() or word in _articles() for word in words(_PARENTHESIS.sub("", name)))


@cache
def _countries() -> dict[tuple[str, ...], str]:
    """Words of a state's name, or of its adjective → ISO code."""
    found: dict[tuple[str, ...], str] = {}
    for code in languages():
        for name, iso in _cldr(code).items():
            found[tuple(name.split())] = iso
        for form, full in _demonyms(code).items():
            named = state(full, code)
            if named:
                found.update({words(form + ending): named for ending in ("", "s", "e", "es")})
    found.update({tuple(name.split()): iso for name, iso in _states().items() if len(name) > 3})
    return found


@cache
def _demonyms(code: str) -> dict[str, str]:
    table = tomllib.loads((files("selon.lang") / code / "lexicon" / "demonyms.toml").read_text("utf-8"))
    found: dict[str, str] = table["state"]
    return found


@lru_cache(maxsize=50_000)
def country(description: str) -> tuple[str | None, tuple[str, ...]]:
    """The one country that words name, if they name one, and the words that are left without it."""
    own = tuple(word for word in words(description) if word not in _articles())
    seen: dict[str, None] = {}
    left: list[str] = []
    at = 0
    while at < len(own):
        for length in (4, 3, 2, 1):
            iso = _countries().get(own[at : at + length])
            if iso and at + length <= len(own):
                seen[iso] = None
                at += length
                break
        else:
            left.append(own[at])
            at += 1
    return (next(iter(seen)) if len(seen) == 1 else None), tuple(left)


@cache
def _functions() -> dict[str, str]:
    return {word: function for function, stems in _people()["functions"].items() for word in stems}


def countries(text: str, language: str) -> Iterator[str]:
    """The country of each name of a state in a text, and of each adjective that its language has for one."""
    own = [m[0] for m in re.finditer(r"\w+(?:-\w+)*", text) if len(m[0]) > 1]
    adjectives, first = _adjectives(language), _first_words()
    at = 0
    while at < len(own):
        head = words(own[at])
        if head and head[0] in first:
            for length in (3, 2, 1):
                form = tuple(part for word in own[at : at + length] for part in words(word))
                named = own[at][0].isupper() and len(form[0]) > 3
                iso = adjectives.get(form) or (_countries().get(form) if named else None)
                if iso:
                    yield iso
                    at += length - 1
                    break
        at += 1


@cache
def _first_words() -> frozenset[str]:
    return frozenset(name[0] for name in _countries() if name)


@cache
def _adjectives(language: str) -> dict[tuple[str, ...], str]:
    if language not in languages():
        return {}
    found = {}
    for form, full in _demonyms(language).items():
        iso = state(full, language)
        if iso:
            found.update({words(form + ending): iso for ending in ("", "s", "e", "es")})
    return found


@lru_cache(maxsize=50_000)
def function(description: str) -> str | None:
    """What body's function a description tells, whatever its country: «le ministère ukrainien de la Défense» →
    "ministry defence". None where any word of it tells something else."""
    _, left = country(description)
    named = next((name for name, phrases in _people()["bodies"].items() if " ".join(left) in phrases), None)
    if named:
        return named
    found = [_functions()[word] for word in left if word in _functions()]
    rest = [word for word in left if word not in _functions()]
    told = sorted({idea for word in rest if word in _offices() for idea in ideas(word)})
    if len(found) != 1 or any(word not in _offices() and word not in _generic_affairs() for word in rest):
        return None
    if (found[0] == "ministry") != bool(told):
        return None
    return " ".join((found[0], *told))


def one_a_country(function: str) -> bool:
    """Whether a country has one body of this function, so that one without a country is that of the country told of:
    there is one senate, and police of every town."""
    return function in _people()["bodies"] or function.startswith("ministry")


@cache
def _generic_affairs() -> frozenset[str]:
    return frozenset(_people()["functions"]["affairs"])


def is_body(name: str) -> bool:
    """Whether one of a name's words says that it is a body's: «cour», "party"."""
    return any(word in _body_heads() for word in words(name))


@cache
def _body_heads() -> frozenset[str]:
    heads = ((n, k) for code in languages() for n, (k, _) in rules(code).lexicon.heads.items())
    return frozenset(word for n, k in heads if k == "org" for word in words(n))


# ---------------------------------------------------------------- sounds


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """How a name of Latin letters sounds, coarsely: "shoigu" and "choigou" → $OIKU."""
    left = re.sub(r"(?<=[^aeiouy])e$", "", word)
    for pattern, coded in _SOUNDS:
        left = pattern.sub(coded, left)
    return _DOUBLE.sub(r"\1", left.upper())


def skeleton(name: Iterable[str]) -> str:
    """The consonants of a name's sound, its words run together; its first vowel where there are fewer than two."""
    whole = "".join(name)
    bones = _bones(whole)
    return bones if len(bones) > 1 else sound(whole)


def _bones(word: str) -> str:
    return _DOUBLE.sub(r"\1", "".join(c for c in sound(word) if c not in _VOWELS))


@lru_cache(maxsize=50_000)
def unlike(one: str, other: str) -> float:
    """What it costs to turn one name's sound into the other's, a letter of the longer: 0.0 alike, 1.0 not at all.

    Vowels, of which languages write different ones, cost less than consonants."""
    a, b = sound(one), sound(other)
    row = [0.0]
    for c in b:
        row.append(row[-1] + _cost(c, None))
    for c in a:
        new = [row[0] + _cost(c, None)]
        for j, d in enumerate(b, 1):
            new.append(min(row[j] + _cost(c, None), new[-1] + _cost(d, None), row[j - 1] + _cost(c, d)))
        row = new
    return row[-1] / max(len(a), len(b), 1)


def _cost(one: str, other: str | None) -> float:
    if one == other:
        return 0.0
    if other is None:
        return 0.35 if one in _VOWELS else 1.0
    if one in _VOWELS and other in _VOWELS:
        return 0.25
    return 0.4 if frozenset((one, other)) in _NEAR else 1.0


# ---------------------------------------------------------------- people


class Person(NamedTuple):
    """Somebody's name: its words, honorifics, particles and suffixes left out, and which may be the surname."""

    words: tuple[str, ...]
    surnames: tuple[str, ...]
    suffix: str = ""


@cache
def _people() -> dict[str, dict[str, list[str]]]:
    return _table("people.toml")


@cache
def _variants() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for n, group in enumerate(_people()["variants"]):
        for name in group:
            found.setdefault(name, set()).add(n)
    return {name: frozenset(groups) for name, groups in found.items()}


@cache
def _given_names() -> frozenset[str]:
    return lists("given_names_masculine") | lists("given_names_feminine") | frozenset(_variants())


@cache
def _family_first() -> frozenset[str]:
    return frozenset(_people()["family_first"])


@cache
def _common() -> frozenset[str]:
    return frozenset(_people()["common"])


@lru_cache(maxsize=50_000)
def person(name: str) -> Person:
    """Raises nothing: a name without words has none."""
    found = list(words(_PARENTHESIS.sub("", name)))
    suffix = next((w for w in found[2:] if w in lists("name_suffixes")), "")
    found = [w for w in found if w not in lists("name_suffixes")]
    while len(found) > 1 and found[0] in _honorifics():
        found = found[1:]
    title = max((n for n, word in enumerate(found[:-2]) if word in _titles()), default=-1)
    found = found[title + 1 :]  # "Zoo Director Ann Lee" is a name to some parsers
    eastern = bool(_family_first() & {*found[:1], *found[-1:]})  # whose "Do" is no particle
    own = tuple(w for n, w in enumerate(found) if eastern or n in (0, len(found) - 1) or w not in _particles())
    if len(own) > 1 and own[0] in ("al", "el", "le", "la", "de", "van", "von", "bin"):
        own = own[1:]
    surnames = own[-1:]
    if len(own) > 1 and own[0] in _family_first() and own[-1] not in _common() - _family_first():
        surnames = (own[-1], own[0])
    return Person(own, surnames, suffix)


@cache
def _titles() -> frozenset[str]:
    """Words for people by what they do, that are not surnames or given names as well."""
    heads = {
        w for code in languages() for n, (k, _) in rules(code).lexicon.heads.items() if k == "person" for w in words(n)
    }
    return frozenset(heads | set(_offices())) - _common() - _given_names() - _particles()


@cache
def _honorifics() -> frozenset[str]:
    return lists("honorifics") | {h.replace(".", "") for h in lists("honorifics")}


@cache
def _particles() -> frozenset[str]:
    return lists("name_particles") - {"e", "y"} | {"bin", "ben", "ibn"}


def givens(name: Person) -> tuple[str, ...]:
    """What the forms of somebody's given name have in common: its initial, and the names that stand for one another."""
    groups = (str(group) for group in sorted(_variants().get(name.words[0], ())))
    return (name.words[0][0], *groups)


def is_given(name: Person) -> bool:
    """Whether a name is a given name and nothing more."""
    return len(name.words) == 1 and name.words[0] in _given_names() - _common()


def is_common(name: Person) -> bool:
    """Whether so many bear the surname that a given name and it tell too little."""
    return len(name.words) < 3 and any(word in _common() for word in name.surnames)


def gender(mention: str, name: Person) -> str:
    """ "m" or "f" as an honorific before somebody's name tells it, else as the lists of given names do, else ""."""
    found = words(mention)
    for before, word in pairwise(found):
        if word in name.words and before in _genders():
            return _genders()[before]
    masculine, feminine = _listed(name.words[0]) if len(name.words) > 1 else (False, False)
    return "" if masculine == feminine else "m" if masculine else "f"


@cache
def _genders() -> dict[str, str]:
    """Honorific → "m" or "f"."""
    pairs = (("m", "honorifics_masculine"), ("f", "honorifics_feminine"))
    return {word.replace(".", ""): letter for letter, name in pairs for word in lists(name)}


def compare(one: Person, other: Person) -> Level:
    """How two people's names stand to one another."""
    short, long = (one, other) if len(one.words) <= len(other.words) else (other, one)
    if not short.words:
        return "apart"
    if len(short.words) == 1:
        word = short.words[0]
        if len(long.words) == 1:
            return "surname" if word == long.words[0] else "apart"
        return "surname" if word in long.surnames else "apart"
    if short.suffix != long.suffix and (short.words[0], short.words[-1]) == (long.words[0], long.words[-1]):
        return "no"  # father and son
    if short.words == long.words or sorted(short.words) == sorted(long.words):
        return "same"
    if "".join(short.words) == "".join(long.words):
        return "same"
    if _within(short.words, long.words):
        return "within"
    if _sounds(short, long):
        return "spelt"
    if short.words[-1] == long.words[-1] or unlike(short.words[-1], long.words[-1]) <= _ALIKE / 2:
        return _by_given(short, long)
    if any(word in long.surnames for word in short.surnames):
        return "no"
    return "apart"


def _within(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether a full name is a longer one with words left out: its first word and one of the last two are the same."""
    if short[0] != long[0] or len(short) == len(long):
        return False
    rest = iter(long)
    return short[-1] in long[-2:] and all(word in rest for word in short)


def _sounds(short: Person, long: Person) -> bool:
    one, other = short.words, long.words
    if len(one) == len(other):
        pairs = list(zip(one, other, strict=True))
        if all(a == b or (_same_given(a, b) if n == 0 else unlike(a, b) <= _ALIKE) for n, (a, b) in enumerate(pairs)):
            return all(len(sound(a)) > 2 or a == b for a, b in pairs)
        if len(one) > 2 and all(_bones(a) == _bones(b) for a, b in pairs):
            return unlike("".join(one), "".join(other)) <= _ALIKE
        return False
    joined, wider = "".join(one), "".join(other)
    eastern = one[0] in _family_first() or other[0] in _family_first() or other[-1] in _family_first()
    turned = "".join((*other[1:], other[0]))
    return eastern and min(unlike(joined, wider), unlike(joined, turned)) <= _ALIKE


def _same_middle(one: str, other: str) -> bool:
    return unlike(one, other) <= _ALIKE or (1 in (len(one), len(other)) and one[0] == other[0])


def _same_given(one: str, other: str) -> bool:
    """Whether two given names are one spelt in two ways; two that the lists know are not, unless they say so."""
    if one == other or _variants().get(one, frozenset()) & _variants().get(other, frozenset()):
        return True
    if one in _given_names() and other in _given_names():
        return unlike(one, other) == 0 and _listed(one) == _listed(other)
    return unlike(one, other) <= _ALIKE


def _listed(name: str) -> tuple[bool, bool]:
    return name in lists("given_names_masculine"), name in lists("given_names_feminine")


def _by_given(short: Person, long: Person) -> Level:
    one, other = short.words[0], long.words[0]
    if _same_given(one, other):
        middles = short.words[1:-1], long.words[1:-1]
        apart = all(middles) and not any(_same_middle(a, b) for a in middles[0] for b in middles[1])
        return "no" if apart else "variant"
    if 1 in (len(one), len(other)) and one[0] == other[0]:
        return "initial"
    if len(one) == 2 and len(short.words) == 2 and "".join(w[0] for w in long.words[:-1]) == one:
        return "initial"
    if len(short.words) == 2 and one in long.words[1:-1]:
        return "variant"
    return "no"


# ---------------------------------------------------------------- offices


@cache
def _offices() -> dict[str, str]:
    return {stem: idea for idea, stems in _people()["offices"].items() if idea != "idle" for stem in stems}


@cache
def _fields() -> dict[str, str]:
    return {idea: field for field, ideas in _people()["fields"].items() for idea in ideas}


@lru_cache(maxsize=50_000)
def ideas(role: str) -> frozenset[str]:
    """What a role is made of, in any language that the table has: «ministre de la Défense» → minister, defence.

    A word for what somebody does that the table has not stands for itself: «lutteur»."""
    found = set()
    for word in words(role.lower().replace("porte-parole", "porteparole")):
        stem = next((w for w in (word, word.removesuffix("s")) if w in _offices() or w in _doers()), None)
        if stem or (len(word) > _SHORT and word.endswith(tuple(lists("person_endings"))) and word not in _idle()):
            found.add(_offices().get(stem or word, stem or word))
    return frozenset(found)


def in_table(idea: str) -> bool:
    """Whether an idea is told alike in several languages."""
    return idea in _people()["offices"]


@cache
def _doers() -> frozenset[str]:
    heads = ((n, k) for code in languages() for n, (k, _) in rules(code).lexicon.heads.items())
    return frozenset(" ".join(words(n)) for n, k in heads if k == "person") - _idle()


@cache
def _idle() -> frozenset[str]:
    """Words for people that say nothing of what they do."""
    return frozenset(_people()["offices"]["idle"])


def fields(found: Iterable[str]) -> frozenset[str]:
    """The walks of life that ideas belong to."""
    return frozenset(_fields()[idea] for idea in found if idea in _fields())
