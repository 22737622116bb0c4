"""Who a pronoun, a description or no words at all stand for, where the network found the attribution.

Every entity that could have spoken is a candidate; what speaks for it is a list of plain features, weighed by a linear
model that was fitted on annotated articles (training/attributions/speakers.py): a weight for each feature and kind
of source (selon/models/speakers.json).
"""

import math
from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from selon.lang.contract import fold
from selon.model import Mention, Span, Token
from selon.stages.attributions.antecedents import PLACES, Antecedents, Asked
from selon.stages.attributions.cues import passive, verb_subject
from selon.stages.attributions.scene import Contents, Found, Phrase, Scene, Somebody, length

Case = Literal["pronoun", "first", "we", "described", "new", "doing", "done", "carried"]
"""Source by a pronoun of the third person, «je» or «nous»; by a description that the mentions have for somebody told
of before, or not; none beside a cue that somebody does, or that is done or a noun; no cue either."""

FEATURES = (
    # what the rules say, and how a description is put
    "rule", "own_definite", "own_indefinite", "own_pointed", "own_new", "own_office", "own_points",
    "nobody", "passive", "infinitive", "noun", "participle", "impersonal",
    # where it stands
    "same", "one", "two", "near", "far", "unseen", "ahead", "ahead_far", "within", "introduced", "outside",
    # what the sentence says
    "main_subject", "prev_subject", "governor", "verb_subject", "above", "outer",
    # who speaks around it
    "last", "last_sentence", "last_paragraph", "last_quoted", "last_incise", "spoke_near", "spoken", "first_voice",
    "next", "next_sentence", "next_paragraph", "next_quoted", "same_quote", "echo",
    # who it is
    "person", "org", "doc", "group", "single", "often", "named",
    # whether it is what the source says
    "fits", "misfits", "agrees", "clashes", "sex", "other_sex", "number", "other_number", "like", "unlike",
    "called", "described", "role", "role_rest", "adjective",
    # among those that fit
    "rank", "nearest", "nearest_outside", "only",
)  # fmt: skip
"""What is asked of a candidate: the methods of `_Seen` say what each is."""
_AROUND = (4, 12)
"""Words before and after a name, in its sentence, that may say what its bearer is."""

_READ = 6
"""Mentions around which words are read."""

_MOST = 60
"""Candidates, those mentioned last first."""

_STEM = 5
"""Letters by which an adjective and a name are the same: «tarsovien», «Tarsovie»."""

_TOLD = 40
"""Phrases that stand for an entity of which the words are read."""

_ECHO = 0.6
"""Share of the words of a heading that whoever is quoted in it says elsewhere, at least."""

_SAYS = ("NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV")
"""Words by which two contents are compared."""

_FORMS = {"Number": ("Sing", "Plur"), "Gender": ("Masc", "Fem")}

_LIKELY = 0.5
"""How likely nobody must be to be taken for it."""


class Candidate(NamedTuple):
    """An entity that may have spoken (None: nobody whom the text names), and what speaks for it."""

    entity: str | None
    features: dict[str, float]
    mentions: tuple[Span | None, ...] = (None,) * PLACES
    """Those that antecedents.py looks at."""


class OpenCase(NamedTuple):
    """Who may speak in the attribution `number`, that does not name its source; nobody last."""

    number: int
    case: Case
    asked: Asked
    candidates: Sequence[Candidate]


class _Entity:
    """Where an entity is mentioned, in order, and how often it has spoken so far."""

    def __init__(self, first: Mention, being: Somebody) -> None:
        self.mentions = [first]
        self.kind = first.kind
        self.being = being
        self.spoken = 0
        self.several = being.plural or first.kind == "group"
        words = ((d.head, words) for d in being.seen for words in (*d.titles, d.words) if words)
        self._told = tuple(islice(words, _TOLD))
        self._called: tuple[list[int], frozenset[str]] | None = None

    def called(self, scene: Scene, but: int) -> frozenset[str]:
        """The lemmas of the words around its first few mentions: «Irène Vasseur, la directrice du barrage»; the one
        with head `but` is left aside."""
        told = [m.head for m in self.mentions[: _READ + 1] if m.head != but][:_READ]
        if self._called is None or self._called[0] != told:
            words = frozenset(
                fold(scene.tokens[i].lemma)
                for head in told
                for i in range(
                    max(head - _AROUND[0], scene.sentence(head).first),
                    min(head + _AROUND[1], scene.sentence(head).last),
                )
            )
            self._called = told, words
        return self._called[1]

    def roles(self, but: int) -> tuple[frozenset[str], frozenset[str]]:
        """The heads of what it is called and the other words, but for the mention with that head."""
        told = [words for head, words in self._told if head != but]
        return frozenset(w[0] for w in told), frozenset(one for w in told for one in w[1:])


def with_entities(
    scene: Scene, found: Sequence[Found], weights: Mapping[str, Mapping[str, float]], antecedents: Antecedents
) -> list[Found]:
    """The attributions, in the order of the text, with the likeliest speaker wherever the source does not name it."""
    out = list(found)
    for number, case, asked, candidates in open_cases(scene, out):
        read = antecedents.scores(case, asked, [c.mentions for c in candidates])
        told = [sum(weights[case].get(name, 0.0) * v for name, v in c.features.items()) for c in candidates]
        chosen = likeliest([a + b for a, b in zip(told, read, strict=True)])
        out[number] = said_by(out[number], candidates[chosen].entity)
    return out


def likeliest(scores: Sequence[float]) -> int:
    """The candidate that weighs most; nobody, the last, only if that is likelier than all the others together."""
    most = max(scores)
    power = [math.exp(score - most) for score in scores]
    among = scores if power[-1] >= _LIKELY * sum(power) else scores[:-1]
    return max(range(len(among)), key=among.__getitem__)


def open_cases(scene: Scene, found: list[Found]) -> Iterator[OpenCase]:
    """Each attribution that does not name its source, and who may be; what the caller settles in `found` is built on.

    The attributions must be in the order of the text.
    """
    seen = _Seen(scene, found)
    for k in seen.order():
        case = seen.case(k)
        if case is not None:
            yield OpenCase(k, case, seen.asked(k), seen.candidates(k))
        seen.settle(k)


def said_by(f: Found, entity: str | None) -> Found:
    """The attribution with this entity behind it."""
    if f.source is None:
        return f._replace(speaker=entity)
    return f._replace(source=f.source._replace(entity=entity))


def _who(f: Found) -> str | None:
    return f.source.entity if f.source is not None else f.speaker


def _cue(scene: Scene, f: Found) -> list[Span]:
    return [Span(scene.tokens[i].start, scene.tokens[i].end) for i in f.cue]


def _anchor(scene: Scene, f: Found) -> int:
    """The token that the attribution is made at."""
    if f.source is not None:
        return f.source.head
    return f.cue[-1] if f.cue else scene.parse.at(f.content[0].start)


class _Asked(NamedTuple):
    """An attribution whose speaker is asked for, at token `at` of sentence `place` in quotation `quote`.

    `own` is its source and `phrase` what that tells; `quoted`, whether its content is in quotation marks.
    """

    f: Found
    at: int
    place: int
    quote: int
    own: Span | None
    phrase: Phrase | None
    quoted: bool


class _Seen:
    """The attributions of a text, those before the one that is asked for with their speakers settled."""

    def __init__(self, scene: Scene, found: list[Found]) -> None:
        self._scene = scene
        self._found = found
        self._entities: dict[str, _Entity] = {}
        for mention in scene.mentions.all:
            if mention.entity in self._entities:
                self._entities[mention.entity].mentions.append(mention)
            elif mention.entity is not None:
                self._entities[mention.entity] = _Entity(mention, scene.mentions.beings[mention.entity])
        contents = Contents(scene, found)
        number = {id(f): k for k, f in enumerate(found)}
        outer = [contents.least_over((*f.content, *_cue(scene, f)), above=length(f.content)) for f in found]
        self._holders = [None if o is None else number[id(o)] for o in outer]
        self._cues = {i: k for k, f in enumerate(found) for i in f.cue}
        self._settled: dict[int, str | None] = {}
        self._spoke: dict[str, int] = {}  # the sentence in which each spoke last
        self._first = [f.source for f in found]
        self._quote = [self._quote_of(f) for f in found]
        self._voice = [self._is_voice(f) for f in found]
        self._contents: dict[int, frozenset[str]] = {}
        self._forms: dict[tuple[str, int], str | None] = {}
        self._headlines = [(b.start, b.end) for b in scene.blocks if b.kind in ("headline", "heading")]

    def case(self, k: int) -> Case | None:
        """How the source is put; None where it names somebody, or nobody is asked for."""
        f, scene = self._found[k], self._scene
        if f.source is None:
            if f.act == "hearsay":
                return None
            if not f.cue:
                return "carried"
            head = f.cue[-1]
            return "done" if passive(scene, head) or scene.tokens[head].pos in ("NOUN", "ADJ", "PROPN") else "doing"
        if f.source.form == "pronoun":
            if scene.isin(f.source.head, "pronouns_anybody"):
                return None
            if scene.isin(f.source.head, "first_singular"):
                return "first"
            return "we" if scene.isin(f.source.head, "first_plural") else "pronoun"
        if f.source.form != "description":
            return None
        if scene.tokens[f.source.head].pos in ("DET", "PRON") and f.source.entity is None:
            return "pronoun"  # «à ses yeux»
        own = self._entities.get(f.source.entity or "")
        return "new" if own is None or self._new(own, f.source) else "described"

    def _new(self, entity: _Entity, source: Mention) -> bool:
        """Whether nothing stands for the entity before the source."""
        return not entity.mentions or entity.mentions[0].head >= source.head

    def order(self) -> list[int]:
        """The numbers of the attributions as they are settled: a heading quotes what the text below it tells whose."""
        late = {k for k, f in enumerate(self._found) if f.source is None and not f.cue and self._heads(f)}
        return [*(k for k in range(len(self._found)) if k not in late), *sorted(late)]

    def _heads(self, f: Found) -> bool:
        return any(a <= f.content[0].start < b for a, b in self._headlines)

    def _echo(self, k: int) -> str | None:
        """Who says the same words elsewhere: a heading is cut out of what is said below it."""
        own = self._words(k)
        best, most = None, _ECHO
        for j in range(len(self._found)) if len(own) > 1 else ():
            share = len(own & self._words(j)) / len(own) if j != k and _who(self._found[j]) else 0
            if share > most and not (self._heads(self._found[j]) and not self._found[j].cue):
                best, most = _who(self._found[j]), share
        return best

    def _words(self, k: int) -> frozenset[str]:
        """The words of a content that say something."""
        if k not in self._contents:
            scene, spans = self._scene, self._found[k].content
            own = (i for s in spans for i in range(scene.parse.at(s.start), scene.parse.at(s.end - 1) + 1))
            self._contents[k] = frozenset(
                fold(t.lemma) for t in (scene.tokens[i] for i in own if i < len(scene.tokens)) if t.pos in _SAYS
            )
        return self._contents[k]

    def settle(self, k: int) -> None:
        """Go on from who has been settled to speak in the k-th."""
        f = self._found[k]
        who = _who(f)
        if who is not None and who in self._entities:
            self._entities[who].spoken += 1
            if self._voice[k]:
                end = min(self._scene.parse.at(f.content[-1].end - 1), len(self._scene.tokens) - 1)
                self._spoke[who] = self._scene.tokens[end].sentence
        first = self._first[k]
        if f.source is None or first is None:
            return
        self._settled[f.source.head] = who
        before, now = self._entities.get(first.entity or ""), self._entities.get(who or "")
        if who != first.entity:  # from now on the source is a mention of whom it was settled to be
            if before is not None and len(before.mentions) > 1:
                before.mentions = [m for m in before.mentions if m.head != f.source.head]
            if now is not None:
                insort(now.mentions, f.source, key=lambda m: m.head)

    def _quote_of(self, f: Found) -> int:
        """The quotation that its content begins or ends in, or -1."""
        scene = self._scene
        ends = scene.parse.at(f.content[0].start), scene.parse.at(f.content[-1].end - 1)
        return max(scene.quote_of[i] for i in ends)

    def _is_voice(self, f: Found) -> bool:
        """Whether it is said in the article's own words, by somebody who says rather than shows."""
        if f.act in ("evidence", "hearsay"):
            return False
        return not f.cue or self._scene.quote_of[f.cue[0]] < 0

    def _at(self, i: int) -> str | None:
        """Who is meant at token i, as settled."""
        return self._settled[i] if i in self._settled else self._of(self._scene.mention(i))

    def _of(self, mention: Mention | None) -> str | None:
        return self._settled.get(mention.head, mention.entity) if mention is not None else None

    # ------------------------------------------------------------ who may be

    def asked(self, k: int) -> Asked:
        """The words whose speaker is asked for in the k-th."""
        f, token = self._found[k], self._scene.tokens[_anchor(self._scene, self._found[k])]
        return Asked(f.source.span if f.source is not None else Span(token.start, token.end), f.content[0])

    def _places(self, asked: _Asked, entity: _Entity) -> tuple[Span | None, ...]:
        """Where an entity is mentioned: last before the source, last by name before it, first of all, next after it."""
        others = [m for m in entity.mentions if m.span != asked.own]
        before = [m for m in others if m.head < asked.at]
        named = [m for m in before if m.form == "name"]
        after = [m for m in others if m.head > asked.at]
        return tuple(
            some[at].span if some else None for some, at in ((before, -1), (named, -1), (others, 0), (after, 0))
        )

    def candidates(self, k: int) -> list[Candidate]:
        """Who may speak in the k-th, nobody last."""
        scene, f = self._scene, self._found[k]
        at = _anchor(scene, f)
        own = f.source.span if f.source is not None else None
        phrase = scene.mentions.phrase(f.source.head) if f.source is not None else None
        asked = _Asked(f, at, scene.tokens[at].sentence, scene.quote_of[at], own, phrase, self._quote[k] >= 0)
        said = self._said(k, asked)
        likely = sorted(self._entities.items(), key=lambda e: _distance(e[1], at))[:_MOST]
        rule = _who(f)
        out = []
        for name, entity in likely:
            if own is not None and name != rule and all(m.span == own for m in entity.mentions):
                continue
            features = self._features(asked, entity)
            if phrase is not None and f.source is not None and f.source.form == "description" and name == rule:
                features |= self._own(f.source, phrase, entity)
            features |= {key: 1.0 for key, who in said.items() if who == name}
            if name in self._spoke:
                features["spoke_near"] = 1 / (1 + max(0, asked.place - self._spoke[name]))
            out.append(Candidate(name, features, self._places(asked, entity)))
        self._compare(asked, out)
        out.append(Candidate(None, self._nobody(asked, rule)))
        return out

    def _nobody(self, asked: _Asked, rule: str | None) -> dict[str, float]:
        """What speaks for nobody: the form of the cue, mostly."""
        out = {"nobody": 1.0, "rule": float(rule is None)}
        f = asked.f
        if f.cue and f.source is None:
            head = self._scene.tokens[f.cue[-1]]
            out["passive"] = float(passive(self._scene, f.cue[-1]))
            out["infinitive"] = float(head.has("VerbForm=Inf"))
            out["noun"] = float(head.pos == "NOUN")
            out["participle"] = float(head.has("VerbForm=Part") and head.has("Tense=Pres"))
            out["impersonal"] = float(self._scene.parse.child(head.i, "expl") is not None)
        return out

    def _own(self, source: Mention, phrase: Phrase, entity: _Entity) -> dict[str, float]:
        """How a description is put: it may be all that the text has for who it is."""
        return {
            self._article(source.span): 1.0,
            "own_new": float(self._new(entity, source)),
            "own_office": float(phrase.office),
            "own_points": float(phrase.points),
        }

    def _article(self, span: Span) -> str:
        """How a description is begun: «un médecin», «ce médecin», «le médecin»."""
        first = self._scene.tokens[self._scene.parse.at(span.start)]
        if first.has("Definite=Ind"):
            return "own_indefinite"
        return "own_pointed" if first.has("PronType=Dem") or first.has("Poss=Yes") else "own_definite"

    # ------------------------------------------------------------ who speaks, and what the sentence says

    def _said(self, k: int, asked: _Asked) -> dict[str, str | None]:
        """Who is pointed to, by the name of the feature."""
        found, scene, f, at = self._found, self._scene, asked.f, asked.at
        voices = [j for j in range(k - 1, -1, -1) if self._voice[j] and _who(found[j])]
        after = [j for j in range(k + 1, min(k + 6, len(found))) if self._voice[j] and _who(found[j])]
        holder = self._holders[k]
        last = _who(found[voices[0]]) if voices else None
        said: dict[str, str | None] = {
            "last": last,
            "next": _who(found[after[0]]) if after else None,
            "outer": _who(found[holder]) if holder is not None else None,
            "rule": _who(f),
            "main_subject": self._first_subject(asked.place, at),
            "prev_subject": self._first_subject(asked.place - 1, at) if asked.place else None,
            "first_voice": _who(found[voices[-1]]) if voices else None,
        }
        if f.cue:
            head = f.cue[-1]
            said["governor"] = self._governor(head)
            said["above"] = self._above(head, k)
            if f.source is None:
                said["verb_subject"] = self._of(verb_subject(scene, head))
        paragraph = scene.text.rfind("\n", 0, scene.tokens[at].start)
        end = scene.text.find("\n", scene.tokens[at].end)
        if voices:
            if found[voices[0]].content[0].start > paragraph:
                said["last_paragraph"] = last
            if scene.tokens[_anchor(scene, found[voices[0]])].sentence == asked.place:
                said["last_sentence"] = last
        if after:
            start = scene.tokens[_anchor(scene, found[after[0]])].start
            if end < 0 or start < end:
                said["next_paragraph"] = said["next"]
            if scene.tokens[_anchor(scene, found[after[0]])].sentence <= asked.place + 1:
                said["next_sentence"] = said["next"]
        if f.source is None and not f.cue:
            said["echo"] = self._echo(k)
        if f.source is not None and scene.tokens[at].start > f.content[0].start:
            said["last_incise"] = last
        if asked.quoted:
            said["last_quoted"] = next((_who(found[j]) for j in voices if self._quote[j] >= 0), None)
            said["next_quoted"] = next((_who(found[j]) for j in after if self._quote[j] >= 0), None)
        if self._quote[k] >= 0:
            near = [j for j in (*voices[:8], *after) if self._quote[j] == self._quote[k]]
            said["same_quote"] = _who(found[near[0]]) if near else None
        return said

    def _is_subject(self, token: Token) -> bool:
        """Whether a word is a subject; «il» in «il est prévu» is one for the parser, but it is in the cue."""
        k = self._cues.get(token.i)
        return token.dep.startswith("nsubj") and (k is None or self._found[k].source is not None)

    def _first_subject(self, place: int, before: int) -> str | None:
        """The first subject of a sentence outside quotations."""
        scene = self._scene
        sentence = scene.parse.sentences[place]
        for token in scene.tokens[sentence.first : min(sentence.last, before)]:
            if self._is_subject(token) and scene.quote_of[token.i] < 0:
                who = self._at(token.i)
                if who is not None:
                    return who
        return None

    def _governor(self, i: int) -> str | None:
        """The subject of the nearest verb that word i hangs on."""
        for token in (self._scene.tokens[i], *self._scene.ancestors(i)):
            subject = self._scene.parse.child(token.i, "nsubj")
            who = self._at(subject.i) if subject is not None and self._is_subject(subject) else None
            if who is not None:
                return who
        return None

    def _above(self, i: int, k: int) -> str | None:
        """Who does the cue that word i hangs on: «…, a-t-elle dit en ajoutant que»."""
        for token in self._scene.ancestors(i):
            j = self._cues.get(token.i)
            if j is not None and j != k:
                return _who(self._found[j])
        return None

    # ------------------------------------------------------------ what is known of a candidate

    def _features(self, asked: _Asked, entity: _Entity) -> dict[str, float]:
        """What is known of the entity, seen from where it is asked for."""
        scene, f, at, place, own = self._scene, asked.f, asked.at, asked.place, asked.own
        before = [m for m in entity.mentions if m.head < at and m.span != own]
        after = [m for m in entity.mentions if m.head > at and m.span != own]
        out: dict[str, float] = {}
        if before:
            last = before[-1]
            away = place - scene.tokens[last.head].sentence
            out["same"] = float(away == 0)  # in the same sentence, the one before, two before, some way off
            out["one"] = float(away == 1)
            out["two"] = float(away == 2)
            out["near"] = 1 / (1 + away)
            out["far"] = math.log1p(away)
            out["within"] = float(any(span.covers(last.span) for span in f.content))
            outside = next((m for m in reversed(before) if self._told(m, asked)), None)
            if outside is not None:
                out["outside"] = 1 / (1 + place - scene.tokens[outside.head].sentence)
            first = before[0]
            fresh = place - scene.tokens[first.head].sentence <= 1 and scene.quote_of[first.head] < 0
            out["introduced"] = float(fresh and entity.being.named and first.kind == "person" and not entity.spoken)
        else:
            out["unseen"] = 1.0
        if after:
            ahead = scene.tokens[after[0].head].sentence - place
            out["ahead"] = float(ahead == 0)
            out["ahead_far"] = float(0 < ahead <= 2)
        kind = entity.kind
        out["person"] = float(kind == "person")
        out["org"] = float(kind in ("org", "state", "media"))
        out["doc"] = float(kind in ("doc", "place"))
        out["group"] = float(kind == "group")
        out["single"] = float(not entity.several)
        out |= self._likeness(asked, entity)
        out["often"] = math.log1p(len(entity.mentions))
        out["spoken"] = math.log1p(entity.spoken)
        out["named"] = float(any(m.form == "name" for m in entity.mentions))
        return out

    def _told(self, mention: Mention, asked: _Asked) -> bool:
        """Whether the article's own words have it, or the quotation that is asked from."""
        quote = self._scene.quote_of[mention.head]
        return (quote < 0 or quote == asked.quote) and not any(s.covers(mention.span) for s in asked.f.content)

    def _likeness(self, asked: _Asked, entity: _Entity) -> dict[str, float]:
        """How an entity agrees with what the words of the source tell."""
        scene, source, phrase = self._scene, asked.f.source, asked.phrase
        if source is None:
            return {}
        out: dict[str, float] = {}
        kind = entity.kind
        wanted = {"named": "person", "role": "person", "org": "org", "media": "media", "doc": "doc", "group": "group"}
        fits = wanted.get(source.type) in (kind, "org" if kind == "state" else kind)
        out["fits" if fits else "misfits"] = 1.0
        if scene.tokens[source.head].pos == "DET":
            return out  # «ses yeux»: it agrees with the eyes
        for name, values in _FORMS.items():
            told_of = self._form(source.head, name, values)
            if told_of:
                forms = (self._form(m.head, name, values) for m in entity.mentions if m.head != source.head)
                known = list(islice(filter(None, forms), 8))
                for v in known:
                    key = "agrees" if v == told_of else "clashes"
                    out[key] = out.get(key, 0.0) + 1 / len(known)
        if phrase is None or scene.isin(source.head, "first_singular", "first_plural"):
            return out
        if phrase.gender and entity.being.gender and kind == "person":
            out["sex" if phrase.gender == entity.being.gender else "other_sex"] = 1.0
        out["number" if entity.several == phrase.plural else "other_number"] = 1.0
        return out | self._description(source, phrase, entity) if source.form == "description" else out

    def _form(self, i: int, name: str, values: Sequence[str]) -> str | None:
        """The number or gender of token i."""
        if (name, i) not in self._forms:
            self._forms[name, i] = next((v for v in values if self._scene.tokens[i].has(f"{name}={v}")), None)
        return self._forms[name, i]

    def _description(self, source: Mention, phrase: Phrase, entity: _Entity) -> dict[str, float]:
        """Whether what a description says is told of an entity elsewhere."""
        scene, head = self._scene, source.head
        out: dict[str, float] = {}
        mention = scene.mention(head)
        own_kind = mention.kind if mention is not None else source.kind
        out["like" if own_kind == entity.kind else "unlike"] = 1.0
        called = entity.called(scene, head)
        own_words = scene.parse.at(source.span.start), scene.parse.at(source.span.end - 1) + 1
        others = [t for t in scene.tokens[slice(*own_words)] if t.pos in ("NOUN", "PROPN", "ADJ") and t.i != head]
        out["called"] = float(fold(scene.tokens[head].lemma) in called)
        out["described"] = sum(fold(t.lemma) in called for t in others) / max(len(others), 1)
        if phrase.words:
            heads, rest = entity.roles(head)
            out["role"] = float(phrase.words[0] in heads)
            out["role_rest"] = sum(w in rest for w in phrase.words[1:]) / max(len(phrase.words) - 1, 1)
            stems = {w[:_STEM] for w in called if len(w) > _STEM}
            long = [w for w in phrase.words[1:] if len(w) > _STEM]
            out["adjective"] = sum(w[:_STEM] in stems for w in long) / max(len(long), 1)
        return out

    # ------------------------------------------------------------ one against another

    def _compare(self, asked: _Asked, out: Sequence[Candidate]) -> None:
        """Mark who is the nearest or the only one among those that fit."""
        fitting = [c for c in out if c.entity is not None and self._may(asked, c)]
        order = sorted(fitting, key=lambda c: self._last(c, asked), reverse=True)
        for rank, candidate in enumerate(order):
            candidate.features["rank"] = 1 / (1 + rank)
        if len(order) == 1:
            order[0].features["only"] = 1.0
        if order:
            order[0].features["nearest"] = 1.0
        outside = [c for c in order if "outside" in c.features]
        if outside:
            max(outside, key=lambda c: self._last(c, asked, told=True)).features["nearest_outside"] = 1.0

    def _may(self, asked: _Asked, candidate: Candidate) -> bool:
        """Whether nothing that is known speaks against it."""
        features, source = candidate.features, asked.f.source
        if features["doc"] or features.get("unseen"):
            return False
        if source is None:
            return True
        if self._scene.isin(source.head, "first_singular"):
            return bool(features["person"])
        if source.form == "description" and features.get("rule"):
            return False
        if features.get("other_sex") or features.get("other_number"):
            return False
        return source.form == "pronoun" or bool(features.get("like"))

    def _last(self, candidate: Candidate, asked: _Asked, *, told: bool = False) -> int:
        """Where the candidate is mentioned last before; `told`, in the article's own words."""
        mentions = self._entities[candidate.entity or ""].mentions
        before = (m for m in mentions if m.head < asked.at and m.span != asked.own)
        return max((m.head for m in before if not told or self._told(m, asked)), default=-1)


def _distance(entity: _Entity, at: int) -> int:
    return min((abs(m.head - at) + 1000 * (m.head > at) for m in entity.mentions), default=10**6)
