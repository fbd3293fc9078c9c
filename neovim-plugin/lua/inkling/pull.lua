-- Getting the model, or a newer one, and the deep model that is asked for, by the server's own command.

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
  local begun = background.start('pulling the model', function(run)
    -- The default one has no name here.
    local names = { server.option('model') or '', server.option('deepModel') }
    for index, name in ipairs(names) do
      local pull = vim.list_extend({}, words)
      vim.list_extend(pull, { 'model', 'pull', '--progress-json', name ~= '' and name or nil })
      local right, lines = run(pull, function(line)
        local now = percent(line)
        if now then
          background.progress(('%d %%'):format(math.floor((100 * (index - 1) + now) / #names)))
        end
      end)
      if not right then
        error((lines[#lines] or 'it said nothing'):gsub('^inkling: ', ''), 0)
      end
    end
  end, function()
    tell.say('the model is here.')
    server.restart()
  end)
  return not begun and ('%s goes on. `:Inkling cancel` ends it.'):format(background.now()) or nil
end

return M
