"""A headless editor: it speaks LSP over stdio and imports nothing of the server.

`demo` shows with it, `bench` measures. `rhythm`, `typist` and `plan` say what a person types and
when, `languages` what of that depends on the language; `player` does it in real time, `accept` and
`screen` are what they do with ghost text; `vscode` asks an LSP server for it, `llama_vim` a
llama.cpp server. `timeline`, `figures` and `compare` read what was recorded; `report`, `table` and
`page` tell it.
"""
