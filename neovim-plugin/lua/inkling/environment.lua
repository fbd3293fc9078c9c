-- Python environments of the plugin's own that hold the server. One that was made whole is marked so.

local M = {}

local MARK = 'installed' -- written last; it says which version

local function root()
  return vim.fs.joinpath(vim.fn.stdpath('data'), 'inkling')
end

---@param folder string
---@param name string
---@return string path of a program in it
function M.program(folder, name)
  if vim.fn.has('win32') == 1 then
    return vim.fs.joinpath(folder, 'Scripts', name .. '.exe')
  end
  return vim.fs.joinpath(folder, 'bin', name)
end

local function marked(folder)
  return vim.uv.fs_stat(vim.fs.joinpath(folder, MARK)) ~= nil
end

---@return string[] folders
local function all()
  local found = vim.fn.glob(vim.fs.joinpath(root(), 'server-*'), true, true)
  table.sort(found)
  return found
end

--- The latest environment that was made whole.
---@return string? folder
---@return string? version of the server in it
function M.find()
  local whole = vim.tbl_filter(marked, all())
  local folder = whole[#whole]
  if folder then
    return folder, vim.fn.readfile(vim.fs.joinpath(folder, MARK))[1]
  end
end

local function at_work(folder)
  local pid = tonumber(folder:match('%-(%d+)$'))
  return pid and pid ~= vim.fn.getpid() and vim.uv.kill(pid, 0) == 0
end

--- Make one, and remove what it replaces. Raises a sentence where that fails.
---@param python string
---@param source string a folder with the server's source
---@param version string
---@param succeed fun(words: string[]) runs a program, raises a sentence where it fails
function M.make(python, source, version, succeed)
  local folder = vim.fs.joinpath(root(), ('server-%d-%d'):format(os.time(), vim.fn.getpid()))
  vim.fn.mkdir(root(), 'p')
  local made, problem = pcall(function()
    -- -I: neither the person's PYTHONPATH nor the current folder has a say. The index stays theirs.
    succeed({ python, '-I', '-m', 'venv', folder })
    local pip = { M.program(folder, 'python'), '-I', '-m', 'pip', 'install', '--prefer-binary' }
    succeed(vim.list_extend(pip, { '--disable-pip-version-check', '--no-input', source }))
    vim.fn.writefile({ version }, vim.fs.joinpath(folder, MARK))
  end)
  for _, other in ipairs(all()) do
    local replaced = made and other ~= folder or not marked(other)
    if replaced and not (not marked(other) and at_work(other)) then
      vim.fn.delete(other, 'rf')
    end
  end
  if not made then
    error(problem, 0)
  end
end

return M
