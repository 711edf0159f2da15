"""Pages. Views read; the first line is access; what writes calls an action."""
