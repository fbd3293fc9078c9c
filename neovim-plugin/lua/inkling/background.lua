-- One long task at a time, made of programs that run beside the editor: it goes on taking keys.

local tell = require('inkling.tell')

local M = {}

---@class inkling.Task
---@field doing string such as `pulling the model`
---@field progress? string such as `54 %`
---@field process? vim.SystemObj
---@field cancelled? boolean

---@alias inkling.Run fun(words: string[], heard?: fun(line: string)): boolean, string[]
--- Runs a program and waits for it; whether it did its work, and what it wrote.

local task ---@type inkling.Task?
local failed ---@type string? why the last one failed

--- The task that runs, in a few words.
---@return string? words such as `pulling the model 54 %`
function M.now()
  return task and table.concat({ task.doing, task.progress }, ' ')
end

vim.api.nvim_create_autocmd('VimLeavePre', {
  group = vim.api.nvim_create_augroup('inkling.background', {}),
  callback = function()
    M.cancel()
  end,
})

---@return string? sentence why the last task failed, if it did
function M.problem()
  return failed
end

local function changed()
  require('inkling.status').changed()
end

--- How far the task is.
---@param progress string
function M.progress(progress)
  if task and task.progress ~= progress then
    task.progress = progress
    changed()
    tell.passing(M.now() --[[@as string]])
  end
end

--- A handler that hands whole lines on, where the editor may be touched.
local function by_line(heard)
  local rest = ''
  return function(_, data)
    local lines = vim.split(rest .. (data or '\n'), '[\r\n]+')
    rest = table.remove(lines)
    vim.schedule(function()
      vim.iter(lines):each(function(line)
        if line ~= '' then
          heard(line)
        end
      end)
    end)
  end
end

--- Begin a task: `work` runs programs, one after the other, and raises a sentence where it cannot go on.
---@param doing string
---@param work fun(run: inkling.Run)
---@param done fun() called where all of it was done
---@return boolean begun false where another one runs
function M.start(doing, work, done)
  if task then
    return false
  end
  local this = { doing = doing }
  task, failed = this, nil

  local thread ---@type thread
  local function go_on(...)
    local right, problem = coroutine.resume(thread, ...)
    if coroutine.status(thread) ~= 'dead' then
      return
    end
    task = nil
    failed = not right and not this.cancelled and ('%s failed: %s'):format(doing, problem) or nil
    changed()
    if this.cancelled then
      tell.say(doing .. ' was cancelled')
    elseif failed then
      tell.say(failed, vim.log.levels.ERROR)
    else
      done()
    end
  end

  local function run(words, heard)
    local lines = {}
    local function listen()
      return by_line(function(line)
        table.insert(lines, line)
        if heard then
          heard(line)
        end
      end)
    end
    -- A group of its own: what the program started ends with it.
    local options = { stdin = false, stdout = listen(), stderr = listen(), detach = true }
    this.process = vim.system(words, options, function(ended)
      vim.schedule(function()
        this.process = nil
        go_on(ended.code == 0, lines)
      end)
    end)
    local right = coroutine.yield()
    if this.cancelled then
      error('cancelled', 0)
    end
    return right, lines
  end

  thread = coroutine.create(function()
    work(run)
  end)
  changed()
  tell.passing(doing)
  go_on()
  return true
end

--- End the task; what it has done so far is of no use to anybody.
---@return boolean cancelled false where none runs
function M.cancel()
  if not task then
    return false
  end
  task.cancelled = true
  local process = task.process
  if process and not vim.uv.kill(-process.pid, 'sigterm') then
    process:kill('sigterm')
  end
  return true
end

return M
