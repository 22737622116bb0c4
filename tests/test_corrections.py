"""Corrections: what people say of a reading, laid over any reading in which the same words stand."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from marked import reading
from selon.anchors import Anchor, anchor, find, find_all
from selon.library import Library, desk
from selon.library.corrections import Applied, apply, corrected, version_of
from selon.model import Article, Attribution, Entity, InputError, Reading, Span

MAYOR = Entity(id="e1", name="Ida Marsh", kind="person", mentions=(Span(0, 9),))
TEXT = "[s1 Ida Marsh] [c1 said] [q1 the pier [c2 reportedly] [q2 had cracked]]. Nobody else spoke."


def first(marked: str = TEXT, **article: Any) -> Reading:
    return reading(marked, entities=(MAYOR,), article={"id": "a", **article}, a1={"entity": "e1"}, a2={"inside": "a1"})


@pytest.fixture
def library(tmp_path: Path) -> Any:
    with Library.open(tmp_path / "selon.db", create=True) as opened:
        opened.add(first())
        yield opened


def correct(library: Library, verb: Any, id: str | None = None, **more: Any) -> Any:
    applied = library.applied("a")
    version = versions(applied)[id] if id else None
    return desk.correct(library, "a", verb, "Ann", attribution=id, version=version, **more)


def versions(applied: Applied) -> dict[str, str]:
    return {a.id: version_of(applied.reading, a, applied.last.get(a.id)) for a in applied.reading.attributions}


def one(reading: Reading, id: str) -> Attribution:
    return next(a for a in reading.attributions if a.id == id)


# ---------------------------------------------------------------- finding words again

WORDS = "The pier is shut. The mayor said so. The pier is shut. Trains run as before, the mayor said."


@pytest.mark.parametrize(
    ("span", "other", "how"),
    [
        (Span(18, 35), WORDS, "same"),
        (Span(18, 35), "Tonight. " + WORDS, "elsewhere"),  # its surroundings were the text's first words
        (Span(55, 76), "Tonight. " + WORDS, "moved"),
        (Span(55, 76), WORDS.replace("Trains", "Buses"), "gone"),
        (Span(55, 75), WORDS.replace("as before, the", "as before: the"), "elsewhere"),
        (Span(55, 61), "Now. " + WORDS, "moved"),
    ],
)
def test_words_are_found_in_their_surroundings_only(span: Span, other: str, how: str) -> None:
    place = find(other, anchor(WORDS, span), same_text=False)
    assert place.how == how
    assert (place.span is not None) == (how in ("same", "moved"))
    assert place.span is None or place.span.of(other) == span.of(WORDS)


def test_words_that_stand_twice_are_not_chosen_between() -> None:
    passage = "and so the water rose again that night, he said, and again, until morning came. "
    text = "Start. " + passage + passage + passage
    made = anchor(passage * 3, Span(48, 60))
    assert find(text, made, same_text=False).how in ("repeated", "elsewhere")
    assert find(text, anchor(text, Span(90, 95)), same_text=True).how == "same"


@given(st.text(min_size=1, max_size=200), st.data())
def test_an_anchor_finds_its_own_place_or_says_that_it_cannot(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    made = anchor(text, span)
    assert find(text, made, same_text=True).span == span
    place = find(text, made, same_text=False)
    assert place.span == span or place.how == "repeated"


@given(st.text("ab ", min_size=1, max_size=80), st.text("ab ", min_size=1, max_size=80), st.data())
def test_what_is_found_has_the_words_and_the_surroundings(text: str, other: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    made = anchor(text, Span(start, data.draw(st.integers(start + 1, len(text)))))
    span = find(other, made, same_text=False).span
    if span:
        assert span.of(other) == made.exact
        assert other[: span.start].endswith(made.prefix)
        assert other[span.end :].startswith(made.suffix)


def test_several_anchors_stand_in_their_order_or_not_at_all() -> None:
    text = "one two three four"
    made = (Anchor(start=0, end=3, exact="one", suffix=" two three four"), anchor(text, Span(8, 13)))
    assert find_all(text, made, same_text=False) == ((Span(0, 3), Span(8, 13)), "same")
    assert find_all(text, made[::-1], same_text=False)[0] is None


# ---------------------------------------------------------------- over the same reading


def test_nothing_corrected_is_the_reading_itself(library: Library) -> None:
    assert library.applied("a").reading == library.get("a")
    assert apply(first(), ()).reading == first()


def test_confirm_keeps_all_but_the_doubt(library: Library) -> None:
    correct(library, "confirm", "a1")
    applied = library.applied("a")
    assert one(applied.reading, "a1") == replace(one(first(), "a1"), score=1.0)
    assert applied.last["a1"].verb == "confirm"


def test_reject_takes_it_out_of_every_view(library: Library) -> None:
    correct(library, "reject", "a1")
    applied = library.applied("a")
    assert [a.id for a in applied.reading.attributions] == ["a2"]
    assert applied.reading.attributions[0].inside is None
    assert [a.id for a, _ in applied.rejected] == ["a1"]
    assert [hit.attribution for hit in library.search("pier") if hit.attribution] == []
    assert next(library.entries()).attributions == 1
    assert list(library.check()) == []
    assert library.get("a") == first()
    assert [r.attributions for r in library.readings(corrected=True)] == [applied.reading.attributions]


def test_change_says_who_and_what_before(library: Library) -> None:
    before = one(first(), "a1")
    after = replace(before, act="deny", content=replace(before.content, spans=(Span(15, 23),)))
    made = correct(library, "change", "a1", after=after, entity="Bo Lind")
    assert (made.who, made.verb, made.before.act, made.after.act) == ("Ann", "change", "say", "deny")
    assert made.before.content[0].exact == "the pier reportedly had cracked"
    reading = library.applied("a").reading
    changed = one(reading, "a1")
    assert (changed.act, changed.by, changed.content.spans) == ("deny", "correction", (Span(15, 23),))
    entity = reading.entity(changed.source.entity)
    assert entity is not None
    assert entity.name == "Bo Lind"
    assert one(reading, "a2").inside is None  # it stands in no content any more
    reading.check()


def test_add_what_was_missed_and_name_a_known_person(library: Library) -> None:
    missed = replace(one(first(), "a1"), id="new", content=replace(one(first(), "a1").content, spans=(Span(48, 66),)))
    made = correct(library, "add", after=missed, entity="Ida Marsh")
    added = one(library.applied("a").reading, f"c{made.n}")
    assert added.source.entity == "e1"
    assert len(library.applied("a").reading.entities) == 1


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (None, "say how it should be"),
        ({"spans": ()}, "mark its words"),
        ({"spans": (Span(0, 999),)}, "leaves the text"),
    ],
)
def test_what_does_not_fit_is_refused(library: Library, after: Any, message: str) -> None:
    base = one(first(), "a1")
    wrong = None if after is None else replace(base, content=replace(base.content, **after))
    with pytest.raises(InputError, match=message):
        correct(library, "change", "a1", after=wrong)
    assert library.corrections() == ()


def test_undo_brings_back_what_stood_before(library: Library) -> None:
    before = library.applied("a")
    rejected = correct(library, "reject", "a1")
    desk.undo(library, rejected.n, "Bob")
    assert library.applied("a") == before
    assert [(c.verb, c.who, c.undone is not None) for c in library.corrections("a")] == [
        ("reject", "Ann", True),
        ("undo", "Bob", False),
    ]


def test_undo_goes_backwards_and_once(library: Library) -> None:
    confirmed = correct(library, "confirm", "a1")
    after = replace(one(first(), "a1"), act="deny")
    changed = correct(library, "change", "a1", after=after)
    assert changed.target == confirmed.target
    with pytest.raises(InputError, match="undo that one first"):
        desk.undo(library, confirmed.n, "Ann")
    desk.undo(library, changed.n, "Ann")
    assert one(library.applied("a").reading, "a1").act == "say"
    with pytest.raises(InputError, match="undone already"):
        desk.undo(library, changed.n, "Ann")
    with pytest.raises(InputError, match="no correction 99"):
        desk.undo(library, 99, "Ann")


def test_the_second_of_two_is_told(library: Library) -> None:
    seen = versions(library.applied("a"))["a1"]
    correct(library, "confirm", "a1")
    with pytest.raises(desk.ConflictError) as told:
        desk.correct(library, "a", "reject", "Bob", attribution="a1", version=seen)
    assert told.value.version == versions(library.applied("a"))["a1"]
    correct(library, "reject", "a1")
    with pytest.raises(desk.ConflictError) as gone:
        desk.correct(library, "a", "confirm", "Bob", attribution="a1", version=told.value.version)
    assert gone.value.version is None
    assert one(library.applied("a").reading, "a2").id == "a2"


# ---------------------------------------------------------------- over another reading


def again(library: Library, other: Reading) -> Applied:
    library.add(other, again=True, seen="2999-01-01T00:00:00Z")
    return library.applied("a")


def test_a_rejected_one_stays_out_though_its_id_is_another(library: Library) -> None:
    correct(library, "reject", "a2")
    base = first()
    renamed = replace(base, attributions=tuple(replace(a, id="x" + a.id, inside=None) for a in base.attributions))
    applied = again(library, renamed)
    assert [a.id for a in applied.reading.attributions] == ["xa1"]
    assert list(library.check()) == []


def test_a_change_stays_where_the_network_now_reads_it_otherwise(library: Library) -> None:
    before = one(first(), "a1")
    shorter = replace(before, content=replace(before.content, spans=(Span(15, 23),)))
    made = correct(library, "change", "a1", after=shorter, entity="Ida Marsh")
    longer = replace(before, content=replace(before.content, spans=(Span(10, 46),)))
    applied = again(library, replace(first(), attributions=(longer,)))
    assert [(a.id, a.content.spans) for a in applied.reading.attributions] == [(f"c{made.n}", (Span(15, 23),))]
    taught = replace(first(), attributions=(shorter,))
    assert [a.id for a in again(library, taught).reading.attributions] == ["a1"]


def test_a_rejection_does_not_fall_on_a_look_alike(library: Library) -> None:
    correct(library, "reject", "a1")
    other_source = replace(one(first(), "a1"), source=replace(one(first(), "a1").source, spans=(Span(0, 3),)))
    applied = again(library, replace(first(), attributions=(other_source,)))
    assert len(applied.reading.attributions) == 1
    assert [(fallen.correction.verb, fallen.why) for fallen in applied.fallen] == [("reject", "reading")]


@pytest.mark.parametrize(
    ("text", "stands", "why"),
    [
        (TEXT + " It rained.", False, "words"),  # the end of the text was part of the surroundings
        ("Late on Monday evening, in the rain and wind: " + TEXT, False, "words"),
        (TEXT.replace("pier", "quay"), False, "words"),
    ],
)
def test_in_another_text_it_stands_only_word_for_word(library: Library, text: str, stands: bool, why: str) -> None:
    correct(library, "reject", "a1")
    applied = again(library, first(text))
    assert (not applied.fallen) == stands
    assert stands or applied.fallen[0].why in (why, "reading")
    assert len(applied.reading.attributions) == 2


def test_in_a_longer_text_its_words_are_found_again(library: Library) -> None:
    padding = "The council met in the old customs house on Monday. "
    marked = padding + TEXT + " " + padding
    library.add(first(marked, id="b"))
    target = next(a for a in library.applied("b").reading.attributions if a.id == "a1")
    version = versions(library.applied("b"))["a1"]
    desk.correct(library, "b", "reject", "Ann", attribution="a1", version=version)
    assert target.content.spans[0].start > len(padding)
    library.add(first("It had rained all day. " + marked, id="b"), seen="2999-01-01T00:00:00Z")
    applied = library.applied("b")
    assert [a.id for a in applied.reading.attributions] == ["a2"]
    assert applied.fallen == ()


def test_checked_is_of_one_text(library: Library) -> None:
    correct(library, "check")
    assert library.applied("a").checked
    applied = again(library, first(TEXT + " More."))
    assert applied.checked is None
    assert [fallen.why for fallen in applied.fallen] == ["text"]


def test_corrected_is_pure(library: Library) -> None:
    correct(library, "reject", "a1")
    layer = library.corrections("a")
    assert corrected(first(), layer) == corrected(first(), layer) == library.applied("a").reading
    assert Article(id="a", language="fr", text="x").text == "x"


def test_feeds_are_kept(library: Library) -> None:
    desk.add_feed(library, "https://example.org/feed")
    desk.add_feed(library, "https://example.org/feed")
    desk.note_feeds(library, ["https://example.org/feed"], "2 added")
    assert [(f.url, f.outcome) for f in desk.feeds(library)] == [("https://example.org/feed", "2 added")]
    assert desk.remove_feed(library, "https://example.org/feed")
    assert not desk.remove_feed(library, "https://example.org/feed")
