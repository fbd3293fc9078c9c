"""The forward pass. It knows tensors, and nothing of text, drafts or requests."""
