-- Neovim 0.12 with Inkling: what a person writes (init_options and handlers are the test's), and
-- below it what only the test needs.

_G.inkling_traces = {}

vim.lsp.config('inkling', {
  cmd = vim.json.decode(vim.env.INKLING_COMMAND), -- a person writes { 'inkling', 'serve' }
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', '.git' },
  init_options = vim.json.decode(vim.env.INKLING_OPTIONS),
  handlers = {
    ['inkling/trace'] = function(_, trace)
      table.insert(_G.inkling_traces, trace)
    end,
    ['inkling/status'] = function(_, status)
      vim.g.inkling_status = status
    end,
  },
})
vim.lsp.enable('inkling')
vim.lsp.inline_completion.enable(true)

vim.keymap.set('i', '<Tab>', function()
  if not vim.lsp.inline_completion.get() then
    return '<Tab>'
  end
end, { expr = true, desc = 'Take the ghost text' })

-- What is typed shall stand in the file as it is.
vim.cmd('filetype indent off')
vim.o.autoindent = false
vim.o.fixendofline = false
vim.o.swapfile = false
vim.o.shortmess = vim.o.shortmess .. 'I'
vim.o.termguicolors = true

-- What the test asks: how the server is, and the ghost text where the cursor stands (or nil).
function _G.inkling_status()
  local client = vim.lsp.get_clients({ name = 'inkling', bufnr = 0 })[1]
  return client and client.initialized and (vim.g.inkling_status or { state = 'running' }) or nil
end

function _G.inkling_ghost_text()
  local namespace = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local at = { row - 1, column }
  local mark = namespace and vim.api.nvim_buf_get_extmarks(0, namespace, at, at, { details = true })[1]
  if not mark then
    return nil
  end
  local function text(chunks)
    return table.concat(vim.tbl_map(function(chunk)
      return chunk[1]
    end, chunks))
  end
  local lines = { text(mark[4].virt_text or {}) }
  for _, line in ipairs(mark[4].virt_lines or {}) do
    table.insert(lines, text(line))
  end
  return table.concat(lines, '\n')
end
