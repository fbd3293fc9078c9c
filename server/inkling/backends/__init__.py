"""What writes on where a prompt ends: an engine process, or another machine. Text in, text out."""
