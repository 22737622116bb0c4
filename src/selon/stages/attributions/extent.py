"""How far a content goes: from its first word to the end of its clause, never out of the quotation it stands in."""

from selon.model import Span, Spans
from selon.stages.attributions.scene import CLOSERS, Hit, Scene


def clause_end(scene: Scene, first: int, governor: int | None, hits: dict[int, Hit]) -> int:
    """Index past the last token of the clause that begins at token `first` and hangs on cue `governor`.

    The clause goes on to its sentence's end unless something of the governing clause comes back first: a
    coordinated verb, a reporting participle, an incise, "selon …", or the end of the quotation around it.
    """
    sentence = scene.sentence(first)
    fronted = governor is not None and _fronted(scene, governor)
    around = _outside(scene, first)
    j = first
    while j < sentence.last:
        token = scene.tokens[j]
        inner = scene.quote_opening_at(j)
        if inner is not None and scene.quote_of[j] != around:
            j = max(j + 1, min(scene.after(inner.end), sentence.last))
            continue
        if scene.quote_of[j] != around:
            return j
        if token.text == ";" or (fronted and token.text == ",") or (token.text == ")" and _unmatched(scene, first, j)):
            return j
        if around >= 0 and token.text in CLOSERS and token.end == scene.quotes[around].end:
            return j
        if j > first and _returns(scene, first, j, governor, hits):
            return j
        j += 1
    return sentence.last


def _fronted(scene: Scene, governor: int) -> bool:
    """Whether the clause stands before the one it hangs on: Asked whether she would go, she … · If he says so, we …"""
    for token in (scene.tokens[governor], *scene.ancestors(governor)):
        if token.head > token.i and token.dep.split(":")[0] in ("advcl", "acl", "amod", "nsubj", "csubj"):
            return any(scene.word(k) == "," for k in range(governor, token.head))
    return False


def clause(scene: Scene, first: int, governor: int | None, hits: dict[int, Hit]) -> Spans:
    """The clause from token `first` on, as the spans of a content: one, or none where it has no word."""
    span = scene.span(first, clause_end(scene, first, governor, hits))
    return (whole(scene, span),) if span else ()


def phrase(scene: Scene, i: int, governor: int, hits: dict[int, Hit]) -> Spans:
    """The noun phrase headed by token i, complements and relative clauses included."""
    first, last = scene.parse.subtree(i)
    first = max(first, governor + 1)
    while first < i and (scene.tokens[first].pos in ("ADP", "PUNCT", "SCONJ", "CCONJ") and not _opens(scene, first)):
        first += 1
    end = clause_end(scene, first, governor, hits)
    last = end if not scene.has_finite(last, end) else min(last, end)
    span = scene.span(first, last)
    return (whole(scene, span),) if span else ()


def whole(scene: Scene, span: Span) -> Span:
    """The span, let out over a quotation that it cuts at its end or start."""
    start, end = span.start, span.end
    for quote in scene.quotes_over(scene.parse.at(end - 1)):
        if len(quote.parts) == 1 and quote.closed and start <= quote.start < end:
            end = max(end, quote.end)
    for quote in scene.quotes_over(scene.parse.at(start)):
        if len(quote.parts) == 1 and quote.closed and quote.end < end:
            start = min(start, quote.start)
    return Span(start, end)


def _opens(scene: Scene, i: int) -> bool:
    return scene.quote_opening_at(i) is not None


def _outside(scene: Scene, first: int) -> int:
    """The quotation that token `first` stands in, one that it opens itself left aside; -1 for none."""
    opened = scene.quote_opening_at(first)
    return scene.around(opened) if opened else scene.quote_of[first]


def _unmatched(scene: Scene, first: int, j: int) -> bool:
    words = [scene.tokens[k].text for k in range(first, j)]
    return words.count("(") <= words.count(")")


def _returns(scene: Scene, first: int, j: int, governor: int | None, hits: dict[int, Hit]) -> bool:
    """Whether the governing clause comes back at token j, which follows the content's first word."""
    token = scene.tokens[j]
    if token.text == ",":
        if governor is not None and (_resumes(scene, j + 1, governor) or _incise_follows(scene, j + 1, hits)):
            return True
        return _cue_follows(scene, j + 1, hits) or (scene.isin(j + 1, "according") and _last_words(scene, j + 1))
    if scene.isin(j, "participle_openers") and token.head != j and scene.tokens[j].pos != "SCONJ":
        return _cue_follows(scene, j, hits)
    return token.pos == "CCONJ" and governor is not None and _coordinated(scene, first, j + 1, governor, hits)


def _resumes(scene: Scene, j: int, governor: int) -> bool:
    """Whether the main verb comes back after a relative: Le gouvernement, qui avait promis une enquête, garde …"""
    clause = next((t for t in (scene.tokens[governor], *scene.ancestors(governor)) if t.dep == "acl:relcl"), None)
    if clause is None or j >= scene.sentence(governor).last:
        return False
    while scene.tokens[j].pos in ("ADV", "AUX") or scene.isin(j, "clitics", "negations"):
        j += 1
        if j >= scene.sentence(governor).last:
            return False
    return scene.finite(j) and not any(c.dep.startswith("nsubj") and c.i > clause.i for c in scene.parse.children(j))


def _incise_follows(scene: Scene, j: int, hits: dict[int, Hit]) -> bool:
    """Whether an incise with its subject first begins at token j: …, the Gazette reported."""
    mention = scene.mention(j) or (scene.mention(j + 1) if j + 1 < len(scene.tokens) else None)
    if mention is None:
        return False
    hit = hits.get(scene.after(mention.span.end))
    return (
        hit is not None
        and hit.framed("aside", source=mention) is not None
        and scene.predicates(hit)
        and (hit.last + 1 >= scene.sentence(hit.i).last or scene.word(hit.last + 1) in (".", ",", "»", "”"))
    )


def _last_words(scene: Scene, j: int) -> bool:
    """Whether the phrase that begins at token j closes its sentence, rather than standing within a clause."""
    last = scene.sentence(j).last
    return not scene.has_finite(j, last) and not any(scene.word(k) == "," and k > j + 6 for k in range(j, last))


def _coordinated(scene: Scene, first: int, j: int, governor: int, hits: dict[int, Hit]) -> bool:
    """Whether token j begins a verb group coordinated with the governing verb, not with the content's."""
    for k in range(j, min(j + 8, len(scene.tokens))):
        token = scene.tokens[k]
        if token.dep == "conj" and token.head == governor:
            return True
        if token.dep.startswith("aux"):
            continue
        if scene.finite(k) or k in hits:
            subjectless = scene.parse.child(k, "nsubj", "expl") is None
            return subjectless and (not scene.has_finite(first, j - 1) or k in hits)
        if token.pos not in ("AUX", "ADV") and not scene.isin(k, "clitics", "negations"):
            return False
    return False


def _cue_follows(scene: Scene, j: int, hits: dict[int, Hit]) -> bool:
    """Whether a reporting participle («, ajoutant que») or an incise («, a-t-il dit») begins at token j."""
    while j < len(scene.tokens) and (scene.isin(j, "participle_openers") or scene.tokens[j].pos == "ADV"):
        j += 1
    for k in range(j, min(j + 6, len(scene.tokens))):
        hit = hits.get(k)
        if hit is None or hit.first > j:
            if scene.tokens[k].pos not in ("AUX", "ADV", "PRON"):
                return False
            continue
        token = scene.tokens[hit.i]
        participle = token.has("VerbForm=Part") and token.has("Tense=Pres")
        if participle and hit.first <= j <= hit.i:
            return True
        return hit.clitic is not None or (
            hit.framed("aside") is not None
            and scene.predicates(hit)
            and any(c.dep.startswith(("nsubj", "obj")) and c.i > hit.i for c in scene.parse.children(hit.i))
        )
    return False
