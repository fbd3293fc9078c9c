-- :Inkling and its subcommands.

local background = require('inkling.background')
local install = require('inkling.install')
local protocol = require('inkling.protocol')
local pull = require('inkling.pull')
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

---@param problem string? why something cannot be begun
local function refused(problem)
  if problem then
    complain(problem)
  end
end

local function here()
  return vim.api.nvim_get_current_buf()
end

---@type table<string, fun(argument: string?)>
local commands = {}

function commands.status()
  say(unpack(status.report(here())))
end

function commands.why()
  say(status.why(here()))
end

function commands.install()
  refused(install.start())
end

function commands.pull()
  refused(pull.start())
end

function commands.cancel()
  if not background.cancel() then
    complain('nothing is being installed or pulled')
  end
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

--- What the model sees at the cursor, in a window beside that goes with its text.
function commands.context()
  local client = server.client(here())
  if not client then
    return complain(status.why(here()))
  end
  local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
  client:request(protocol.methods.context, place, function(failed, result)
    if failed then
      return complain(failed.message or 'the server does not tell what the model sees')
    end
    vim.cmd('botright new')
    local buffer = here()
    vim.bo[buffer].buftype, vim.bo[buffer].bufhidden = 'nofile', 'wipe'
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(result.text), '\n'))
    vim.bo[buffer].modifiable = false
  end, here())
end

local function milliseconds(value)
  return value and value ~= vim.NIL and ('%.0f ms'):format(value) or 'unknown'
end

--- The server's time in the person's own.
local function at(since)
  local year, month, day, hour, minute = since:match('^(%d+)-(%d+)-(%d+)T(%d+):(%d+)')
  if not minute then
    return since
  end
  local as_local = os.time({ year = year, month = month, day = day, hour = hour, min = minute })
  local utc = os.date('!*t', as_local)
  utc.isdst = nil
  return os.date('%Y-%m-%d %H:%M', as_local + os.difftime(as_local, os.time(utc)))
end

local function counts(result)
  local latency = result.latencyMs
  local lines = {
    ('Since %s, counted on this machine and kept in memory only'):format(at(result.since)),
    ('Requests %d, with a suggestion %d'):format(result.requests, result.suggested),
    ('Taken whole %d, in part %d, dismissed %d'):format(
      result.accepted,
      result.partlyAccepted,
      result.dismissed
    ),
    ('Characters taken: %d'):format(result.charactersAccepted),
    ('Time to an answer: %s in the median, p95 %s, p99 %s (of %d)'):format(
      milliseconds(latency.p50),
      milliseconds(latency.p95),
      milliseconds(latency.p99),
      latency.count
    ),
  }
  local codes = vim.tbl_keys(result.reasons)
  table.sort(codes, function(one, other)
    return result.reasons[one] > result.reasons[other]
  end)
  for index, code in ipairs(codes) do
    if index == 1 then
      table.insert(lines, 'Why nothing was shown:')
    end
    table.insert(lines, ('%6d  %s'):format(result.reasons[code], protocol.counted[code] or code))
  end
  return lines
end

function commands.statistics()
  local client = server.client(here())
  if not client then
    return complain(status.why(here()))
  end
  client:request(protocol.methods.statistics, vim.NIL, function(failed, result)
    if failed then
      return complain(failed.message or 'the server gave no statistics')
    end
    say(unpack(counts(result)))
  end, here())
end

---@param words string[]
function M.run(words)
  local command = commands[words[1] or 'status']
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
