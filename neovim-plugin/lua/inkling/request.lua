-- Asking for suggestions: one request at a time, the latest; an answer for another text is dropped.

local config = require('inkling.config')
local ghost = require('inkling.ghost')
local protocol = require('inkling.protocol')
local server = require('inkling.server')
local status = require('inkling.status')
local switch = require('inkling.switch')

local M = {}

local INVOKED, AUTOMATIC = 1, 2

---@class inkling.Grown
---@field textDocument lsp.VersionedTextDocumentIdentifier
---@field position lsp.Position
---@field triggerKind? integer how to ask for more

local pending ---@type { client: vim.lsp.Client, id: integer? }?
local asked ---@type string? the place and text of the last request
local waited ---@type string? the place and text where the person asked by a key: they may wait there for more
local more ---@type fun()? asks again once the request at work is answered

--- Where the cursor is in which text; an answer is worth something only there.
local function place(bufnr, win)
  local row, column = unpack(vim.api.nvim_win_get_cursor(win))
  return table.concat({ bufnr, win, vim.api.nvim_buf_get_changedtick(bufnr), row, column }, ':')
end

--- Whether ghost text may stand here: typing in a buffer that is served, and no menu in the way (the
--- mode is then another).
---@param bufnr integer
---@return boolean
function M.wanted(bufnr)
  return vim.api.nvim_get_mode().mode == 'i'
    and not switch.off()
    and not server.unserved(bufnr)
    and not config.current.hide_when(bufnr)
end

function M.cancel()
  local was = pending
  pending, asked, more = nil, nil, nil
  local request = was and was.id and was.client.requests[was.id]
  if request and request.type == 'pending' and not was.client:is_stopped() then
    was.client:cancel_request(was.id)
  end
end

--- Nobody waits for the deep model any more.
---@return boolean left false where it was at nothing, or nobody waited
function M.leave()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = server.client(bufnr)
  if not client or not waited or not status.at_work(status.of(bufnr)) then
    return false
  end
  waited = nil
  client:notify(protocol.methods.left, vim.empty_dict())
  return true
end

--- Items as they stand in the buffer, and only those on the cursor's line and around it.
local function read(items, client, bufnr, win)
  local row, column = unpack(vim.api.nvim_win_get_cursor(win))
  row = row - 1
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1]
  local here = { line = row }
  local found = {} ---@type inkling.Item[]
  for _, item in ipairs(items) do
    local text = type(item.insertText) == 'string' and item.insertText or nil
    local first = item.range and item.range.start or here
    local last = item.range and item.range['end'] or here
    if text and first.line == row and last.line == row then
      local function bytes(position)
        local units = position.character
        return units and vim.str_byteindex(line, client.offset_encoding, units, false) or column
      end
      local start, stop = bytes(first), bytes(last)
      if start <= column and column <= stop then
        table.insert(found, {
          text = text:gsub('\r\n?', '\n'),
          row = row,
          start = start,
          head = line:sub(1, start),
          after = line:sub(column + 1),
          tail = line:sub(stop + 1),
          command = item.command,
        })
      end
    end
  end
  return found
end

---@param bufnr integer
---@param kind integer
---@param choose fun(items: inkling.Item[]): integer which of several is shown
local function send(bufnr, kind, choose)
  M.cancel()
  local client = server.client(bufnr)
  if not client or not client:supports_method('textDocument/inlineCompletion', bufnr) then
    return
  end
  local win = vim.api.nvim_get_current_win()
  local params = vim.lsp.util.make_position_params(win, client.offset_encoding)
  params.context = { triggerKind = kind }
  local this = { client = client }
  local now = place(bufnr, win)
  pending, asked = this, now
  if kind == INVOKED then
    waited = now
  elseif waited ~= now then
    waited = nil -- they went on
  end
  -- The buffer's own number: with 0 a change that waits to be sent would be sent after the request.
  local _, id = client:request('textDocument/inlineCompletion', params, function(failed, result)
    if pending ~= this then
      return
    end
    pending = nil
    if more then
      vim.schedule(more)
    end
    local here = vim.api.nvim_get_current_win() == win and vim.api.nvim_win_get_buf(win) == bufnr
    if failed or not here or place(bufnr, win) ~= now or not M.wanted(bufnr) then
      return
    end
    local items = read(result and (result.items or result) or {}, client, bufnr, win)
    if #items == 0 then
      return -- what is shown was in step with the text when it was asked, and stays
    end
    local told = status.of(bufnr)
    ghost.show({
      bufnr = bufnr,
      win = win,
      client_id = client.id,
      items = items,
      index = choose(items),
      asked = kind == INVOKED,
      named = told ~= nil and told.deep ~= nil,
    })
  end, bufnr)
  this.id = id
end

--- Ask because of a key or a move, unless that was asked already.
---@param bufnr integer
function M.automatic(bufnr)
  if not M.wanted(bufnr) then
    M.cancel()
    return ghost.clear()
  end
  ghost.update()
  if asked ~= place(bufnr, vim.api.nvim_get_current_win()) then
    send(bufnr, AUTOMATIC, function()
      return 1
    end)
  end
end

--- The item that the person looks at: the first one, whatever that is by now, or the one they chose.
---@param shown inkling.Shown?
---@return fun(items: inkling.Item[]): integer
local function looked_at(shown)
  local chosen = shown and shown.index > 1 and shown.items[shown.index].text
  return function(items)
    for index, item in ipairs(items) do
      if item.text == chosen then
        return index
      end
    end
    return 1
  end
end

--- There is more by now than what the last answer was given: ask again, if that is still the place.
---@param params inkling.Grown
---@param client_id integer
function M.grown(params, client_id)
  local invoked = params.triggerKind == INVOKED
  if pending and invoked then
    -- What is asked may have been answered before there was more.
    more = function()
      more = nil
      M.grown(params, client_id)
    end
    return
  end
  local bufnr, win = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
  local client = server.client(bufnr)
  if pending or not client or client.id ~= client_id or asked ~= place(bufnr, win) then
    return
  end
  local here = vim.lsp.util.make_position_params(win, client.offset_encoding)
  local same = vim.deep_equal(here.position, params.position)
    and here.textDocument.uri == params.textDocument.uri
    and vim.lsp.util.buf_versions[bufnr] == params.textDocument.version
  local shown = ghost.shown()
  if same and invoked and M.wanted(bufnr) then
    send(bufnr, INVOKED, looked_at(shown))
  elseif same and not (shown and shown.asked) then
    asked = nil
    M.automatic(bufnr)
  end
end

--- Ask because the person did: there is more time, and there may be several.
---@param bufnr integer
---@param step integer 0: the best; 1, -1: the next or previous to what is shown
function M.explicit(bufnr, step)
  local before = ghost.text()
  send(bufnr, INVOKED, function(items)
    if step > 0 and items[2] and before and vim.endswith(items[1].text, before) then
      return 2
    end
    return step < 0 and #items or 1
  end)
end

return M
