-- What became of a suggestion: the server counts it, and keeps no text.

local protocol = require('inkling.protocol')

local M = {}

---@param client_id integer
---@param item inkling.Item
---@param event 'shown'|'partlyAccepted'|'dismissed'
---@param characters integer code points; a line end is one
function M.tell(client_id, item, event, characters)
  local client = vim.lsp.get_client_by_id(client_id)
  local id = item.command and item.command.arguments and item.command.arguments[1]
  if client and id then
    client:notify(protocol.methods.feedback, { item = id, event = event, characters = characters })
  end
end

--- The whole item was taken: its command says so.
---@param client_id integer
---@param item inkling.Item
---@param bufnr integer
function M.accepted(client_id, item, bufnr)
  local client = vim.lsp.get_client_by_id(client_id)
  if client and item.command then
    client:exec_cmd(item.command, { bufnr = bufnr }, function() end)
  end
end

return M
