-- When to ask: at each key and move while typing, with no delay of its own.

local ghost = require('inkling.ghost')
local keys = require('inkling.keys')
local moved = require('inkling.moved')
local request = require('inkling.request')

local M = {}

local served = {} ---@type table<integer, boolean> buffers with a server

local function hide()
  request.leave()
  request.cancel()
  ghost.clear()
end

--- Ask once what happens now has happened: a mode is entered, a menu closes.
local function ask_later()
  vim.schedule(function()
    local bufnr = vim.api.nvim_get_current_buf()
    if served[bufnr] and vim.api.nvim_get_mode().mode == 'i' then
      request.automatic(bufnr)
    end
  end)
end

local function attached(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  if not client or client.name ~= 'inkling' then
    return
  end
  served[event.buf] = true
  keys.map(event.buf)
  if event.buf == vim.api.nvim_get_current_buf() then
    moved.moved()
    ask_later()
  end
end

local function detached(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  if not client or client.name ~= 'inkling' then
    return
  end
  served[event.buf] = nil
  keys.unmap(event.buf)
  if event.buf == vim.api.nvim_get_current_buf() then
    hide()
  end
end

function M.start()
  local group = vim.api.nvim_create_augroup('inkling.trigger', {})
  local function on(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, callback = callback })
  end
  local function on_served(events, callback)
    on(events, function(event)
      if served[event.buf] then
        callback(event)
      end
    end)
  end

  on('LspAttach', attached)
  on('LspDetach', detached)
  on_served({ 'TextChangedI', 'CursorMovedI' }, function(event)
    request.automatic(event.buf)
  end)
  on_served({ 'CursorMoved', 'BufEnter', 'WinEnter' }, moved.moved)
  -- The popup menu's place is the ghost text's: one of them at a time.
  on_served('CompleteChanged', hide)
  on_served('CompleteDone', ask_later)
  on_served({ 'BufLeave', 'WinLeave' }, hide)
  -- How many lines find room is another matter then.
  on({ 'WinScrolled', 'WinResized' }, ghost.update)
  -- Not InsertLeave: CTRL-C leaves without it.
  on_served('ModeChanged', function()
    if vim.v.event.new_mode == 'i' then
      ask_later()
    elseif vim.v.event.old_mode == 'i' then
      hide()
    end
  end)

  for _, client in ipairs(vim.lsp.get_clients({ name = 'inkling' })) do
    for bufnr in pairs(client.attached_buffers) do
      keys.unmap(bufnr)
      attached({ buf = bufnr, data = { client_id = client.id } })
    end
  end
end

return M
