"""Finding cues: lexicon entries in the parsed text, with the words that make up the verb group and its subject."""

from collections.abc import Iterator

from selon.lang.contract import Cue, CueKind
from selon.model import Mention, Token
from selon.stages.attributions.scene import CLOSERS, Hit, Scene

_WORDISH = ("VERB", "AUX", "ADJ", "NOUN", "PROPN")


def find_cues(scene: Scene) -> list[Hit]:
    """All verbal, adjectival and nominal cues of the text, in order."""
    out = []
    for token in scene.tokens:
        if token.pos in _WORDISH:
            hit = _verb(scene, token) or _adjective(scene, token) or _noun(scene, token)
            if hit:
                out.append(hit)
    heads = {hit.i: hit for hit in out}
    out = [_led(scene, hit, heads) for hit in out]
    parts = {i for hit in out for i in hit.tokens if i != hit.i}  # savoir in faire savoir is no cue of its own
    return [hit for hit in out if hit.i not in parts and not _nobody(scene, hit)]


def _nobody(scene: Scene, hit: Hit) -> bool:
    """Whether the cue has no subject in truth: il faut craindre que, on dirait que."""
    lead = scene.tokens[hit.lead]
    return lead.lemma in scene.words["impersonal_verbs"] or (
        scene.conditional(hit.i) and any(scene.isin(c.i, "impersonal") for c in scene.parse.children(hit.i))
    )


def _led(scene: Scene, hit: Hit, heads: dict[int, Hit]) -> Hit:
    """The cue with the verb that leads it: «refuse de dire», «tient à rappeler», "wants to say" are one cue each."""
    token = scene.tokens[hit.i]
    lead = scene.tokens[token.head]
    if not token.has("VerbForm=Inf") or token.dep not in ("xcomp", "ccomp", "obl:arg", "obj") or lead.i >= hit.i:
        return hit
    refuses = lead.i in heads and heads[lead.i].cues[0].act == "deny"
    if (
        not (refuses or lead.lemma in scene.words["light_verbs"])
        or hit.first - lead.i > 4
        or hit.cues[0].kind != "verb"
    ):
        return hit
    first, _, tokens, clitic, negated = _group(scene, lead.i)
    if lead.lemma in scene.words["said_when_negated"]:
        negated = False
    return hit._replace(
        tokens=tuple(sorted({*tokens, *hit.tokens})),
        first=first,
        clitic=clitic,
        negated=hit.negated or negated or refuses,
        lead=lead.i,
    )


def entries(scene: Scene, lemma: str, kind: CueKind) -> Iterator[Cue]:
    return (cue for cue in scene.lexicon.cues.get(lemma, ()) if cue.kind == kind)


def _verb(scene: Scene, token: Token) -> Hit | None:
    cues = [c for lemma in _lemmas(scene, token) for c in entries(scene, lemma, "verb")]
    if not cues:
        return None
    first, last, tokens, clitic, negated = _group(scene, token.i)
    reflexive = any(scene.isin(i, "reflexives") for i in tokens)
    cues = [c for c in cues if _fixed(scene, c, token.i) is not None]
    if reflexive and (any(c.reflexive for c in cues) or _own(scene, tokens)):
        cues = [c for c in cues if c.reflexive]
    else:
        cues = [c for c in cues if not c.reflexive]
    if any(c.rest for c in cues):
        cues = [c for c in cues if c.rest]
    if not cues:
        return None
    extra = _fixed(scene, cues[0], token.i) or ()
    if extra:
        tokens = tuple(sorted({*tokens, *extra}))
        last = max(last, *extra)
    return Hit(tuple(cues), token.i, tokens, first, last, clitic, negated, token.i)


def _own(scene: Scene, tokens: tuple[int, ...]) -> bool:
    """Whether the pronoun can only be reflexive: se, not me or nous, which may be whom one speaks to."""
    return any(scene.isin(i, "strict_reflexives") for i in tokens)


def _noun(scene: Scene, token: Token) -> Hit | None:
    """sa promesse de partir, the claim that …"""
    if token.pos != "NOUN":
        return None
    cues = tuple(c for c in entries(scene, token.lemma, "noun") if not c.rest)
    return Hit(cues, token.i, (token.i,), token.i, token.i, None, False, token.i) if cues else None


def _adjective(scene: Scene, token: Token) -> Hit | None:
    if token.pos not in ("ADJ", "VERB"):
        return None
    cues = tuple(c for c in entries(scene, token.lemma, "adjective") if not c.rest)
    if not cues:
        return None
    first, last, tokens, clitic, negated = _group(scene, token.i)
    return Hit(cues, token.i, tokens, first, last, clitic, negated, token.i)


def _lemmas(scene: Scene, token: Token) -> Iterator[str]:
    """The token's lemma, and where the parser took a verb for something else, infinitives that its form may be of.

    The parser's lemmas of rarer verbs are often wrong («raconte» → «racont»); a form is trusted as a verb where
    the parser says so, a clitic follows it, or it stands right after a quotation.
    """
    if token.pos in ("VERB", "AUX"):
        yield token.lemma
    elif not _verb_place(scene, token.i):
        return
    if token.pos in ("VERB", "AUX") and any(entries(scene, token.lemma, "verb")):
        return
    yield from scene.lexicon.infinitives(token.text)


def _verb_place(scene: Scene, i: int) -> bool:
    if scene.isin(i + 1, "inverted") or scene.parse.child(i, "aux") is not None:
        return True
    if scene.isin(i + 1, "complementisers") and i and scene.tokens[i - 1].pos not in ("DET", "ADP", "ADJ", "NUM"):
        return True
    before = i - 1
    while before >= 0 and (scene.tokens[before].pos == "AUX" or scene.isin(before, "clitics")):
        before -= 1
    if before >= 0 and scene.word(before) == ",":
        before -= 1
    return before >= 0 and scene.word(before) in CLOSERS and scene.quote_closing_at(before) is not None


def _group(scene: Scene, i: int) -> tuple[int, int, tuple[int, ...], int | None, bool]:
    """(first, last, tokens, inverted clitic, negated) of the verb group around verb i."""
    tokens = [i]
    first = last = i
    clitic = None
    negated = False
    sentence = scene.sentence(i)
    j = i - 1
    while j >= sentence.first:
        word = scene.word(j)
        if scene.isin(j, "clitics", "negations", "inverted") or scene.tokens[j].pos == "AUX":
            if scene.isin(j, "inverted"):
                clitic = j if clitic is None or word not in ("-t", "-t-") else clitic
            if scene.isin(j, "negations"):
                negated = True
            tokens.append(j)
            first = j
        elif scene.tokens[j].pos != "ADV" or j < i - 4:
            break
        j -= 1
    if first > sentence.first and scene.isin(first - 1, "without"):
        negated = True
        first -= 1
        tokens.append(first)
    j = i + 1
    while j < sentence.last and scene.isin(j, "inverted", "negations") and scene.word(j) not in ("ne", "n'"):
        if scene.isin(j, "inverted"):
            clitic = j
        else:
            negated = True
        tokens.append(j)
        last = j
        j += 1
    return first, last, tuple(sorted(tokens)), clitic, negated


def spoken(scene: Scene, j: int) -> Hit | None:
    """The verb group that begins at token j, as a cue of no entry in the lexicon."""
    if j >= len(scene.tokens):
        return None
    last = scene.sentence(j).last
    i = j
    while i < last - 1 and (scene.tokens[i].pos == "AUX" or scene.isin(i, "clitics", "inverted", "negations")):
        i += 1
    if scene.tokens[i].pos != "VERB" and not scene.isin(i + 1, "inverted"):
        return None
    first, end, tokens, clitic, negated = _group(scene, i)
    hit = Hit((), i, tokens, first, end, clitic, negated, i)
    return hit if first <= j <= i and scene.predicates(hit) else None


def _fixed(scene: Scene, cue: Cue, i: int) -> tuple[int, ...] | None:
    """Tokens of the cue's fixed words, near its head in the sentence; () where it has none, None where one lacks."""
    if not cue.rest:
        return ()
    sentence = scene.sentence(i)
    found: list[int] = []
    j = i + 1
    for word in cue.rest:
        while j < min(sentence.last, i + 7) and not _same(scene, j, word):
            j += 1
        if j >= min(sentence.last, i + 7):
            return None
        found.append(j)
        j += 1
    return tuple(found)


def _same(scene: Scene, j: int, word: str) -> bool:
    return scene.word(j) == word or scene.tokens[j].lemma == word


# ---------------------------------------------------------------- whose words


def subject(scene: Scene, hit: Hit, *, incise: bool = False) -> Mention | None:
    """Who is tagged as the cue's source: an inverted clitic, a subject, an agent, or the noun that it qualifies."""
    if hit.clitic is not None:
        return scene.mention(hit.clitic)
    if incise:
        after = _after(scene, hit)
        if after:
            return after
    return _subject_of(scene, hit.lead, set())


def verb_subject(scene: Scene, i: int) -> Mention | None:
    """The subject of verb i, which need not be a cue: avoir l'espoir que."""
    clitic = _group(scene, i)[3]
    return scene.mention(clitic) if clitic is not None else _subject_of(scene, i, set())


def verb_group(scene: Scene, i: int) -> tuple[int, ...]:
    """The tokens of verb i with its auxiliaries, clitics and negation."""
    return _group(scene, i)[2]


def _subject_of(scene: Scene, i: int, seen: set[int]) -> Mention | None:
    if i in seen:
        return None
    seen.add(i)
    token = scene.tokens[i]
    agent = scene.parse.child(i, "obl:agent")
    passive = scene.parse.child(i, "aux:pass") is not None
    if agent is not None and (passive or token.has("Tense=Past")):
        return scene.mention(agent.i)
    for child in scene.parse.children(i):
        if child.dep.startswith("nsubj") and not passive and not scene.isin(child.i, "expletives"):
            return scene.mention(child.i)
    if passive:
        return None
    head = scene.tokens[token.head]
    if token.dep.startswith("acl") and not token.has("Tense=Past") and head.pos in ("NOUN", "PROPN", "PRON"):
        return None if _loose(scene, i) else scene.mention(head.i)
    if token.dep == "conj" and scene.finite(i):
        return _shared(scene, token.head, seen)
    if token.dep in ("xcomp", "cop", "aux") and not token.has("VerbForm=Inf"):
        return _subject_of(scene, token.head, seen)
    return _before(scene, i) if scene.finite(i) or token.pos in ("NOUN", "PROPN") else None


def _shared(scene: Scene, i: int, seen: set[int]) -> Mention | None:
    """The subject that a coordinated verb shares: the nearest verb's, or where nobody could say it («estime que la
    mesure est utile mais promet de…»), that of the verb above."""
    near = _subject_of(scene, i, seen)
    if near is not None and scene.somebody(near):
        return near
    for ancestor in scene.ancestors(i):
        above = _subject_of(scene, ancestor.i, seen) if ancestor.i in seen or scene.finite(ancestor.i) else None
        if above is not None and scene.somebody(above):
            return above
    return near


def _loose(scene: Scene, i: int) -> bool:
    """Whether a participle stands after a comma or en: it then speaks for the clause's subject, not for the noun."""
    before = i - 1
    while not scene.isin(before, "participle_openers") and (
        scene.tokens[before].pos == "ADV" or scene.isin(before, "clitics", "negations")
    ):
        before -= 1
    return scene.word(before) == "," or scene.isin(before, "participle_openers")


def _before(scene: Scene, i: int) -> Mention | None:
    """The noun phrase that ends right before a finite verb, where the parser saw no subject."""
    first = _group(scene, i)[0]
    j = first - 1
    while j > scene.sentence(i).first and scene.tokens[j].pos == "ADV":
        j -= 1
    if j < scene.sentence(i).first or scene.tokens[j].pos not in ("NOUN", "PROPN", "PRON", "ADJ"):
        return None
    head, seen = j, {j}
    while scene.tokens[head].head not in seen and (
        scene.tokens[head].dep.startswith(("flat", "amod", "appos", "compound", "nmod"))
    ):
        head = scene.tokens[head].head
        seen.add(head)
    if head >= first or scene.parse.child(head, "case") is not None:
        return None
    return scene.mention(head)


def _after(scene: Scene, hit: Hit) -> Mention | None:
    """The subject that follows its verb: the first noun phrase after it that is no time, addressee or complement."""
    sentence = scene.sentence(hit.i)
    for child in scene.parse.children(hit.lead):
        if child.i > hit.i and child.dep.startswith("nsubj"):
            return scene.mention(child.i)
    j = hit.last + 1
    while j < min(sentence.last, hit.last + 25):
        token = scene.tokens[j]
        if token.text in ":;" or scene.quote_opening_at(j):
            return None
        if token.pos == "ADP" or (token.dep == "case" and token.head > j):
            j = max(j, token.head if token.dep == "case" else j) + 1
            continue
        if token.pos in ("NOUN", "PROPN", "PRON", "ADJ", "NUM") and not scene.isin(j, "times") and token.text != ",":
            mention = scene.mention(j)
            if mention is not None:
                return mention if scene.agrees(hit, mention.head) else None
        if token.pos == "VERB" and j > hit.last + 1:
            return None
        j += 1
    return None


def speaker(scene: Scene, i: int) -> str | None:
    """The entity behind a cue with no source of its own: the subject of the clause that it hangs on.

    A past participle alone is passive («critiquée», "asked whether"): nobody is told to stand behind it.
    """
    if passive(scene, i) or scene.parse.child(i, "aux:pass") is not None:
        return None
    for ancestor in scene.ancestors(i):
        if ancestor.pos in ("VERB", "AUX", "ADJ"):
            mention = verb_subject(scene, ancestor.i)
            if mention is not None and mention.entity is not None:
                return mention.entity
    return None


def passive(scene: Scene, i: int) -> bool:
    """Whether token i is a past participle without an auxiliary."""
    token = scene.tokens[i]
    if token.pos != "VERB" or not token.has("VerbForm=Part") or token.has("Tense=Pres") or token.has("Aspect=Prog"):
        return False
    return not scene.finite(i) and scene.parse.child(i, "aux") is None
