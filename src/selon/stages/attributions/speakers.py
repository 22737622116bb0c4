"""Who a pronoun, a description or no words at all stand for, where the network found the attribution.

Every entity that could have spoken is a candidate; what speaks for it is a list of plain features, weighed by a linear
model that was fitted on annotated articles (training/attributions/speakers.py): a weight for each feature and kind
of source, which comes with the network's weights.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from selon.lang.contract import fold
from selon.model import Mention, Span
from selon.stages.attributions.cues import passive
from selon.stages.attributions.scene import Contents, Found, Scene, length

Case = Literal["pronoun", "first", "description", "unsaid", "carried"]
"""Source by a pronoun of the third or the first person, by a description; none beside a cue; neither."""

FEATURES = (
    "rule", "same", "one", "two", "near", "far", "unseen", "ahead", "ahead_far", "subject", "quoted", "pronoun",
    "own_subject", "governor", "last", "last_sentence", "last_paragraph", "before_last", "next", "outer", "person",
    "org", "doc", "fits", "misfits", "often", "spoken", "named", "agrees", "clashes", "nobody",
    "called", "described", "last_quoted", "first_voice", "passive",
    "own_definite", "own_indefinite", "own_pointed", "own_new",
)  # fmt: skip
"""What is asked of a candidate: `_features` says what each is."""
_AROUND = (4, 12)
"""Words before and after a name, in its sentence, that may say what its bearer is."""

_READ = 6
"""Mentions around which words are read."""

_MOST = 60
"""Candidates, those mentioned last first."""


class Candidate(NamedTuple):
    """An entity that may have spoken (None: nobody whom the text names), and what speaks for it."""

    entity: str | None
    features: dict[str, float]


class _Entity:
    """Where an entity is mentioned, in order, and how often it has spoken so far."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.spoken = 0
        self._called: frozenset[str] | None = None

    def called(self, scene: Scene) -> frozenset[str]:
        """The lemmas of the words around its first few mentions: «Irène Vasseur, la directrice du barrage»."""
        if self._called is None:
            self._called = frozenset(
                fold(scene.tokens[i].lemma)
                for m in self.mentions[:_READ]
                for i in range(
                    max(m.head - _AROUND[0], scene.sentence(m.head).first),
                    min(m.head + _AROUND[1], scene.sentence(m.head).last),
                )
            )
        return self._called


def with_entities(scene: Scene, found: Sequence[Found], weights: Mapping[str, Mapping[str, float]]) -> list[Found]:
    """The attributions, in the order of the text, with the likeliest speaker wherever the source does not name it."""
    out = list(found)
    for k, case, candidates in open_cases(scene, out):
        best = max(candidates, key=lambda c: sum(weights[case].get(name, 0.0) * v for name, v in c.features.items()))
        out[k] = said_by(out[k], best.entity)
    return out


def open_cases(scene: Scene, found: list[Found]) -> Iterator[tuple[int, Case, list[Candidate]]]:
    """Each attribution that does not name its source, and who may be; what the caller settles in `found` is built on.

    The attributions must be in the order of the text.
    """
    entities: dict[str, _Entity] = {}
    for mention in scene.mentions.all:
        if mention.entity is not None:
            entities.setdefault(mention.entity, _Entity()).mentions.append(mention)
    contents = Contents(scene, found)
    number = {id(f): k for k, f in enumerate(found)}
    outer = [contents.least_over((*f.content, *_cue(scene, f)), above=length(f.content)) for f in found]
    holders = [None if o is None else number[id(o)] for o in outer]
    for k in range(len(found)):
        case = _case(scene, found[k])
        if case is not None:
            yield k, case, _candidates(scene, found, k, holders[k], entities)
        who = _who(found[k])
        if who is not None and who in entities:
            entities[who].spoken += 1


def _cue(scene: Scene, f: Found) -> list[Span]:
    return [Span(scene.tokens[i].start, scene.tokens[i].end) for i in f.cue]


def _case(scene: Scene, f: Found) -> Case | None:
    """How the source is put; None where it names somebody, or nobody is asked for."""
    if f.source is None:
        if f.act == "hearsay":
            return None
        return "unsaid" if f.cue else "carried"
    if f.source.form == "pronoun":
        if scene.isin(f.source.head, "pronouns_anybody"):
            return None
        return "first" if scene.isin(f.source.head, "first_singular", "first_plural") else "pronoun"
    return "description" if f.source.form == "description" else None


def _who(f: Found) -> str | None:
    return f.source.entity if f.source is not None else f.speaker


def said_by(f: Found, entity: str | None) -> Found:
    """The attribution with this entity behind it."""
    if f.source is None:
        return f._replace(speaker=entity)
    return f._replace(source=f.source._replace(entity=entity))


def _anchor(scene: Scene, f: Found) -> int:
    """The token that the attribution is made at."""
    if f.source is not None:
        return f.source.head
    return f.cue[-1] if f.cue else scene.parse.at(f.content[0].start)


def _candidates(
    scene: Scene, found: Sequence[Found], k: int, holder: int | None, entities: dict[str, _Entity]
) -> list[Candidate]:
    f = found[k]
    at = _anchor(scene, f)
    place = scene.tokens[at].sentence
    voices = [j for j in range(k - 1, -1, -1) if _who(found[j]) and _voice(scene, found[j])]
    said = {
        "last": _who(found[voices[0]]) if voices else None,
        "before_last": next((w for j in voices if (w := _who(found[j])) != _who(found[voices[0]])), None),
        "next": next((_who(g) for g in found[k + 1 : k + 6] if _voice(scene, g) and _who(g)), None),
        "outer": _who(found[holder]) if holder is not None else None,
        "rule": _who(f),
        "own_subject": _subject(scene, at),
        "governor": _governor(scene, f.cue[-1]) if f.cue else None,
        "first_voice": _who(found[voices[-1]]) if voices else None,
    }
    if _quoted(scene, f):
        said["last_quoted"] = next((_who(found[j]) for j in voices if _quoted(scene, found[j])), None)
    paragraph = scene.text.rfind("\n", 0, scene.tokens[at].start)
    same_paragraph = bool(voices) and found[voices[0]].content[0].start > paragraph
    same_sentence = bool(voices) and _place(scene, found[voices[0]]) == place
    likely = sorted(entities.items(), key=lambda e: _distance(e[1], at))[:_MOST]
    out = []
    for name, entity in likely:
        if f.source is not None and all(m.span == f.source.span for m in entity.mentions) and name != said["rule"]:
            continue
        features = _features(scene, f, at, place, entity)
        if f.source is not None and f.source.form == "description" and name == said["rule"]:
            features[_article(scene, f.source.span)] = 1.0
            features["own_new"] = float(entity.mentions[0].head >= at)
        features |= {key: 1.0 for key, who in said.items() if who == name}
        if features.get("last") and same_paragraph:
            features["last_paragraph"] = 1.0
        if features.get("last") and same_sentence:
            features["last_sentence"] = 1.0
        out.append(Candidate(name, features))
    nobody = {"nobody": 1.0, "rule": float(said["rule"] is None)}
    if f.cue and f.source is None and passive(scene, f.cue[-1]):
        nobody["passive"] = 1.0
    out.append(Candidate(None, nobody))
    return out


def _article(scene: Scene, span: Span) -> str:
    """How a description is begun: «un médecin», «ce médecin», «le médecin»."""
    first = scene.tokens[scene.parse.at(span.start)]
    if first.has("Definite=Ind"):
        return "own_indefinite"
    return "own_pointed" if first.has("PronType=Dem") or first.has("Poss=Yes") else "own_definite"


def _quoted(scene: Scene, f: Found) -> bool:
    """Whether its content begins or ends inside quotation marks."""
    ends = scene.parse.at(f.content[0].start), scene.parse.at(f.content[-1].end - 1)
    return any(scene.quote_of[i] >= 0 for i in ends)


def _voice(scene: Scene, f: Found) -> bool:
    """Whether it is said in the article's own words, by somebody who says rather than shows."""
    if f.act in ("evidence", "hearsay"):
        return False
    return not f.cue or scene.quote_of[f.cue[0]] < 0


def _subject(scene: Scene, at: int) -> str | None:
    """The entity that is the subject of a verb before `at` in its sentence, the nearest."""
    for token in reversed(scene.tokens[scene.sentence(at).first : at]):
        mention = scene.mention(token.i) if token.dep.startswith("nsubj") else None
        if mention is not None and mention.entity is not None:
            return mention.entity
    return None


def _governor(scene: Scene, i: int) -> str | None:
    """The entity that is the subject of the nearest verb that word i hangs on."""
    for token in (scene.tokens[i], *scene.ancestors(i)):
        subject = scene.parse.child(token.i, "nsubj")
        mention = scene.mention(subject.i) if subject is not None else None
        if mention is not None and mention.entity is not None:
            return mention.entity
    return None


def _place(scene: Scene, f: Found) -> int:
    return scene.tokens[_anchor(scene, f)].sentence


def _distance(entity: _Entity, at: int) -> int:
    return min(abs(m.head - at) + 1000 * (m.head > at) for m in entity.mentions)


def _features(scene: Scene, f: Found, at: int, place: int, entity: _Entity) -> dict[str, float]:
    """What is known of the entity, seen from token `at` of sentence `place`."""
    own = f.source.span if f.source is not None else None
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
        out["subject"] = float(scene.tokens[last.head].dep.startswith("nsubj"))
        out["quoted"] = float(scene.quote_of[last.head] >= 0 and scene.quote_of[last.head] != scene.quote_of[at])
        out["pronoun"] = float(last.form == "pronoun")
    else:
        out["unseen"] = 1.0
    if after:
        ahead = scene.tokens[after[0].head].sentence - place
        out["ahead"] = float(ahead == 0)
        out["ahead_far"] = float(0 < ahead <= 2)
    kind = entity.mentions[0].kind
    out["person"] = float(kind == "person")
    out["org"] = float(kind in ("org", "state", "media"))
    out["doc"] = float(kind in ("doc", "place"))
    if f.source is not None:
        wanted = {"named": "person", "role": "person", "org": "org", "media": "media", "doc": "doc", "group": "group"}
        fits = wanted.get(f.source.type) in (kind, "org" if kind == "state" else kind)
        out["fits" if fits else "misfits"] = 1.0
        for name, values in (("Number", ("Sing", "Plur")), ("Gender", ("Masc", "Fem"))):
            asked = [v for v in values if scene.tokens[f.source.head].has(f"{name}={v}")]
            if asked:
                told = (v for m in entity.mentions for v in values if scene.tokens[m.head].has(f"{name}={v}"))
                known = list(islice(told, 8))
                for v in known:
                    key = "agrees" if v == asked[0] else "clashes"
                    out[key] = out.get(key, 0.0) + 1 / len(known)
        if f.source.form == "description":
            called, head = entity.called(scene), f.source.head
            own_words = scene.parse.at(f.source.span.start), scene.parse.at(f.source.span.end - 1) + 1
            others = [t for t in scene.tokens[slice(*own_words)] if t.pos in ("NOUN", "PROPN", "ADJ") and t.i != head]
            out["called"] = float(fold(scene.tokens[head].lemma) in called)
            out["described"] = sum(fold(t.lemma) in called for t in others) / max(len(others), 1)
    out["often"] = math.log1p(len(entity.mentions))
    out["spoken"] = math.log1p(entity.spoken)
    out["named"] = float(any(m.form == "name" for m in entity.mentions))
    return out
