"""Drafts of mentions → who they stand for: names first, then roles, then pronouns by salience.

Salience is a sum of plain reasons (said something last, was a subject, was named recently, was named often), each
with a weight below; agreement in gender, number and kind is required where both sides are sure of theirs.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from selon.model import EntityKind
from selon.stages.mentions.drafts import Being, Draft
from selon.stages.mentions.names import initials
from selon.stages.mentions.naming import Naming

WEIGHTS = {
    "near": 10.0,
    "far": -0.3,
    "speaker": 2.0,
    "last": 3.0,
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
    "number": -4.0,
}
_MEMORY = 150
"""Beings, the last mentioned first, that anything can point back to: bounds the work on long texts."""
_REACH = 12
"""Sentences back that a pronoun may look."""
_OFFICE = 3
"""Sentences back that somebody without a known role may be whom an office is put for."""
_BRIDGE = 2
"""Sentences between a speaker by office and a speaker by name without one who may be the same."""


class Resolver:
    """Gives every draft its being, in text order. `of[k]` is the being of draft k, None where nothing fits."""

    def __init__(self, drafts: Sequence[Draft], naming: Naming) -> None:
        self.of: list[Being | None] = []
        self._naming = naming
        self._at: dict[int, Being] = {}
        self._order: dict[Being, None] = {}  # as last mentioned, most recent last
        self._holders: dict[str, list[Being]] = {}  # people with a name, by the head of a role that is told of them
        for person in (b for b in naming.beings if b.kind == "person"):
            for role in dict.fromkeys(words[0] for words in person.role_words):
                self._holders.setdefault(role, []).append(person)
        self._spoke: Being | None = None
        self._joint: dict[tuple[Being, ...], Being] = {}
        for draft in drafts:
            being = self._resolve(draft)
            self.of.append(being)
            if being is not None:
                self._touch(being, draft)

    def _touch(self, being: Being, draft: Draft) -> None:
        being.seen.append(draft)
        if draft.form == "pronoun" and being.kind == "person" and not being.gender and draft.speaker:
            being.gender = draft.gender
        if draft.speaker and draft.quote < 0:
            self._spoke = being
        if not draft.parts:
            for i in draft.tokens():
                self._at.setdefault(i, being)
            self._at[draft.head] = being
        self._order.pop(being, None)
        self._order[being] = None
        if draft.words and not (being.named and being.kind == "person") and draft.words not in being.role_words:
            being.role_words.append(draft.words)

    def _recent(self) -> Iterator[Being]:
        """Those mentioned last, most recent first, as far back as anything still points."""
        return islice(reversed(self._order), _MEMORY)

    def _resolve(self, draft: Draft) -> Being | None:
        if draft.parts:
            return self._coordination(draft)
        if draft.name is not None and draft.form == "name":
            being = self._naming.being(draft.name)
            self._bridge(being, draft)
            return being
        if draft.form == "pronoun":
            return self._pronoun(draft)
        return self._description(draft) or self._new(draft)

    def _new(self, draft: Draft) -> Being:
        being = Being(draft.kind, draft.type, "", draft.gender, draft.plural)
        being.role_words.append(draft.words)
        return being

    def _bridge(self, being: Being, draft: Draft) -> None:
        """«…», a dit la ministre. «…», a ajouté Anne Durand: a name without a role for a role without a name."""
        if being.kind != "person" or being.role_words or not draft.speaker or draft.quote >= 0:
            return
        for other in self._recent():
            last = next((s for s in reversed(other.seen) if s.speaker), None)
            if last is None:
                continue
            if draft.sentence - last.sentence > (_REACH if other is self._spoke else _BRIDGE):
                return
            told = other.seen[0]
            if other.named or other.plural or other.kind != "person" or not told.office or not told.definite:
                return
            if _clash(being, told):
                return
            self._merge(other, being)
            return

    def _merge(self, other: Being, into: Being) -> None:
        into.seen = sorted(into.seen + other.seen, key=lambda s: s.span)
        into.role_words += other.role_words
        into.gender = into.gender or other.gender
        self._order.pop(other)
        for words in other.role_words:
            self._holders.setdefault(words[0], []).append(into)
        self.of = [into if b is other else b for b in self.of]
        self._at = {k: into if b is other else b for k, b in self._at.items()}

    def _coordination(self, draft: Draft) -> Being | None:
        parts = tuple(b for b in (self._at.get(p) for p in draft.parts) if b is not None)
        if len(parts) < 2:
            return None
        found = self._joint.get(parts)
        if found is None:
            found = Being("group", draft.type, "", plural=True, parts=parts)
            found.named = all(b.named for b in parts)
            self._joint[parts] = found
        return found

    # ------------------------------------------------------------ descriptions

    def _description(self, draft: Draft) -> Being | None:
        if not draft.definite or not draft.words:
            return None
        spoke = self._spoke if draft.same and draft.speaker else None
        if spoke is not None and spoke.plural == draft.plural and not _clash(spoke, draft):
            return spoke
        return (
            self._same_description(draft)
            or (self._role(draft) if draft.kind == "person" and not draft.plural else None)
            or self._anaphor(draft)
        )

    def _same_description(self, draft: Draft) -> Being | None:
        """An earlier description with the same head and all it says: «le ministère de l'Eau» … «le ministère»."""
        own = set(draft.words)
        for being in self._recent():
            if (being.plural != draft.plural and not being.named) or (being.kind == "person" and being.named):
                continue
            if any(words[0] == draft.words[0] and _holds(words, own) for words in being.role_words):
                return being
        return None

    def _role(self, draft: Draft) -> Being | None:
        """Who the text says holds the role: by title or apposition, before or after."""
        rest = set(draft.words[1:])
        best: tuple[float, Being] | None = None
        for being in self._holders.get(draft.words[0], ()):
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
        if (draft.complement and not draft.office) or not draft.known or draft.proper:
            return None
        if draft.kind == "person":
            if not (draft.speaker or draft.subject):
                return None
            if draft.office:
                return self._best(
                    draft, lambda b: b.kind == "person" and b.named and not b.plural and _untold(b, draft)
                )
            return self._best(draft, lambda b: b.kind == "person" and b.named and not b.plural)
        if draft.points:
            kinds: tuple[EntityKind, ...] = ("org", "media") if draft.kind == "org" else ("media",)
            return self._best(draft, lambda b: b.kind in kinds and b.named and not b.plural)
        return None

    def _plural_anaphor(self, draft: Draft) -> Being | None:
        if draft.complement or draft.kind not in ("person", "group") or draft.proper or not draft.speaker:
            return None
        return self._best(draft, lambda b: bool(b.parts) and b.named)

    # ------------------------------------------------------------ pronouns

    def _pronoun(self, draft: Draft) -> Being | None:
        if draft.pronoun in ("first", "anybody"):
            return None
        if draft.pronoun == "relative":
            return self._at.get(draft.antecedent)
        if draft.pronoun == "latter":
            return self._latest(draft)
        return self._best(draft, lambda _: True)

    def _latest(self, draft: Draft) -> Being | None:
        for nested in (False, True):
            for being in self._recent():
                if being.seen[-1].nested <= nested and self._agrees(being, draft) and being.kind != "place":
                    return being
        return None

    def _agrees(self, being: Being, draft: Draft) -> bool:
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
        for rank, being in enumerate(self._recent()):
            if being.kind == "place" or not self._agrees(being, draft) or not fits(being):
                continue
            score = self._salience(being, draft)
            if score is not None and (best is None or (score, -rank) > best[:2]):
                best = score, -rank, being
        return best[2] if best else None

    def _salience(self, being: Being, draft: Draft) -> float | None:
        w = WEIGHTS
        if not being.seen:
            return 0.0
        last = being.seen[-1]
        outside = [s for s in being.seen[-6:] if s.quote < 0 or s.quote == draft.quote]
        if draft.unmarked:  # the sentence tells what is said: only its subject may be who says it
            earlier = [s for s in outside if s.sentence < draft.sentence or (s.aside and s.quote < 0)]
            outside = earlier or [s for s in outside if s.subject]
        score = 0.0
        if outside:
            last = outside[-1]
        elif draft.quote < 0:
            if draft.incise:
                return None  # whoever speaks has been told of outside the quotation
            score += w["quoted"]
        distance = max(draft.sentence - last.sentence, int(draft.unmarked and not last.aside))
        if distance > _REACH and draft.form == "pronoun":
            return None
        score += w["near"] / (1 + distance) + w["far"] * min(distance, 10)
        recent = [s for s in being.seen[-4:] if draft.sentence - s.sentence <= 3 and (s.quote < 0)]
        score += w["speaker"] * any(s.speaker for s in recent)
        score += w["last"] * (draft.incise and being is self._spoke)
        score += w["subject"] * any(s.subject for s in recent[-2:])
        score += w["person"] * (being.kind == "person") + w["named"] * being.named
        score += w["often"] * min(len(being.seen), 5)
        score += w["doc"] * (being.kind in ("doc",)) + w["org"] * (being.kind in ("org", "media", "state", "group"))
        score += w["number"] * (being.plural != draft.plural)
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
    near = [s for s in being.seen if draft.sentence - s.sentence <= _OFFICE and s.quote < 0]
    return not being.role_words and any(s.speaker or s.subject for s in near)


def _clash(being: Being, draft: Draft) -> bool:
    return bool(being.gender and draft.gender and being.gender != draft.gender)
