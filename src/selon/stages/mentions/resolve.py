"""Drafts of mentions → who they stand for: names first, then roles, then pronouns by salience.

Salience is a sum of plain reasons (said something last, was a subject, was named recently, was named often), each
with a weight below; agreement in gender, number and kind is required where both sides are sure of theirs.
"""

from collections.abc import Callable, Iterable, Sequence

from selon.stages.mentions.drafts import Being, Draft
from selon.stages.mentions.names import initials, same

WEIGHTS = {
    "near": 10.0,
    "far": -0.3,
    "speaker": 2.0,
    "subject": 0.5,
    "person": 3.0,
    "named": 2.0,
    "often": 0.3,
    "org": 0.5,
    "doc": -2.0,
    "agree": 0.3,
    "nested": -5.0,
    "idle": -6.0,
    "unknown": -3.0,
    "quoted": -9.0,
}
_REACH = 12
"""Sentences back that a pronoun may look."""
OFFICE = 3
"""Sentences back that somebody without a known role may be whom an office is put for."""
BRIDGE = 2
"""Sentences between a speaker by office and a speaker by name without one who may be the same."""


class Resolver:
    """Gives every draft its being, in text order. `of[k]` is the being of draft k, None where nothing fits."""

    def __init__(self, drafts: Sequence[Draft], beings: Sequence[Being], by_name: dict[tuple[str, ...], Being]) -> None:
        self.beings = list(beings)
        self.of: list[Being | None] = []
        self._drafts = drafts
        self._by_name = by_name
        self._at: dict[int, Being] = {}
        self._order: list[Being] = []  # as last mentioned, most recent last
        for draft in drafts:
            being = self._resolve(draft)
            self.of.append(being)
            if being is not None:
                self._touch(being, draft)

    def _touch(self, being: Being, draft: Draft) -> None:
        being.seen.append(draft)
        if draft.form == "pronoun" and being.kind == "person" and not being.gender and draft.speaker:
            being.gender = draft.gender
        if not draft.parts:
            self._at[draft.head] = being
        if being in self._order:
            self._order.remove(being)
        self._order.append(being)

    def _resolve(self, draft: Draft) -> Being | None:
        if draft.parts:
            return self._coordination(draft)
        if draft.name is not None and draft.form == "name":
            being = self._by_name[draft.name.words]
            self._bridge(being, draft)
            return being
        if draft.form == "pronoun":
            return self._pronoun(draft)
        return self._description(draft) or self._new(draft)

    def _new(self, draft: Draft, name: str = "") -> Being:
        being = Being(draft.kind, draft.type, name, draft.words, draft.gender, draft.plural)
        being.role_words.append(draft.words)
        self.beings.append(being)
        return being

    def _bridge(self, being: Being, draft: Draft) -> None:
        """«…», a dit la ministre. «…», a ajouté Anne Durand: a name without a role for a role without a name."""
        if being.kind != "person" or being.role_words or not draft.speaker or draft.quote >= 0:
            return
        for other in reversed(self._order):
            last = next((s for s in reversed(other.seen) if s.speaker), None)
            if last is None:
                continue
            if draft.sentence - last.sentence > BRIDGE:
                return
            told = other.seen[0]
            if other.named or other.plural or other.kind != "person" or told.pronoun != "offices" or not told.definite:
                return
            if _clash(being, told):
                return
            self._merge(other, being)
            return

    def _merge(self, other: Being, into: Being) -> None:
        into.seen = sorted(into.seen + other.seen, key=lambda s: s.span)
        into.role_words += other.role_words
        into.gender = into.gender or other.gender
        self._order.remove(other)
        self.beings.remove(other)
        self.of = [into if b is other else b for b in self.of]
        self._at = {k: into if b is other else b for k, b in self._at.items()}

    def _coordination(self, draft: Draft) -> Being | None:
        parts = tuple(b for b in (self._at.get(p) for p in draft.parts) if b is not None)
        if len(parts) < 2:
            return None
        found = next((b for b in self.beings if b.parts == parts), None)
        if found is None:
            found = Being("group", draft.type, "", draft.words, "", plural=True, parts=parts)
            found.named = all(b.named for b in parts)
            self.beings.append(found)
        return found

    # ------------------------------------------------------------ descriptions

    def _description(self, draft: Draft) -> Being | None:
        if not draft.definite or not draft.words:
            return None
        return (
            self._same_description(draft)
            or (self._role(draft) if draft.kind == "person" and not draft.plural else None)
            or self._anaphor(draft)
        )

    def _same_description(self, draft: Draft) -> Being | None:
        """An earlier description with the same head and no other complement: «le ministère de l'Eau» … «le ministère»."""
        own = set(draft.words)
        for being in reversed(self._order):
            if being.plural != draft.plural and not being.named or being.kind == "person" and being.named:
                continue
            told = [seen.words for seen in being.seen if seen.form != "pronoun"] + being.role_words
            if any(words and words[0] == draft.words[0] and _holds(words, own) for words in told):
                return being
        return None

    def _role(self, draft: Draft) -> Being | None:
        """Who the text says holds the role: by title or apposition, before or after."""
        rest = set(draft.words[1:])
        best: tuple[float, Being] | None = None
        for being in self.beings:
            if being.kind != "person" or being.plural or not being.named or _clash(being, draft):
                continue
            for words in being.role_words:
                theirs = set(words[1:])
                if not words or words[0] != draft.words[0]:
                    continue
                if not (theirs <= rest or rest & theirs or _holds(words, rest)):
                    continue
                score = 2 * len(rest & theirs) - 0.5 * len(rest - theirs) + 0.3 * (self._salience(being, draft) or 0)
                if best is None or score > best[0]:
                    best = score, being
        return best[1] if best else None

    def _anaphor(self, draft: Draft) -> Being | None:
        """A bare noun for somebody lately named: «le trentenaire», «la plateforme», «l'organisation»."""
        if draft.plural:
            return self._plural_anaphor(draft)
        if (draft.complement and draft.pronoun != "offices") or not draft.known or draft.proper:
            return None
        if draft.kind == "person":
            if not (draft.speaker or draft.subject):
                return None
            if draft.pronoun == "offices":
                return self._best(
                    draft, lambda b: b.kind == "person" and b.named and not b.plural and _untold(b, draft)
                )
            return self._best(draft, lambda b: b.kind == "person" and b.named and not b.plural)
        if draft.kind in ("org", "media"):
            kinds = ("org", "media") if draft.kind == "org" else ("media",)
            return self._best(draft, lambda b: b.kind in kinds and b.named and not b.plural)
        return None

    def _plural_anaphor(self, draft: Draft) -> Being | None:
        if draft.complement or draft.kind not in ("person", "group") or draft.proper:
            return None
        return self._best(draft, lambda b: bool(b.parts) and b.named)

    # ------------------------------------------------------------ pronouns

    def _pronoun(self, draft: Draft) -> Being | None:
        if draft.pronoun in ("first", "group"):
            return None
        if draft.pronoun == "relative":
            return self._at.get(draft.antecedent)
        if draft.pronoun == "last":
            return self._latest(draft)
        return self._best(draft, lambda b: True)

    def _latest(self, draft: Draft) -> Being | None:
        for nested in (False, True):
            for being in reversed(self._order):
                if being.seen[-1].nested <= nested and self._agrees(being, draft) and being.kind != "place":
                    return being
        return None

    def _agrees(self, being: Being, draft: Draft) -> bool:
        if draft.form == "description" and being.kind != "person" and draft.kind != "person":
            return not being.plural
        if draft.form == "description" and being.kind != "person" and draft.kind != "person":
            return not being.plural
        if being.plural != draft.plural and not (draft.plural and being.kind in ("org", "media") and not being.gender):
            return False
        if _clash(being, draft):
            return False
        if draft.pronoun == "person" and being.kind not in ("person", "group"):
            return False
        return not (draft.pronoun == "thing" and being.kind == "person")

    def _best(self, draft: Draft, fits: Callable[[Being], bool]) -> Being | None:
        best: tuple[float, int, Being] | None = None
        for rank, being in enumerate(self._order):
            if being.kind == "place" or not self._agrees(being, draft) or not fits(being):
                continue
            score = self._salience(being, draft)
            if score is not None and (best is None or (score, rank) >= best[:2]):
                best = score, rank, being
        return best[2] if best else None

    def _salience(self, being: Being, draft: Draft) -> float | None:
        w = WEIGHTS
        if not being.seen:
            return 0.0
        last = being.seen[-1]
        outside = [s for s in being.seen[-6:] if s.quote < 0 or s.quote == draft.quote]
        score = 0.0
        if outside:
            last = outside[-1]
        elif draft.quote < 0:
            score += w["quoted"]
        distance = draft.sentence - last.sentence
        if distance > _REACH and draft.form == "pronoun":
            return None
        score += w["near"] / (1 + distance) + w["far"] * min(distance, 10)
        recent = [s for s in being.seen[-4:] if draft.sentence - s.sentence <= 3 and (s.quote < 0)]
        score += w["speaker"] * any(s.speaker for s in recent)
        score += w["subject"] * any(s.subject for s in recent[-2:])
        score += w["person"] * (being.kind == "person") + w["named"] * being.named
        score += w["often"] * min(len(being.seen), 5)
        score += w["doc"] * (being.kind in ("doc",)) + w["org"] * (being.kind in ("org", "media", "state", "group"))
        score += w["nested"] * all(s.nested for s in being.seen[-3:])
        score += w["idle"] * (being.kind != "person" and not any(s.speaker or s.subject for s in being.seen[-4:]))
        score += w["unknown"] * (not being.named and not any(s.known or s.speaker or s.parts for s in being.seen))
        score += w["agree"] * (being.gender != "" and being.gender == draft.gender)
        return score


def _holds(words: tuple[str, ...], asked: set[str]) -> bool:
    """Whether a description says all that another does; an acronym says what its words say."""
    missing = asked.difference(words)
    return all(len(m) > 1 and m in initials(words) for m in missing)


def _untold(being: Being, draft: Draft) -> bool:
    """Whether no role is told of somebody who spoke or was a subject shortly before."""
    near = [s for s in being.seen if draft.sentence - s.sentence <= OFFICE and s.quote < 0]
    return not being.role_words and any(s.speaker or s.subject for s in near)


def _clash(being: Being, draft: Draft) -> bool:
    return bool(being.gender and draft.gender and being.gender != draft.gender)


def cluster(names: Iterable[tuple[tuple[str, ...], Being, str]]) -> dict[tuple[str, ...], Being]:
    """Names, each with its own being and its acronym-ready full text, → the being that each name ends up with.

    Longer names come first; a shorter one joins the being whose name holds it, unless kind or gender speak against.
    """
    out: dict[tuple[str, ...], Being] = {}
    kept: list[tuple[tuple[str, ...], Being]] = []
    for words, being, _ in sorted(names, key=lambda n: -len(n[0])):
        best, best_score = None, 0.0
        for other_words, other in kept:
            score = _joins(words, being, other_words, other)
            if score > best_score:
                best, best_score = other, score
        if best is None:
            kept.append((words, being))
            out[words] = being
        else:
            out[words] = best
            best.gender = best.gender or being.gender
    return out


def _joins(words: tuple[str, ...], being: Being, other_words: tuple[str, ...], other: Being) -> float:
    agreed = same(words, other_words)
    if being.gender and other.gender and being.gender != other.gender and agreed < 3:
        return 0
    if being.name and being.name == other.name and being.kind == other.kind:
        return 3
    if (
        len(words) == 1
        and len(words[0]) > 1
        and len(other_words) > 1
        and initials(other_words) == words[0]
        and being.kind != "person"
    ):
        return 2.2
    if not agreed:
        return 0
    if other.kind == "person":
        return agreed if being.kind in ("person", "") or len(words) == 1 and being.kind not in ("state", "media") else 0
    if being.kind in ("org", "media") and other.kind in ("org", "media"):
        return agreed if words == other_words[: len(words)] else 0
    return 0
