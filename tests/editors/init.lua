-- Neovim with Inkling as a person has it: the plugin's folder on the runtimepath, and one call.
-- The environment says what differs from test to test.

local function given(name, default)
  local text = vim.env[name]
  return text and text ~= '' and vim.json.decode(text, { luanil = { object = true } }) or default
end

local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
vim.opt.runtimepath:prepend(vim.env.INKLING_PLUGIN or vim.fs.joinpath(here, '../../neovim-plugin'))

-- What is typed shall stand in the file as it is, and no message waits for a key.
vim.cmd('filetype indent off')
vim.o.autoindent = false
vim.o.fixendofline = false
vim.o.swapfile = false
vim.o.shortmess = vim.o.shortmess .. 'I'
vim.o.termguicolors = true
vim.g.loaded_python3_provider = 0 -- looking for one takes a second

vim.o.messagesopt = 'wait:0,history:500'

-- What the test looks at: traces as they come.
_G.inkling_traces = {}
vim.api.nvim_create_autocmd('User', {
  pattern = 'InklingTrace',
  callback = function(event)
    table.insert(_G.inkling_traces, event.data)
  end,
})

if vim.env.INKLING_COLOUR then
  vim.api.nvim_set_hl(0, 'InklingGhost', { fg = vim.env.INKLING_COLOUR })
  vim.api.nvim_set_hl(0, 'ComplHint', { fg = vim.env.INKLING_COLOUR })
end
if vim.env.INKLING_BEFORE then
  assert(load(vim.env.INKLING_BEFORE))()
end

vim.lsp.config('inkling', { cmd = given('INKLING_COMMAND'), init_options = given('INKLING_OPTIONS') })
if vim.env.INKLING_BUILTIN then
  vim.lsp.enable('inkling')
  vim.lsp.inline_completion.enable(true)
  vim.keymap.set('i', '<Tab>', function()
    if not vim.lsp.inline_completion.get() then
      return '<Tab>'
    end
  end, { expr = true, desc = 'Take the ghost text' })
elseif vim.env.INKLING_SETUP ~= 'none' then
  require('inkling').setup(given('INKLING_SETUP', {}))
end
