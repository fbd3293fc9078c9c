-- Where the cursor comes to rest, the server reads before the first key. While typing every place is
-- asked about anyway.

local config = require('inkling.config')
local protocol = require('inkling.protocol')
local server = require('inkling.server')

local M = {}

local timer = assert(vim.uv.new_timer())
local told ---@type string?

local function tell()
  local bufnr, win = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
  local client = server.client(bufnr)
  if not client or server.unserved(bufnr) or vim.api.nvim_get_mode().mode == 'i' then
    return
  end
  local params = vim.lsp.util.make_position_params(win, client.offset_encoding)
  local place = ('%d %s %d:%d'):format(
    client.id,
    params.textDocument.uri,
    params.position.line,
    params.position.character
  )
  if place ~= told then
    told = place
    client:notify(protocol.methods.moved, params)
  end
end

--- The cursor is somewhere else now, or the buffer is another.
function M.moved()
  timer:stop()
  timer:start(config.current.rest_ms, 0, vim.schedule_wrap(tell))
end

return M
