"""The words that the program itself says to people, in their language; English where there are none."""

import re
from typing import NamedTuple

from selon.model import Act, Certainty, How, Language, SourceType, Verdict


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
    words: tuple[str, str]
    """One word, several."""
    counts: tuple[str, str]
    """One attribution, several."""
    nobody: str
    """Heading of what has no source."""
    inside: str
    own_voice: str
    own_share: str
    """Takes `share`, a whole number of percent."""
    doubt: str
    """Of an attribution that may not hold; takes `score`, in percent."""
    more: tuple[str, str]
    """One passage that is left out, several; takes `n`, how many."""
    set_aside: str
    notes: str
    colon: str
    """With the blanks around it."""
    empty: str
    when: str
    """Heading of the times, and so on."""
    where: str
    findings: str
    verdicts: dict[Verdict, str]
    types_many: dict[SourceType, str]
    """As `types`, of several; what is not here has one word for both."""
    timeline: str
    dates: tuple[str, str]
    """One date, several."""
    articles: tuple[str, str]
    open_times: str
    """Heading of what has no sure date."""
    no_times: str
    own_name: str
    """Takes `outlet`."""
    said_then: str
    """Of an attribution that was made at the time shown; takes `act`."""
    noted: dict[str, str]
    """What a note's code stands for; for a code that is not here, the note's message has to do."""
    plural: re.Pattern[str]
    """Matches descriptions of several: «les industriels», "officials of the party"."""
    described: re.Pattern[str]
    """Matches the small determiner that a description opens with: «le directeur», not «Le Pen»."""
    definite: re.Pattern[str]
    """Matches the article that the name of a body may open with: «l’Office des eaux»."""
    pronoun: re.Pattern[str]
    """Words that by themselves name nobody."""

    def type_of(self, type_: SourceType, name: str) -> str:
        """The type's label, in the plural where the description `name` is."""
        one = self.types[type_]
        return self.types_many.get(type_, one) if self.plural.match(name) else one

    def is_description(self, name: str) -> bool:
        """Whether `name` describes somebody rather than naming them."""
        return name.islower() or self.described.match(name) is not None

    def is_pronoun(self, words: str) -> bool:
        return self.pronoun.fullmatch(words) is not None


_BEHIND = r"(?:of|in|at|from|for|on|with|near|by|to|who|that|close|familiar|briefed|involved|living)\b"
"""What ends an English description's noun."""

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
    words=("mot", "mots"),
    counts=("attribution", "attributions"),
    nobody="Sans source nommée",
    inside="via",
    own_voice="Le journal, en son nom",
    doubt="sûr à {score} %",
    own_share="{share} % du texte n’est attribué à personne",
    more=("et {n} autre passage", "et {n} autres passages"),
    set_aside="Écarté",
    notes="Remarques",
    colon="\N{NO-BREAK SPACE}: ",
    empty="Aucune attribution trouvée.",
    when="Quand",
    where="Où",
    findings="Constats",
    verdicts={"holds": "juste", "does_not_hold": "ne tient pas", "cannot_tell": "indécidable"},
    types_many={"role": "personnes non nommées", "doc": "documents"},
    timeline="Chronologie",
    dates=("date", "dates"),
    articles=("article", "articles"),
    open_times="Sans date sûre",
    no_times="Aucune date trouvée.",
    own_name="{outlet}, en son nom",
    said_then="{act} alors",
    noted={
        "furniture": "mots de la page qui ne sont pas de l’article",
        "share": "boutons de partage",
        "related": "liens vers d’autres articles",
        "newsletter": "lettre d’information",
        "comments": "commentaires ou formulaire de commentaire",
        "captcha": "captcha",
        "cookies": "avis sur les cookies ou les conditions",
        "subscription": "offre d’abonnement",
        "advert": "publicité",
        "navigation": "menus et boutons",
        "reading-time": "temps de lecture",
        "tags": "mots-clés",
        "dates": "lignes qui datent la page (la date est gardée)",
        "copyright": "mention de copyright",
        "caption": "légendes et crédits d’images",
        "byline": "ligne de l’auteur (le nom est gardé)",
        "repeat": "mots répétés, gardés une fois",
        "script": "ligne dans une autre écriture",
        "encoding": "encodage mal ou pas déclaré : lu selon le plus probable",
        "lost-letters": "des lettres perdues par un mauvais encodage sont rétablies",
        "unseen": "des caractères qui ne se voient pas sont ôtés",
        "impossible": "jours ou heures qui n’existent pas, laissés de côté",
        "unresolved": "jour de parution inconnu (--date le donne), dates laissées ouvertes",
        "inferred-date": "date de parution déduite du texte (--date la donne)",
        "dates-disagree": "ne va pas avec la date de parution que dit le reste du texte",
        "dates-differ": "la page donne plusieurs jours de parution, dont le premier est gardé",
        "future": "l’article est daté d’un jour à venir",
        "no-reference": "dates comptées d’un moment que le texte ne dit pas, laissées ouvertes",
        "out-of-range": "dates hors du calendrier",
        "too-large": "nombres trop grands pour être lus",
        "crowded": "phrases trop chargées de chiffres pour être vérifiées",
        "not-in-gazetteer": "lieux que l’index géographique n’a pas, laissés sans coordonnées",
        "markup": "des balises HTML sont lues comme des mots ; sans --plain, elles ne le sont pas",
        "surrogate": "des moitiés de caractères sont lues comme des caractères inconnus",
        "transfer": "langue sans règles : lue par le réseau seul, qui a appris le français et l’anglais",
        "language": "la page se dit dans une autre langue que celle de ses mots",
        "no-article": "aucun article trouvé",
        "unclosed-quotation": "une citation n’est jamais fermée",
    },
    plural=re.compile(
        r"(?i)(?:les|des|aux|[cmts]es|[nv]os|leurs|plusieurs|certaine?s|quelques|divers(?:es)?|deux|trois|quatre|cinq|"
        r"six|sept|huit|neuf|dix|d['’]autres|(?:de )?nombreu(?:x|ses)) "
    ),
    described=re.compile(r"(?:l[ae]s?|une?|des|ce|cet|cette|[cmts]es|[mts](?:on|a)|[nv]os|[nv]otre|leurs?) |l['’]"),
    definite=re.compile(r"l(?:[ae]s? |['’])"),
    pronoun=re.compile(
        r"(?i)j['’e]|moi|toi|tu|ils?|elles?|lui|eux|(?:l['’])?on|nous|vous|c['’e]|ça|cela|"
        r"ce(?:lui|lle|ux|lles)(?:-ci|-là)?|qui"
    ),
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
    words=("word", "words"),
    counts=("attribution", "attributions"),
    nobody="No source named",
    inside="via",
    own_voice="The outlet, in its own name",
    doubt="{score}% sure",
    own_share="{share}% of the text is attributed to nobody",
    more=("and {n} more passage", "and {n} more passages"),
    set_aside="Set aside",
    notes="Notes",
    colon=": ",
    empty="No attribution found.",
    when="When",
    where="Where",
    findings="Findings",
    verdicts={"holds": "holds", "does_not_hold": "does not hold", "cannot_tell": "cannot tell"},
    types_many={"role": "unnamed persons", "doc": "documents"},
    timeline="Timeline",
    dates=("date", "dates"),
    articles=("article", "articles"),
    open_times="Without a sure date",
    no_times="No date found.",
    own_name="{outlet}, in its own name",
    said_then="{act} then",
    noted={  # the messages of the others say more
        "furniture": "words of the page that are no part of the article",
        "share": "share buttons",
        "related": "links to other articles",
        "newsletter": "newsletter box",
        "comments": "comments or the form for one",
        "captcha": "captcha",
        "cookies": "cookie or terms notice",
        "subscription": "subscription offer",
        "advert": "advertising",
        "navigation": "menus and buttons",
        "reading-time": "reading time",
        "tags": "tags",
        "dates": "lines that date the page (the date is kept)",
        "copyright": "copyright line",
        "caption": "captions and credits of pictures",
        "byline": "the author’s line (the name is kept)",
        "repeat": "repeated words, kept once",
        "script": "line in another script",
        "inferred-date": "publication date inferred from the text (--date gives it)",
    },
    plural=re.compile(
        r"(?i:(?:these|those|some|several|many|few|both|two|three|four|five|six|seven|eight|nine|ten|dozens|hundreds) )"
        rf"|(?!(?i:an?|one|each|every|another|this|that) )(?:(?!{_BEHIND})[\w’'-]+ )*?"
        rf"(?:[A-Za-z][a-z-]*[a-rtv-z]s|[Pp]eople|men|women|police)(?:,| {_BEHIND}|$)"
    ),
    described=re.compile("(?:the|an?|this|that|these|those|his|her|its|my|our|your|their|one|another) "),
    definite=re.compile("the "),
    pronoun=re.compile("(?i)i|me|you|he|him|she|her|it|we|us|they|them|one|this|that|these|those|who"),
)


_LABELS = {"fr": _FR, "en": _EN}


def labels(language: Language) -> Labels:
    """The labels for readers of `language`."""
    return _LABELS.get(language, _EN)


def language_name(language: Language) -> str:
    """The language's own name, or its code where that is all there is."""
    return _LABELS[language].language if language in _LABELS else language
