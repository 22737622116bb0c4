"""How the reasons for claims, origins and copies are worded; other languages word them by the same codes and parts."""

from typing import Final

from selon.linking.types import Reason, ReasonCode

WORDINGS: Final[dict[ReasonCode, str]] = {
    "alike": "the same in other words",
    "alike_words": "the words {0}",
    "alike_figures": "the figures {0}",
    "alike_both": "the words {0} and the figures {1}",
    "denial": "denied: {0}",
    "not_denied": "not denied, as the others are",
    "figures": "{0}, the others {1}",
    "doubt": "put in doubt",
    "told_alike": "told alike, with nobody else named",
    "one_attribution": "one attribution to {0}",
    "both_name": "both name {0}",
    "same_person": "{0} and {1} are one person",
    "same_government": "{0} and {1} speak for one government",
    "speak_for_one": "{0} and {1} speak for one body",
    "same_role": "{0} and {1} have one role",
    "share_name": "{0} and {1} share a name",
    "same_words": "{0} and {1} are told in the same words",
    "same_body": "{0} and {1} are one body",
    "initials": "{0} and {1} are one name and its initials",
    "share_credit": "{0} and {1} credit {2}",
    "copied": "{0} and {1} have the same words",
    "repeats": "{0} repeats {1}",
    "says_what": "{0} says what {1} said",
    "says_twice": "{0} says it twice",
    "own_reporting": "{0} shows reporting of its own",
    "unsourced": "{0} names nobody and shows no reporting of its own",
    "unsure": "it is not sure enough that this is another one",
    "ruled_one": "{0} ruled that it is this claim",
    "ruled_apart": "{0} ruled that it is not the claim {1}",
    "ruled_who": "{0} and {1} were ruled to be one",
    "passages": "{0} passages, {1} words outside quotations",
    "sentences": "{0} sentences in the same order mean the same",
    "names": "{0} names and numbers in both",
    "agency": "is of the agency {0}",
    "both_credit": "both credit {0}",
    "one_credits": "credits {0}",
    "credits_other": "names {0}",
    "same_outlet": "both are of {0}",
    "no_time": "it is not known which came out first",
    "same_time": "both came out on {0}",
    "earlier": "came out first, {0}, the other {1}",
}


def because(code: ReasonCode, *parts: str, article: str | None = None, value: float | None = None) -> Reason:
    """A reason in English, with the parts that its wording takes."""
    return Reason(code=code, message=WORDINGS[code].format(*parts), article=article, value=value, parts=parts)
