-- :Inkling and its subcommands.

local server = require('inkling.server')
local status = require('inkling.status')
local switch = require('inkling.switch')

local M = {}

local function say(...)
  vim.api.nvim_echo({ { table.concat({ ... }, '\n') } }, true, {})
end

local function complain(sentence)
  vim.notify('Inkling: ' .. sentence, vim.log.levels.ERROR)
end

local function here()
  return vim.api.nvim_get_current_buf()
end

---@type table<string, fun(argument: string?)>
local commands = {}

function commands.status()
  local it = status.of(here())
  local client = server.client(here())
  local line = status.line(here())
  local lines = { line ~= '' and line or 'Inkling: not running in this buffer' }
  if it and it.model then
    table.insert(lines, 'model: ' .. it.model)
  end
  if client then
    table.insert(lines, 'server: ' .. table.concat(server.command() or { client.name }, ' '))
  end
  table.insert(lines, 'why nothing is shown: ' .. status.why(here()))
  say(unpack(lines))
end

function commands.why()
  say(status.why(here()))
end

function commands.toggle()
  say(switch.toggle() and 'Inkling: on' or 'Inkling: off')
end

function commands.snooze(argument)
  local minutes = tonumber(argument or '10')
  if not minutes or minutes <= 0 then
    return complain(('minutes to snooze are a number above 0, not %s'):format(argument))
  end
  switch.snooze(minutes)
  say('Inkling: ' .. switch.off())
end

function commands.restart()
  server.restart()
end

function commands.log()
  vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
end

local function milliseconds(value)
  return value and value ~= vim.NIL and ('%.0f ms'):format(value) or '-'
end

function commands.statistics()
  local client = server.client(here())
  if not client then
    return complain(status.why(here()))
  end
  client:request('inkling/statistics', vim.NIL, function(failed, result)
    if failed then
      return complain(failed.message or 'the server gave no statistics')
    end
    local latency = result.latencyMs
    local lines = {
      ('since %s'):format(result.since),
      ('requests %d, with a suggestion %d'):format(result.requests, result.suggested),
      ('accepted %d, in part %d, dismissed %d'):format(
        result.accepted,
        result.partlyAccepted,
        result.dismissed
      ),
      ('characters accepted %d'):format(result.charactersAccepted),
      ('latency %s, p95 %s, p99 %s (%d)'):format(
        milliseconds(latency.p50),
        milliseconds(latency.p95),
        milliseconds(latency.p99),
        latency.count
      ),
    }
    for code, count in vim.spairs(result.reasons) do
      table.insert(lines, ('nothing shown: %s %d'):format(code, count))
    end
    say(unpack(lines))
  end, here())
end

---@param words string[]
function M.run(words)
  local command = commands[words[1]]
  if not command then
    local names = table.concat(M.complete('Inkling '), ', ')
    return complain(("no subcommand '%s'; there are %s"):format(words[1], names))
  end
  command(words[2])
end

---@param line string the command line up to the cursor
---@return string[]
function M.complete(line)
  local lead = line:match('Inkling!?%s+(%S*)$')
  if not lead then
    return {}
  end
  local names = vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, vim.tbl_keys(commands))
  table.sort(names)
  return names
end

return M
