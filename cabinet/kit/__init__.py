"""What would be true in any product: money, time, errors, texts, secrets, pages of a list."""
