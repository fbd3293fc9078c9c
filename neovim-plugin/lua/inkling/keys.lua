-- The keys of `setup{ keys }`: each does what it did before where it has nothing to do here.

local config = require('inkling.config')

local M = {}

--- Per buffer and key, the buffer's own mapping of before.
local mapped = {} ---@type table<integer, table<string, table|false>>
local falling = {} ---@type table<string, boolean> keys whose mapping of before is at work

---@type table<string, fun(): string?> keys to feed; '' for none; nil: not mine
local actions = {
  accept = function()
    return require('inkling.accept').key('all')
  end,
  accept_word = function()
    return require('inkling.accept').key('word')
  end,
  accept_line = function()
    return require('inkling.accept').key('line')
  end,
  next = function()
    return require('inkling').next() and '' or nil
  end,
  previous = function()
    return require('inkling').previous() and '' or nil
  end,
  dismiss = function()
    return require('inkling').dismiss() and '' or nil
  end,
  trigger = function()
    return require('inkling').trigger() and '' or nil
  end,
}

local function codes(keys)
  return vim.api.nvim_replace_termcodes(keys, true, true, true)
end

local function raw(map)
  return map.lhsraw or codes(map.lhs)
end

local function find(maps, lhs)
  for _, map in ipairs(maps) do
    if raw(map) == lhs or map.lhsrawalt == lhs then
      return map
    end
  end
end

--- What the key did before. Its mapping is given another name and run under that, so that Neovim
--- itself sees to all that a mapping can be.
local function before(bufnr, lhs)
  if falling[lhs] then
    return lhs -- a mapping that maps to its own key means the key
  end
  local map = mapped[bufnr][lhs] or find(vim.api.nvim_get_keymap('i'), codes(lhs))
  if not map then
    return lhs
  end
  local name = ('<Plug>(inkling-before-%s)'):format(lhs:gsub('[<>]', ''))
  map = vim.tbl_extend('force', map, { lhs = name, lhsraw = codes(name) })
  map.lhsrawalt = nil
  vim.fn.mapset('i', false, map)
  if map.noremap == 1 or map.noremap == true then
    return name
  end
  falling[lhs] = true
  vim.schedule(function() -- runs when all that the mapping typed was read
    falling[lhs] = nil
  end)
  return name
end

---@param bufnr integer
function M.map(bufnr)
  if mapped[bufnr] then
    return
  end
  mapped[bufnr] = {}
  for action, lhs in pairs(config.current.keys or {}) do
    if lhs then
      mapped[bufnr][lhs] = find(vim.api.nvim_buf_get_keymap(bufnr, 'i'), codes(lhs)) or false
      vim.keymap.set('i', lhs, function()
        return actions[action]() or before(bufnr, lhs)
      end, {
        buffer = bufnr,
        expr = true,
        remap = true,
        desc = 'Inkling: ' .. action:gsub('_', ' '),
      })
    end
  end
end

---@param bufnr integer
function M.unmap(bufnr)
  local maps = mapped[bufnr] or {}
  mapped[bufnr] = nil
  if not vim.api.nvim_buf_is_valid(bufnr) then
    return
  end
  for lhs, map in pairs(maps) do
    local now = find(vim.api.nvim_buf_get_keymap(bufnr, 'i'), codes(lhs))
    if now and vim.startswith(now.desc or '', 'Inkling: ') then
      vim.keymap.del('i', lhs, { buffer = bufnr })
      if map then
        vim.api.nvim_buf_call(bufnr, function()
          vim.fn.mapset('i', false, map)
        end)
      end
    end
  end
end

return M
