LINES = [
    ("for f in *.txt; do", "opens"),
    ("if [ -f a ]; then", "opens"),
    ("else", "opens closes"),
    ("elif a; then", "opens closes"),
    ("while true; do", "opens"),
    ("case $1 in", "opens"),
    ("  start|stop)", "opens"),
    ("  *)", "opens"),
    ('  "$a")', "opens"),
    ("f() {", "opens defines"),
    ("function f {", "opens defines"),
    ("cat a |", ""),
    ("a &&", ""),
    ("fi", "closes"),
    ("done < a", "closes"),
    ("esac", "closes"),
    ("  ;;", "closes"),
    ("}", "closes"),
    ("find . -name a", ""),
    ("# do", "heralds"),
    ("  # then", ""),
    ("x=$(ls a)", ""),
    ("fine", ""),
    ("done_it=1", ""),
    ("echo in", ""),
]

INSIDE = [
    '^s=^"|a\\"|b $x-|${^y^}|d$(^ls ^"|z|"^)|e|"^\n',
    "^t=^'|d|'^\n",
    "u=^$'|x\\|n|'^\n",
    "^#| it's|\n^ls\n",
    "cat <<'X'^\nr|aw it's|\nX\n^ls\n",
    "cat <<X^\nr|aw |${^y^}| it's|\nX\n^ls\n",
    "echo ^a#b^ \\'^\n",
    "x=${^y^}^\n",
    "x=$(^ls^)^\n",
]

FILES = ["a.sh", "b.bash", ".bashrc", "c.zsh", "d.bats"]
IDS = ["shellscript", "sh", "bash", "zsh"]
TITLE = "# {file}\n"

CODE = """\
#!/bin/sh
source ./lib/common.sh
. "$DIR/more.sh"

# The most there may be.
LIMIT=3
export NAME="x"

# Opens it.
open_shop() {
  local inner=1
  helper
}

function close_shop {
  echo
}
"""
DEFINES = [
    ("value", "LIMIT", "LIMIT=3", "The most there may be."),
    ("value", "NAME", 'export NAME="x"', ""),
    ("function", "open_shop", "open_shop()", "Opens it."),
    ("function", "close_shop", "function close_shop", ""),
]
IMPORTS = [
    ("./lib/common.sh", "", ""),
    ("$DIR/more.sh", "", ""),
]
