"""Rules over syntax: dire que, affirmer être, promettre de, annoncer la fermeture, and the incise without marks."""

from collections.abc import Callable, Iterator

from selon.lang.contract import Cue
from selon.model import Mention, Spans
from selon.stages.attributions.cues import speaker, subject, verb_group, verb_subject
from selon.stages.attributions.extent import clause, clause_end, phrase, whole
from selon.stages.attributions.quoted import skip_connectives
from selon.stages.attributions.scene import Found, Hit, Scene

_REACH = 30
"""Tokens after a cue among which its complement is looked for."""


def complements(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Iterator[Found]:
    """The first complement of the cue that its frames allow: clause, question, infinitive, then noun phrase."""
    source = subject(scene, hit)
    type_ = source.type if source else None
    passive = scene.parse.child(hit.i, "aux:pass") is not None
    for frame, find in sorted(_FRAMES, key=lambda f: f[0] == "np") if passive else _FRAMES:
        cue = next((c for c in hit.cues if frame in c.frames and _allowed(c, type_, scene.predicates(hit))), None)
        if cue is None:
            continue
        content = _within(scene, hit, find(scene, hit, hits))
        if content and not _anonymity(scene, content):
            who = None if source else speaker(scene, hit.i)
            yield Found(f"verb-{frame}".replace("_", "-"), cue.act, content, hit.tokens, hit, source, who)
            return


def noun(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Iterator[Found]:
    """sa promesse de partir · avoir l'espoir que la digue tienne · the claim that it leaked.

    The content must follow at once; a plural before que is the antecedent of a relative («les déclarations qu'il a
    faites»). The object of another cue («a annoncé son refus de …») is that cue's content already.
    """
    token = scene.tokens[hit.i]
    above = token.head if token.dep in ("obj", "xcomp") else None
    if hit.cues[0].kind != "noun" or (token.head in hits and token.head != hit.i):
        return
    for frame, find, opener in _NOUN_FRAMES:
        cue = hit.framed(frame)
        if cue is None or not scene.isin(hit.i + 1, opener) or (frame == "that" and token.has("Number=Plur")):
            continue
        content = find(scene, hit, hits)
        if content:
            source = None if above is None else verb_subject(scene, above)
            tokens = hit.tokens if source is None else _with_verb(scene, token.head, hit.i)
            yield Found("noun", cue.act, content, tokens, hit, source, None if source else speaker(scene, hit.i))
            return


def _with_verb(scene: Scene, verb: int, noun: int) -> tuple[int, ...]:
    """Tokens of a light verb and its noun, the noun's determiner taken in: avoir l'espoir."""
    det = scene.parse.child(noun, "det")
    return tuple(sorted({*verb_group(scene, verb), noun, *([det.i] if det is not None and det.i < noun else [])}))


def aside(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Iterator[Found]:
    """La route est coupée, a indiqué la préfecture. · The road is closed, police said."""
    if not any("aside" in cue.frames for cue in hit.cues) or not scene.predicates(hit):
        return
    if scene.parse.child(hit.i, "aux:pass") is not None:
        return
    sentence = scene.sentence(hit.i)
    source, comma = _aside_subject(scene, hit)
    cue = hit.framed("aside", source=source)
    if source is None or comma is None or cue is None:
        return
    around = scene.quote_of[hit.i]
    start = sentence.first
    for j in range(comma - 1, sentence.first - 1, -1):
        if scene.word(j) == ";" or (around >= 0 and scene.quote_of[j] != around):
            start = j + 1
            break
    first = skip_connectives(scene, start, comma)
    if comma - first < 3:
        return
    span = scene.span(first, comma)
    if span is None:
        return
    content: Spans = (whole(scene, span),)
    rest = scene.after(source.span.end)
    rest = max(rest, hit.last + 1)
    if scene.word(rest) == "," and not _main_clause(scene, first, comma) and scene.has_finite(rest + 1, sentence.last):
        content += clause(scene, rest + 1, None, hits)
    yield Found("aside", cue.act, content, hit.tokens, hit, source)


def _main_clause(scene: Scene, first: int, last: int) -> bool:
    """Whether a finite verb there is no subordinate one: «Si rien ne change» has none."""
    return any(
        scene.finite(j)
        and scene.parse.child(j, "mark") is None
        and not scene.tokens[j].dep.startswith(("acl", "aux", "cop"))
        for j in range(first, last)
    )


def _aside_subject(scene: Scene, hit: Hit) -> tuple[Mention | None, int | None]:
    """The subject of an incise, and the comma before the incise; (None, None) where it is none."""
    left = [c for c in scene.parse.children(hit.i) if c.dep.startswith("nsubj") and c.i < hit.first]
    before = hit.first - 1
    while (
        before > 0
        and (scene.tokens[before].pos == "ADV" or scene.isin(before, "clitics"))
        and scene.word(before) != ","
    ):
        before -= 1
    if scene.word(before) == "," and scene.tokens[before].sentence == scene.tokens[hit.i].sentence:
        after = scene.word(hit.last + 1)
        if scene.subject_before(hit) or after in scene.words["complementisers"] or asks(scene, hit.last + 1):
            return None, None
        return subject(scene, hit, incise=True), before
    if left and scene.tokens[hit.i].dep in ("parataxis", "root", "ccomp"):
        mention = scene.mention(left[0].i)
        comma = scene.parse.at(mention.span.start) - 1 if mention is not None else -1
        first = scene.sentence(hit.i).first
        if (
            comma > first
            and scene.word(comma) == ","
            and (scene.word(hit.last + 1) == "," or (_closes(scene, hit) and _main_clause(scene, first, comma)))
        ):
            return mention, comma
    return None, None


def _closes(scene: Scene, hit: Hit) -> bool:
    """Whether nothing but a time or place follows the verb: "…, police said on Monday."."""
    sentence = scene.sentence(hit.i)
    rest = range(hit.last + 1, sentence.last)
    return not scene.has_finite(rest.start, rest.stop) and not any(
        scene.tokens[j].dep in ("obj", "ccomp", "xcomp")
        and scene.tokens[j].head == hit.i
        and not scene.isin(j, "times")
        and not _addressee(scene, j)
        for j in rest
    )


def _addressee(scene: Scene, j: int) -> bool:
    """Whether token j is whom one tells: "the mayor told reporters"."""
    mention = scene.mention(j)
    return mention is not None and mention.kind in ("person", "group", "org", "media") and scene.somebody(mention)


def _within(scene: Scene, hit: Hit, content: Spans) -> Spans:
    """The content, if a cue within a quotation leaves it there."""
    quote = next(scene.quotes_over(hit.i), None)
    if quote is None or all(any(part.covers(span) for part in quote.parts) for span in content):
        return content
    return ()


def _anonymity(scene: Scene, content: Spans) -> bool:
    """Whether it is only of not being named: «a requis l'anonymat» hands over no claim."""
    first = scene.parse.at(content[0].start)
    return any(scene.isin(j, "anonymity") for j in range(first, min(first + 3, len(scene.tokens)))) and first + 4 > (
        scene.parse.at(content[-1].end - 1)
    )


def _allowed(cue: Cue, type_: str | None, finite: bool) -> bool:
    """Whether the cue takes this source; a participle with none of its own takes its clause's, whoever that is."""
    return not cue.subject or type_ in cue.subject or (type_ is None and not finite)


# ---------------------------------------------------------------- one finder a frame


def _that(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Spans:
    sentence = scene.sentence(hit.i)
    reach = _REACH if scene.predicates(hit) or not scene.tokens[hit.i].has("Tense=Past") else 3
    for j in range(hit.last + 1, min(sentence.last - 1, hit.last + reach)):
        if scene.isin(j, "complementisers") and scene.word(j + 1) != ",":
            if not _opens_clause(scene, j, hit) or _other_conjunction(scene, j):
                return ()
            content = _coordinated(scene, j + 1, hit, hits)
            return content if _clausal(scene, content) else ()
        token = scene.tokens[j]
        verb = token.pos in ("VERB", "AUX") and not token.dep.startswith("aux")
        if token.text in ":;" or (verb and (j in hits or scene.finite(j))):
            break
    if "zero_that" not in scene.words:
        return ()
    for child in scene.parse.children(hit.i):
        if child.dep == "ccomp" and child.i > hit.i and scene.finite(child.i):
            first = max(hit.last + 1, scene.parse.subtree(child.i)[0])
            if not scene.isin(first, "question_words"):
                return clause(scene, first, hit.i, hits)
    return ()


def _opens_clause(scene: Scene, j: int, hit: Hit) -> bool:
    """Whether que opens the cue's clause, not a relative one: nothing stands between that it could go back to."""
    token = scene.tokens[j]
    if token.pos == "SCONJ" or token.dep == "mark":
        return True
    between = hit.last + 1
    while between < j and (scene.tokens[between].pos in ("ADV", "PUNCT") or scene.isin(between, "times")):
        between += 1
    if between >= j or scene.tokens[between].pos == "ADP":
        return True  # dire lundi que, dire à la presse que, dire dans un communiqué que
    told = scene.mention(j - 1)
    return told is not None and told.kind in ("person", "state", "group", "org") and scene.somebody(told)


def _other_conjunction(scene: Scene, j: int) -> bool:
    """Whether que makes another conjunction or a comparison with the word before it; à ce que is a clause's own."""
    return scene.isin(j - 1, "before_that") and not (scene.word(j - 1) == "ce" and scene.isin(j - 2, "to"))


def _coordinated(scene: Scene, first: int, hit: Hit, hits: dict[int, Hit]) -> Spans:
    """The clause after a complementiser, and those coordinated to it: que A et que B."""
    end = clause_end(scene, first, hit.i, hits)
    cut = next(
        (
            j
            for j in range(first + 1, end - 1)
            if scene.tokens[j].pos == "CCONJ"
            and scene.isin(j + 1, "complementisers")
            and scene.quote_of[j] == scene.quote_of[hit.i]
        ),
        None,
    )
    if cut is None:
        return clause(scene, first, hit.i, hits)
    head = scene.span(first, cut)
    tail = scene.span(cut + 2, end)
    return tuple(whole(scene, span) for span in (head, tail) if span)


def asks(scene: Scene, j: int) -> bool:
    """Whether an indirect question begins at token j: si, où, ce que, s'il."""
    word, after = scene.word(j), scene.word(j + 1)
    if word == "s'":
        return after in ("il", "ils")
    if word == "ce":
        return after in ("que", "qu'", "qui", "dont")
    return word in scene.words["question_words"]


def _clausal(scene: Scene, content: Spans) -> bool:
    """Whether it holds a verb, whatever form the parser gives it."""
    return any(
        scene.tokens[j].pos in ("VERB", "AUX")
        for s in content
        for j in range(scene.parse.at(s.start), scene.parse.at(s.end - 1) + 1)
    )


def _if(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Spans:
    j = hit.last + 1
    while j < len(scene.tokens) and scene.tokens[j].pos in ("ADV", "PRON") and not asks(scene, j):
        j += 1
    sentence = scene.sentence(hit.i)
    if j >= sentence.last or not asks(scene, j):
        return ()
    first = j + 1 if scene.word(j) in ("si", "s'", "whether", "if") else j
    if not scene.has_finite(first, sentence.last) and not scene.isin(first + 1, "to"):
        return ()
    return clause(scene, first, hit.i, hits) if first < sentence.last else ()


def _infinitive(marks: str | None) -> Callable[[Scene, Hit, dict[int, Hit]], Spans]:
    def find(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Spans:
        sentence = scene.sentence(hit.i)
        for j in range(hit.last + 1, min(sentence.last, hit.last + 20)):
            token = scene.tokens[j]
            if token.pos in ("VERB", "AUX") and (
                token.has("VerbForm=Inf") or (marks == "of" and token.has("Aspect=Prog"))
            ):
                first = _infinitive_start(scene, j, hit.last + 1)
                if marks == "to" and scene.parse.child(j, "nsubj") is not None and hit.cues[0].act == "assess":
                    return clause(scene, hit.last + 1, hit.i, hits)  # want the city to pay
                before = first - 1
                bare = before == hit.last or scene.tokens[before].pos == "ADV" or scene.isin(before, "times")
                marked = scene.isin(before, marks) if marks else bare
                if (
                    marked
                    and scene.word(before)
                    and scene.quote_of[before] in (scene.quote_of[hit.i], scene.quote_of[j])
                ):
                    return clause(scene, first, hit.i, hits)
                return ()
            if scene.finite(j) or token.text in ",:;" or scene.isin(j, "complementisers"):
                return ()
        return ()

    return find


def _infinitive_start(scene: Scene, j: int, least: int) -> int:
    while j - 1 >= least and (
        scene.isin(j - 1, "negations", "clitics")
        or scene.tokens[j - 1].pos == "AUX"
        or scene.word(j - 1) in ("«", '"', "“")
    ):
        j -= 1
    return j


def _object(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Spans:
    verb = scene.tokens[hit.i]
    if not scene.predicates(hit) and not (verb.has("VerbForm=Part") and verb.has("Tense=Pres")):
        return ()
    fixed = next((t for t in reversed(hit.tokens) if t > hit.i and scene.tokens[t].pos == "ADP"), None)
    if fixed is not None:  # plaider pour, s'insurger contre
        noun = scene.tokens[fixed].head
        return phrase(scene, noun, fixed, hits) if noun > fixed and scene.tokens[noun].pos in ("NOUN", "PROPN") else ()
    for child in scene.parse.children(hit.i):
        if child.dep == "nsubj:pass" and (told := scene.mention(child.i)) is not None and told.kind == "person":
            continue  # le maire est contesté: he is no content
        if child.dep in ("obj", "nsubj:pass") and child.pos in ("NOUN", "PROPN") and not scene.isin(child.i, "times"):
            content = phrase(scene, child.i, hit.last if child.i > hit.i else scene.sentence(hit.i).first - 1, hits)
            if content:
                return content
    return ()


def _predicate(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Spans:
    """What the subject says itself to be, or the object with what it is said to be."""
    if not scene.predicates(hit):
        return ()
    sentence = scene.sentence(hit.i)
    first = hit.last + 1
    while first < sentence.last and scene.tokens[first].pos == "ADV":
        first += 1
    reflexive = any(cue.reflexive for cue in hit.cues)
    limit = min(sentence.last, first + 12)
    if first == sentence.last:
        return ()
    if (
        not reflexive
        and scene.tokens[first].pos not in ("DET", "ADJ", "NOUN", "PROPN")
        and not scene.quote_opening_at(first)
    ):
        return ()
    for j in range(first, limit):
        token = scene.tokens[j]
        if token.text in ",:;" or scene.isin(j, "complementisers") or scene.finite(j):
            return ()
        if (
            token.pos in ("ADJ", "VERB")
            and token.dep.split(":")[0] in ("xcomp", "obj", "obl", "advcl", "ccomp", "root")
            and token.head == hit.i
        ):
            return clause(scene, first, hit.i, hits)
        if reflexive and scene.quote_opening_at(j):
            return clause(scene, first, hit.i, hits)
    return clause(scene, first, hit.i, hits) if not reflexive and _judged(scene, hit) else ()


def _judged(scene: Scene, hit: Hit) -> bool:
    """Whether a definite object ends on what it is judged to be: juge la mesure inutile, called the paper "junk"."""
    thing = scene.parse.child(hit.i, "obj")
    det = scene.parse.child(thing.i, "det", "nmod:poss") if thing is not None else None
    if thing is None or thing.i < hit.i or (det is not None and det.has("Definite=Ind")):
        return False
    end = thing.i + 1
    quoted = scene.quote_opening_at(end) is not None
    adjective = (
        end < len(scene.tokens) and scene.tokens[end].pos == "ADJ" and scene.word(end + 1) in (".", ",", "", "»")
    )
    return (det is not None or thing.pos == "PROPN") and (quoted or adjective)


def _oblique(marks: str) -> Callable[[Scene, Hit, dict[int, Hit]], Spans]:
    def find(scene: Scene, hit: Hit, hits: dict[int, Hit]) -> Spans:
        for child in scene.parse.children(hit.i):
            if child.i <= hit.last or not child.dep.startswith(("obl", "nmod", "iobj", "obj")):
                continue
            case = scene.parse.child(child.i, "case")
            if (
                case is not None
                and scene.isin(case.i, marks)
                and child.pos in ("NOUN", "PROPN")
                and not scene.isin(child.i, "times")
            ):
                return phrase(scene, child.i, case.i, hits)
        return () if hit.framed("np") else _of_object(scene, hit, marks, hits)

    return find


def _of_object(scene: Scene, hit: Hit, marks: str, hits: dict[int, Hit]) -> Spans:
    """What an object is called or charged with, which parsers hang on the object: traiter le maire de menteur."""
    thing = scene.parse.child(hit.i, "obj")
    if thing is None or thing.i < hit.i or marks != "of":
        return ()
    last = scene.parse.subtree(thing.i)[1]
    bare = [
        j + 1
        for j in range(thing.i + 1, last - 1)
        if scene.word(j) in scene.words["bare_of"] and scene.tokens[j + 1].pos in ("NOUN", "PROPN", "ADJ", "PUNCT")
    ]
    quoted = [j for j in bare if scene.quote_opening_at(j)]
    return clause(scene, (quoted or bare)[0], hit.i, hits) if bare else ()


_NOUN_FRAMES: tuple[tuple[str, Callable[[Scene, Hit, dict[int, Hit]], Spans], str], ...] = (
    ("that", _that, "complementisers"),
    ("of_inf", _infinitive("of"), "of"),
    ("to_inf", _infinitive("to"), "to"),
)
_FRAMES: tuple[tuple[str, Callable[[Scene, Hit, dict[int, Hit]], Spans]], ...] = (
    ("that", _that),
    ("if", _if),
    ("inf", _infinitive(None)),
    ("of_inf", _infinitive("of")),
    ("to_inf", _infinitive("to")),
    ("pred", _predicate),
    ("np", _object),
    ("of_np", _oblique("of")),
    ("to_np", _oblique("to")),
    ("on_np", _oblique("on")),
)
