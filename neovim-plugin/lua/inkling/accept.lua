-- Taking what is shown: all of it, a word, or a line.

local feedback = require('inkling.feedback')
local ghost = require('inkling.ghost')
local words = require('inkling.words')

local M = {}

---@type table<string, fun(text: string): integer> how many bytes each takes
local take = {
  all = function(text)
    return #text
  end,
  word = words.stop,
  -- What is left of this line; at its end, the next one.
  line = function(text)
    local stop = text:find('\n', text:find('^\n') and 2 or 1, true)
    return stop and stop - 1 or #text
  end,
}

---@alias inkling.Part 'all'|'word'|'line'

--- Take it, as one step of undo, whatever was typed before and is typed after.
---@param part inkling.Part
---@return boolean taken false where nothing is shown
function M.take(part)
  if not ghost.text() or vim.api.nvim_get_mode().mode ~= 'i' then
    return false
  end
  local keys = ('<C-g>u<Cmd>lua require("inkling.accept").now("%s")<CR><C-g>u'):format(part)
  -- Before what was typed already: those keys come after this one.
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, true, true), 'in', false)
  return true
end

--- What those keys run.
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
    item.taken = (item.taken or 0) + vim.str_utfindex(taken, 'utf-32')
    feedback.tell(shown.client_id, item, 'partlyAccepted', item.taken)
  end
  ghost.update()
end

return M
