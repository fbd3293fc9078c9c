-- What is there without `setup()`: the command `:Inkling`, and a word where the server is missing.

if vim.g.loaded_inkling or vim.fn.has('nvim-0.11') == 0 then
  return
end
vim.g.loaded_inkling = true

vim.api.nvim_create_user_command('Inkling', function(given)
  require('inkling.command').run(given.fargs)
end, {
  nargs = '*',
  desc = 'Inkling: ghost text from a model on this machine',
  complete = function(_, line)
    return require('inkling.command').complete(line)
  end,
})

-- Plugin managers index the help of a repository's root; this folder lies below it.
local doc = vim.fs.joinpath(vim.fs.dirname(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))), 'doc')
local page, tags = vim.uv.fs_stat(doc .. '/inkling.txt'), vim.uv.fs_stat(doc .. '/tags')
if page and (not tags or tags.mtime.sec < page.mtime.sec) then
  pcall(vim.cmd.helptags, vim.fn.fnameescape(doc)) -- a folder that cannot be written stays without
end

local group = vim.api.nvim_create_augroup('inkling.server', {})
vim.api.nvim_create_autocmd('FileType', {
  group = group,
  callback = function(event)
    require('inkling.server').warn_if_missing(event.buf)
  end,
})

vim.api.nvim_create_autocmd('InsertEnter', {
  group = group,
  callback = function(event)
    require('inkling.server').attach(event.buf)
  end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'inkling' then
      require('inkling.status').changed()
    end
  end,
})

vim.api.nvim_create_autocmd('LspDetach', {
  group = group,
  callback = function(event)
    require('inkling.status').closed(event.buf, event.data.client_id)
  end,
})

-- A client tells of a new name only when the file is written; until then the server would not know it.
vim.api.nvim_create_autocmd({ 'BufFilePre', 'BufFilePost' }, {
  group = group,
  callback = function(event)
    require('inkling.server').renamed(event.buf, event.event == 'BufFilePre')
  end,
})
