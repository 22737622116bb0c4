"""Articles for the tests of linking: invented, and put together from a few lines."""

from selon.model import Article, Published

LINES = (
    "The old lighthouse at Carrow Head went dark on Monday for the first time in a century.",
    "Engineers found that salt water had eaten through the main cable under the causeway.",
    "Fishing boats were told to stay in port until a temporary beacon is put in place.",
    "The harbour board has set aside ninety thousand pounds for the repair, which may take a month.",
    "Two ferries were turned round in the strait, and passengers spent the night in a school hall.",
    "A keeper who retired in 1994 offered to light the lamp by hand, as his father used to do.",
)
OTHERS = (
    "Ministers in Velmora argued until dawn over how to pay for the new railway to the coast.",
    "Opponents of the scheme say that the tunnel alone would swallow the country's roads budget.",
    "A vote that was planned for Thursday has been put off until the spring at the earliest.",
    "Bankers in the capital expect the state to borrow twice as much as it did last year.",
    "Shares in the builder Kestrel Works fell by a tenth before trading in them was halted.",
    "The finance minister left through a side door and did not take questions from reporters.",
)
LIGHTHOUSE_FR = (
    "Le vieux phare de Carrow Head s'est éteint lundi pour la première fois depuis un siècle.",
    "Des ingénieurs ont constaté que l'eau salée avait rongé le câble principal sous la chaussée.",
    "Les bateaux de pêche ont reçu l'ordre de rester au port jusqu'à la pose d'une balise provisoire.",
    "L'autorité portuaire a réservé quatre-vingt-dix mille livres pour la réparation, qui pourrait prendre un mois.",
    "Deux ferries ont fait demi-tour dans le détroit, et des passagers ont passé la nuit dans une salle d'école.",
    "Un gardien retraité depuis 1994 a proposé d'allumer la lampe à la main, comme le faisait son père.",
)
APART_FR = (
    "À Carrow Head, les pêcheurs comptent leurs pertes depuis que le phare ne brille plus.",
    "« Chaque nuit à quai me coûte trois cents livres », soupire la patronne du chalutier Mouette.",
    "Le député de la région demande que l'État finance une lampe moderne, alimentée par le soleil.",
    "Une pétition lancée mardi a réuni quatre mille signatures dans les villages de la côte.",
    "Les assureurs refusent de couvrir les sorties nocturnes sans feu de signalisation.",
)


def article(id: str, lines: tuple[str, ...] | str, day: str | None = "2031-05-06", **more: object) -> Article:
    text = lines if isinstance(lines, str) else "\n".join(lines)
    fields: dict[str, object] = {"language": "en", **more}
    published = Published(value=day, how="given", why="a test") if day else None
    return Article(id=id, text=text, published=published, **fields)  # type: ignore[arg-type]
