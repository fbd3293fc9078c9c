"""Languages by the ends of files' names: those that the adapter learns from."""

from pathlib import PurePosixPath

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
