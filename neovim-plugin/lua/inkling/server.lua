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

--- Filetypes of what is written for a version control system and not for a program.
local MESSAGES = { 'gitcommit', 'gitrebase', 'gitsendemail', 'hgcommit', 'jj', 'jjdescription', 'svn' }

--- Why a buffer is left alone.
---@param bufnr integer
---@return string? what it is; nil where it is served
function M.unserved(bufnr)
  local options = vim.bo[bufnr]
  local scheme = vim.api.nvim_buf_get_name(bufnr):match('^(%a[%w+.-]+)://')
  local own = vim.lsp.config[NAME].filetypes
  if options.buftype ~= '' then
    return ('no file (%s)'):format(options.buftype)
  elseif scheme and scheme ~= 'file' then
    return ('no file on a disk (%s)'):format(scheme)
  elseif options.readonly or not options.modifiable then
    return 'read-only'
  elseif vim.list_contains(MESSAGES, options.filetype) then
    return ("a message for version control ('%s')"):format(options.filetype)
  elseif own and not vim.list_contains(own, options.filetype) then
    return ("'%s', and your configuration is for %s"):format(options.filetype, table.concat(own, ', '))
  end
end

--- Neovim itself tells only its log.
---@param bufnr integer
function M.warn_if_missing(bufnr)
  local missing = M.enabled() and not M.unserved(bufnr) and program.missing()
  if missing then
    tell.once(missing .. (program.is_own() and '' or ' See `:Inkling`'), vim.log.levels.WARN)
  end
end

local function root(bufnr)
  return vim.fs.root(bufnr, vim.lsp.config[NAME].root_markers or {})
end

--- What Neovim asks where a server might be started for a buffer: unanswered, none is.
---@param bufnr integer
---@param on_dir fun(root_dir?: string)
function M.root_dir(bufnr, on_dir)
  if not M.unserved(bufnr) then
    on_dir(root(bufnr))
  end
end

---@param client vim.lsp.Client
local function tell_of_folders(client, folders)
  client:notify('workspace/didChangeWorkspaceFolders', { event = { added = folders, removed = {} } })
end

---@param client vim.lsp.Client
---@param folder lsp.WorkspaceFolder
local function add_folder(client, folder)
  local folders = client.workspace_folders or {}
  local known = vim.iter(folders):any(function(one)
    return one.uri == folder.uri
  end)
  if not known then
    table.insert(folders, folder)
    client.workspace_folders = folders
    if client.initialized then
      tell_of_folders(client, { folder })
    end
  end
end

--- One server does for all folders: each has an engine, and that takes much memory.
---@param client vim.lsp.Client
---@param config vim.lsp.ClientConfig
---@return boolean
function M.reuse_client(client, config)
  if client.name ~= config.name or client:is_stopped() then
    return false
  end
  if config.root_dir then
    add_folder(client, { uri = vim.uri_from_fname(config.root_dir), name = config.root_dir })
  end
  return true
end

--- Typing begins. Neovim starts servers by filetypes, so a buffer without one has none yet; nor has
--- one that could not be written when it was opened.
---@param bufnr integer
function M.attach(bufnr)
  local there = #vim.lsp.get_clients({ name = NAME, bufnr = bufnr, _uninitialized = true }) > 0
  if there or gone or not M.enabled() or M.unserved(bufnr) then
    return
  elseif program.missing() then
    return M.warn_if_missing(bufnr)
  end
  local config = vim.deepcopy(vim.lsp.config[NAME])
  config.root_dir = root(bufnr)
  vim.lsp.start(config, { bufnr = bufnr, reuse_client = config.reuse_client })
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

--- Another server in the place of one that ended. A file that was opened meanwhile may have brought one.
---@param config vim.lsp.ClientConfig
---@param folders lsp.WorkspaceFolder[] all that the last one had: its config has the first only
---@param buffers integer[]
local function start(config, folders, buffers)
  buffers = vim.tbl_filter(vim.api.nvim_buf_is_loaded, buffers)
  if #buffers == 0 or not M.enabled() then
    return
  end
  -- Another program may be the server by now.
  config = vim.tbl_extend('force', config, { cmd = vim.lsp.config[NAME].cmd })
  local id = vim.lsp.start(config, { attach = false, reuse_client = config.reuse_client })
  local client = id and vim.lsp.get_client_by_id(id)
  if not client then
    return
  end
  for _, folder in ipairs(folders) do
    add_folder(client, folder)
  end
  for _, bufnr in ipairs(buffers) do
    vim.lsp.buf_attach_client(bufnr, client.id)
  end
end

--- Called where nothing of the editor may be touched: what follows is scheduled.
function M.on_exit(code, signal, id)
  local client = vim.lsp.get_client_by_id(id)
  if not client then
    return
  end
  local config, folders = client.config, client.workspace_folders or {}
  local buffers = vim.tbl_keys(client.attached_buffers)
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
      start(config, folders, buffers)
    end, restarting and 100 or wait)
  end)
end

---@param client vim.lsp.Client
function M.on_init(client)
  gone = nil
  began[client.id] = vim.uv.now()
  -- Those that have come since it was started.
  local first = client.config.root_dir and vim.uri_from_fname(client.config.root_dir)
  local more = vim.tbl_filter(function(folder)
    return folder.uri ~= first
  end, client.workspace_folders or {})
  if #more > 0 then
    tell_of_folders(client, more)
  end
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
    M.warn_if_missing(vim.api.nvim_get_current_buf())
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
