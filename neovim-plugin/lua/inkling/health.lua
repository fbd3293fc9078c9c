-- :checkhealth inkling

local background = require('inkling.background')
local program = require('inkling.program')
local server = require('inkling.server')
local status = require('inkling.status')

local M = {}

local DOCTOR_MS = 60000 -- it loads the model and times it

local function check_editor()
  vim.health.start('Inkling: Neovim')
  if vim.fn.has('nvim-0.11') == 0 then
    return vim.health.error('Neovim is too old', { 'Install Neovim 0.11 or newer' })
  end
  vim.health.ok('Neovim ' .. tostring(vim.version()))
  if server.enabled() then
    vim.health.ok('the server is enabled')
  else
    local advice = "require('inkling').setup(), or vim.lsp.enable('inkling')"
    vim.health.warn('the server is not enabled', { advice })
  end
  local off = require('inkling.switch').off()
  if off then
    vim.health.warn('Inkling is ' .. off, { ':Inkling toggle' })
  end
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    local it = status.of(bufnr)
    if it then
      local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':t')
      vim.health.info(('%s: %s'):format(name ~= '' and name or 'a buffer without a name', it.state))
    end
  end
  vim.health.info('log: ' .. vim.lsp.log.get_filename())
end

local function run(words)
  local started, process = pcall(vim.system, words, { text = true })
  if not started then
    return { code = 1, stdout = '', stderr = process }
  end
  return process:wait(DOCTOR_MS)
end

local verdicts = {
  ok = vim.health.ok,
  warning = vim.health.warn,
  error = vim.health.error,
  skipped = vim.health.info,
}

--- What the server's own doctor finds.
local function check_server()
  vim.health.start('Inkling: server')
  if background.now() then
    vim.health.info(background.now())
  end
  if background.problem() then
    vim.health.warn(background.problem() --[[@as string]])
  end
  local missing = program.missing()
  if missing then
    return vim.health.error(missing, program.ways())
  end
  local command = program.words()
  if not command then
    return vim.health.info('its command is a function of your own: not checked')
  end
  vim.health.ok('found ' .. vim.fn.exepath(command[1]))
  if program.outdated() then
    vim.health.warn('the plugin is newer than its server', { ':Inkling install' })
  end
  local asking = { 'doctor', '--json', '--client', 'Neovim/' .. tostring(vim.version()) }
  local done = run(vim.list_extend(vim.list_slice(command), asking))
  local parsed, report = pcall(vim.json.decode, done.stdout, { luanil = { object = true } })
  if not parsed or type(report) ~= 'table' or not report.checks then
    return vim.health.warn(
      'it did not examine itself: ' .. vim.trim(done.stderr ~= '' and done.stderr or 'no answer'),
      { 'In a shell: ' .. table.concat(command, ' ') .. ' doctor' }
    )
  end
  for _, check in ipairs(report.checks) do
    local say = verdicts[check.verdict] or vim.health.info
    local advice = check.advice and check.advice ~= '' and { check.advice } or nil
    say(('%s: %s'):format(check.name, check.found), advice)
  end
end

function M.check()
  check_editor()
  check_server()
end

return M
