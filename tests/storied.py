"""A linked story made by hand, and the questions that a linked library answers about it, for tests of the pages."""

from types import SimpleNamespace
from typing import Any, NamedTuple

from marked import reading
from selon import ask
from selon.library import Library
from selon.linking.types import Claim, Copy, Known, Occurrence, Origin, Passage, Reason, Story, Voice
from selon.model import Article, InputError, Place, Published, Reading, Span

TEXTS = {
    "quay": (
        "The Quay",
        "2025-03-13",
        "[s1 The port office] [c1 said] [q1 the pier had cracked in two places on Monday night]. Rostock slept.",
    ),
    "bell": (
        "The Bell",
        "2025-03-13",
        "[s1 The port office] [c1 said] [q1 the pier had cracked in three places on Monday night]. It rained.",
    ),
    "horn": ("Le Cor", "2025-03-15", "[s1 Bo Lind] [c1 denied] [q1 that the pier had cracked] at all, in Malmö."),
}


class Said(NamedTuple):
    article: str
    day: str
    dated: bool
    outlet: str | None
    attribution: str
    words: str
    act: str
    certainty: str
    by: str | None
    claim: str | None


def readings() -> list[Reading]:
    made = []
    for id, (outlet, day, marked) in TEXTS.items():
        published = Published(value=day, how="metadata", why="meta")
        fields = {"id": id, "language": "en", "title": f"Pier: {id}", "outlet": outlet, "published": published}
        of: dict[str, Any] = {"act": "deny"} if id == "horn" else {"type": "org"}
        places = (
            Place(start=0, end=3, name="Rostock", kind="city", by="x", lat=54.09, lon=12.13),
            Place(start=4, end=7, name="Malmö", kind="city", by="x", lat=55.6, lon=13.0),
        )
        made.append(reading(marked, article=fields, a1=of, places=places))
    return made


def claim() -> Claim:
    occurrences = []
    for one, origin, stance in zip(readings(), ("o1", "o1", "o2"), ("supports", "differs", "denies"), strict=True):
        a, text = one.attributions[0], one.article.text
        name = a.source.spans[0].of(text)
        agency = (Voice(name="Tidewire", type="media"),) if one.article.id == "bell" else ()
        occurrences.append(
            Occurrence(
                article=one.article.id,
                spans=a.content.spans,
                words=a.content.spans[0].of(text),
                stance=stance,  # type: ignore[arg-type]
                act=a.act,
                certainty="certain" if stance == "supports" else "possible",
                chain=(Voice(name=one.article.outlet or "", type="media"), *agency, Voice(name=name, type="org")),
                origin=origin,
                attribution="a1",
                figures=("2",),
            )
        )
    return Claim(
        id="c0ffee",
        story="quay",
        text="the pier had cracked in two places on Monday night",
        language="en",
        occurrences=tuple(occurrences),
        origins=(
            Origin(
                id="o1",
                name="The port office",
                kind="body",
                counts=True,
                why=(Reason(code="same_body", message="both cite the port office"),),
            ),
            Origin(id="o2", name="Bo Lind", kind="person", counts=False),
        ),
        independent=1,
        certainty="certain",
        articles=("quay", "bell", "horn"),
        outlets=("The Quay", "The Bell", "Le Cor"),
        denied_by=("Bo Lind",),
        first="2025-03-13",
        last="2025-03-15",
    )


def story() -> Story:
    return Story(id="quay", title="Pier: quay", articles=tuple(TEXTS), first="2025-03-13", last="2025-03-15")


def copy() -> Copy:
    spans = [next(r for r in readings() if r.article.id == id).article.text for id in ("quay", "bell")]
    passage = Passage(a=Span(0, spans[0].index(".") + 1), b=Span(0, spans[1].index(".") + 1), words=13, edited=0.1)
    why = (Reason(code="passages", message="13 words in common"),)
    return Copy(
        a="quay", b="bell", kind="edited", passages=(passage,), words=13, share=0.8, way="a_to_b", origin=None, why=why
    )


def questions() -> Any:
    """What `selon.ask` answers, of the story above."""
    unknown = InputError("unknown", "there is no such thing")

    def only(value: Any, id: str) -> Any:
        if value.id != id:
            raise unknown
        return value

    def who(_: Library, name: str, **__: int) -> Any:
        if name != "Bo Lind":
            raise unknown
        known = Known(id="k1", name=name, kind="person", names=(name, "Mr Lind"), mentions=(("horn", "e1"),))
        said = Said("horn", "2025-03-15", True, "Le Cor", "a1", "that the pier", "deny", "certain", None, "c0ffee")
        of = (said._replace(by="Tidewire"),)
        counts = {"said": 1, "said_of": 1, "denied": 1}
        return SimpleNamespace(known=known, said=(said,), said_of=of, denied=(said,), counts=counts)

    def compare(library: Library, a: str, b: str) -> Any:
        def article(id: str) -> Article:
            return library.article(id)

        both = {a, b} == {"quay", "bell"}
        difference = SimpleNamespace(claim=claim(), what=("words",))
        return SimpleNamespace(
            a=article(a),
            b=article(b),
            copy=copy() if both else None,
            only_a=(claim(),),
            only_b=(),
            differences=(difference,),
        )

    return SimpleNamespace(
        stories=lambda *_, **__: (story(),),
        unlinked=lambda *_: 0,
        count_stories=lambda *_: 1,
        count_claims=lambda *_: 1,
        sources_of=ask.sources_of,
        sources_of_outlet=ask.sources_of_outlet,
        sources_of_story=lambda library, _: ask.sources_of(library.get("quay")),
        story=lambda _, id: only(story(), id),
        claims=lambda *_, **__: (claim(),),
        claim=lambda _, id: only(claim(), id),
        copies_among=lambda *_: (copy(),),
        who=who,
        people=lambda *_, **__: (
            who(_[0], "Bo Lind").known,
            Known(id="k2", name="Bo L.", kind="person", names=("Bo L.",), mentions=()),
        ),
        compare=compare,
    )
