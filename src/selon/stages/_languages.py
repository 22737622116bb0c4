"""Which languages there are, for the stages that look at a text before its language is known."""

from importlib.resources import files

LANGUAGES = tuple(
    sorted(
        folder.name
        for folder in files("selon.lang").iterdir()
        if folder.joinpath("lexicon", "furniture.toml").is_file()
    )
)
"""ISO 639-1 codes: the folders of `lang/`. Every page is held against all: French ones have English furniture too."""


def lexicon_of(code: str, name: str) -> str:
    """The file `name` of a language's lexicon; "" where it has none."""
    file = files("selon.lang").joinpath(code, "lexicon", name)
    return file.read_text("utf-8") if file.is_file() else ""
