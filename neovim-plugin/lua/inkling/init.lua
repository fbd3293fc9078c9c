--- Ghost text while you type, from a model on your own machine. See |inkling.txt|.

local M = {}

---@param given? inkling.Options
function M.setup(given)
  if vim.fn.has('nvim-0.11') == 0 then
    error('Inkling needs Neovim 0.11 or newer', 0)
  end
  local config = require('inkling.config')
  config.set(given)
  vim.api.nvim_set_hl(0, 'InklingGhost', { link = 'Comment', default = true })
  vim.api.nvim_set_hl(0, 'InklingHint', { link = 'MoreMsg', default = true })
  require('inkling.trigger').start()
  M.configure(config.current.options)
  if config.current.options.enabled == false then
    require('inkling.switch').toggle(false)
  end
  vim.lsp.enable('inkling')
  require('inkling.server').warn_if_missing(vim.api.nvim_get_current_buf())
end

--- Options for the server, from now on; no restart.
---@param options table<string, any> |inkling-options|
function M.configure(options)
  vim.validate('options', options, 'table')
  require('inkling.server').configure(options)
end

--- Take the whole ghost text.
---@return boolean taken false where nothing is shown
function M.accept()
  return require('inkling.accept').take('all')
end

--- Take its next word.
---@return boolean taken
function M.accept_word()
  return require('inkling.accept').take('word')
end

--- Take it to the end of its next line.
---@return boolean taken
function M.accept_line()
  return require('inkling.accept').take('line')
end

--- Whether ghost text stands at the cursor.
---@return boolean
function M.visible()
  return require('inkling.ghost').text() ~= nil
end

local function turn(step)
  if not M.visible() then
    return false
  end
  if not require('inkling.ghost').turn(step) and not require('inkling.ghost').shown().asked then
    require('inkling.request').explicit(vim.api.nvim_get_current_buf(), step)
  end
  return true
end

--- Show the next suggestion; the first time, ask for more of them.
---@return boolean done false where nothing is shown
function M.next()
  return turn(1)
end

--- Show the previous suggestion.
---@return boolean done
function M.previous()
  return turn(-1)
end

--- Refuse what is shown, and have the deep model leave what it is at.
---@return boolean done false where there is nothing of either
function M.dismiss()
  local ghost = require('inkling.ghost')
  local shown = ghost.shown()
  local left = require('inkling.request').leave()
  if not shown or not M.visible() then
    return left
  end
  require('inkling.feedback').tell(shown.client_id, shown.items[shown.index], 'dismissed', 0)
  require('inkling.request').cancel()
  ghost.clear()
  return true
end

--- Ask now: with more time, and for up to three suggestions.
---@return boolean asked
function M.trigger()
  local bufnr = vim.api.nvim_get_current_buf()
  local request = require('inkling.request')
  if not require('inkling.server').client(bufnr) or not request.wanted(bufnr) then
    return false
  end
  request.explicit(bufnr, 0)
  return true
end

--- For a statusline: state, milliseconds, and why nothing was shown last.
---@return string
function M.statusline()
  return require('inkling.status').line(vim.api.nvim_get_current_buf())
end

return M
