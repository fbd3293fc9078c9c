"""Languages by the ends of files' names, and how a prompt in each begins."""

from pathlib import PurePosixPath

from adapter import product

COMMENTS = {
    "javascript": ("// ", ""),
    "javascriptreact": ("// ", ""),
    "typescript": ("// ", ""),
    "typescriptreact": ("// ", ""),
    "rust": ("// ", ""),
    "c": ("// ", ""),
    "cpp": ("// ", ""),
    "java": ("// ", ""),
    "ruby": ("# ", ""),
    "php": ("// ", ""),
    "shellscript": ("# ", ""),
    "html": ("<!-- ", " -->"),
    "css": ("/* ", " */"),
    "scss": ("// ", ""),
    "json": ("// ", ""),
    "yaml": ("# ", ""),
    "markdown": ("<!-- ", " -->"),
}
"""What opens and closes a comment of one line, by the editors' names of the languages.

Only of languages that Inkling itself has no title for yet: where it has one, that is learned from.
"""

_ENDS = {
    "python": "py pyi",
    "javascript": "js mjs cjs",
    "javascriptreact": "jsx",
    "typescript": "ts mts cts",
    "typescriptreact": "tsx",
    "go": "go",
    "rust": "rs",
    "c": "c h",
    "cpp": "cc cpp cxx hpp hh hxx",
    "java": "java",
    "ruby": "rb rake",
    "php": "php",
    "shellscript": "sh bash zsh bats",
    "html": "html htm",
    "css": "css",
    "scss": "scss",
    "json": "json",
    "yaml": "yaml yml",
    "markdown": "md",
}
_BY_END = {end: language for language, ends in _ENDS.items() for end in ends.split()}


def language_of(path: str, text: str = "") -> str:
    """Return the language of a file, empty if it is none to learn from."""
    end = PurePosixPath(path).suffix.lower().removeprefix(".")
    if not end and text.startswith("#!") and "sh" in text.partition("\n")[0].rpartition("/")[2]:
        return "shellscript"
    return _BY_END.get(end, "")


def title_of(name: str, language: str) -> str:
    """The line that stands before all else in a prompt: a comment with the file's name."""
    title = product.title(name, language)
    if title is not None:
        return title
    opening, closing = COMMENTS.get(language, ("", ""))
    return f"{opening}{name}{closing}\n" if opening and name.isprintable() else ""
