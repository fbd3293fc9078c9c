-- What a person may set in `setup{}`.

local protocol = require('inkling.protocol')

local M = {}

---@class inkling.Keys
---@field accept? string|false
---@field accept_word? string|false
---@field accept_line? string|false
---@field next? string|false
---@field previous? string|false
---@field dismiss? string|false
---@field trigger? string|false

---@class inkling.Options
---@field options? table what the server takes: |inkling-options|
---@field keys? inkling.Keys|false insert mode; false: none
---@field hide_when? fun(bufnr: integer): boolean no ghost text while this says true
---@field rest_ms? integer a cursor that stays this long is told to the server

---@type inkling.Options
M.defaults = {
  options = {},
  keys = {
    accept = '<Tab>',
    accept_word = '<C-Right>',
    accept_line = '<M-Right>',
    next = '<M-n>',
    previous = '<M-p>',
    dismiss = '<C-]>',
    trigger = '<M-\\>',
  },
  hide_when = function()
    return false
  end,
  rest_ms = protocol.rest_ms,
}

M.current = vim.deepcopy(M.defaults)

local function unknown(given, known, where)
  for name in pairs(given) do
    if known[name] == nil then
      local names = vim.tbl_keys(known)
      table.sort(names)
      error(("Inkling: %s has no '%s'; it knows %s"):format(where, name, table.concat(names, ', ')), 0)
    end
  end
end

---@param given? inkling.Options
function M.set(given)
  given = given or {}
  vim.validate('setup', given, 'table')
  unknown(given, M.defaults, 'setup')
  vim.validate('options', given.options, 'table', true)
  vim.validate('keys', given.keys, function(keys)
    return keys == false or type(keys) == 'table'
  end, true, 'a table, or false for none')
  vim.validate('hide_when', given.hide_when, 'function', true)
  vim.validate('rest_ms', given.rest_ms, 'number', true)
  if given.keys then
    unknown(given.keys, M.defaults.keys, 'keys')
  end
  M.current = vim.tbl_deep_extend('force', M.defaults, given)
end

return M
