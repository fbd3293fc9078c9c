-- Which program is the server: the person's own, the one on the PATH, or the plugin's own.

local environment = require('inkling.environment')

local M = {}

local NAME = 'inkling'

--- The repository that this plugin lies in.
---@return string? folder
function M.source()
  local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
  return vim.fs.root(here, 'pyproject.toml')
end

--- The version of the server beside this plugin.
---@return string? version
function M.version()
  local source = M.source()
  local file = source and vim.fs.joinpath(source, 'server/inkling/__init__.py')
  local text = file and vim.uv.fs_stat(file) and table.concat(vim.fn.readfile(file), '\n') or ''
  return text:match('__version__ = "(.-)"')
end

--- What is run where the person says nothing. An editor started from a desktop may not have the folder on
--- its PATH where pipx and uv put programs.
---@return string[] words
function M.default()
  local own = environment.find()
  local places = { NAME, vim.fs.normalize('~/.local/bin/' .. NAME) }
  table.insert(places, own and environment.program(own, NAME))
  for _, place in ipairs(places) do
    if vim.fn.executable(place) == 1 then
      return { place, 'serve' }
    end
  end
  return { NAME, 'serve' }
end

---@return string[]? words nil where a person's own `cmd` is a function
function M.command()
  local config = vim.lsp.config[NAME]
  local cmd = config and config.cmd
  return type(cmd) == 'table' and cmd or nil
end

--- The program with what comes before a subcommand.
---@return string[]? words
function M.words()
  local command = M.command()
  return command and vim.tbl_filter(function(word)
    return word ~= 'serve'
  end, command)
end

--- Whether the plugin's own environment serves, or would if it were there.
---@return boolean
function M.is_own()
  local command, own = M.command(), environment.find()
  local program = command and command[1]
  local bare = program == NAME and vim.fn.executable(NAME) == 0
  return bare or (own ~= nil and program == environment.program(own, NAME))
end

--- Whether the plugin's own environment serves, and holds another version than lies beside the plugin.
---@return boolean
function M.outdated()
  local own, version = environment.find()
  local beside = M.version()
  return own ~= nil and M.is_own() and beside ~= nil and version ~= beside
end

--- From now on the plugin's own environment serves.
function M.use_own()
  vim.lsp.config(NAME, { cmd = M.default() })
end

---@return string? sentence nil where the server can be started
function M.missing()
  local command = M.command()
  if not command or vim.fn.executable(command[1]) == 1 then
    return nil
  end
  if not M.is_own() then
    return ("no program '%s'."):format(command[1])
  end
  return 'no server yet. `:Inkling install` gets it.'
end

--- The ways to get a server, in lines.
---@return string[]
function M.ways()
  if not M.is_own() then
    return { 'vim.lsp.config names it; see `:help inkling-server`' }
  end
  local source = M.source()
  local from = source and vim.fn.fnamemodify(source, ':~') or 'PATH-TO-INKLING'
  return {
    '`:Inkling install` makes an environment for it: 250 MB from your package index',
    ('Or in a shell: `uv tool install %s`, or `pipx install …`'):format(from),
    'Or name a program that you have: `:help inkling-server`',
  }
end

return M
