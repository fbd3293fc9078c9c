-- Getting the model, or a newer one, by the server's own command.

local background = require('inkling.background')
local program = require('inkling.program')
local server = require('inkling.server')
local tell = require('inkling.tell')

local M = {}

--- How far a pull is, out of one line of its progress.
---@param line string
---@return integer? percent nil where the line tells none
local function percent(line)
  local parsed, told = pcall(vim.json.decode, line)
  local progress = parsed and type(told) == 'table' and told.progress
  return type(progress) == 'number' and math.floor(100 * progress) or nil
end

---@return string? problem why that cannot be begun
function M.start()
  local missing, words = program.missing(), program.words()
  if missing or not words then
    return missing or 'the server is a function of your own: run `inkling model pull`.'
  end
  vim.list_extend(words, { 'model', 'pull', server.option('model'), '--progress-json' })
  local begun = background.start('pulling the model', function(run)
    local right, lines = run(words, function(line)
      local now = percent(line)
      if now then
        background.progress(('%d %%'):format(now))
      end
    end)
    if not right then
      error((lines[#lines] or 'it said nothing'):gsub('^inkling: ', ''), 0)
    end
  end, function()
    tell.say('the model is here.')
    server.restart()
  end)
  return not begun and ('%s goes on. `:Inkling cancel` ends it.'):format(background.now()) or nil
end

return M
