"""What writes on where a prompt ends: an engine process of one's own. Text in, text out."""
