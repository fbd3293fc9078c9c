LINES = [
    ("all: a b", "opens defines"),
    ("$(A): b", "opens defines"),
    ("a: b \\", "opens defines"),
    ("A = b", ""),
    ("A := b", ""),
    ("A ::= b", ""),
    ("ifeq ($(A),b)", ""),
    ("else", "closes"),
    ("endif", "closes"),
    ("\techo a:", ""),
    ("# a:", "heralds"),
    (".PHONY: a", "heralds"),
    ("define A", ""),
    ("endef", "closes"),
]

FILES = ["Makefile", "GNUmakefile", "a.mk"]
IDS = ["makefile", "make"]
TITLE = "# {file}\n"
