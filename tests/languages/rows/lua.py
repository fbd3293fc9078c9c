LINES = [
    ("function f(a)", "opens defines"),
    ("local function f(a, ...)", "opens defines"),
    ("M.f = function(a)", "opens defines"),
    ("  if a then", "opens"),
    ("  else", "opens closes"),
    ("  elseif b then", "opens closes"),
    ("  for i = 1, 2 do", "opens"),
    ("  repeat", "opens"),
    ("  until a", "closes"),
    ("  f(function()", "opens"),
    ("  a = {", "opens"),
    ("  -- then", ""),
    ("  f(a)", ""),
    ("end", "closes"),
    ("  end)", "closes"),
    ("  endless = 1", ""),
    ("--- Adds.", "heralds"),
    ("  -- now", ""),
]

INSIDE = [
    '^x = ^"|a|\\n|b|"^\n',
    "x = '|c|'^\n",
    "x = ^[[|a ' \n|b|]]^\n",
    "x = ^[==[|a ]] b|]==]^\n",
    "^--| it's|\n^y()\n",
    "^--[[| a\n| b ]]|\n^y()\n",
    'f(^"|a|"^, ^b)\n',
]

FILES = ["a.lua"]
IDS = ["lua"]
TITLE = "-- {file}\n"

CODE = """\
local stock = require("shop.stock")
local M = {}

-- Opens it.
function M.open(name, times)
  local inner = 1
  return name
end

function M:close(now)
  return self
end

M.size = function(of)
  return #of
end

local function helper(a)
  return a
end

LIMIT = 3
return M
"""
DEFINES = [
    ("value", "M", "local M = {}", ""),
    ("function", "M.open", "function M.open(name, times)", "Opens it."),
    ("function", "M.close", "function M:close(now)", ""),
    ("function", "M.size", "M.size = function(of)", ""),
    ("function", "helper", "local function helper(a)", ""),
    ("value", "LIMIT", "LIMIT = 3", ""),
]
IMPORTS = [
    ("shop.stock", "", "stock"),
    ("shop.stock", "", ""),
]
