-- What `vim.lsp.enable('inkling')` starts. A person's own `vim.lsp.config('inkling', …)` goes over it.

local protocol = require('inkling.protocol')
local server = require('inkling.server')
local status = require('inkling.status')

---@type vim.lsp.Config
return {
  cmd = require('inkling.program').default(),
  -- For files of any type. Buffers that are left alone get no `root_dir`, and so no server.
  root_dir = server.root_dir,
  root_markers = {
    '.git',
    'package.json',
    'pyproject.toml',
    'go.mod',
    'Cargo.toml',
    'pom.xml',
    'build.gradle',
    'build.gradle.kts',
    'composer.json',
    'Gemfile',
    'CMakeLists.txt',
    'Makefile',
    'setup.py',
  },
  reuse_client = server.reuse_client,
  get_language_id = function(_, filetype)
    return filetype ~= '' and filetype or 'plaintext'
  end,
  -- Neovim 0.11 does not announce it by itself.
  capabilities = { textDocument = { inlineCompletion = { dynamicRegistration = false } } },
  before_init = server.before_init,
  on_init = server.on_init,
  on_exit = server.on_exit,
  handlers = {
    [protocol.methods.status] = status.on_status,
    [protocol.methods.trace] = status.on_trace,
    [protocol.methods.grew] = function(_, params, context)
      require('inkling.request').grown(params, context.client_id)
    end,
  },
}
