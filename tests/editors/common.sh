# Sourced by the install scripts: where the editors live, and how a part is put there once.

set -euo pipefail

EDITORS_CACHE="${INKLING_EDITORS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/inkling-editors}"
mkdir -p "$EDITORS_CACHE"

# Two runs at once would trip over each other: the second waits for the first.
exec 9>"$EDITORS_CACHE/.lock"
flock 9

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }

# install_part NAME FUNCTION [MORE...]: FUNCTION fills the empty folder it is given (MORE follows it);
# NAME appears whole or not at all, and only once. What earlier versions of this script left under another name is not reused.
install_part() {
  local name=$1 fill=$2 part
  shift 2
  if [[ -d "$EDITORS_CACHE/$name" ]]; then return; fi
  say "installing $name"
  part="$EDITORS_CACHE/.part-$name"
  rm -rf "$part"
  mkdir -p "$part"
  "$fill" "$part" "$@"
  mv "$part" "$EDITORS_CACHE/$name"
}

# as_root COMMAND...: runs it as root, or says what is missing.
as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -n "$@"
  else
    say "needs root for: $*"
    return 1
  fi
}

# need_command COMMAND PACKAGE: a Debian package that is installed only where COMMAND is missing.
need_command() {
  if command -v "$1" >/dev/null; then return; fi
  say "installing the Debian package $2"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}
