"""What Inkling knows of each language: one file a language, found by being here.

To add one:

1. A file here with the constant `LANGUAGE`; `base` says what its fields mean. Take what you do not
   know from `plain`: what is not known is not assumed. What several share is a value in a file of
   its own (`braces`, `ecmascript`), which has no `LANGUAGE`.
2. Its grammar, if there is a wheel of it: the version pinned in `pyproject.toml`, since a grammar
   is native code in the server.
3. Its rows, in `tests/languages/rows/`, and marked cases of where a suggestion ends.

Nothing else of Inkling knows any language by name, and this package knows nothing else of Inkling.
"""
