-- Taking what is shown: all of it, a word, or a line.

local feedback = require('inkling.feedback')
local ghost = require('inkling.ghost')

local M = {}

---@type table<string, fun(text: string): integer> how many bytes each takes
local take = {
  all = function(text)
    return #text
  end,
  -- White space, line ends as well, and then one word or one run of signs.
  word = function(text)
    local _, space = text:find('^%s*')
    local _, stop = text:find('^[%w_\128-\255]+', space + 1)
    if not stop then
      _, stop = text:find('^[^%s%w_\128-\255]+', space + 1)
    end
    return stop or #text
  end,
  -- What is left of this line; at its end, the next one.
  line = function(text)
    local stop = text:find('\n', text:find('^\n') and 2 or 1, true)
    return stop and stop - 1 or #text
  end,
}

---@alias inkling.Part 'all'|'word'|'line'

for part in pairs(take) do
  -- One step of undo, whatever was typed before and is typed after.
  local keys = ('<C-g>u<Cmd>lua require("inkling.accept").now("%s")<CR><C-g>u'):format(part)
  vim.keymap.set('i', ('<Plug>(inkling-take-%s)'):format(part), keys)
end

--- The key that takes it, for a mapping.
---@param part inkling.Part
---@return string? key nil where nothing is shown
function M.key(part)
  if not ghost.text() or vim.api.nvim_get_mode().mode ~= 'i' then
    return nil
  end
  return ('<Plug>(inkling-take-%s)'):format(part)
end

---@param part inkling.Part
function M.now(part)
  local text, shown = ghost.text(), ghost.shown()
  if not text or not shown then
    return
  end
  local bytes = take[part](text)
  local item, taken = ghost.insert(bytes)
  if not item or not taken then
    return
  end
  if bytes >= #text then
    feedback.accepted(shown.client_id, item, shown.bufnr)
  else
    item.taken = (item.taken or 0) + vim.fn.strchars(taken)
    feedback.tell(shown.client_id, item, 'partlyAccepted', item.taken)
  end
  ghost.update()
end

return M
