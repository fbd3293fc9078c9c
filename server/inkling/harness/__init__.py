"""A headless editor: it speaks LSP over stdio and imports nothing of the server."""
