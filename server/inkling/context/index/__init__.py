"""What a workspace's files define and import: found by a process of its own, kept on disk."""
