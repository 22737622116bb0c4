"""The conditional: told by others (hearsay), future seen from the past, or what would follow from a condition.

The *conditionnel journalistique* gives a thing as told and not vouched for (Dendale 1993; Kronning 2002). A
conditional with no source near is taken for it only where nothing speaks for the other uses: no condition in the
sentence, no modal verb, no impersonal or first person, no governing verb in the past.
"""

from collections.abc import Iterator, Sequence

from selon.model import Span, Token, Use
from selon.stages.attributions.extent import clause_end, whole
from selon.stages.attributions.quoted import skip_connectives
from selon.stages.attributions.scene import Contents, Found, Hit, Scene


def uses(scene: Scene, contents: Contents) -> list[tuple[Token, Use]]:
    """Each conditional verb of the text, and what it does there."""
    return [
        (t, _use(scene, t, contents.least_over((Span(t.start, t.end),))))
        for t in scene.tokens
        if scene.conditional(t.i)
    ]


def _use(scene: Scene, token: Token, over: Found | None) -> Use:
    """`over` is what was found with the least content around the verb."""
    verb = _verb(scene, token)
    if {token.lemma, verb.lemma} & scene.words["possible_modals"]:
        return "hypothesis" if _conditional_clause(scene, token) else "possible"
    if {token.lemma, verb.lemma} & scene.words["probable_modals"]:
        return "probable"
    if token.lemma in scene.words["polite_verbs"]:
        return "polite"
    if _conditional_clause(scene, token):
        return "hypothesis"
    past = _perfect(token)
    if over is not None and not past and over.rule.startswith("verb-that") and _past_cue(scene, over):
        return "future_past"
    if over is not None and over.rule.startswith("preposition") and not _impersonal(scene, verb):
        return "hearsay"
    if past and not _impersonal(scene, verb):
        return "hearsay"
    if over is None and scene.quote_of[token.i] < 0 and not _impersonal(scene, verb) and _main(verb):
        return "hearsay"
    return "hypothesis"


def hearsay(
    scene: Scene, contents: Contents, uses: Sequence[tuple[Token, Use]], hits: dict[int, Hit]
) -> Iterator[Found]:
    """Clauses told by nobody in particular: Il aurait reçu trois avertissements."""
    for token, use in uses:
        if use != "hearsay" or scene.quote_of[token.i] >= 0 or contents.least_over((Span(token.start, token.end),)):
            continue
        verb = _verb(scene, token)
        sentence = scene.sentence(token.i)
        first = skip_connectives(scene, sentence.first, token.i)
        if verb.dep not in ("root", "conj", "parataxis"):
            first = max(first, scene.parse.subtree(verb.i)[0])
        for j in range(first, token.i):
            if scene.word(j) in (";", ":"):
                first = j + 1
        end = clause_end(scene, first, None, hits)
        if verb.dep.startswith("acl"):
            end = next((j for j in range(token.i, end) if scene.word(j) == ","), end)
        span = scene.span(first, end)
        if span is None or not span.start <= token.start < span.end or scene.isin(first, "complementisers"):
            continue
        yield Found("hearsay", "hearsay", (whole(scene, span),), (token.i,))


def rumours(scene: Scene, contents: Contents, hits: dict[int, Hit]) -> Iterator[Found]:
    """The ship reportedly ran aground: the adverb hands the clause to nobody in particular."""
    for token in scene.tokens:
        if not scene.isin(token.i, "hearsay_adverbs") or scene.quote_of[token.i] >= 0:
            continue
        if contents.least_over((Span(token.start, token.end),)):
            continue
        verb = scene.tokens[token.head]
        if verb.dep.startswith("acl"):
            first, last = scene.parse.subtree(verb.i)
        else:
            first = skip_connectives(scene, scene.sentence(token.i).first, token.i + 1)
            last = clause_end(scene, first, None, hits)
        span = scene.span(first, last)
        if span is not None and span.start <= token.start < span.end:
            parts = (scene.span(first, token.i), scene.span(token.i + 1, scene.after(span.end)))
            yield Found("hearsay-adverb", "hearsay", tuple(whole(scene, part) for part in parts if part), (token.i,))


def _verb(scene: Scene, token: Token) -> Token:
    """The verb that an auxiliary belongs to."""
    return scene.tokens[token.head] if token.dep.startswith(("aux", "cop")) else token


def _perfect(token: Token) -> bool:
    return token.dep.startswith("aux") and token.dep != "aux:pass"


def _conditional_clause(scene: Scene, token: Token) -> bool:
    sentence = scene.sentence(token.i)
    return (
        any(_condition(scene, j) for j in range(sentence.first, sentence.last)) or scene.word(sentence.last - 1) == "?"
    )


def _condition(scene: Scene, j: int) -> bool:
    """Whether a condition begins at token j; s' is one before il only."""
    return scene.isin(j, "conditions") and (scene.word(j) != "s'" or scene.word(j + 1) in ("il", "ils"))


def _impersonal(scene: Scene, verb: Token) -> bool:
    subject = scene.parse.child(verb.i, "nsubj") or scene.parse.child(verb.i, "expl")
    if subject is None:
        return scene.isin(verb.i + 1, "impersonal") or scene.isin(verb.i - 1, "impersonal")
    return scene.isin(subject.i, "impersonal") or subject.dep.startswith("expl")


def _main(verb: Token) -> bool:
    return verb.dep in ("root", "conj", "parataxis", "acl:relcl")


def _past_cue(scene: Scene, found: Found) -> bool:
    return any(
        scene.tokens[i].has("Tense=Past") or scene.tokens[i].has("Tense=Imp") or scene.tokens[i].has("Tense=Pqp")
        for i in found.cue
    )
