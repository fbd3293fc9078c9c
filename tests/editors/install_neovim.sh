#!/usr/bin/env bash
# Puts Neovim 0.12 beside this system, with the libraries it was built for: unpacked from a newer
# Debian suite into one cache folder outside the checkout, nothing of the system replaced.
# A second run finds it and does nothing. Prints the cache folder; the editor is its neovim/bin/nvim.

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

SUITE=forky
SERIES=0.12
NEOVIM_PART="neovim-$SERIES"

# The mirror that this machine's own sources name for its Debian suite.
debian_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' |
    awk '$2 == "Debian" && $3 == "Debian" { print $1; exit }'
}

# An apt of its own: its lists, cache and (empty) record of installed packages lie in the folder, so
# that every library is fetched and nothing of the system is asked or changed. Signatures are checked.
private_apt() {
  local root=$1
  shift
  apt-get -qq \
    -o "Dir::State=$root/state" -o "Dir::State::status=$root/status" \
    -o "Dir::Cache=$root/cache" -o "Dir::Etc::sourcelist=$root/sources.list" \
    -o "Dir::Etc::sourceparts=$root/none" -o "Dir::Etc::preferences=$root/none/none" \
    -o "Dir::Etc::preferencesparts=$root/none" -o "Acquire::Check-Valid-Until=false" \
    -o "APT::Sandbox::User=" -o "APT::Install-Recommends=false" -o "Debug::NoLocking=true" "$@"
}

fill_neovim() {
  local part=$1 root mirror package
  root=$(mktemp -d)
  mirror=$(debian_mirror)
  if [[ -z "$mirror" ]]; then
    say "this machine's apt names no Debian mirror (run apt-get update first)"
    return 1
  fi
  mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial" "$root/none"
  : >"$root/status"
  printf 'deb [signed-by=%s] %s %s main\n' \
    /usr/share/keyrings/debian-archive-keyring.gpg "$mirror" "$SUITE" >"$root/sources.list"
  private_apt "$root" update
  private_apt "$root" install --download-only -y neovim >/dev/null
  for package in "$root"/cache/archives/*.deb; do
    dpkg -x "$package" "$part"
  done
  rm -rf "$root"

  # The final place, not $part: the paths below are used after the folder has been moved there.
  local prefix="$EDITORS_CACHE/$NEOVIM_PART" libraries=usr/lib/x86_64-linux-gnu
  patchelf --set-interpreter "$prefix/$libraries/ld-linux-x86-64.so.2" \
    --force-rpath --set-rpath "$prefix/$libraries" "$part/usr/bin/nvim"
  mkdir "$part/bin"
  cat >"$part/bin/nvim" <<WRAPPER
#!/bin/sh
export VIMRUNTIME="$prefix/usr/share/nvim/runtime"
exec "$prefix/usr/bin/nvim" "\$@"
WRAPPER
  chmod +x "$part/bin/nvim"
}

need_command patchelf patchelf
need_command tmux tmux
install_part "$NEOVIM_PART" fill_neovim
ln -sfn "$NEOVIM_PART" "$EDITORS_CACHE/neovim"

version=$("$EDITORS_CACHE/neovim/bin/nvim" --version | head -1)
case $version in
  "NVIM v$SERIES."*) ;;
  *)
    say "expected Neovim $SERIES, found: $version"
    exit 1
    ;;
esac
printf '%s\n' "$EDITORS_CACHE"
