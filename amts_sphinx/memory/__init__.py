"""What is known and what was paid for: the translation memory."""
