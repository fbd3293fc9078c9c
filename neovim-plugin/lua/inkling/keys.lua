-- The keys of `setup{ keys }`: each does what it did before where it has nothing to do here.

local config = require('inkling.config')

local M = {}

--- Per buffer and key, the buffer's own mapping of before.
local mapped = {} ---@type table<integer, table<string, table|false>>
local falling = {} ---@type table<string, boolean> keys whose mapping of before is at work

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

local function feed(keys, how)
  vim.api.nvim_feedkeys(keys, how, false) -- 'i': before what was typed already
end

--- Do what the key did before. Its mapping is given another name and run under that, so that Neovim
--- itself sees to all that a mapping can be.
local function fall_back(bufnr, lhs)
  local map = mapped[bufnr][lhs] or find(vim.api.nvim_get_keymap('i'), codes(lhs))
  if not map or falling[lhs] then -- a mapping that maps to its own key means the key
    return feed(codes(lhs), 'in')
  end
  local name = ('<Plug>(inkling-before-%s)'):format(lhs:gsub('[<>]', ''))
  map = vim.tbl_extend('force', map, { lhs = name, lhsraw = codes(name) })
  map.lhsrawalt = nil
  vim.fn.mapset('i', false, map)
  falling[lhs] = true
  local fell = ('<Cmd>lua require("inkling.keys").fell(%q)<CR>'):format(lhs:gsub('<', '<lt>'))
  feed(codes(name) .. codes(fell), 'im')
  vim.schedule(function() -- where a mapping fails, the rest of the keys is dropped
    M.fell(lhs)
  end)
end

---@param lhs string
function M.fell(lhs)
  falling[lhs] = nil
end

--- How far Tab indents at the beginning of a line.
local function tab_width()
  local soft = vim.bo.softtabstop
  if vim.o.smarttab or soft < 0 then
    return vim.fn.shiftwidth()
  end
  return soft > 0 and soft or vim.bo.tabstop
end

--- Whether the key is Tab, and has something to do that comes before ghost text: go on in a snippet, or
--- indent a line towards where the suggestion stands.
local function comes_first(lhs)
  if codes(lhs) ~= codes('<Tab>') then
    return false
  elseif vim.snippet.active({ direction = 1 }) then
    return true
  end
  local before = vim.api.nvim_get_current_line():sub(1, vim.api.nvim_win_get_cursor(0)[2])
  if before:find('%S') then
    return false
  end
  local indentation = (require('inkling.ghost').text() or ''):match('^[ \t]*')
  return vim.fn.strdisplaywidth(indentation, vim.fn.strdisplaywidth(before)) >= tab_width()
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
      -- No <expr>: Neovim would evaluate that ahead of keys that were typed before.
      vim.keymap.set('i', lhs, function()
        if comes_first(lhs) or not require('inkling')[action]() then
          fall_back(bufnr, lhs)
        end
      end, { buffer = bufnr, desc = 'Inkling: ' .. action:gsub('_', ' ') })
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
