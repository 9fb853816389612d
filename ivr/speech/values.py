"""Read a value out: kind, value and language in, clip ids out. Pure."""

from ivr.speech.kinds import Kind, parsed
from ivr.speech.language import END
from ivr.speech.languages import LANGUAGES


def clips(kind: Kind, value: object, language: str, *, last: bool = True, follower: str = "") -> list[str]:
    """The clips that read the value; `last` says whether the sentence ends with it, `follower` which word of the
    language's is said with it.

    Raises Unspeakable for a value that is not of its kind, KeyError for a language that is not in LANGUAGES.
    """
    spoken = LANGUAGES[language]
    ids = spoken.readers[kind](parsed(kind, value))
    if follower:
        ids = spoken.followed(ids, spoken.followers[follower])
    if last and ids[-1] in spoken.ends:
        ids[-1] += END
    return ids
