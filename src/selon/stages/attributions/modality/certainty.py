"""How firmly a source puts its content: by what it says of its own knowledge, else by its main proposition."""

from collections.abc import Iterator, Sequence

from selon.model import Act, Certainty, Span, Spans, Token, Use
from selon.stages.attributions.modality.clauses import (
    animate,
    clause_verb,
    impersonal,
    opens_condition,
    past,
    perfect,
    phrase,
    predicate,
    subject,
)
from selon.stages.attributions.modality.items import Item
from selon.stages.attributions.scene import Contents, Found, Scene

_WEAK: tuple[Certainty, ...] = ("possible", "probable")
_AS_GOOD_AS_CERTAIN = frozenset({"planned"})
"""Reasons for «probable» by which a source still commits itself: the minister is to speak on Monday."""


class Items:
    """The modal words of a text, by sentence, each with the innermost content that holds it."""

    def __init__(self, scene: Scene, items: Sequence[Item], contents: Contents) -> None:
        self._scene = scene
        self._contents = contents
        self._in: dict[int, list[Item]] = {}
        for item in items:
            self._in.setdefault(scene.tokens[item.i].sentence, []).append(item)

    def of(self, f: Found) -> Iterator[Item]:
        """Those in a content and in no other content within it."""
        scene = self._scene
        for span in f.content:
            inside = _tokens(scene, span)
            for sentence in (
                range(scene.tokens[inside[0]].sentence, scene.tokens[inside[-1]].sentence + 1) if inside else ()
            ):
                for item in self._in.get(sentence, ()):
                    token = scene.tokens[item.i]
                    if span.start <= token.start and token.end <= span.end:
                        inner = self._contents.least_over((Span(token.start, token.end),))
                        if inner is None or inner.content == f.content:
                            yield item

    def on(self, tokens: Sequence[int]) -> Iterator[Item]:
        """Those that are some of these tokens."""
        for sentence in sorted({self._scene.tokens[i].sentence for i in tokens}):
            yield from (item for item in self._in.get(sentence, ()) if item.i in tokens)


def certainty(scene: Scene, f: Found, act: Act, items: Items) -> Certainty:
    """The network's where it gives one; else by the cue; else what the main proposition's modal words say."""
    if f.certainty is not None:
        return f.certainty
    by_cue = _by_cue(scene, f, act, items)
    if by_cue is not None:
        return by_cue
    verbs = main_words(scene, f.content)
    by_content = _by_content(scene, f, act, verbs)
    if by_content is not None:
        return by_content
    uses = {
        _strength(scene, item)
        for item in items.of(f)
        if item.verdict.why not in _AS_GOOD_AS_CERTAIN
        and not (item.verdict.why == "risks" and item.negated)
        and (
            _head(scene, item.i, verbs)
            or clause_verb(scene, item.i) in verbs
            or _beside(scene, item.i, verbs, f.content)
            or _verbless(scene, item, f)
        )
    }
    return next((use for use in _WEAK if use in uses), "certain")


def _by_content(scene: Scene, f: Found, act: Act, verbs: set[int]) -> Certainty | None:
    """What a content says of what is not ruled out, of its speaker's own knowledge (je n'en sais rien), of a risk."""
    main = main_verb(scene, f.content)
    under = [c for verb in verbs for c in scene.parse.children(verb)]
    lemmas = {scene.tokens[i].lemma for i in (*verbs, *(c.i for c in under if c.dep == "xcomp"))}
    denied = any(scene.isin(c.i, "denying") for c in under)
    who = subject(scene, main.i) if main is not None else None
    own = _speaker(scene, f, who) if who is not None else main is None
    if denied and lemmas & scene.words["excluding"] and (own or not animate(scene, who)):
        return "possible"
    before = main is not None and scene.quote_of[main.i] >= 0 and past(scene, main.i)
    alone = not any(c.dep in ("ccomp", "xcomp", "advcl") for c in under)  # what is not known is a content of its own
    if own and alone and not before:
        ignored = lemmas & scene.words["own_knowing"] if denied else lemmas & scene.words["unknowing"]
        if ignored or any(phrase(scene, verb, verb + 6, "phrases_unknown") for verb in verbs):
            return "unknown"
    if main is None and act != "deny" and not denied:
        heads = [i for i in verbs if scene.tokens[i].lemma in scene.words["weak_nouns"]]
        if any(not _definite(scene, i) for i in heads):
            return "possible"
    return None


def _speaker(scene: Scene, f: Found, who: Token) -> bool:
    """Whether this subject is whoever says it: je, or the il of «il dit qu'il n'en sait rien»."""
    mention = scene.mention(who.i)
    told = mention is not None and mention.form == "pronoun" and scene.quote_of[who.i] < 0 and not impersonal(who)
    return scene.isin(who.i, "speakers_persons") or (told and f.source is not None and not scene.isin(who.i, "things"))


def _definite(scene: Scene, i: int) -> bool:
    """Whether a noun has an article by which it is known already: le risque, not un risque."""
    article = scene.parse.child(i, "det")
    return article is not None and not scene.isin(article.i, "indefinite_articles")


def _verbless(scene: Scene, item: Item, f: Found) -> bool:
    """Whether an adverb begins or ends a first sentence without a verb: «En juillet, peut-être.»"""
    if item.verdict.why != "adverb":
        return False
    first = _first(scene, f)
    sentence = scene.sentence(first)
    words = [i for i in _tokens(scene, f.content[0]) if i < sentence.last and scene.tokens[i].text[:1].isalnum()]
    if not words or any(scene.finite(i) for i in words):
        return False
    return item.first == words[0] or item.last == words[-1]


_BESIDE = ("conj", "parataxis", "root", "xcomp")


def _beside(scene: Scene, i: int, verbs: set[int], content: Spans) -> bool:
    """Whether token i belongs to a proposition beside the main one in its sentence, under no conjunction."""
    verb = scene.tokens[clause_verb(scene, i)]
    if verb.pos not in ("VERB", "AUX") and not scene.finite(verb.i):
        return False
    if all(scene.tokens[v].sentence != verb.sentence for v in verbs):
        return False
    seen: set[int] = set()
    while verb.i not in seen and any(span.start <= verb.start < span.end for span in content):
        seen.add(verb.i)
        if verb.i in verbs or verb.dep == "root":
            return True
        if verb.dep not in _BESIDE:
            return False
        verb = scene.tokens[verb.head]
    return verb.i not in seen


def _strength(scene: Scene, item: Item) -> Use | None:
    """The use; of pourrait and devrait under a condition or a past, what they say of the proposition beside that."""
    use = item.verdict.use
    if use not in ("hypothesis", "future_past") or perfect(scene, item.first):
        return use
    if scene.isin(item.i, "can"):
        return use if item.negated else "possible"
    return "probable" if scene.isin(item.i, "must") else use


def _head(scene: Scene, i: int, verbs: set[int]) -> bool:
    """Whether token i is one of these verbs, or a finite verb that the parser put under one without a conjunction."""
    token = predicate(scene, i)
    if i in verbs or token.i in verbs:
        return True
    return token.dep == "xcomp" and token.has("VerbForm=Fin") and token.head in verbs


def _by_cue(scene: Scene, f: Found, act: Act, items: Items) -> Certainty | None:
    """What the cue itself says: n'exclut pas, envisage, laisse penser, ignore, n'a pas précisé, se demande."""
    lemmas = {scene.tokens[i].lemma for i in f.cue}
    negated = _negated(scene, f)
    if negated and lemmas & scene.words["excluding"]:
        return "possible"
    if (negated or lemmas & scene.words["declining"]) and lemmas & _untold(scene, f):
        return "unknown"
    if act == "deny" or (f.hit and f.hit.cues and f.hit.cues[0].act == "deny"):
        return None
    if lemmas & scene.words["supposing_possible"]:
        return "possible"
    if lemmas & scene.words["supposing_leads"] and lemmas & scene.words["supposing_led"]:
        return "probable"
    if lemmas & scene.words["supposing_probable"] or any(item.verdict.why == "seems" for item in items.on(f.cue)):
        return "probable"
    if not negated and lemmas & scene.words["unknowing"]:
        return "unknown"
    seeks = any(scene.tokens[i].has("VerbForm=Inf") and scene.tokens[i].lemma in scene.words["knowing"] for i in f.cue)
    wonders = act != "ask" or any(scene.isin(i, "strict_reflexives") for i in f.cue)
    if _asked(scene, f) and (negated or seeks or (wonders and lemmas & scene.words["inquiring"])):
        return "unknown"
    return None


def _untold(scene: Scene, f: Found) -> frozenset[str]:
    """Verbs by which, denied, one does not know or tell; to say «je ne dis pas que …» is another thing."""
    knowing = scene.words["knowing"]
    stated = scene.isin(_first(scene, f) - 1, "complementisers") and not any(past(scene, i) for i in f.cue)
    return knowing - scene.words["telling"] if stated else knowing


def _first(scene: Scene, f: Found) -> int:
    """The token of the content's first word."""
    first = scene.after(f.content[0].start)
    while first < len(scene.tokens) - 1 and not scene.tokens[first].text[:1].isalnum():
        first += 1
    return first


def _negated(scene: Scene, f: Found) -> bool:
    """Whether the cue is denied; «ne parle que» and «n'oublie pas de redire» are not."""
    if any(scene.tokens[i].lemma in scene.words["said_when_negated"] for i in f.cue):
        return False
    if not f.cue or (not (f.hit and f.hit.negated) and not any(scene.isin(i, "negators") for i in f.cue)):
        return bool(f.cue) and any(
            scene.isin(j, "without") and (scene.isin(j + 1, "complementisers") or not scene.finite(f.cue[0]))
            for j in range(max(f.cue[0] - 4, 0), f.cue[0])
        )
    only = scene.isin(f.cue[-1], "complementisers") and not any(scene.isin(i, "denying") for i in f.cue)
    return not only


def _asked(scene: Scene, f: Found) -> bool:
    """Whether the content is an indirect question, whose question word may stand before it."""
    first = _first(scene, f)
    if scene.isin(first - 1, "complementisers"):
        return False
    return any(_question_word(scene, j) for j in (first - 1, first) if j not in f.cue)


def _question_word(scene: Scene, j: int) -> bool:
    """Whether a question may begin at token j: ce qui, but not ce; s'il, but not s'."""
    if scene.isin(j, "things"):
        return scene.isin(j, "question_words") and scene.isin(j + 1, "subject_relatives", "object_relatives")
    if scene.isin(j, "conditions"):
        return opens_condition(scene, j)
    return scene.isin(j, "question_words")


def main_words(scene: Scene, content: Spans) -> set[int]:
    """The words that head a content's first proposition: its finite verb with what that is an auxiliary of, or in a
    noun phrase or infinitive those that hang on no other."""
    main = main_verb(scene, content)
    if main is not None:
        under = (c for c in scene.parse.children(main.i) if c.dep == "ccomp" and c.has("VerbForm=Part"))  # aura disparu
        return {main.i, predicate(scene, main.i).i, *(c.i for c in under if scene.isin(main.i, "have"))}
    inside = {i for span in content for i in _tokens(scene, span)}
    return {i for i in inside if scene.tokens[i].head not in inside or scene.tokens[i].head == i}


def main_verb(scene: Scene, content: Spans) -> Token | None:
    """The finite verb that hangs on the fewest others in the first sentence that has one; None where none has."""
    best: tuple[int, int, int] | None = None
    for span in content:
        for i in _tokens(scene, span):
            if scene.finite(i):
                depth = sum(1 for _ in scene.ancestors(i))
                key = (scene.tokens[i].sentence, depth, i)
                best = key if best is None else min(best, key)
    return scene.tokens[best[2]] if best else None


def _tokens(scene: Scene, span: Span) -> range:
    first = scene.parse.at(span.start)
    return range(first, scene.after(span.end)) if first < len(scene.tokens) else range(0)
