"""Adverbs, adjectives and predicates that say how firm a proposition is: peut-être, éventuel, censé, "likely"."""

from selon.model import Use
from selon.stages.attributions.modality.clauses import impersonal, phrase, subject
from selon.stages.attributions.modality.items import Item, Verdict
from selon.stages.attributions.scene import Scene

_GRADES: tuple[Use, ...] = ("possible", "probable", "hearsay")
_ADVERBS = {"possible": "adverbs_possible", "probable": "adverbs_probable", "hearsay": "adverbs_hearsay"}
_PHRASES = {"possible": "phrases_possible", "probable": "phrases_probable", "hearsay": "phrases_hearsay"}
_ADJECTIVES = {"possible": "adjectives_possible", "probable": "adjectives_probable", "hearsay": "adjectives_hearsay"}
_PREDICATES: dict[Use, str] = {
    "possible": "predicates_possible",
    "probable": "predicates_probable",
    "duty": "predicates_duty",
    "ability": "predicates_ability",
}
_IMPERSONAL: dict[Use, str] = {
    "possible": "impersonal_possible",
    "probable": "impersonal_probable",
    "duty": "impersonal_duty",
    "ability": "impersonal_ability",
    "polite": "impersonal_polite",
}


def markers(scene: Scene) -> frozenset[str]:
    """The words that a marker may begin with."""
    lists = (*_ADVERBS.values(), *_ADJECTIVES.values(), *_PREDICATES.values(), *_IMPERSONAL.values())
    firsts = (word for name in _PHRASES.values() for word in scene.phrases(name))
    return frozenset(firsts).union(*(scene.words[name] for name in lists))


def phrased(scene: Scene, i: int) -> Item | None:
    """The marker of several words that begins at token i: sans doute."""
    for use in _GRADES:
        words = phrase(scene, i, min(i + 5, scene.sentence(i).last), _PHRASES[use])
        if words is not None and words[0] == i:
            return Item(words[-1], words[0], words[-1], Verdict(use, "adverb", words))
    return None


def marker(scene: Scene, i: int) -> Item | None:
    """The marker at token i, or None."""
    for use in _GRADES:
        if scene.isin(i, _ADVERBS[use]):
            return Item(i, i, i, Verdict(use, "adverb", (i,)))
    verdict = _predicate(scene, i) or _impersonal(scene, i) or _adjective(scene, i)
    return Item(i, i, i, verdict) if verdict is not None else None


def _predicate(scene: Scene, i: int) -> Verdict | None:
    """Est censé venir, est tenu de répondre, "is likely to win"."""
    for use in _PREDICATES:
        if not scene.isin(i, _PREDICATES[use]) or _has(scene, i):
            continue
        last = scene.sentence(i).last
        for j in range(i + 1, min(i + 5, last)):
            t = scene.tokens[j]
            if t.has("VerbForm=Inf") or (t.dep == "xcomp" and _verbal(scene, j)):
                return Verdict(use, "predicate", (i, j))
            if scene.isin(j, "predicate_links", "clitics", "negations") or t.pos in ("ADV", "PART", "AUX"):
                continue
            break
    return None


def _verbal(scene: Scene, j: int) -> bool:
    """Whether token j is a verb, or looks like the infinitive of one."""
    token = scene.tokens[j]
    return token.pos in ("VERB", "AUX") or token.text.endswith(tuple(scene.words["infinitive_endings"]))


def _has(scene: Scene, i: int) -> bool:
    """A tenu à venir: an active verb, no predicate."""
    j = i - 1
    while j >= 0 and scene.tokens[j].pos == "ADV":
        j -= 1
    return scene.isin(j, "have") and not scene.isin(i, "predicates_ability")


def _impersonal(scene: Scene, i: int) -> Verdict | None:
    """Il est possible que, il est nécessaire de, "it is likely that"."""
    for use in _IMPERSONAL:
        if not scene.isin(i, _IMPERSONAL[use]):
            continue
        who = subject(scene, i)
        linked = any(scene.isin(j, "predicate_links") for j in range(i + 1, min(i + 3, scene.sentence(i).last)))
        attributive = scene.tokens[i].dep == "amod"
        nobody = who is not None and (impersonal(who) or scene.isin(who.i, "nobody", "things"))
        if linked and not attributive and (nobody or who is None):
            return Verdict(use, "impersonal", (i,))
    return None


def _adjective(scene: Scene, i: int) -> Verdict | None:
    """Un éventuel accord, le meurtrier présumé, "an alleged thief"."""
    for use in _GRADES:
        if not scene.isin(i, _ADJECTIVES[use]):
            continue
        head = scene.tokens[scene.tokens[i].head]
        beside = scene.tokens[i].dep in ("amod", "dep", "acl", "conj", "appos", "nmod") or scene.tokens[i - 1].pos in (
            "NOUN",
            "DET",
        )
        near = range(max(scene.sentence(i).first, min(head.i - 3, i - 4)), i)
        if any(scene.isin(j, "superlatives") for j in near) or scene.isin(i + 1, "predicate_links"):
            return None
        predicative = any(c.dep.startswith("cop") for c in scene.parse.children(i)) or scene.tokens[i].dep == "xcomp"
        if beside or predicative:
            return Verdict(use, "adjective", (i,) if predicative or head.i == i else (i, head.i))
    return None
