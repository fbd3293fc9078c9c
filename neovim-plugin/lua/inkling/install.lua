-- Getting the server that lies beside this plugin, or the newer one after an update.

local background = require('inkling.background')
local environment = require('inkling.environment')
local program = require('inkling.program')
local server = require('inkling.server')
local tell = require('inkling.tell')

local M = {}

local OLDEST, NEWEST = 11, 14 -- of Python 3

--- What people call it; the plain names come first, since they are what the person chose.
local function pythons()
  local names = { 'python3', 'python' }
  for minor = NEWEST, OLDEST, -1 do
    table.insert(names, 'python3.' .. minor)
  end
  return vim.tbl_filter(function(name)
    return vim.fn.executable(name) == 1
  end, names)
end

local PROBE = ('import sys, venv, ensurepip; sys.exit(sys.version_info < (3, %d))'):format(OLDEST)

---@param run inkling.Run
local function find_python(run)
  for _, name in ipairs(pythons()) do
    if run({ name, '-I', '-c', PROBE }) then
      return name
    end
  end
  local sentence = 'no Python 3.%d or newer with venv on the PATH (Debian and Ubuntu: python3-venv)'
  error(sentence:format(OLDEST), 0)
end

--- The line of a program's many that says what went wrong.
local function complaint(lines)
  for index = #lines, 1, -1 do
    if lines[index]:lower():find('error', 1, true) then
      return lines[index]
    end
  end
  return lines[#lines] or 'it said nothing'
end

---@return string? problem why that cannot be begun
function M.start()
  local source, version = program.source(), program.version()
  if not program.is_own() then
    local command = program.command()
    return ('you have a server of your own: %s.'):format(command and command[1] or 'a function')
  elseif not source or not version then
    return 'there is no server beside this copy of the plugin.'
  end
  local begun = background.start('installing the server', function(run)
    local python = find_python(run)
    environment.make(python, source, version, function(words)
      local right, lines = run(words, function(line)
        local package = line:match('^Collecting ([%w._-]+)')
        if package or line:find('^Installing collected') then
          background.progress(('(%s)'):format(package or 'its packages'))
        end
      end)
      if not right then
        error(complaint(lines), 0)
      end
    end)
  end, function()
    tell.say('the server is installed.')
    program.use_own()
    server.restart()
  end)
  return not begun and ('%s goes on. `:Inkling cancel` ends it.'):format(background.now()) or nil
end

return M
