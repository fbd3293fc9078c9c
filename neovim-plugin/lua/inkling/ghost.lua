-- The ghost text: what is suggested, what of it is left while the person types, and its extmark.

local feedback = require('inkling.feedback')

local M = {}

local namespace = vim.api.nvim_create_namespace('inkling.ghost')
local MARK = 1

---@class inkling.Item
---@field text string with \n for line ends
---@field row integer where it begins, zero-based as all rows here
---@field start integer in bytes, as all columns here
---@field head string what stood before it on its line
---@field after string what stood behind the cursor on the cursor's line
---@field tail string what of that stays when the item is taken
---@field command? lsp.Command
---@field told? boolean the server knows that it was shown
---@field taken? integer code points of it that were taken in parts; a line end is one

---@class inkling.Shown
---@field bufnr integer
---@field win integer
---@field client_id integer
---@field items inkling.Item[]
---@field index integer
---@field asked boolean the person asked for it
---@field named? boolean it is shown which model said an item, as there are two

local shown ---@type inkling.Shown?
local drawn ---@type string? what the mark shows and where, to draw nothing twice

---@class inkling.Rest
---@field row integer the cursor's
---@field column integer
---@field text string what is left to be inserted
---@field covered integer bytes behind the cursor that it takes the place of

--- What of an item is left at the cursor; nil where the text does not go its way.
---@param item inkling.Item
---@return inkling.Rest?
local function rest(item)
  local row, column = unpack(vim.api.nvim_win_get_cursor(shown.win))
  row = row - 1
  if row < item.row or (row == item.row and column < item.start) then
    return nil
  end
  local lines = vim.api.nvim_buf_get_lines(shown.bufnr, item.row, row + 1, false)
  if #lines ~= row - item.row + 1 or lines[1]:sub(1, item.start) ~= item.head then
    return nil
  end
  if lines[#lines]:sub(column + 1) ~= item.after then
    return nil
  end
  lines[#lines] = lines[#lines]:sub(1, column)
  lines[1] = lines[1]:sub(item.start + 1)
  local typed = table.concat(lines, '\n')
  if #typed >= #item.text or not vim.startswith(item.text, typed) then
    return nil
  end
  return { row = row, column = column, text = item.text:sub(#typed + 1), covered = #item.after - #item.tail }
end

--- Vim script's strings hold no NUL: a line feed stands for it, as in a buffer's line.
local function without_nul(text)
  return (text:gsub('%z', '\n'))
end

---@param text string
---@param at integer the display column where it begins
---@return integer columns how many it takes
local function width(text, at)
  return vim.fn.strdisplaywidth(without_nul(text), at)
end

--- A text as it would stand in the buffer. Neovim hands the tabs of inline text, and all that is unprintable, to
--- the terminal as they are, and what that draws is then not what Neovim thinks.
---@param text string
---@param at integer the display column where it begins
---@return string
local function drawable(text, at)
  local out = ''
  for part, tab in text:gmatch('([^\t]*)(\t?)') do
    out = out .. vim.fn.strtrans(without_nul(part))
    out = out .. (' '):rep(tab == '' and 0 or width(tab, at + width(out, at)))
  end
  return out
end

---@class inkling.Mark
---@field inline [string, string][]
---@field below [string, string][][]
---@field where 'inline'|'overlay'

--- What the extmark shows; nil where the text cannot be shown as it would stand.
---@param item inkling.Item
---@param left inkling.Rest
---@return inkling.Mark?
local function mark(item, left)
  local lines = vim.split(left.text, '\n', { plain = true })
  -- What already stands there and would be written once more is not shown twice.
  local stands = item.after:sub(1, left.covered)
  if not vim.endswith(lines[1], stands) then
    return nil
  end
  local line = vim.api.nvim_buf_get_lines(shown.bufnr, left.row, left.row + 1, false)[1]
  local at = width(line:sub(1, left.column), 0)
  local first = drawable(lines[1]:sub(1, -#stands - 1), at)
  local below = {}
  for index = 2, #lines do
    table.insert(below, { { drawable(lines[index], 0), 'InklingGhost' } })
  end
  -- Taken whole all the same: the window does not scroll for lines that are in no file.
  local window = vim.fn.getwininfo(shown.win)[1]
  local unseen = #below - (window.height - vim.fn.winline())
  local where = 'inline'
  if #below > 0 and item.tail ~= '' then
    -- What stands behind the cursor would move to the last line: it is hidden here, which goes for one row of
    -- the window only, and shown there, if that can be seen.
    first = drawable(lines[1], at)
    first = first .. (' '):rep(math.max(0, width(item.after, at) - width(first, at)))
    local last = lines[#lines] .. item.tail
    local columns = math.max(at + width(first, at), width(last, 0))
    if unseen > 0 or (vim.wo[shown.win].wrap and columns > window.width - window.textoff) then
      return nil
    end
    where = 'overlay'
    table.insert(below[#below], { drawable(item.tail, width(lines[#lines], 0)), 'Normal' })
  end
  local inline = { { first, 'InklingGhost' } }
  local hints = {}
  if shown.asked and #shown.items > 1 then
    table.insert(hints, ('%d/%d'):format(shown.index, #shown.items))
  end
  if shown.asked and shown.named and item.command then
    table.insert(hints, item.command.title)
  end
  if unseen > 0 then
    table.insert(hints, unseen == 1 and '+1 line' or ('+%d lines'):format(unseen))
  end
  if #hints > 0 then
    local hint = { (' (%s)'):format(table.concat(hints, ' ')), 'InklingHint' }
    -- Where the person looks, unless it would push away what stands there.
    table.insert((unseen > 0 or item.after == '') and inline or below[#below] or inline, hint)
  end
  return { inline = inline, below = below, where = where }
end

local function erase()
  if shown and drawn and vim.api.nvim_buf_is_valid(shown.bufnr) then
    vim.api.nvim_buf_del_extmark(shown.bufnr, namespace, MARK)
  end
  drawn = nil
end

local function draw(item, left)
  local what = mark(item, left)
  if not what then
    return false
  end
  local key = vim.inspect({ left.row, left.column, what })
  if key ~= drawn then
    vim.api.nvim_buf_set_extmark(shown.bufnr, namespace, left.row, left.column, {
      id = MARK,
      virt_text = what.inline,
      virt_text_pos = what.where,
      virt_lines = #what.below > 0 and what.below or nil,
      hl_mode = 'replace', -- it looks the same beside a marked bracket
      undo_restore = false,
    })
    drawn = key
  end
  if not item.told then
    item.told = true
    feedback.tell(shown.client_id, item, 'shown', 0)
  end
  return true
end

---@return inkling.Item?
---@return inkling.Rest?
local function current()
  local here = shown and vim.api.nvim_get_current_win() == shown.win
  if not here or vim.api.nvim_win_get_buf(shown.win) ~= shown.bufnr then
    return nil
  end
  local item = shown.items[shown.index]
  return item, rest(item)
end

--- Bring what is shown in step with the text: what was typed of it goes, what does not fit goes whole.
function M.update()
  local item, left = current()
  if shown and not (item and left and draw(item, left)) then
    M.clear()
  end
end

function M.clear()
  erase()
  shown = nil
end

--- The server that suggested it is gone.
---@param client_id integer
function M.lost(client_id)
  if shown and shown.client_id == client_id then
    M.clear()
  end
end

---@param what inkling.Shown
function M.show(what)
  erase()
  shown = what
  -- Another window on the same buffer shows the same marks otherwise. The call is not part of Neovim's
  -- promised interface: without it the text stands in both.
  pcall(vim.api.nvim__ns_set, namespace, { wins = { what.win } })
  M.update()
end

--- What would be inserted at the cursor now, whether drawn yet or not.
---@return string?
function M.text()
  local _, left = current()
  return left and left.text
end

---@return inkling.Shown?
function M.shown()
  return shown
end

--- The next or previous of several suggestions.
---@param step integer
---@return boolean moved false where there is no other
function M.turn(step)
  if not shown or not shown.asked or #shown.items < 2 then
    return false
  end
  shown.index = (shown.index - 1 + step) % #shown.items + 1
  M.update()
  return true
end

--- Insert the first `bytes` of what is left, and put the cursor behind it.
---@param bytes integer
---@return inkling.Item? item
---@return string? text what was inserted
function M.insert(bytes)
  local item, left = current()
  if not item or not left then
    return nil
  end
  local whole = bytes >= #left.text
  local text = left.text:sub(1, bytes)
  local lines = vim.split(text, '\n', { plain = true })
  local stop = left.column + (whole and left.covered or 0)
  vim.api.nvim_buf_set_text(shown.bufnr, left.row, left.column, left.row, stop, lines)
  local column = (#lines == 1 and left.column or 0) + #lines[#lines]
  vim.api.nvim_win_set_cursor(shown.win, { left.row + #lines, column })
  return item, text
end

return M
