"""One editor: its messages, its open documents, its options as they change."""
