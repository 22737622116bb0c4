"""Where a noun phrase begins and ends: its determiner, its head, its complements, up to its verb."""

from collections.abc import Callable

from selon.lang.contract import fold
from selon.stages.mentions.finder import Names
from selon.stages.mentions.grammar import Grammar
from selon.stages.mentions.names import Name

_NOUNS = ("NOUN", "PROPN", "X")
_LEFT = ("det", "amod", "nummod", "nmod:poss", "compound", "advmod", "nmod", "poss", "predet", "flat:name", "quantmod")
_LEFT_POS = ("DET", "ADJ", "NUM")
_BEFORE = ("ADJ", "NUM", "NOUN", "PROPN", "ADV", "VERB", "PRON")
_GENDERS = (("Gender=Fem", "Gender=Masc"), ("Gender=Masc", "Gender=Fem"))
_JOINTS = ("-", "–", "/")
_INNER = (*_NOUNS, "ADP", "DET", "ADJ", "NUM", "PART", "CCONJ", "VERB")
_VERB_GROUP = ("AUX", "ADV", "PRON", "PART")
_ASIDE = 14
"""Most tokens of a clause that says why a source has no name."""
_PARENTHESIS = 8
"""Most tokens that a parenthesis may have to belong to a name: an acronym, a party."""


class Bounds:
    """Token indices at which phrases of one text begin and end, the last token left out."""

    def __init__(self, grammar: Grammar, names: Names, is_person: Callable[[Name], bool]) -> None:
        self._parse = grammar.parse
        self._tokens = grammar.tokens
        self._names = names
        self._kind = grammar.head_kind
        self._cues = grammar.lexicon.cues
        self._is_person = is_person
        self._genitive = grammar.words("genitive")
        self._calendar = grammar.calendar
        self._loose = grammar.words("loose")
        self._audience = grammar.words("audience")
        self._quantities = grammar.words("quantities")
        self._articles = grammar.words("articles")
        self._ranks = grammar.words("ranks")
        self._anonymity = grammar.words("anonymity")
        self._relatives = grammar.words("pronouns_relative")

    # ------------------------------------------------------------ to the left

    def determined(self, name: Name) -> int:
        """Where a name's phrase begins: «la jeune Anne Durand», "former Orsenna mayor Ann Lee"."""
        first, begin = name.first, self.begin(name.first)
        own = set(range(name.first, name.last))
        while first > begin:
            t = self._tokens[first - 1]
            joint = t.text in _JOINTS and first - 1 > begin and t.end == self._tokens[first].start
            if t.pos != "DET" and not joint and not (t.head in own and t.dep in _LEFT and t.pos in _BEFORE):
                break
            first -= 1
            own.add(first)
        return first

    def begin(self, i: int) -> int:
        return self._parse.sentences[self._tokens[i].sentence].first

    def end(self, i: int) -> int:
        return self._parse.sentences[self._tokens[i].sentence].last

    def left(self, i: int) -> int:
        first, begin = i, self.begin(i)
        own = {i}
        while first > begin:
            t = self._tokens[first - 1]
            near = t.head in own or any(a.i in own for a in self._parse.ancestors(t.i))
            plain = t.pos in _LEFT_POS or (t.dep in _LEFT and t.pos != "PUNCT" and t.dep != "advmod")
            adverb = t.dep == "advmod" and t.head in own and (t.head != i or self._counts(i))
            inner = near and t.head != i and t.pos in ("PART", "ADP", "NOUN", "PROPN", "NUM", "PUNCT", "CCONJ", "VERB")
            joint = t.text in _JOINTS and first - 1 > begin and t.end == self._tokens[first].start
            glued = first < i and self._tokens[first].text in _JOINTS and t.end == self._tokens[first].start
            if fold(t.text) in self._articles:
                return first - 1
            goes = (t.pos == "DET" and t.head == i) or (near and (plain or adverb or inner)) or joint or glued
            if not goes or (t.dep == "case" and t.head == i):
                break
            first -= 1
            own.add(first)
        while first < i and self._tokens[first].pos in ("PUNCT", "CCONJ", "ADP") and self._tokens[first].dep != "det":
            first += 1
        return first

    def _counts(self, i: int) -> bool:
        """Whether noun i is a quantity, which adverbs go with: "about half of the voters"."""
        return self._tokens[i].pos == "NUM" or self._tokens[i].lemma in self._quantities

    # ------------------------------------------------------------ to the right

    def after_person(self, name: Name) -> int:
        """Past a parenthesis, «, de l'université d'Orsenna» after a person's name."""
        k, end = name.last, self.end(name.first)
        if k < end and self._tokens[k].text == "(":
            return self._parenthesis(k, end)
        if k + 1 < end and fold(self._tokens[k].text) in self._genitive:
            noun = self._tokens[self._noun(k + 1, end)]
            if noun.dep == "nmod" and name.first <= noun.head < k:
                return self._placed(self._complement(k, name.first, end), end)
        if k + 2 < end and self._tokens[k].text == "," and self._tokens[k + 1].text.casefold() in self._genitive:
            past = self._complement(k + 1, name.first, end)
            if past > k + 1 and (past >= end or self._tokens[past].pos in ("PUNCT", "CCONJ", "VERB", "AUX")):
                return past
        return k

    def _placed(self, k: int, end: int) -> int:
        """Past the second half of «Columbia, South Carolina» where a comma closes it."""
        name = self._names.at.get(k + 1) if k + 1 < end and self._tokens[k].text == "," else None
        placed = name is not None and name.last < end and self._tokens[k + 1].dep in ("appos", "compound")
        return name.last if name and placed and self._tokens[name.last].text == "," and not self._is_person(name) else k

    def _noun(self, j: int, end: int) -> int:
        """The noun that the words from j lead to: past determiners, adjectives and nouns that modify it."""
        start = j
        while j + 1 < end and j < start + 7:
            t = self._tokens[j]
            leads = t.pos in ("DET", "NUM", "ADJ", "ADP", "ADV") or (t.dep in _LEFT and t.head > j)
            if not leads or (t.dep not in _LEFT and j in self._names.at) or (t.head < j and t.dep != "case"):
                break
            j += 1
        return j

    def to_verb(self, k: int, i: int, name: Name | None) -> int:
        """Past all that stands between a subject and its verb, where the parser hangs all of it on the subject."""
        own = range(name.first, name.last) if name else (i,)
        verb = next((self._tokens[t].head for t in own if self._tokens[t].dep.startswith("nsubj")), 0)
        if k < verb and fold(self._tokens[k].text) in self._articles:
            return k
        j = k
        while j < verb and self._tokens[j].pos in _INNER and not self._tokens[j].has("VerbForm=Fin"):
            t = self._tokens[j]
            if j < k + 3 and (t.lemma in self._calendar or t.text.casefold() in self._calendar):
                return k
            other = self._names.at.get(j)
            if other is not None and self._tokens[j - 1].pos != "ADP" and self._is_person(other) and other.first == j:
                return k
            joined = t.pos == "CCONJ" and (self._tokens[j + 1].pos == "DET" or j + 1 in self._names.at)
            if joined or not any(a.i in own for a in self._parse.ancestors(j)):
                break
            j += 1
        group = self._tokens[j:verb]
        closed = j > k and all(t.pos in _VERB_GROUP and t.head == verb for t in group)
        return j if closed and self._tokens[j - 1].pos in (*_NOUNS, "ADJ", "NUM", "VERB") else k

    def past_anonymity(self, k: int, i: int) -> int:
        """Past «ayant requis l'anonymat», "who asked not to be named" after somebody without a name."""
        end = min(self.end(i), k + _ASIDE)
        if k >= end or self._names.at.get(i) or not (self._tokens[k].has("VerbForm=Part") or self._relative(k)):
            return k
        run: list[str] = []
        last = k
        for t in self._tokens[k:end]:
            if t.pos == "PUNCT":
                break
            run.append(fold(t.text))
            said = " ".join(run).replace("' ", "'")
            last = t.i + 1 if any(f" {said}".endswith(f" {a}") for a in self._anonymity) else last
        return last

    def _relative(self, k: int) -> bool:
        return self._tokens[k].has("PronType=Rel") or fold(self._tokens[k].text) in self._relatives

    def right(self, k: int, i: int, first: int) -> int:
        """Where the complements of head i end, read on from token k."""
        end = self.end(i)
        while k < end:
            step = self._step(k, i, first, end)
            if step <= k:
                break
            k = step
        return k

    def _step(self, k: int, i: int, first: int, end: int) -> int:
        """The token after what goes on with the phrase at k, or k where nothing does."""
        t = self._tokens[k]
        inside = first <= t.head < k
        label = self._label_at(k, end) or self._rank(k, end)
        if label:
            return label
        if t.text == "(":
            return self._parenthesis(k, end)
        if t.pos == "ADP" or (t.dep == "case" and t.pos != "PUNCT"):
            return self._complement(k, first, end)
        if t.pos == "PART" and t.dep == "case":
            return k + 1
        if (
            t.pos == "ADV"
            and k + 1 < end
            and self._tokens[k + 1].pos == "ADJ"
            and first <= self._tokens[k + 1].head < k
        ):
            return k + 2
        if t.pos == "CCONJ" and k + 1 < end:
            return self._joined(k, i, first, end)
        if t.pos == "ADJ" and self._agrees(i, k):
            return k + 1
        if not inside:
            return k
        if t.pos == "ADJ" or (t.dep == "amod" and t.pos in _NOUNS):
            return k + 1
        if t.dep in ("acl", "amod") and t.has("VerbForm=Part"):
            return k if t.has("Tense=Pres") and t.lemma in self._cues else self._participle(k, end)
        if t.pos in (*_NOUNS, "NUM") and (
            t.dep in ("nmod", "appos", "flat", "flat:name", "flat:foreign", "compound", "nummod")
        ):
            name = self._names.at.get(k)
            if name is not None and self._is_person(name):
                return k
            return k if t.lemma in self._calendar else name.last if name else k + 1
        return k

    def _agrees(self, i: int, k: int) -> bool:
        """Whether the adjective at k goes with noun i right before, whatever the parser says: «dit le constructeur
        automobile français»; in a language whose adjectives agree."""
        t = self._tokens[k]
        near = all(w.pos == "ADJ" for w in self._tokens[i + 1 : k]) and self._tokens[i].pos == "NOUN"
        said = any(w.startswith(("Number", "Gender")) for w in t.morph.split("|"))
        clash = any(
            t.has(a) and self._tokens[i].has(b)
            for a, b in (("Number=Sing", "Number=Plur"), ("Number=Plur", "Number=Sing"), *_GENDERS)
        )
        return near and said and not clash and not self._parse.child(k, "aux") and t.dep not in ("root", "ccomp")

    def _label_at(self, k: int, end: int) -> int:
        """Where a name ends that stands right after an organisation's noun, whatever the parser ties it to."""
        before = self._tokens[k - 1]
        while before.pos == "ADJ" and before.i and not self._kind(before):
            before = self._tokens[before.i - 1]
        if self._kind(before) not in ("org", "media", "doc"):
            return 0
        j = k + 1 if self._tokens[k].pos == "DET" and k + 1 < end else k
        name = self._names.at.get(j)
        if name is None or name.first != j or self._tokens[k].dep.startswith("nsubj"):
            return 0
        family = len(name.words) == 1 and not name.honorific and self._kind(before) == "org"  # «le groupe Durand»
        if self._is_person(name) and not (family and j == k and before.i == k - 1):
            return 0
        return name.last

    def _rank(self, k: int, end: int) -> int:
        """Where «en chef», «par intérim» end, which only follow an office."""
        if k + 1 >= end:
            return 0
        said = f"{self._tokens[k].text} {self._tokens[k + 1].text}".casefold()
        return k + 2 if said in self._ranks else 0

    def _parenthesis(self, k: int, end: int) -> int:
        for j in range(k + 1, min(end, k + _PARENTHESIS)):
            if self._tokens[j].text == ")":
                return j + 1
            if self._tokens[j].pos in ("VERB", "AUX", "SCONJ") and not self._tokens[j].text[0].isupper():
                break
        return k

    def _complement(self, k: int, first: int, end: int) -> int:
        """Past «de …» always; past another preposition where the parser ties what follows to the phrase."""
        t = self._tokens[k]
        j = k + 1
        while (
            j < end
            and self._tokens[j].pos in ("DET", "NUM", "ADJ", "ADP", "ADV")
            and j < k + 5
            and j not in self._names.at
        ):
            j += 1
        modifies = j < end and self._tokens[j].dep in ("amod", "compound")
        if j >= end or not (modifies or self._tokens[j].pos in (*_NOUNS, "PRON", "ADJ") or j in self._names.at):
            return k
        j = self._noun(j, end)
        noun = self._tokens[j]
        if noun.lemma in self._calendar or noun.text.casefold() in self._calendar or noun.dep == "expl:comp":
            return k
        genitive = t.text.casefold() in self._genitive
        root = self._tokens[t.head] if t.dep == "case" and t.head >= j else noun
        tied = first <= root.head < k or first <= noun.head < k
        if genitive and noun.lemma == "source" and j == k + 1:
            return k
        by_doc = self._kind(self._tokens[first]) == "doc" or self._kind(self._tokens[k - 1]) == "doc"
        astray = t.text.casefold() in self._loose or self._kind(noun) == "media" or noun.lemma in self._audience
        loose = astray and not by_doc
        if not (
            (tied and (genitive or not loose)) or (genitive and root.dep not in ("acl", "xcomp", "ccomp", "advcl"))
        ):
            return self._before_acronym(j, end) or k
        if noun.pos == "PRON" and not tied:
            return k
        name = self._names.at.get(j)
        return self.right(name.last if name else j + 1, j, first)

    def _before_acronym(self, j: int, end: int) -> int:
        """Past «… (ODE)» where a complement leads to an acronym, which only a name has."""
        if j + 3 < end and self._tokens[j + 1].text == "(" and self._tokens[j + 3].text == ")":
            return j + 4 if self._tokens[j + 2].text[0].isupper() else 0
        return 0

    def _participle(self, k: int, end: int) -> int:
        """Past a reduced participle and its complements: «des images diffusées par les médias»."""
        if self._tokens[k].lemma in self._cues and self._parse.child(k, "aux", "nsubj"):
            return k
        stop = min(end, self._parse.subtree(k)[1])
        j = k + 1
        while j < stop:
            t = self._tokens[j]
            if t.pos in ("PUNCT", "SCONJ") or t.has("VerbForm=Fin") or t.has("PronType=Rel"):
                break
            j += 1
        while j > k + 1 and self._tokens[j - 1].pos in ("ADP", "DET", "CCONJ"):
            j -= 1
        return j

    def _joined(self, k: int, i: int, first: int, end: int) -> int:
        """Past «et …» within a complement: «des universités de Sydney et du Queensland»."""
        j = k + 1
        while j < end and self._tokens[j].pos in ("DET", "ADP", "ADJ", "NUM") and j < k + 4:
            j += 1
        if j >= end:
            j = end - 1
        t = self._tokens[j]
        again = self._tokens[k + 1].text.casefold() in self._genitive
        both = j == k + 1 and self._kind(t) == "person" == self._kind(self._tokens[i]) and not t.has("Number=Plur")
        if self._tokens[k + 1].pos in ("DET", "NUM") and not again:
            return k
        if t.dep == "conj" and first <= t.head < k and (t.head != i or again or both) and t.pos in (*_NOUNS, "ADJ"):
            name = self._names.at.get(j)
            return self.right(name.last if name else j + 1, j, first)
        return k
