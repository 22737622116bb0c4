"""The words that the program itself says to people, in their language; English where there are none."""

from typing import NamedTuple

from selon.model import Act, Certainty, How, Language, SourceType


class Labels(NamedTuple):
    language: str
    """The language's own name."""
    marks: tuple[str, str]
    """Opening and closing quotation mark, with the blanks that belong to them."""
    acts: dict[Act, str]
    certainties: dict[Certainty, str]
    types: dict[SourceType, str]
    how: dict[How, str]
    """How the day of publication is known; nothing to say where the page's metadata have it."""
    by: str
    words: str
    counts: tuple[str, str]
    """One attribution, several."""
    nobody: str
    """Heading of what has no source."""
    inside: str
    own_voice: str
    own_share: str
    """Takes `share`, a whole number of percent."""
    more: str
    """Takes `n`, how many passages are left out."""
    set_aside: str
    notes: str
    empty: str


_FR = Labels(
    language="français",
    marks=("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»"),
    acts={
        "say": "dit",
        "deny": "nie",
        "assess": "estime",
        "evidence": "montre",
        "ask": "demande",
        "urge": "exhorte",
        "promise": "promet",
        "hearsay": "on-dit",
    },
    certainties={"certain": "certain", "probable": "probable", "possible": "possible", "unknown": "inconnu"},
    types={
        "named": "personne nommée",
        "role": "personne non nommée",
        "org": "institution",
        "media": "média",
        "doc": "document",
        "group": "groupe",
        "none": "non nommée",
    },
    how={"url": "d’après l’adresse", "text": "d’après le texte", "given": "indiquée", "inferred": "déduite"},
    by="par",
    words="mots",
    counts=("attribution", "attributions"),
    nobody="Sans source nommée",
    inside="via",
    own_voice="Le journal, en son nom",
    own_share="{share} % du texte n’est attribué à personne",
    more="et {n} autres passages",
    set_aside="Écarté",
    notes="Remarques",
    empty="Aucune attribution trouvée.",
)

_EN = Labels(
    language="English",
    marks=("“", "”"),
    acts={
        "say": "says",
        "deny": "denies",
        "assess": "thinks",
        "evidence": "shows",
        "ask": "asks",
        "urge": "urges",
        "promise": "promises",
        "hearsay": "hearsay",
    },
    certainties={"certain": "certain", "probable": "probable", "possible": "possible", "unknown": "unknown"},
    types={
        "named": "named person",
        "role": "unnamed person",
        "org": "institution",
        "media": "media",
        "doc": "document",
        "group": "group",
        "none": "not named",
    },
    how={"url": "from the address", "text": "from the text", "given": "as given", "inferred": "inferred"},
    by="by",
    words="words",
    counts=("attribution", "attributions"),
    nobody="No source named",
    inside="via",
    own_voice="The outlet, in its own name",
    own_share="{share} % of the text is attributed to nobody",
    more="and {n} more passages",
    set_aside="Set aside",
    notes="Notes",
    empty="No attribution found.",
)

_LABELS = {"fr": _FR, "en": _EN}


def labels(language: Language) -> Labels:
    """The labels for readers of `language`."""
    return _LABELS.get(language, _EN)


def language_name(language: Language) -> str:
    """The language's own name, or its code where that is all there is."""
    return _LABELS[language].language if language in _LABELS else language
