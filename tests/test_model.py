"""Records: what is written is read back the same, and what does not fit is refused."""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marked import reading
from selon import model
from selon.model import (
    Article,
    Attribution,
    Block,
    Entity,
    Modality,
    Note,
    Part,
    Published,
    Reading,
    Source,
    Span,
    When,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
some_words = st.none() | words


def one_of(literal: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(literal))


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=2, max_size=60))
    ends = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda e: e[0] < e[1])
    spans = st.lists(ends.map(lambda e: Span(*e)), max_size=3).map(tuple)
    entities = draw(st.lists(words, max_size=3, unique=True))
    ids = [f"a{i}" for i in range(draw(st.integers(0, 3)))]
    attributions = tuple(
        Attribution(
            id=id,
            source=Source(
                spans=draw(spans),
                type=draw(one_of(model.SourceType)),
                entity=draw(st.sampled_from([None, *entities])),
            ),
            cue=Part(spans=draw(spans)),
            content=Part(spans=draw(spans)),
            manner=draw(one_of(model.Manner)),
            act=draw(one_of(model.Act)),
            certainty=draw(one_of(model.Certainty)),
            by=draw(words),
            inside=draw(st.sampled_from([None, *ids])),
            score=draw(st.none() | st.floats(0, 1)),
            when=draw(st.none() | st.builds(When, value=words, how=one_of(model.SaidHow), spans=spans)),
        )
        for id in ids
    )
    start, end = draw(ends)
    article = Article(
        id=draw(words),
        language=draw(words),
        text=text,
        title=draw(some_words),
        credits=tuple(draw(st.lists(words, max_size=2))),
        published=draw(st.none() | st.builds(Published, value=words, how=one_of(model.How), why=words)),
        blocks=(Block(kind=draw(one_of(model.BlockKind)), start=start, end=end),),
    )
    return Reading(
        selon="0",
        article=article,
        entities=tuple(
            Entity(id=e, name=e, kind=draw(one_of(model.EntityKind)), mentions=draw(spans)) for e in entities
        ),
        attributions=attributions,
        modality=(Modality(start=start, end=end, use=draw(one_of(model.Use))),),
        notes=(Note(stage=draw(one_of(model.StageName)), code="x", message=draw(words), text=draw(some_words)),),
        made_by=draw(st.dictionaries(words, words, max_size=3)),
    )


@given(readings())
def test_a_record_comes_back_the_same(made: Reading) -> None:
    line = made.to_json()
    assert b"\n" not in line
    back = Reading.from_json(line)
    assert back == made
    assert back.to_json() == line
    assert 0 <= made.own_voice() <= 1


FULL = reading("[s1 The keeper] [c1 said] [q1 the lamp is lit].", entities=(Entity(id="e1", name="K", kind="person"),))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"[[0,10]]", b"[[0,99]]", r"span \[0, 99\) leaves the text"),
        (b"[[0,10]]", b"[[4,4]]", "empty"),
        (b"[[0,10]]", b"[[9,4]]", "reversed"),
        (b"[[0,10]]", b"[[-1,4]]", "negative"),
        (b"[[0,10]]", b'[["0",4]]', "Expected `int`"),
        (b'"type":"named"', b'"type":"anonymous"', "Invalid enum value"),
        (b'"entity":null', b'"entity":"e9"', "entity 'e9', which is not in the reading"),
        (b'"inside":null', b'"inside":"a9"', "inside 'a9', which is not in the reading"),
        (b'"selon":"0",', b"", "missing required field `selon`"),
        (b'{"selon"', b'{{"selon"', "malformed"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(old: bytes, new: bytes, message: str) -> None:
    line = FULL.to_json()
    assert old in line
    with pytest.raises((ValueError, msgspec.DecodeError), match=message):
        Reading.from_json(line.replace(old, new))


def test_unknown_fields_are_left_alone() -> None:
    assert Reading.from_json(FULL.to_json().replace(b'{"selon"', b'{"later":[1],"selon"')) == FULL


@pytest.mark.parametrize(
    ("marked", "share"),
    [
        ("[s1 Ann] [c1 says] [q1 yes].", 0.0),
        ("Rain fell. [s1 Ann] [c1 says] [q1 so].", 8 / 17),
        ("Nobody speaks here.", 1.0),
        ("…", 1.0),
    ],
)
def test_own_voice_is_what_nobody_is_cited_for(marked: str, share: float) -> None:
    assert reading(marked).own_voice() == pytest.approx(share)


@pytest.mark.parametrize(
    ("a", "b", "covers", "overlaps"),
    [((0, 5), (1, 5), True, True), ((0, 3), (2, 5), False, True), ((0, 3), (3, 5), False, False)],
)
def test_spans(a: tuple[int, int], b: tuple[int, int], covers: bool, overlaps: bool) -> None:
    assert (Span(*a).covers(Span(*b)), Span(*a).overlaps(Span(*b))) == (covers, overlaps)
    assert Span(1, 3).of("abcd") == "bc"
