-- On, off, and off for a while. The server is told as well: what is off reads nothing ahead.

local server = require('inkling.server')

local M = {}

local on = true
local until_ms ---@type integer?
local timer ---@type uv.uv_timer_t?

---@return string? word 'off', or 'snoozed until 14:30'; nil where it is on
function M.off()
  if on then
    return nil
  end
  return until_ms and ('snoozed until %s'):format(os.date('%H:%M', until_ms)) or 'off'
end

local function set(value, when)
  if timer then
    timer:stop()
    timer:close()
    timer = nil
  end
  on, until_ms = value, when
  if not on then
    require('inkling.request').cancel()
    require('inkling.ghost').clear()
  end
  server.configure({ enabled = on })
  vim.cmd.redrawstatus()
  vim.api.nvim_exec_autocmds('User', { pattern = 'InklingStatus', modeline = false })
end

---@param value? boolean nil: the other way round
---@return boolean on
function M.toggle(value)
  if value == nil then
    value = not on
  end
  set(value)
  return on
end

---@param minutes number
function M.snooze(minutes)
  set(false, os.time() + math.floor(minutes * 60))
  timer = vim.defer_fn(function()
    timer = nil
    set(true)
  end, math.max(1, math.floor(minutes * 60000)))
end

return M
