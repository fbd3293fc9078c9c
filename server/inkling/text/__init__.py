"""What stands in open documents: text, trees, brackets; nothing of suggestions."""
