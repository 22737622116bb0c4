"""Names → what kind of thing each names, by all its occurrences, and which of them are one."""

from collections import Counter

from selon.lang.contract import fold
from selon.model import EntityKind
from selon.stages.mentions.drafts import TYPES, Being, Gender, Words
from selon.stages.mentions.finder import Names
from selon.stages.mentions.grammar import Grammar
from selon.stages.mentions.names import Name, articles, initials, is_article, plain, same

Key = tuple[Words, Gender]
"""A name's words, and the gender of its honorific: «Mme Durand» is not «M. Durand»."""

_SURE = 10
"""Votes of a name that the lexicon knows."""


class Naming:
    """The beings that have a name, by the name's words."""

    def __init__(self, grammar: Grammar, names: Names) -> None:
        self._grammar = grammar
        self._given_m = grammar.words("given_names_masculine")
        self._given_f = grammar.words("given_names_feminine")
        self._articles = articles(grammar.lexicon.words)
        given = self._given_m | self._given_f
        first = {plain(g) for g in given}
        self._surnames = {n.words[-1] for n in names.all if len(n.words) > 1 and n.words[0] in first}
        votes: dict[Key, Counter[EntityKind]] = {}
        one: dict[Key, Name] = {}
        genders: dict[Key, Gender] = {}
        for name in names.all:
            key = self._key(name)
            votes.setdefault(key, Counter()).update(self._evidence(name))
            one.setdefault(key, name)
            genders[key] = genders.get(key) or self._gender(name)
        made = {}
        for key, name in one.items():
            kind = max(votes[key].items(), key=lambda v: v[1])[0]
            full = self._bare(name)
            known = self._known(name)
            if known is not None and known[0] == kind:
                full = known[1]
            made[key] = Being(kind, TYPES[kind], full, genders[key] if kind == "person" else "", named=True)
        self._by_key = _cluster(made)
        self.beings = list(dict.fromkeys(self._by_key.values()))

    def being(self, name: Name) -> Being:
        return self._by_key[self._key(name)]

    def _key(self, name: Name) -> Key:
        return name.words, self._honorific(name)

    def _honorific(self, name: Name) -> Gender:
        if name.honorific in self._grammar.words("honorifics_feminine"):
            return "f"
        return "m" if name.honorific in self._grammar.words("honorifics_masculine") else ""

    def is_person(self, name: Name) -> bool:
        return self.being(name).kind == "person"

    def _known(self, name: Name) -> tuple[EntityKind, str] | None:
        """What the lexicon knows of a name, by itself or with its article: «Le Figaro»."""
        tokens, bare = self._grammar.tokens, self._bare(name)
        before = tokens[name.first - 1] if name.first else None
        placed = before is not None and (before.pos == "DET" or fold(before.text) in self._grammar.words("locatives"))
        if len(name.words) == 1 and name.words[0] in self._surnames and not placed:
            return None  # somebody of this text bears the name of a country
        if before is None:
            return self._grammar.known_name(bare)
        held = self._articles.get(fold(before.text))  # «au Figaro»
        gap = "" if before.end == tokens[name.first].start else " "
        with_article = f"{held or before.text}{gap}{bare}" if held or is_article(before) else bare
        return self._grammar.known_name(bare) or self._grammar.known_name(with_article)

    def _bare(self, name: Name) -> str:
        return self._grammar.said(name.bare, name.last)

    def _gender(self, name: Name) -> Gender:
        """By honorific, else by given name where the lists agree; of «Anne-Lise» by «Anne»."""
        if self._honorific(name):
            return self._honorific(name)
        given = fold(self._grammar.tokens[name.bare].text)
        parts = (given, given.partition("-")[0])
        feminine = any(g in self._given_f for g in parts)
        masculine = any(g in self._given_m for g in parts)
        if feminine == masculine:
            return ""
        return "f" if feminine else "m"

    def _evidence(self, name: Name) -> Counter[EntityKind]:
        """Votes for what one occurrence of a name names."""
        tokens = self._grammar.tokens
        votes: Counter[EntityKind] = Counter({"org": 0})
        several = len(name.words) > 1
        if name.honorific:
            votes["person"] += 12
        if fold(tokens[name.bare].text) in self._given_m | self._given_f:
            votes["person"] += 6 if several else 2
        if several and not name.acronym:
            votes["person"] += 1
        labels = {t.entity for t in tokens[name.bare : name.last]}
        votes["person"] += 3 * any(self._particle(t.text, labels) for t in tokens[name.bare + 1 : name.last - 1])
        votes["person"] += 2 * ("PER" in labels)
        votes["org"] += 2 * ("ORG" in labels) + ("MISC" in labels) + 3 * name.acronym
        votes["place"] += 2 * ("LOC" in labels)
        known = self._known(name)
        if known:
            votes[known[0]] += _SURE
        elif several and any(self._medium(word) for word in name.words):
            votes["media"] += 5
        branch = any((self._grammar.known_name(word) or ("", ""))[0] == "state" for word in name.words[1:])
        votes["org"] += 5 * (branch and not name.honorific)  # «Durand France»
        if any(self._grammar.is_speaker(k) for k in range(name.first, name.last)):
            votes["place"] -= 3
            votes["org"] += "PER" not in labels
            votes["person"] += several
        votes.update(self._before(name))
        if self._title_follows(name) and not ("LOC" in labels and self._placed(name)):
            votes["person"] += 5
        return votes

    def _before(self, name: Name) -> Counter[EntityKind]:
        """What the word before a name tells."""
        votes: Counter[EntityKind] = Counter()
        tokens = self._grammar.tokens
        before = tokens[name.first - 1] if name.first else None
        if before is None or before.sentence != tokens[name.first].sentence:
            return votes
        while before.pos == "ADJ" and before.i and before.dep == "amod" and not self._grammar.head_kind(before):
            before = tokens[before.i - 1]
        kind = self._grammar.head_kind(before)
        if kind and before.pos in ("NOUN", "PROPN") and not name.acronym:
            complement = fold(tokens[before.i - 1].text) in self._grammar.words("genitive") if before.i else False
            votes[kind] += 1 if complement else 6 if kind != "person" else 4 if len(name.words) > 1 else 2
        if before.pos == "DET" and len(name.words) == 1 and tokens[name.bare].has("Number=Plur"):
            votes["group"] += 6
        if before.pos == "DET" and not name.honorific:
            votes["org"] += 2
            votes["person"] -= 3
        if fold(before.text) in self._grammar.words("locatives"):
            votes["place"] += 1
        return votes

    def _title_follows(self, name: Name) -> bool:
        tokens = self._grammar.tokens[name.last : name.last + 4]
        if not tokens or tokens[0].text != ",":
            return False
        for t in tokens[1:]:
            if self._grammar.head_kind(t) == "person":
                return True
            if t.pos not in ("DET", "ADJ", "ADV"):
                break
        return False

    def _placed(self, name: Name) -> bool:
        """Whether a preposition stands before a name: what follows «, » is about whoever lives there."""
        return name.first > 0 and self._grammar.tokens[name.first - 1].pos == "ADP"

    def _particle(self, word: str, labels: set[str]) -> bool:
        """Whether a word links the words of people's names only: «von», «al», «El» but in a place's; «de» does more."""
        names, all_nouns = self._grammar.words("name_particles"), self._grammar.words("name_links")
        return (word.islower() or "LOC" not in labels) and fold(word) in names and fold(word) not in all_nouns

    def _medium(self, word: str) -> bool:
        known = self._grammar.known_name(word)
        return known is not None and known[0] == "media"


def _cluster(made: dict[Key, Being]) -> dict[Key, Being]:
    """Join names that are one: longer names come first, and a shorter one joins the being whose name holds it."""
    out: dict[Key, Being] = {}
    by_word: dict[str, list[Key]] = {}
    for key in sorted(made, key=lambda k: -len(k[0])):
        being = made[key]
        words = key[0]
        clues = (*words, being.name)
        near = list(dict.fromkeys(k for clue in clues for k in by_word.get(clue, ())))
        best = max(near, key=lambda k: _agreement(key[0], being, k[0], out[k]), default=None)
        if best is not None and _agreement(key[0], being, best[0], out[best]) > 0:
            out[key] = out[best]
            out[best].gender = out[best].gender or being.gender
        else:
            out[key] = being
            for clue in {*words, initials(words), being.name}:
                by_word.setdefault(clue, []).append(key)
    return out


def _agreement(words: Words, being: Being, other_words: Words, other: Being) -> float:
    """How well a name agrees with a longer one that has a being, unless gender or kind speak against it."""
    agreed = same(words, other_words)
    if being.gender and other.gender and being.gender != other.gender:
        return 0
    if being.name == other.name and being.kind == other.kind:
        return 3
    acronym = len(words) == 1 and len(words[0]) > 1 and len(other_words) > 1 and initials(other_words) == words[0]
    if acronym and being.kind != "person":
        return 2.2
    if other.kind == "person":
        single = len(words) == 1 and being.kind not in ("state", "media")
        return agreed if being.kind == "person" or single else 0
    alone = being.kind == "person" and len(words) == 1 and not being.gender  # «Durand» of «Durand France»
    if (being.kind in ("org", "media") or alone) and other.kind in ("org", "media"):
        return agreed if words == other_words[: len(words)] else 0
    return 0
