"""Where proper names are.

The parser's guesses are mended here: words that open a sentence, names cut in two, names with a word that is
no name elsewhere («Kim Jong Un»), linking particles («von der», «ben», «al-»), headlines in capitals.
"""

from collections.abc import Iterable, Sequence

from selon.lang.contract import Rules, fold
from selon.model import Parse, Token
from selon.stages.mentions.names import Name, articles, is_article, plain

_NO_NAME = frozenset({"DET", "PRON", "ADP", "CCONJ", "SCONJ", "AUX", "ADV", "NUM", "PUNCT", "INTJ", "SYM", "PART"})
_LABELS = frozenset({"PER", "ORG", "LOC"})
_OPENERS = frozenset('«“„"‹‘:–—•')
_LONGEST = 10
"""Most tokens of a name that the lexicon has."""


class Names:
    """All names of a parsed text, in order, and the name that a token belongs to."""

    __slots__ = (
        "_articles",
        "_calendar",
        "_determiners",
        "_genitive",
        "_given",
        "_listed",
        "_particles",
        "_pronouns",
        "_suffixes",
        "_titles",
        "_words",
        "all",
        "at",
    )

    def __init__(self, parse: Parse, rules: Rules) -> None:
        words = rules.lexicon.words
        self._words = words
        self._particles = words.get("name_particles", frozenset())
        self._titles = words.get("honorifics", frozenset())
        self.all: list[Name] = []
        self.at: dict[int, Name] = {}
        self._given = words.get("given_names_masculine", frozenset()) | words.get("given_names_feminine", frozenset())
        self._determiners = words.get("articles", frozenset())
        self._articles = articles(words)
        self._pronouns = words.get("pronouns_personal", frozenset())
        self._genitive = words.get("genitive", frozenset())
        self._suffixes = words.get("name_suffixes", frozenset())
        self._calendar = frozenset[str]().union(*(words.get(w, frozenset()) for w in ("times", "weekdays", "months")))
        heads = rules.lexicon.heads
        self._listed = rules.lexicon.names
        titled = [_titled(parse.tokens[s.first : s.last]) for s in parse.sentences]
        known = _known(parse, heads.keys() | self._titles, titled)
        for sentence, all_capitals in zip(parse.sentences, titled, strict=True):
            i = sentence.first
            while i < sentence.last:
                name = self._well_known(parse.tokens, i, sentence.last)
                if name is None and all_capitals:
                    name = self._in_headline(parse.tokens, i, sentence.last, known)
                elif name is None:
                    name = self._name(parse.tokens, i, sentence.first, sentence.last, known, heads.keys())
                if name is None:
                    i += 1
                    continue
                self.all.append(name)
                self.at.update((k, name) for k in range(name.first, name.last))
                i = name.last

    def _name(
        self, tokens: Sequence[Token], i: int, begin: int, end: int, known: frozenset[str], heads: Iterable[str]
    ) -> Name | None:
        first, honorific = i, ""
        while i + 1 < end and self._title(tokens[i]) and self._names_after(tokens, i, end):
            honorific = fold(tokens[i].text)
            i += 1
        given = i + 1 < end and fold(tokens[i].text) in self._given and _capital(tokens[i]) and _capital(tokens[i + 1])
        opens = i == begin or tokens[i - 1].text in _OPENERS
        named = honorific or (given and "PER" in (tokens[i].entity, tokens[i + 1].entity))  # «Marine Durand»
        if i >= end or not (named or self._starts(tokens[i], opens, known, heads)):
            return None
        if not honorific and self._common(tokens, i, heads):
            return None
        last = i + 1
        while last < end:
            step = 0 if self._given_after(tokens, i, last, begin) else self._goes_on(tokens, last, end)
            if not step:
                break
            last += step
        words = self._folded(tokens, i, last)
        if not words:
            return None
        one = tokens[i].text.rstrip(".")
        acronym = last == i + 1 and one.isupper() and 2 <= len(one) <= 6
        return Name(first, last, i, words, honorific, acronym)

    def _well_known(self, tokens: Sequence[Token], i: int, end: int) -> Name | None:
        """A name of the lexicon at i, of several words or with its article, written with its capital:
        «Le Canard enchaîné», «l'UFC-Que Choisir»; the article is left out."""
        said = self._articles.get(fold(tokens[i].text), fold(tokens[i].text))
        article = is_article(tokens[i]) or said != fold(tokens[i].text)
        first = i + article
        if first >= end or not _capital(tokens[first]):
            return None
        whole = bare = ""
        best = 0
        for k in range(i, min(end, i + _LONGEST)):
            gap = " " if k > i and tokens[k].start > tokens[k - 1].end else ""
            whole += gap + (said if k == i else fold(tokens[k].text))
            bare += (gap if k > first else "") + fold(tokens[k].text) if k >= first else ""
            if (k > first and bare in self._listed) or (article and k >= first and whole in self._listed):
                best = k + 1
        cut = best < end and best and tokens[best].start == tokens[best - 1].end and tokens[best].text[0] in "-–"
        if not best or cut:
            return None
        return Name(first, best, first, self._folded(tokens, first, best), "", False)

    def _in_headline(self, tokens: Sequence[Token], i: int, end: int, known: frozenset[str]) -> Name | None:
        """A name where every word has a capital: words that are names elsewhere in the text, or a given name and
        what the parser ties to it."""
        t = tokens[i]
        given = fold(t.text) in self._given and t.pos not in ("VERB", "AUX")
        if not (given or self._name_elsewhere(t, known)):
            return None
        last = i + 1
        while last < end and (
            self._name_elsewhere(tokens[last], known)
            or (given and last == i + 1 and tokens[last].pos == "PROPN" and tokens[last].entity == "PER")
            or (tokens[last].start == tokens[last - 1].end and tokens[last].text in "-–" and last + 1 < end)
        ):
            last += 1
        last -= tokens[last - 1].text in "-–"
        words = self._folded(tokens, i, last)
        return Name(i, last, i, words, "", last == i + 1 and t.text.isupper() and len(t.text) < 7) if words else None

    def _name_elsewhere(self, t: Token, known: frozenset[str]) -> bool:
        return (t.pos not in _NO_NAME and plain(t.text) in known) or fold(t.text) in self._listed

    def _title(self, t: Token) -> bool:
        """Whether a word is an honorific; short ones are only where they have their capital: «Me», not «me»."""
        return fold(t.text) in self._titles and (t.text[0].isupper() or (len(t.text) > 3 and t.pos == "NOUN"))

    def _names_after(self, tokens: Sequence[Token], i: int, end: int) -> bool:
        """Whether a name follows the honorific at i: «Mme von der Lippe», «M. de Vries», but not «l'imam de Brest»."""
        k = i + 1
        while k < end - 1 and fold(tokens[k].text) in self._particles:
            if not tokens[i].text[0].isupper() and fold(tokens[k].text) in self._words.get("name_links", frozenset()):
                return False
            k += 1
        return _capital(tokens[k])

    def _common(self, tokens: Sequence[Token], i: int, heads: Iterable[str]) -> bool:
        """Whether a capital only marks an office's field: «le ministère de l'Eau»."""
        if i < 3 or tokens[i].entity in ("LOC", "PER") or tokens[i].text.isupper() or tokens[i - 1].pos != "DET":
            return False
        noun = tokens[i - 3]
        return fold(tokens[i - 2].text) in self._genitive and (fold(noun.text) in heads or noun.lemma in heads)

    def _starts(self, t: Token, opens: bool, known: frozenset[str], heads: Iterable[str]) -> bool:
        if not _capital(t) or (t.text[-1] in "'’" and (t.pos in _NO_NAME and t.text[0] in "LDJCSNQldjcsnq")):
            return False
        folded = fold(t.text)
        if folded in heads or t.lemma in heads or self._prefix(folded):
            return False
        if folded in self._calendar or folded in self._pronouns or folded in self._determiners:
            return False
        if not opens and len(t.text) == 2 and t.text[1] in "'’" and t.text[0] not in "LDJCSNQ":
            return True
        if (
            t.text.isupper()
            and 2 <= len(t.text) <= 6
            and t.pos in ("PROPN", "NOUN", "X")
            and any(map(str.isalpha, t.text))
        ):
            return True
        if opens:
            if fold(t.text) in self._given:
                return True
            if t.pos in _NO_NAME:
                return False
            return plain(t.text) in known or ((t.pos == "PROPN" or t.entity in _LABELS) and t.pos != "VERB")
        if t.pos in _NO_NAME:
            return t.entity in _LABELS and len(t.text) > 3
        return t.pos == "PROPN" or t.entity != "" or t.pos in ("NOUN", "X", "ADJ", "VERB")

    def _prefix(self, word: str) -> bool:
        """Whether a word begins an office: «Vice-première ministre», «Vice Première ministre», «ex-président»."""
        return word.partition("-")[0] in self._words.get("office_prefixes", frozenset())

    def _given_after(self, tokens: Sequence[Token], i: int, k: int, begin: int) -> bool:
        """Whether a person's name begins at k, after the noun that [i, k) is: «de l'Intérieur Anne Durand»."""
        if fold(tokens[k].text) not in self._given and not (tokens[k].entity == "PER" != tokens[k - 1].entity):
            return False
        if not _capital(tokens[k]) or tokens[k].start == tokens[k - 1].end:
            return False
        linked = i > begin and tokens[i - 1].pos in ("DET", "ADP")
        acronym = tokens[k - 1].text.isupper() and len(tokens[k - 1].text) > 1
        return fold(tokens[i].text) not in self._given and (acronym or (linked and tokens[i].entity != "PER"))

    def _goes_on(self, tokens: Sequence[Token], k: int, end: int) -> int:
        """How many tokens from k carry the name on: 0 ends it."""
        t, before = tokens[k], tokens[k - 1]
        glued = t.start == before.end
        if glued and (before.text in "-–" or before.text[-1] in "-'’") and t.text[0].isalnum():
            return 1
        if (
            glued
            and t.text in "-–"
            and k + 1 < end
            and tokens[k + 1].start == t.end
            and tokens[k + 1].text[0].isalnum()
        ):
            return 2
        if glued and t.text[0] == "-" and len(t.text) > 1 and (t.pos != "PRON" or t.text[1].isupper()):
            return 1
        if glued and t.text[0] != "'" and t.text[0].isalnum():
            return 1
        if glued:
            return int(t.text == "." and fold(before.text) in self._suffixes)
        if _capital(t):
            if before.text.isupper() and len(before.text) > 1 and t.entity == "PER" and before.entity != "PER":
                return 0
            if t.pos in ("PRON", "DET") and t.text[-1] in "'’":
                return 0
            if (
                before.text.isupper()
                and len(before.text) > 3
                and fold(t.text) in self._determiners
                and not t.text.isupper()
            ):
                return 0
            if before.text[-1] == "." and (t.pos == "DET" or fold(t.text) in self._pronouns):
                return 0
            if self._title(t) and before.entity != "PER" and k + 1 < end and self._names_after(tokens, k, end):
                return 0
            if t.pos in ("VERB", "AUX") and t.has("VerbForm=Fin") and t.entity == "":
                return 0
            return int(fold(t.text) not in self._titles or t.pos == "PROPN")
        ahead = k
        while ahead < end and ahead < k + 3 and tokens[ahead].text.casefold().rstrip("-") in self._particles:
            ahead += 1
        if k < ahead < end and tokens[ahead].text == "-" and tokens[ahead].start == tokens[ahead - 1].end:  # al-Tamiri
            ahead += 1
        if k < ahead < end and _capital(tokens[ahead]) and self._linked(tokens, k, ahead):
            return ahead - k + 1
        return 0

    def _linked(self, tokens: Sequence[Token], k: int, ahead: int) -> bool:
        """Whether particles [k, ahead) stand inside a name: «Luiz da Silva», and not «Macron de Paris»."""
        if tokens[k].text.casefold() in self._words.get("name_links", frozenset()):
            return tokens[ahead].entity == "PER" == tokens[k].entity or (
                fold(tokens[k - 1].text) in self._given and tokens[ahead].entity != "LOC"
            )
        return True

    def _folded(self, tokens: Sequence[Token], first: int, last: int) -> tuple[str, ...]:
        text = " ".join(t.text for t in tokens[first:last]).replace(" - ", "-").replace("- ", "-").replace(" -", "-")
        parts = plain(text).replace("'", " ").replace("-", " ").replace(".", " ").split()
        kept = tuple(p for p in parts if p not in self._particles)
        return kept or tuple(parts)


def _capital(t: Token) -> bool:
    return t.text.lstrip("-")[:1].isupper() or (t.text[2:3] == "-" and t.text[3:4].isupper())  # al-Tamiri


def _titled(tokens: Sequence[Token]) -> bool:
    """Whether all words of a line but the smallest have capitals, as in an English headline."""
    words = [t for t in tokens if t.text.isalpha() and len(t.text) > 3]
    small = [t for t in words if not t.text[0].isupper()]
    if any(t.pos in ("VERB", "AUX") and t.text[0].islower() for t in tokens):
        return False
    return len(words) >= 4 and len(small) <= len(words) // 8 and any(t.pos not in ("PROPN", "X") for t in words)


def _known(parse: Parse, common: Iterable[str], titled: Sequence[bool]) -> frozenset[str]:
    """Folded words that are a name somewhere inside a sentence, where a capital means something."""
    found = set()
    for sentence, all_capitals in zip(parse.sentences, titled, strict=True):
        if all_capitals:
            continue
        for t in parse.tokens[sentence.first + 1 : sentence.last]:
            if t.text[:1].isupper() and (t.pos == "PROPN" or t.entity in _LABELS) and t.text.casefold() not in common:
                found.add(plain(t.text))
    return frozenset(found)
