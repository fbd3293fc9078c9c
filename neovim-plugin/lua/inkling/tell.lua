-- Messages that nobody asked for: one line each, so that none asks for Enter.

local M = {}

local told = {} ---@type table<string, boolean>

--- Neovim draws its first screen after all of its start; a message before that would stand over nothing.
local function once_drawn(callback)
  if vim.v.vim_did_enter == 1 then
    return vim.schedule(callback)
  end
  vim.api.nvim_create_autocmd('VimEnter', { once = true, callback = vim.schedule_wrap(callback) })
end

--- As much of it as the command line has room for; `:Inkling` tells the whole.
local function fitting(sentence)
  local line = sentence:gsub('%s+', ' ')
  if vim.fn.strdisplaywidth(line) <= vim.v.echospace then
    return line
  end
  return vim.fn.strcharpart(line, 0, math.max(0, vim.v.echospace - 1)) .. '…'
end

---@param sentence string
---@param level? integer of |vim.log.levels|; INFO where none is given
function M.say(sentence, level)
  once_drawn(function()
    vim.notify(fitting('Inkling: ' .. sentence), level or vim.log.levels.INFO)
  end)
end

--- Say it the first time only.
---@param sentence string
---@param level? integer
function M.once(sentence, level)
  if not told[sentence] then
    told[sentence] = true
    M.say(sentence, level)
  end
end

--- What is true for a moment: not kept among the messages, and not in the way of a person's own command.
---@param sentence string
function M.passing(sentence)
  if vim.tbl_contains({ 'n', 'i' }, vim.api.nvim_get_mode().mode) then
    vim.api.nvim_echo({ { fitting('Inkling: ' .. sentence) } }, false, {})
  end
end

return M
