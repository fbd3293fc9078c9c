-- How it is with the document in front: what the server says of itself and of that document, in a
-- statusline's few words and in sentences.

local background = require('inkling.background')
local program = require('inkling.program')
local protocol = require('inkling.protocol')
local server = require('inkling.server')
local tell = require('inkling.tell')

local M = {}

---@class inkling.Outcome what became of the last request about a document
---@field reason? string a sentence: why nothing was shown; nil: something was
---@field code? string its short name
---@field latencyMs? number

---@class inkling.Deep
---@field state 'asleep'|'loading'|'ready'|'writing'|'no-model'|'away'|'failed'
---@field model? string
---@field reason? string why it wrote nothing last
---@field bytes? integer of memory that it takes while it is loaded
---@field host? string where text is sent for it

---@class inkling.Status
---@field state 'starting'|'loading'|'ready'|'asleep'|'no-model'|'away'|'failed'|'off'
---@field model? string
---@field host? string where text is sent; nil: it stays on this machine
---@field reason? string why it is not ready, where the server says so
---@field update? { bytes: integer } a newer model than the one that serves, and what it takes to get it
---@field deep? inkling.Deep nil where there is no deep model
---@field last? inkling.Outcome nil where nothing was asked for in this buffer

local STATES = { 'starting', 'loading', 'asleep', 'no-model', 'away', 'failed' } -- that are reasons as well

local told = {} ---@type table<integer, inkling.Status> by client
local outcomes = {} ---@type table<integer, table<string, inkling.Outcome>> by client and document

function M.changed()
  vim.cmd.redrawstatus()
  vim.api.nvim_exec_autocmds('User', { pattern = 'InklingStatus', modeline = false })
end

local function downloading(bytes)
  return bytes == 0 and 'nothing to download' or ('%.0f MB'):format(bytes / 1e6)
end

--- What is there of a message's fields.
local function fields(message)
  local given = {}
  for name, value in pairs(message) do
    given[name] = value ~= vim.NIL and value or nil
  end
  return given
end

function M.on_status(_, params, context)
  local given = fields(params)
  local client = context.client_id
  local status = { state = given.state, model = given.model, host = given.host, update = given.update }
  status.deep = given.deep and fields(given.deep)
  if given.uri then
    local outcome = { reason = given.reason, code = given.code, latencyMs = given.latencyMs }
    outcomes[client] = outcomes[client] or {}
    outcomes[client][given.uri] = outcome
  end
  local before = told[client]
  if given.code == status.state or not given.uri then
    status.reason = given.reason
  elseif before and before.state == status.state then
    status.reason = before.reason
  end
  told[client] = status
  if status.state == 'no-model' then
    tell.once('no model yet. `:Inkling pull` gets it.', vim.log.levels.WARN)
  elseif status.update then
    local size = downloading(status.update.bytes)
    tell.once(('a newer model is there. `:Inkling pull` gets it (%s).'):format(size))
  end
  if status.deep and status.deep.state == 'no-model' then
    tell.once('the deep model is not here yet. `:Inkling pull` gets it.', vim.log.levels.WARN)
  end
  M.changed()
end

--- Traces are for measuring: they are passed on and not kept.
function M.on_trace(_, params)
  vim.api.nvim_exec_autocmds('User', { pattern = 'InklingTrace', modeline = false, data = params })
end

---@param client_id integer
function M.lost(client_id)
  told[client_id] = nil
  outcomes[client_id] = nil
  M.changed()
end

--- The document is not open any more.
---@param bufnr integer
---@param client_id integer
function M.closed(bufnr, client_id)
  if outcomes[client_id] then
    outcomes[client_id][vim.uri_from_bufnr(bufnr)] = nil
  end
end

---@param bufnr integer
---@return inkling.Status? status nil where no server serves the buffer
function M.of(bufnr)
  local client = vim.lsp.get_clients({ name = 'inkling', bufnr = bufnr, _uninitialized = true })[1]
  if not client then
    return nil
  end
  local status = vim.deepcopy(told[client.id] or { state = 'starting' })
  local last = (outcomes[client.id] or {})[vim.uri_from_bufnr(bufnr)]
  -- What was not answered because of a state that is over says nothing of now.
  local over = last and last.code ~= status.state and vim.list_contains(STATES, last.code)
  status.last = not over and last or nil
  return status
end

--- Why no server could serve the buffer, whatever is installed.
---@return string? sentence
local function not_for(bufnr)
  local what = server.unserved(bufnr)
  return what and ('Inkling leaves this buffer alone: it is %s.'):format(what)
end

--- Whether somebody waits for the deep model.
---@param status? inkling.Status
---@return boolean
function M.at_work(status)
  return status ~= nil and status.deep ~= nil and vim.list_contains({ 'loading', 'writing' }, status.deep.state)
end

---@param deep inkling.Deep
---@return string name of the model, and where it is if that is elsewhere
local function name_of(deep)
  local at = deep.host and deep.model and ('%s at %s'):format(deep.model, deep.host)
  return at or deep.model or deep.host or 'the deep model'
end

--- How the deep model is, in a sentence.
---@param deep inkling.Deep
local function deeper(deep)
  local how = deep.host and ('when you ask, the text around the cursor is sent to %s'):format(deep.host)
    or ('it takes about %.1f GB of memory while it is loaded'):format((deep.bytes or 0) / 1e9)
  local why = deep.reason and ' ' .. deep.reason or ''
  return ('Deep model: %s, %s; %s.%s'):format(deep.model or 'the only one there', (deep.state:gsub('-', ' ')), how, why)
end

---@param bufnr integer
---@return string text such as `Inkling: ready 95 ms (late)`; empty where there is nothing to say
function M.line(bufnr)
  if vim.bo[bufnr].buftype ~= '' or not server.enabled() then
    return ''
  elseif server.unserved(bufnr) then
    return 'Inkling: not here'
  end
  local status = M.of(bufnr)
  local off = require('inkling.switch').off()
  if background.now() then
    return 'Inkling: ' .. background.now()
  elseif not status then
    return program.missing() and 'Inkling: no server' or server.gone() and 'Inkling: stopped' or ''
  elseif off then
    return 'Inkling: ' .. off
  end
  local words = { 'Inkling: ' .. status.state:gsub('-', ' ') }
  if M.at_work(status) then
    table.insert(words, ('(%s is %s)'):format(name_of(status.deep), status.deep.state))
  end
  if status.state == 'ready' and status.last then
    if status.last.latencyMs then
      table.insert(words, ('%d ms'):format(math.ceil(status.last.latencyMs)))
    end
    if status.last.code then
      table.insert(words, ('(%s)'):format(status.last.code))
    end
  end
  return table.concat(words, ' ')
end

--- What the last request about the buffer came to.
---@param status inkling.Status
local function last(status)
  if not status.last then
    return 'Nothing was asked for here yet.'
  elseif not status.last.reason then
    return 'The last request here brought a suggestion.'
  end
  local code = status.last.code and (' [%s]'):format(status.last.code) or ''
  return status.last.reason .. code
end

---@param bufnr integer
---@return string sentence why there is no ghost text just now
function M.why(bufnr)
  local status = M.of(bufnr)
  local off = require('inkling.switch').off()
  if not server.enabled() then
    return "Inkling is not enabled: vim.lsp.enable('inkling'), or require('inkling').setup()."
  elseif not_for(bufnr) then
    return not_for(bufnr) --[[@as string]]
  elseif not status and background.now() then
    return ('Inkling is %s.'):format(background.now())
  elseif not status and program.missing() then
    return 'Inkling: ' .. program.missing()
  elseif not status then
    return server.gone() and 'Inkling: ' .. server.gone() or 'Inkling comes to this buffer once you type.'
  elseif off then
    return ('Inkling is %s. `:Inkling toggle` switches it on.'):format(off)
  elseif status.state == 'no-model' then
    return background.now() and ('Inkling is %s.'):format(background.now())
      or 'No model is installed yet. `:Inkling pull` gets it.'
  elseif require('inkling.ghost').text() then
    return 'Something is shown.'
  elseif status.state ~= 'ready' then
    return status.reason or protocol.sentences[status.state] or ('The server is %s.'):format(status.state)
  end
  return last(status)
end

--- All that is known, in lines.
---@param bufnr integer
---@return string[]
function M.report(bufnr)
  local status, words, line = M.of(bufnr), program.words(), M.line(bufnr)
  local lines = status and { line, M.why(bufnr) } or { M.why(bufnr) }
  local function add(sentence)
    if sentence then
      table.insert(lines, sentence)
    end
  end
  if program.missing() then
    vim.list_extend(lines, program.ways())
  end
  add(status and status.model and 'Model: ' .. status.model)
  add(status and status.host and ('The text around the cursor is sent to %s.'):format(status.host))
  add(status and status.deep and deeper(status.deep))
  if status and status.update then
    add(('A newer model is there: `:Inkling pull` gets it (%s).'):format(downloading(status.update.bytes)))
  end
  add(status and words and 'Server: ' .. table.concat(words, ' '))
  add(program.outdated() and 'The plugin is newer than its server: `:Inkling install` brings that up to it.')
  add(background.problem())
  return lines
end

return M
