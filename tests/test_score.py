"""Scores of made-up predictions for a made-up text, worked out by hand."""

import json
import random
from collections.abc import Callable
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marked import reading
from selon import score
from selon.model import InputError, Reading, Span
from selon.score import Document, Row

TEXT = (
    "The keeper said the lamp is lit. “We climbed it twice,” Una Moss told visitors. "
    '"It shines, she added, far." Joss denied that "cracks" were seen.\n'
    "Le gardien a dit : « Nous montons, » a-t-il juré, « demain. »"
)


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def row(source: str | None, cue: str | None, *content: str, **of: Any) -> Row:
    return Row(
        source=(at(source),) if source else (),
        cue=(at(cue),) if cue else (),
        content=tuple(map(at, content)),
        **of,
    )


INDIRECT = row("The keeper", "said", "the lamp is lit", type="role", act="say", sure="certain", ref="Ebba Holm")
DIRECT = row("Una Moss", "told", "“We climbed it twice,”", type="named", act="say", sure="certain")
MIXED = row("Joss", "denied", 'that "cracks" were seen', type="named", act="deny", sure="certain")
SPLIT = row("il", "juré", "« Nous montons, »", "« demain. »", type="named", act="promise", sure="possible")
GOLD = (INDIRECT, DIRECT, MIXED, SPLIT)


def document(*rows: Row) -> Document:
    return Document(id="d", text=TEXT, attributions=rows)


def scores(gold: tuple[Row, ...], predicted: tuple[Row, ...]) -> score.Scores:
    return score.summarise([score.count(document(*gold), document(*predicted))])


def changed(of: Row, **fields: Any) -> Row:
    return msgspec.structs.replace(of, **fields)


def part(words: str) -> tuple[Span, ...]:
    return (at(words),)


def test_gold_against_itself() -> None:
    got = scores(GOLD, GOLD)
    for level in (*score.LEVELS, "chars", "cue"):
        assert getattr(got, level) == score.Rates(p=1, r=1, f1=1)
    assert {kind: of.gold for kind, of in got.kinds.items()} == {"direct": 2, "mixed": 1, "indirect": 1}


@pytest.mark.parametrize(("gold", "predicted"), [(GOLD, ()), ((), GOLD), ((), ())])
def test_nothing_to_match_is_zero(gold: tuple[Row, ...], predicted: tuple[Row, ...]) -> None:
    got = scores(gold, predicted)
    assert got.strict.f1 == got.chars.f1 == got.cue.f1 == got.source_accuracy == 0


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        # marks and points at the edges do not matter
        ((INDIRECT, changed(DIRECT, content=part("We climbed it twice")), MIXED, SPLIT), {"strict": 1}),
        ((changed(INDIRECT, content=part("the lamp is lit. ")), DIRECT, MIXED, SPLIT), {"strict": 1}),
        # a word does
        ((changed(INDIRECT, content=part("lamp is lit")), DIRECT, MIXED, SPLIT), {"strict": 0.75, "relaxed": 1}),
        # 9 of 16 letters overlap; then 7 of 16
        ((INDIRECT, changed(DIRECT, content=part("We climbed")), MIXED, SPLIT), {"strict": 0.75, "relaxed": 1}),
        ((INDIRECT, changed(DIRECT, content=part("climbed")), MIXED, SPLIT), {"relaxed": 0.75}),
        # the source is another, missing, or too short
        (
            (changed(INDIRECT, source=part("Joss")), DIRECT, MIXED, SPLIT),
            {"attribution": 0.75, "attribution_any": 0.75},
        ),
        ((changed(INDIRECT, source=()), DIRECT, MIXED, SPLIT), {"attribution": 0.75, "attribution_any": 0.75}),
        ((INDIRECT, changed(DIRECT, source=part("Una")), MIXED, SPLIT), {"attribution": 0.75, "attribution_any": 1}),
        # a cue counts once, whatever the content
        ((INDIRECT, DIRECT, MIXED, changed(SPLIT, cue=())), {"cue": 6 / 7}),
        # nothing but order has changed
        (GOLD[::-1], {"strict": 1, "attribution": 1, "cue": 1}),
    ],
)
def test_levels(predicted: tuple[Row, ...], expected: dict[str, float]) -> None:
    got = scores(GOLD, predicted)
    assert {level: getattr(got, level).f1 for level in expected} == pytest.approx(expected)


def test_two_empty_sources_agree() -> None:
    gold = tuple(changed(r, source=()) for r in GOLD)
    assert scores(gold, gold).attribution.f1 == 1


def test_a_split_content_predicted_in_two_is_one_hit_at_most() -> None:
    halves = [changed(SPLIT, content=(span,)) for span in SPLIT.content]
    got = scores(GOLD, (INDIRECT, DIRECT, MIXED, *halves))
    assert (got.pred, got.strict.p, got.chars.f1, got.cue.f1) == (5, 3 / 5, 1, 1)
    assert (got.kinds["direct"].strict.p, got.kinds["direct"].strict.r) == (1 / 3, 1 / 2)


def test_characters_are_counted_once() -> None:
    got = scores(GOLD, (INDIRECT, changed(INDIRECT, content=part("visitors"))))
    letters = len("thelampislit")
    everything = sum(len(score.word_characters(TEXT, r.content)) for r in GOLD)
    assert (got.chars.p, got.chars.r) == (letters / (letters + 8), letters / everything)


def test_what_has_no_content_is_left_out() -> None:
    got = scores((*GOLD, row("Joss", "denied")), (row("Joss", None),))
    assert (got.gold, got.ignored_gold, got.pred, got.ignored_pred) == (4, 1, 0, 1)


def test_attributes_of_relaxed_pairs() -> None:
    predicted = (
        changed(INDIRECT, entity="Mrs HOLM", type="org", sure="probable"),
        changed(DIRECT, act="ask", source=()),
        MIXED,
    )
    got = scores(GOLD, predicted).attributes
    assert {name: (of.right, of.asked) for name, of in got.items()} == {
        "act": (2, 3),
        "certainty": (2, 3),
        "type": (1, 2),
        "speaker": (1, 1),
    }
    assert got["act"].by_value == {"deny": (1, 1), "say": (1, 2)}


@given(st.integers(1, 5), st.integers(1, 5), st.randoms(use_true_random=False))
def test_pairing_is_the_best_there_is(rows: int, columns: int, chance: random.Random) -> None:
    weight = {(i, j): float(chance.randint(1, 9)) for i in range(rows) for j in range(columns) if chance.random() < 0.6}
    pairs = score.best_pairs(weight)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    best = max(
        sum(weight.get(pair, 0) for pair in zip(some, others, strict=True))
        for size in range(min(rows, columns) + 1)
        for some in combinations(range(rows), size)
        for others in permutations(range(columns), size)
    )
    assert sum(weight[pair] for pair in pairs) == best


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ('a "b c" d', '"b c"'),
        ("a code ''unfair'' and Moss's", "''unfair''"),
        ("the Mosses' house and dogs' food", ""),
        ("on ‘Unlawful,’ it’s", "‘Unlawful,’"),
        ("a 'plain one.' b", "'plain one.'"),
        ("« A.\nB. » c", "« A.\nB. »"),
        ("“A.\n“B.” c", "“A.\n“B.”"),
        ('"A b.\n"C." d', '"A b."C."'),
        ("« a « b » c » d", "« a « b » c »"),
        ("x « left open\nand on", "« left open\n"),
        ("„so“ is not closed", "„so“ is not closed"),
        ("", ""),
    ],
)
def test_what_stands_in_quotation_marks(text: str, inside: str) -> None:
    mask = score.quoted(text)
    got = "".join(c for c, m in zip(text, mask, strict=True) if m)
    assert got.replace("\n", "") == inside.replace("\n", "")


# ---------------------------------------------------------------- files


def file(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def line(id: str = "d", **of: object) -> dict[str, object]:
    return {"id": id, "text": TEXT, "attributions": [{"content": [[0, 9]]}], **of}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "holds no document"),
        (["{"], "line 1: Input data was truncated"),
        ([line(), "", "nonsense"], "line 3: JSON is malformed"),
        ([{"id": "d", "attributions": []}], "line 1: Object missing required field `text`"),
        ([{"id": "d", "text": "a"}], "line 1: Object missing required field `attributions`"),
        ([line(attributions=[{"content": [[0, 9999]]}])], r"line 1: span \[0, 9999\) leaves the text"),
        ([line(attributions=[{"content": [[5, 5]]}])], r"line 1: span \[5, 5\) is empty"),
        ([line(attributions=[{"content": [5, 6]}])], "line 1: Expected `array`"),
        ([line(), line("e"), line()], "line 3: document 'd' stands on line 1 already"),
        (["[1]"], "line 1: Expected `object`"),
    ],
)
def test_bad_gold_is_refused(tmp_path: Path, lines: list[object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        score.load(file(tmp_path, *lines))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        score.load(tmp_path / "none.jsonl")


def test_records_are_paired_by_their_text(tmp_path: Path) -> None:
    record = reading("[s1 The keeper] [c1 said] [q1 the lamp is lit].", article={"id": "another"})
    (got,) = score.load(file(tmp_path, record.to_json().decode()))
    gold = [Document(id="d", text=record.article.text + "\n", attributions=got.attributions)]
    pairs, warnings = score.pair(gold, [got])
    assert not warnings
    assert score.summarise(score.count(*pair) for pair in pairs).attribution.f1 == 1


def test_missing_and_extra_predictions_are_told() -> None:
    gold = [document(*GOLD), Document(id="e", text="Else.", attributions=())]
    pairs, warnings = score.pair(gold, [Document(id="f", text="Other.", attributions=())])
    assert [prediction.attributions for _, prediction in pairs] == [(), ()]
    assert [warning.split()[0] for warning in warnings] == ["2", "1"]


def test_another_text_under_the_same_id_is_refused() -> None:
    with pytest.raises(InputError, match="not the gold text"):
        score.pair([document()], [Document(id="d", text="Other.", attributions=())])


@pytest.mark.parametrize(
    ("own", "given", "expected"), [("en", "fr", ["en"]), (None, "fr", ["fr"]), (None, None, [None, "xx"])]
)
def test_language_of_a_document(own: str | None, given: str | None, expected: list[str | None]) -> None:
    asked: list[str | None] = []

    def read(text: str, *, plain: bool, language: str | None = None) -> Reading:
        assert plain
        asked.append(language)
        return reading(text, article={"language": language or "xx"})

    gold = [Document(id="d", text="Words.", attributions=(), language=own)]
    (predicted,) = score.predict(gold, read, given)
    assert (asked, predicted.id) == (expected, "d")


def test_intervals_hold_the_score() -> None:
    counts = [score.count(document(*GOLD), document(*GOLD[i:])) for i in range(4)]
    low, high = score.intervals(counts, 200)["strict"]
    assert low < score.summarise(counts).strict.f1 < high


def test_the_same_seed_gives_the_same_intervals() -> None:
    counts = [score.count(document(*GOLD), document(*GOLD[i:])) for i in range(4)]
    assert score.intervals(counts, 20) == score.intervals(counts, 20) != score.intervals(counts, 20, seed=2)


@pytest.mark.parametrize("make", [score.table, lambda scores: scores.to_json().decode()])
def test_output_has_the_figures(make: Callable[[score.Scores], str]) -> None:
    got = make(scores(GOLD, GOLD[:2]))
    assert "strict" in got
    assert "attribution" in got
    assert max(map(len, got.splitlines())) < 120
