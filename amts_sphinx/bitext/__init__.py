"""Two languages side by side: alignment, and the pairs that come of it."""
