"""What happens when: the events of articles, their order, and how they are printed."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from marked import reading
from selon import cli
from selon.model import Block, Entity, Reading, Span, Time, TimeType, When
from selon.show import print_timeline
from selon.timeline import days_of, timeline

DAYS = [
    ("2024-05-14", "2024-05-14", "2024-05-14"),
    ("2024-05-14T18:00", "2024-05-14", "2024-05-14"),
    ("2024-05-14TXX:XX", "2024-05-14", "2024-05-14"),
    ("2024-05", "2024-05-01", "2024-05-31"),
    ("2024", "2024-01-01", "2024-12-31"),
    ("2024-W01", "2024-01-01", "2024-01-07"),
    ("2024-W01-WE", "2024-01-06", "2024-01-07"),
    ("2024-Q4", "2024-10-01", "2024-12-31"),
    ("2024-H1", "2024-01-01", "2024-06-30"),
    ("2023-WI", "2023-12-01", "2024-02-29"),
    ("199", "1990-01-01", "1999-12-31"),
    ("19", "1900-01-01", "1999-12-31"),
    ("00", "0001-01-01", "0099-12-31"),
]
OPEN = ["XXXX-05-14", "XXXX-WXX-2", "2024-XX", "PAST_REF", "2024-02-30", "2024-W54", "0000", "P3D", "", "9999-WI"]


def told(
    marked: str,
    *times: tuple[str, str],
    kind: TimeType = "DATE",
    said: dict[str, str] | None = None,
    entities: tuple[Entity, ...] = (),
    article: dict[str, Any] | None = None,
    **of: Any,
) -> Reading:
    """A reading with these words as times of these values; `said` are the words of an attribution's saying."""
    found = reading(marked, entities=entities, article=article, **of)
    text = found.article.text
    at = {words: Span(text.index(words), text.index(words) + len(words)) for words, _ in times}
    value = dict(times)
    attributions = tuple(
        replace(a, when=When(value=value[words], how="stated", spans=(at[words],)) if words else None)
        for a in found.attributions
        for words in [(said or {}).get(a.id)]
    )
    points = tuple(
        Time(start=at[words].start, end=at[words].end, type=kind, value=v, anchor="none", by="hand")
        for words, v in times
    )
    return replace(found, attributions=attributions, times=points)


STORY = told(
    "La digue a été bâtie en 1962. [s1 Una Moss] [c1 a promis] mardi que [q1 les vannes seraient changées en avril]. "
    "[s2 La Vigie] [c2 rapporte] que [q2 [s3 le préfet] [c3 a nié] lundi [q3 toute fuite en 2021]]. Il pleut souvent.",
    ("1962", "1962"), ("mardi", "2024-03-12"), ("avril", "2024-04"), ("lundi", "2024-03-11"), ("2021", "2021"),
    ("souvent", "PAST_REF"),
    entities=(Entity(id="e1", name="Una Moss", kind="person"),),
    article={"outlet": "Le Phare"},
    said={"a1": "mardi", "a3": "lundi"},
    a1={"entity": "e1", "act": "promise"},
    a2={"type": "media"},
    a3={"act": "deny", "inside": "a2", "certainty": "possible"},
)  # fmt: skip

PAGE = """\
Chronologie
1 article · 6 dates

  1962        La digue a été bâtie en 1962.
              Le Phare, en son nom
  2021        toute fuite en 2021
              le préfet · nie · via La Vigie · possible
  2024-03-11  toute fuite en 2021
  lundi       le préfet · nie alors · via La Vigie · possible
  2024-03-12  les vannes seraient changées en avril
  mardi       Una Moss · promet alors
  2024-04     les vannes seraient changées en avril
  avril       Una Moss · promet

Sans date sûre
  souvent     Il pleut souvent.
              Le Phare, en son nom
"""


def shown(*readings: tuple[str, Reading], width: int = 80) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None)
    print_timeline(timeline(readings), [of for _, of in readings], console)
    return out.getvalue()


@pytest.mark.parametrize(("value", "first", "last"), DAYS)
def test_days(value: str, first: str, last: str) -> None:
    assert days_of(value) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize("value", OPEN)
def test_open_values(value: str) -> None:
    assert days_of(value) is None


@given(st.text("0123456789-WQHTX:SPUFAIE_", max_size=16))
def test_any_value_has_days_or_none(value: str) -> None:
    found = days_of(value)
    assert found is None or found[0] <= found[1]


def test_what_is_printed() -> None:
    assert "\n".join(line.rstrip() for line in shown(("a.txt", STORY)).split("\n")) == PAGE


def test_who_says_so() -> None:
    found = {(e.value, e.voice): e for e in timeline([("a.txt", STORY)])}
    assert [f"{voice} {value}" for value, voice in found] == [
        "own 1962", "content 2021", "saying 2024-03-11", "saying 2024-03-12", "content 2024-04", "own PAST_REF"
    ]  # fmt: skip
    assert found["1962", "own"].who is None
    said = found["2024-03-11", "saying"]
    assert (said.who, said.act, said.certainty, said.via, said.attribution) == (
        "le préfet", "deny", "possible", ("La Vigie",), "a3",
    )  # fmt: skip


def test_what_lasts_recurs_or_is_now_is_no_event() -> None:
    kinds: list[tuple[TimeType, str]] = [("DURATION", "P3D"), ("SET", "P1W"), ("DATE", "PRESENT_REF")]
    for kind, value in kinds:
        assert not timeline([("a", told("Il pleut ici.", ("ici", value), kind=kind))])


def test_a_dateline_is_no_event() -> None:
    blocks = (Block(kind="dateline", start=0, end=8), Block(kind="body", start=9, end=35))
    article = {"blocks": blocks}
    assert not timeline([("a", told("2024 (X) Il pleut ici en mai 2023.", ("2024", "2024"), article=article))])
    assert timeline([("a", told("2024 (X) Il pleut ici en mai 2023.", ("mai 2023", "2023-05"), article=article))])


def test_one_value_counts_once_in_a_sentence() -> None:
    of = told("Le 3 mai, jour de fête, il pleut ce vendredi.", ("3 mai", "2024-05-03"), ("ce vendredi", "2024-05-03"))
    assert [e.told for e in timeline([("a", of)])] == ["3 mai"]


def test_a_line_that_is_but_a_date_is_no_event() -> None:
    assert not timeline([("a", told("Publié le 3 mai 2024 à 8h.", ("3 mai 2024", "2024-05-03")))])


def test_the_parts_of_a_day_stand_in_its_order() -> None:
    values = ["2024-05-03", "2024-05-03TMO", "2024-05-03T09:00", "2024-05-03TAF", "2024-05-03TEV", "2024-05-03TNI"]
    of = told("Il a plu a, b, c, d, e, f.", *((f"{c},", v) for c, v in zip("abcde", values[1:], strict=True)))
    assert [e.value for e in timeline([("a", of)])] == values[1:]


def test_a_long_sentence_is_cut_around_its_time() -> None:
    text = f"{'Il a plu sur la digue et ' * 30}en 2024 il a neigé{' sur la digue' * 30}."
    assert "en 2024 il a neigé" in " ".join(shown(("a", told(text, ("2024", "2024")))).split())


def test_articles_are_told_together_by_time_the_wider_first() -> None:
    one = told("Il a plu en 2024.", ("2024", "2024"))
    other = told("Il a plu le 3 mai, puis en mai, puis jadis.", ("3 mai", "2024-01-03"), ("en mai", "2024-01"),
                 ("jadis", "XXXX"))  # fmt: skip
    found = timeline([("b", other), ("a", one)])
    assert [(e.file, e.value) for e in found] == [("a", "2024"), ("b", "2024-01"), ("b", "2024-01-03"), ("b", "XXXX")]
    assert "x/a.txt" in shown(("x/a.txt", one), ("y/a.txt", other))
    assert "x/" not in shown(("x/a.txt", one), ("y/b.txt", other))


@pytest.mark.parametrize("width", [20, 33, 80])
def test_lines_fit(width: int) -> None:
    assert max(cell_len(line) for line in shown(("a.txt", STORY), ("b.txt", STORY), width=width).split("\n")) <= max(
        width, 36
    )


def test_nothing_commands_the_terminal() -> None:
    out = shown(("\x1b[31ma", told("Il a plu\x1b[2J\u202e en 2024.", ("2024", "2024"))), ("b", STORY))
    assert "\x1b" not in out
    assert "\u202e" not in out


# ---------------------------------------------------------------- selon timeline


@pytest.fixture
def story(tmp_path: Path) -> str:
    path = tmp_path / "story.txt"
    path.write_text("« La digue tiendra », a déclaré mardi la directrice. Elle a été bâtie en 1962.", "utf-8")
    return str(path)


ARGUMENTS = ["--plain", "--lang", "fr", "--date", "2024-05-15", "--rules-only"]


def test_json_is_one_event_a_line(story: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["timeline", story, "--json", *ARGUMENTS]) == 0
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.decode().splitlines()]
    assert [(line["value"], line["voice"], line["file"]) for line in lines] == [
        ("1962", "own", story),
        ("2024-05-14", "saying", story),
    ]


def test_the_others_are_printed_when_one_fails(story: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["timeline", "nowhere.txt", story, *ARGUMENTS]) == 1
    out, err = capsys.readouterr()
    assert "1962" in out
    assert "nowhere.txt" in err
    assert "Traceback" not in err


def test_an_article_without_dates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "none.txt"
    path.write_text("Il pleut.", "utf-8")
    assert cli.main(["timeline", str(path), *ARGUMENTS]) == 0
    assert "Aucune date trouvée." in capsys.readouterr().out


def test_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["timeline", "--date", "hier", "x"]) == 2
    assert "--date hier is no day" in capsys.readouterr().err
