"""Whatever turns source segments into target segments: one small module each."""
