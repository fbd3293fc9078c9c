-- What the server says of itself, and what a statusline shows of it.

local server = require('inkling.server')

local M = {}

---@class inkling.Status
---@field state 'starting'|'loading'|'ready'|'no-model'|'failed'|'off'
---@field model? string
---@field reason? string a sentence: why nothing was shown last
---@field code? string its short name
---@field latencyMs? number

local told = {} ---@type table<integer, inkling.Status>

local function changed()
  vim.cmd.redrawstatus()
  vim.api.nvim_exec_autocmds('User', { pattern = 'InklingStatus', modeline = false })
end

local function given(value)
  if value == vim.NIL then
    return nil
  end
  return value
end

function M.on_status(_, params, context)
  local status = {}
  for name, value in pairs(params) do
    status[name] = given(value)
  end
  told[context.client_id] = status
  if status.state == 'no-model' then
    vim.notify_once('Inkling: no model is installed yet. Run: inkling model pull', vim.log.levels.WARN)
  end
  changed()
end

--- Traces are for measuring: they are passed on and not kept.
function M.on_trace(_, params)
  vim.api.nvim_exec_autocmds('User', { pattern = 'InklingTrace', modeline = false, data = params })
end

---@param client_id integer
function M.lost(client_id)
  told[client_id] = nil
  changed()
end

---@param bufnr integer
---@return inkling.Status? status nil where no server serves the buffer
function M.of(bufnr)
  local client = vim.lsp.get_clients({ name = 'inkling', bufnr = bufnr, _uninitialized = true })[1]
  return client and (told[client.id] or { state = 'starting' })
end

---@param bufnr integer
---@return string text such as `Inkling: ready 95 ms (late)`; empty where there is nothing to say
function M.line(bufnr)
  local status = M.of(bufnr)
  if not status then
    return ''
  end
  local off = require('inkling.switch').off()
  local words = { 'Inkling: ' .. (off or status.state:gsub('-', ' ')) }
  if not off and status.state == 'ready' then
    if status.latencyMs then
      table.insert(words, ('%d ms'):format(math.ceil(status.latencyMs)))
    end
    if status.code then
      table.insert(words, ('(%s)'):format(status.code))
    end
  end
  return table.concat(words, ' ')
end

---@param bufnr integer
---@return string sentence why there is no ghost text just now
function M.why(bufnr)
  local off = require('inkling.switch').off()
  local status = M.of(bufnr)
  if not server.enabled() then
    return "Inkling is not enabled: vim.lsp.enable('inkling'), or require('inkling').setup()."
  elseif server.missing() then
    return server.missing() --[[@as string]]
  elseif not status then
    return server.gone() or ("No server serves this buffer (filetype '%s')."):format(vim.bo[bufnr].filetype)
  elseif off then
    return ('Inkling is %s. `:Inkling toggle` switches it on.'):format(off)
  elseif status.state == 'no-model' then
    return 'No model is installed yet. Run: inkling model pull'
  elseif require('inkling.ghost').text() then
    return 'Something is shown.'
  end
  local code = status.code and (' [%s]'):format(status.code) or ''
  return (status.reason or ('Nothing was refused; the server is %s.'):format(status.state)) .. code
end

return M
