"""What is done with a content: said, denied, promised … by the words of the cue, of the content and of the source.

A multinomial logistic regression over plain features (training/attributions/acts.py, selon/models/acts.json), whose log
odds are added to the network's: it knows the cues and the syntax, the network the rest.
"""

from collections.abc import Iterator, Mapping, Sequence

from selon.model import Act, Token
from selon.stages.attributions.assemble import act_of
from selon.stages.attributions.cues import passive
from selon.stages.attributions.learned.layout import ACTS
from selon.stages.attributions.scene import Found, Hit, Scene

NETWORK = 1.0
"""What the network's log odds count for beside these."""
_FORMS = ("VerbForm=Inf", "VerbForm=Part", "Mood=Sub", "Mood=Cnd", "Mood=Imp", "Tense=Fut", "Tense=Past", "Tense=Imp",
          "Tense=Pres")  # fmt: skip
_NAMED = ("VERB", "NOUN", "ADJ", "PROPN", "AUX")


def with_acts(
    scene: Scene,
    found: Sequence[Found],
    ruled: Sequence[Found],
    cues: Sequence[Hit],
    weights: Mapping[str, Sequence[float]],
) -> list[Found]:
    """The attributions with the likeliest act of each; `ruled` are those of the rules, `cues` all of the text,
    `weights` one for each of ACTS by feature."""
    told = tell(scene, found, ruled, cues)
    return [
        f._replace(act=likeliest(names, weights, f.odds), settled=True) if f.score is not None else f
        for f, names in zip(found, told, strict=True)
    ]


def likeliest(told: Sequence[str], weights: Mapping[str, Sequence[float]], odds: Sequence[float] | None) -> Act:
    """The act that weighs most by what is told of an attribution and by the network's log odds."""
    total = [NETWORK * one for one in odds] if odds else [0.0] * len(ACTS)
    for name in told:
        for at, weight in enumerate(weights.get(name, ())):
            total[at] += weight
    return ACTS[max(range(len(ACTS)), key=total.__getitem__)]


def tell(scene: Scene, found: Sequence[Found], ruled: Sequence[Found], cues: Sequence[Hit]) -> Iterator[list[str]]:
    """What tells the act of each attribution."""
    rules = {i: f for f in reversed(ruled) for i in f.cue}
    hits = {hit.i: hit for hit in cues}
    for f in found:
        rule = next((rules[i] for i in f.cue if i in rules), None)
        hit = next((hits[i] for i in f.cue if i in hits), None)
        acts = " ".join(sorted({cue.act for cue in hit.cues})) if hit else "-"
        yield ["bias", *_cue(scene, f, hit, rule, acts), *_content(scene, f, acts), *_source(scene, f, acts)]


def _cue(scene: Scene, f: Found, hit: Hit | None, rule: Found | None, acts: str) -> Iterator[str]:
    yield f"rule {act_of(scene, rule) if rule else '-'}"
    yield f"by {rule.rule if rule else '-'}"
    yield f"acts {acts} {hit.negated if hit else '-'}"
    yield from (f"cue {scene.tokens[i].lemma.lower()}" for i in f.cue)
    head = _head(scene, f)
    if head is None:
        return
    yield f"chief {head.lemma.lower()}"
    yield f"chief {head.lemma.lower()} {f.source.type if f.source else 'none'}"
    yield f"part {head.pos}"
    yield from (f"cue {form}" for form in _FORMS if head.has(form))
    if passive(scene, head.i):
        yield "passive"
    if f.source is not None:
        yield "source first" if f.source.head < f.cue[0] else "cue first"


def _head(scene: Scene, f: Found) -> Token | None:
    """The word of the cue that says what is done."""
    words = [scene.tokens[i] for i in reversed(f.cue)]
    verb = next((word for word in words if word.pos == "VERB"), None)
    return verb or next((word for word in words if word.pos in ("NOUN", "ADJ")), words[0] if words else None)


def _content(scene: Scene, f: Found, acts: str) -> Iterator[str]:
    own = [i for s in f.content for i in range(scene.parse.at(s.start), scene.parse.at(s.end - 1) + 1)]
    own = [i for i in own if i < len(scene.tokens)]
    if not own:
        return
    tokens, inside = [scene.tokens[i] for i in own], set(own)
    lemmas = {token.lemma.lower() for token in tokens}
    quoted = [scene.quote_of[i] >= 0 for i in own]
    yield f"quoted {'all' if all(quoted) else 'some' if any(quoted) else 'none'}"
    yield f"first {tokens[0].lemma.lower()}"
    yield f"first {tokens[0].pos}"
    yield f"last {'word' if tokens[-1].text.isalnum() else tokens[-1].text}"
    yield from (f"has {mark}" for mark in ("?", "!") if mark in lemmas)
    yield from (f"says {what}" for what in ("first_singular", "first_plural", "modals") if lemmas & scene.words[what])
    if own[0]:
        before = scene.tokens[own[0] - 1].lemma.lower()
        yield f"before {before}"
        yield f"before {before} {acts}"
    heads = [token for token in tokens if token.head not in inside or token.head == token.i]
    root = next((token for token in heads if token.pos in _NAMED), heads[0] if heads else None)
    if root is None:
        return
    around = [root, *(c for c in scene.parse.children(root.i) if c.dep.startswith("aux") or c.dep == "cop")]
    yield f"root {root.pos}"
    yield f"root {root.lemma.lower()}"
    yield from (f"with {token.lemma.lower()}" for token in around[1:])
    forms = [form for form in _FORMS if any(token.has(form) for token in around)]
    yield from (f"root {form}" for form in forms)
    yield from (f"root {form} {acts}" for form in forms)
    if any(c.lemma.lower() in scene.words["negations"] for c in scene.parse.children(root.i)):
        yield "root not"
    if scene.parse.child(root.i, "xcomp") is not None:
        yield f"leads {root.lemma.lower()}"
    subject = scene.parse.child(root.i, "nsubj")
    if subject is not None:
        yield f"subject {subject.lemma.lower() if subject.pos in ('PRON', 'DET') else subject.pos}"
        mention = scene.mentions.at(subject.i)
        who = f.source.entity if f.source else f.speaker
        if mention is not None and mention.entity is not None and mention.entity == who:
            yield "of itself"
            yield from (f"of itself {form}" for form in forms)


def _source(scene: Scene, f: Found, acts: str) -> Iterator[str]:
    type_ = f.source.type if f.source else "none"
    yield f"type {type_}"
    yield f"type {type_} {acts}"
    if f.source is not None and scene.tokens[f.source.head].pos != "PROPN":
        yield f"source {scene.tokens[f.source.head].lemma.lower()}"
