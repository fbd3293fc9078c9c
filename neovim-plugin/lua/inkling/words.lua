-- Where the next word of a text ends, as Vim has words: |word|. Code in any writing is cut as `w` cuts it.

local M = {}

local BLANK = 0

--- A character's class: blank, punctuation, a word's letter ('iskeyword'), emoji, or its script's own.
local function class(character)
  return character:find('^%s') and BLANK or vim.fn.charclass(character)
end

--- White space, line ends as well, and then one run of characters of one class. What is combined into
--- one character (an accent, a family of emoji) stays whole.
---@param text string
---@return integer bytes up to the word's end
function M.stop(text)
  local bytes, word = 0, BLANK
  for _, character in ipairs(vim.fn.split(text, '\\zs')) do
    local this = class(character)
    if word ~= BLANK and this ~= word then
      break
    end
    word = this
    bytes = bytes + #character
  end
  return bytes
end

return M
