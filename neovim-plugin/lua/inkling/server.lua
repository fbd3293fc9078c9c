-- The server's life: for which buffers, started with its options, brought back when it dies.

local program = require('inkling.program')
local protocol = require('inkling.protocol')
local tell = require('inkling.tell')

local M = {}

local NAME = 'inkling'

local changed = {} ---@type table<string, any> options that were set while Neovim runs
local tries = 0
local began = {} ---@type table<integer, integer> when each client was started
local gone ---@type string? a sentence, where it ended by itself
local going = {} ---@type table<integer, boolean> clients that were told to go for a fresh start

---@param bufnr integer
---@return vim.lsp.Client?
function M.client(bufnr)
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME, bufnr = bufnr })) do
    if client.initialized and not client:is_stopped() then
      return client
    end
  end
end

---@return boolean
function M.enabled()
  if vim.lsp.is_enabled then
    return vim.lsp.is_enabled(NAME)
  end
  return vim.lsp._enabled_configs[NAME] ~= nil -- the first releases of 0.11
end

--- Whether it is for buffers of this filetype.
---@param filetype string
---@return boolean
function M.serves(filetype)
  local served = vim.lsp.config[NAME].filetypes
  return not served or vim.list_contains(served, filetype)
end

--- Neovim itself tells only its log.
---@param filetype string
function M.warn_if_missing(filetype)
  local missing = M.enabled() and M.serves(filetype) and program.missing()
  if missing then
    tell.once(missing .. (program.is_own() and '' or ' See `:Inkling`'), vim.log.levels.WARN)
  end
end

--- An option as it was given to the server.
---@param name string
---@return any
function M.option(name)
  local config = vim.lsp.config[NAME]
  return vim.tbl_extend('force', config.init_options or {}, changed)[name]
end

--- The options of one start, or of a running client.
local function options(config)
  local all = vim.tbl_extend('force', config.init_options or {}, changed)
  return next(all) and all or vim.empty_dict()
end

function M.before_init(params, config)
  params.initializationOptions = options(config)
end

---@param given table<string, any>
function M.configure(given)
  if not next(given) then
    return
  end
  changed = vim.tbl_extend('force', changed, given)
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME })) do
    local settings = { inkling = options(client.config) }
    client:notify('workspace/didChangeConfiguration', { settings = settings })
  end
end

local function start(config, buffers)
  buffers = vim.tbl_filter(vim.api.nvim_buf_is_loaded, buffers)
  if #buffers == 0 or not M.enabled() then
    return
  end
  -- Another program may be the server by now.
  config = vim.tbl_extend('force', config, { cmd = vim.lsp.config[NAME].cmd })
  local id = vim.lsp.start(config, { attach = false })
  for _, bufnr in ipairs(id and buffers or {}) do
    vim.lsp.buf_attach_client(bufnr, id)
  end
end

--- Called where nothing of the editor may be touched: what follows is scheduled.
function M.on_exit(code, signal, id)
  local client = vim.lsp.get_client_by_id(id)
  if not client then
    return
  end
  local config, buffers = client.config, vim.tbl_keys(client.attached_buffers)
  local restarting = going[id]
  local deliberate = not restarting and (client._is_stopping or (code == 0 and signal == 0))
  going[id] = nil
  vim.schedule(function()
    require('inkling.ghost').lost(id)
    require('inkling.status').lost(id)
    local steady = began[id] and vim.uv.now() - began[id] > protocol.steady_ms
    began[id] = nil
    if deliberate or vim.v.exiting ~= vim.NIL then
      return
    end
    if steady then
      tries = 0
    end
    if tries >= protocol.most_restarts then
      gone = ('the server ended %d times and is left alone. '):format(tries + 1)
        .. '`:Inkling log` says why, `:Inkling restart` tries again.'
      tell.say('the server keeps ending and is left alone. See `:Inkling`', vim.log.levels.ERROR)
      return
    end
    gone = 'the server ended and is started again.'
    local wait = protocol.first_restart_ms * 2 ^ tries
    tries = tries + (restarting and 0 or 1)
    vim.defer_fn(function()
      start(config, buffers)
    end, restarting and 100 or wait)
  end)
end

---@param client vim.lsp.Client
function M.on_init(client)
  gone = nil
  began[client.id] = vim.uv.now()
end

---@return string? sentence what became of the server, where it ended by itself
function M.gone()
  return gone
end

function M.restart()
  tries = 0
  local clients = vim.lsp.get_clients({ name = NAME })
  for _, client in ipairs(clients) do
    going[client.id] = true
    require('inkling.status').lost(client.id) -- what it said is over
    client:stop()
    vim.defer_fn(function()
      if going[client.id] then -- it hangs
        client:stop(true)
      end
    end, protocol.stop_ms)
  end
  if #clients == 0 then
    vim.lsp.enable(NAME)
    M.warn_if_missing(vim.bo.filetype)
  end
end

local moving = {} ---@type table<integer, integer> buffers on their way to a new name, and their clients

---@param bufnr integer
---@param before boolean
function M.renamed(bufnr, before)
  local client = before and M.client(bufnr)
  if client then
    moving[bufnr] = client.id
    vim.lsp.buf_detach_client(bufnr, client.id)
  elseif moving[bufnr] then
    vim.lsp.buf_attach_client(bufnr, moving[bufnr])
    moving[bufnr] = nil
  end
end

return M
