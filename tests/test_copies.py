"""Copies and translations: tables of cases with refusals, which way they went, and what holds of any text."""

import tomllib
from importlib.resources import files

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linked import APART_FR, LIGHTHOUSE_FR, LINES, OTHERS, article
from selon.linking._words import is_boilerplate, quotations, sentences_of, words_of
from selon.linking.copies import Copies, copied, marks_of
from selon.linking.origin import credited, site
from selon.linking.translations import Translations, anchors_of, translated
from selon.linking.types import Copy
from selon.model import Article

BOILERPLATE = tomllib.loads((files("selon.linking") / "boilerplate.toml").read_text("utf-8"))["line"]
SPEECH = (
    "“We shall not sell a single acre of the marsh while I sit in this chair, whatever they offer us, because my "
    "grandmother drained it with her own hands and nobody gave her a penny for it in all the years that she lived,”"
)
POST = "We shall not sell a single acre of the marsh, not now and not later, so stop asking us please #savethemarsh"
RIGHTS = BOILERPLATE[0]["examples"] * 5
A_DAY, LATER = "2031-05-06T09:00:00", "2031-05-06T15:30:00"
WORDS = [f"word{n}" for n in range(400)]


@pytest.mark.parametrize("rule", BOILERPLATE, ids=lambda rule: rule["examples"][0][:30])
def test_boilerplate(rule: dict[str, list[str]]) -> None:
    assert all(is_boilerplate(line) for line in rule["examples"])
    assert not any(is_boilerplate(line) for line in rule["refusals"])


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said: “No, never.” Then he left.", ["“No, never.”"]),
        ('She called it "a scandal" and sat down.', ['"a scandal"']),
        ("« C'est fini », dit-elle. « On part. »", ["« C'est fini »", "« On part. »"]),
        ("'It is over,' he said, and the boys' mother wept.", ["'It is over,'"]),
        ("The boys' coats and the girls' hats were wet.", []),
        ("It measured 6' and the fishermen's nets held.", []),
        ("“It never ends, he said.\nNobody answered.", ["“It never ends, he said."]),
        ("Nobody was hurt.\nGood night to all @carrowboats", ["Good night to all @carrowboats"]),
    ],
)
def test_quotations(text: str, quoted: list[str]) -> None:
    assert [span.of(text) for span in quotations(text)] == quoted


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It rained. The river rose.", 2),
        ("Mr. Dole met Gen. Ashe in St. Orlan. They ate.", 2),
        ("« Partez ! » Il est sorti. « Non », dit-elle.", 3),
        ("A title\n\nA first line. And more", 3),
        ("It cost 3.5 million. Nobody paid.", 2),
        ("***\n\n---", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences_of(text)) == count


EDITED = tuple(
    line.replace("found that", "say").replace("Monday", "Monday evening").replace("put in place", "installed")
    for line in LINES[:4]
)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        pytest.param(LINES, LINES, "verbatim", id="the same"),
        pytest.param(LINES, (*OTHERS[:3], *LINES[:4], *OTHERS[3:]), "verbatim", id="taken whole"),
        pytest.param(LINES, (*OTHERS[:3], *EDITED, *OTHERS[3:]), "edited", id="words changed"),
        pytest.param(LINES, (LINES[4], OTHERS[0], LINES[1], OTHERS[1], LINES[0]), "verbatim", id="in another order"),
        pytest.param(LINES, (OTHERS[0], LINES[0], OTHERS[1], LINES[3]), "verbatim", id="two sentences"),
        pytest.param(LINES, (*OTHERS, LINES[0]), None, id="one sentence"),
        pytest.param(LINES, OTHERS, None, id="nothing in common"),
        pytest.param((LINES[0], SPEECH), (OTHERS[0], SPEECH, OTHERS[1]), None, id="the same speaker quoted"),
        pytest.param((LINES[0], POST, POST), (OTHERS[0], POST, POST), None, id="the same post"),
        pytest.param((LINES[0], *RIGHTS), (OTHERS[0], *RIGHTS), None, id="boilerplate"),
        pytest.param("", LINES, None, id="no words"),
        pytest.param("…", "?", None, id="marks only"),
    ],
)  # fmt: skip
def test_copied(one: tuple[str, ...], other: tuple[str, ...], kind: str | None) -> None:
    a, b = article("a", one), article("b", other)
    found = copied(a, b)
    assert (found.kind if found else None) == kind
    assert found == copied(b, a)
    if found:
        assert msgspec.json.decode(msgspec.json.encode(found), type=Copy) == found
        for passage in found.passages:
            assert passage.b.end <= len(b.text)
            if passage.edited == 0:
                assert _letters(passage.a.of(a.text)) == _letters(passage.b.of(b.text))


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def test_what_is_copied_from_one_agency_may_be_shorter() -> None:
    shared = "the keeper told a packed meeting that the lamp, once lit, would burn until the last of the herring boats"
    lines = (*OTHERS[:2], f"In the evening {shared} was moored, and the hall cheered.")
    others = (*LINES[2:4], f"Later {shared} came in, to loud applause. A second meeting is planned.")
    more = "which may take a good deal longer than the men of the board like to think"
    one, other = (*lines, f"{more}, say some"), (*others, f"It is a job {more}")
    assert copied(article("a", one), article("b", (*other[:2], other[2]))) is None
    assert copied(article("a", one, credits=("AFP",)), article("b", other, credits=("AFP",)))


NAMED = {"outlet": "The Carrow Bell"}


@pytest.mark.parametrize(
    ("a", "b", "way", "origin", "codes"),
    [
        ({"credits": ("AFP",)}, {"byline": "Ada Prynne, AFP"}, "common", "AFP", ["both_credit"]),
        ({}, {"credits": ("Reuters",)}, "common", "Reuters", ["one_credits"]),
        ({"outlet": "AFP"}, {"outlet": "Le Littoral"}, "a_to_b", "AFP", ["agency"]),
        ({"outlet": "Le Littoral"}, {"outlet": "AFP"}, "b_to_a", "AFP", ["agency"]),
        (NAMED, {"end": "The Carrow Bell first told the story."}, "a_to_b", "The Carrow Bell", ["credits_other"]),
        ({"end": "So says the Carrow Bell."}, NAMED, "b_to_a", "The Carrow Bell", ["credits_other"]),
        ({"outlet": "North Post"}, {"outlet": "South Post"}, "a_to_b", "North Post", ["earlier"]),
        ({"outlet": "rt.com"}, {"outlet": "www.rt.com"}, "a_to_b", None, ["same_outlet", "earlier"]),
        ({"outlet": "N", "day": "2031-05-06"}, {"outlet": "S"}, "unknown", None, ["same_time"]),
        ({"outlet": "N", "day": "2031-05-06T00:00:00"}, {"outlet": "S"}, "unknown", None, ["same_time"]),
        ({"outlet": "N", "day": None}, {"outlet": "S"}, "unknown", None, ["no_time"]),
    ],
)
def test_direction(a: dict[str, object], b: dict[str, object], way: str, origin: str | None, codes: list[str]) -> None:
    made = []
    for id, given_day, fields in (("a", A_DAY, dict(a)), ("b", LATER, dict(b))):
        lines = (*LINES, str(fields.pop("end", "")))
        day = fields.pop("day", given_day)
        made.append(article(id, lines, day if isinstance(day, str) else None, **fields))
    found = copied(made[0], made[1])
    assert found
    assert (found.way, found.origin) == (way, origin)
    assert [reason.code for reason in found.why if reason.code in codes] == codes
    assert found.self_reuse == ("same_outlet" in codes)


@pytest.mark.parametrize(
    ("fields", "text", "names"),
    [
        ({}, "A title\n\nCARROW HEAD (AFP) – The lamp went out.", ("AFP",)),
        ({}, "A title\n\nThe lamp went out.\n(avec Reuters)", ("Reuters",)),
        ({}, "A title\n\nIt is dark.\nCopyright 2031 The Associated Press. All rights reserved.", ("AP",)),
        ({"url": "https://mail.example/wires/afp/article-1/lamp.html"}, "The lamp went out.", ("AFP",)),
        ({"byline": "Ada Prynne"}, "The lamp went out, AFP reported on Monday, and nobody knew why.", ()),
        ({}, "", ()),
    ],
)
def test_credited(fields: dict[str, str], text: str, names: tuple[str, ...]) -> None:
    assert credited(article("a", text, **fields)) == names


@pytest.mark.parametrize(
    ("name", "expected"),
    [("www.rt.com", "rt"), ("https://edition.cnn.com/x", "cnn"), ("news.bell.co.uk", "bell"), ("The Bell", "bell"),
     ("Le Monde", "monde"), ("L'Écho", "écho"), ("", "")],
)  # fmt: skip
def test_outlets(name: str, expected: str) -> None:
    assert site(name) == expected


def _added(articles: list[Article]) -> list[Copy]:
    known = {a.id: a for a in articles}
    copies = Copies(known.__getitem__)
    return sorted((copy for a in articles for copy in copies.add(a)), key=lambda copy: (copy.a, copy.b))


LIBRARY = [
    article("a", LINES, A_DAY, outlet="Bell"),
    article("b", (*OTHERS[:2], *LINES[:4]), LATER, outlet="Post"),
    article("c", OTHERS, None),
    article("d", (*EDITED, *OTHERS[2:]), "2031-05-07", outlet="Echo"),
    article("e", LIGHTHOUSE_FR, "2031-05-07", language="fr"),
    article("f", "Nothing at all.", "2031-05-08"),
]


@settings(max_examples=20, deadline=None)
@given(st.permutations(LIBRARY))
def test_order_of_adding_does_not_matter(articles: list[Article]) -> None:
    assert msgspec.json.encode(_added(articles)) == msgspec.json.encode(_added(LIBRARY))


def test_the_index_leaves_out_nothing_that_comparing_all_pairs_finds() -> None:
    pairs = [copied(one, other) for n, one in enumerate(LIBRARY) for other in LIBRARY[:n]]
    found = sorted((copy for copy in pairs if copy), key=lambda copy: (copy.a, copy.b))
    assert len(found) == 5
    assert _added(LIBRARY) == found


def test_adding_twice_does_nothing() -> None:
    assert _added([*LIBRARY, *LIBRARY]) == _added(LIBRARY)


def test_what_an_outlet_prints_under_everything_is_no_copy() -> None:
    footer = " ".join(OTHERS[:3])
    chatter = [" ".join(f"w{n}x{m}" for m in range(60)) for n in range(12)]
    articles = [
        article(f"a{n:02}", (body, footer), f"2031-05-{n + 1:02}", outlet="Bell") for n, body in enumerate(chatter)
    ]
    found = _added(articles)
    assert {copy.b for copy in found} == {f"a{n:02}" for n in range(1, 5)}, "known for furniture after five"
    mixed = [msgspec.structs.replace(a, outlet=f"Outlet {a.id}") for a in articles]
    assert len(_added(mixed)) == 12 * 11 // 2, "of twelve outlets it is a copy"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_planted_passage_is_found_where_it_stands(data: st.DataObject) -> None:
    def chatter(prefix: str, size: int) -> list[str]:
        return [f"{prefix}{data.draw(st.integers(0, 10_000))}" for _ in range(size)]

    passage = data.draw(st.lists(st.sampled_from(WORDS), min_size=45, max_size=80, unique=True))
    before, after = (data.draw(st.integers(0, 40)) for _ in range(2))
    a = article("a", " ".join([*chatter("p", before), *passage, *chatter("q", after)]))
    b = article("b", " ".join([*chatter("r", after), *passage, *chatter("s", before)]))
    found = copied(a, b)
    assert found
    assert [(p.a.of(a.text), p.b.of(b.text)) for p in found.passages] == [(" ".join(passage),) * 2]
    assert len(marks_of(words_of(a.text)).keys() & marks_of(words_of(b.text)).keys()) >= 3


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text(one: str, other: str) -> None:
    a, b = article("a", one), article("b", f"{other}\n{one}")
    for text in (a.text, b.text):
        for span in (*sentences_of(text), *quotations(text)):
            assert span.end <= len(text)
    found = copied(a, b)
    for passage in found.passages if found else ():
        assert passage.a.end <= len(a.text)
        assert passage.b.end <= len(b.text)
        assert 0 <= passage.edited <= 0.5


@pytest.mark.parametrize("text", ["la " * 20_000, "a" * 50_000, "“" * 5_000, " " * 50_000 + ".", ".\u00a0" * 5_000])
def test_odd_text_ends(text: str) -> None:
    assert copied(article("a", text), article("b", LINES)) is None


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param(LIGHTHOUSE_FR, True, id="close"),
        pytest.param((APART_FR[0], *LIGHTHOUSE_FR[:5], *APART_FR[1:]), True, id="a part"),
        pytest.param(APART_FR, False, id="the same story"),
        pytest.param(tuple(f"« {line} »" for line in LIGHTHOUSE_FR), False, id="quotations"),
        pytest.param((), False, id="no words"),
    ],
)
def test_translated(lines: tuple[str, ...], found: bool) -> None:
    a, b = article("a", LINES, A_DAY), article("b", lines, LATER, language="fr")
    copy = translated(a, b)
    assert (copy is not None) == found
    assert copy == translated(b, a)
    if copy:
        assert copy.kind == "translated"
        assert all(p.b.of(b.text).startswith("L") and p.a.of(a.text).endswith(".") for p in copy.passages)


def test_no_translation_into_the_same_language() -> None:
    assert translated(article("a", LINES), article("b", LINES)) is None


def test_translations_come_one_at_a_time() -> None:
    articles = [
        article("a", ("Carrow Head goes dark", *LINES, "Ask Tamsin Orlebar of Northgate Marine Works."), A_DAY),
        article("b", APART_FR, LATER, language="fr"),
        article("c", (*LIGHTHOUSE_FR, "Demandez Tamsin Orlebar de Northgate Marine Works."), LATER, language="fr"),
        article("d", (*LIGHTHOUSE_FR, "Demandez Tamsin Orlebar de Northgate."), "2032-05-06", language="fr"),
    ]
    for order in (articles, articles[::-1]):
        known = {a.id: a for a in articles}
        translations = Translations(known.__getitem__)
        found = [copy for a in order for copy in translations.add(a)]
        assert [(copy.a, copy.b) for copy in found] == [("a", "c")], "d is a year later"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Le maire de Carrow Head a versé 3.200.000 euros", {"carrow", "head", "3200000"}),
        ("the mayor of Carrow Head paid 3,200,000 euros", {"carrow", "head", "3200000"}),
        ("la hausse de 4,7 % à Orléans", {"4.7", "orleans"}),
        ("a rise of 4.7 percent in Orleans", {"4.7", "orleans"}),
        ("nobody came", set()),
    ],
)
def test_anchors(text: str, names: set[str]) -> None:
    assert anchors_of(text) == names
