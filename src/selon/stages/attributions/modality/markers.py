"""Adverbs, adjectives and predicates that say how firm a proposition is: peut-être, éventuel, censé, "likely"."""

from selon.stages.attributions.modality.clauses import impersonal, phrase, subject
from selon.stages.attributions.modality.items import Item, Verdict
from selon.stages.attributions.scene import Scene

_GRADES = ("possible", "probable", "hearsay")


def marker(scene: Scene, i: int) -> Item | None:
    """The marker that begins at token i, or None."""
    for use in _GRADES:
        words = phrase(scene, i, min(i + 5, scene.sentence(i).last), f"phrases_{use}")
        if words is not None and words[0] == i and not scene.isin(words[-1] + 1, "undoubting"):
            return Item(words[-1], words[0], words[-1], Verdict(use, "adverb", words))
        if scene.isin(i, f"adverbs_{use}"):
            return Item(i, i, i, Verdict(use, "adverb", (i,)))
    verdict = _predicate(scene, i) or _impersonal(scene, i) or _adjective(scene, i)
    return Item(i, i, i, verdict) if verdict is not None else None


def _predicate(scene: Scene, i: int) -> Verdict | None:
    """Est censé venir, est tenu de répondre, "is likely to win"."""
    for use in ("possible", "probable", "duty", "ability"):
        if not scene.isin(i, f"predicates_{use}"):
            continue
        last = scene.sentence(i).last
        for j in range(i + 1, min(i + 5, last)):
            t = scene.tokens[j]
            if t.has("VerbForm=Inf") or (t.dep == "xcomp" and t.pos in ("VERB", "AUX")):
                return Verdict(use, "predicate", (i, j))
            if scene.isin(j, "predicate_links", "clitics", "negations") or t.pos in ("ADV", "PART", "AUX"):
                continue
            break
    return None


def _impersonal(scene: Scene, i: int) -> Verdict | None:
    """Il est possible que, il est nécessaire de, "it is likely that"."""
    for use in ("possible", "probable", "duty", "ability", "polite"):
        if not scene.isin(i, f"impersonal_{use}"):
            continue
        who = subject(scene, i)
        linked = any(scene.isin(j, "predicate_links") for j in range(i + 1, min(i + 3, scene.sentence(i).last)))
        attributive = scene.tokens[i].dep == "amod"
        nobody = who is not None and (impersonal(scene, who) or scene.isin(who.i, "nobody", "things"))
        if linked and not attributive and (nobody or who is None):
            return Verdict(use, "impersonal", (i,))
    return None


def _adjective(scene: Scene, i: int) -> Verdict | None:
    """Un éventuel accord, le meurtrier présumé, "an alleged thief"."""
    for use in _GRADES:
        if not scene.isin(i, f"adjectives_{use}"):
            continue
        head = scene.tokens[scene.tokens[i].head]
        beside = scene.tokens[i].dep in ("amod", "dep", "acl", "conj", "appos", "nmod") or scene.tokens[i - 1].pos in ("NOUN", "DET")
        near = range(max(scene.sentence(i).first, min(head.i - 3, i - 4)), i)
        if any(scene.isin(j, "superlatives") for j in near) or scene.isin(i + 1, "predicate_links"):
            return None
        predicative = any(c.dep.startswith("cop") for c in scene.parse.children(i)) or scene.tokens[i].dep == "xcomp"
        if beside or predicative:
            return Verdict(use, "adjective", (i,) if predicative or head.i == i else (i, head.i))
    return None
