"""What callers and agents hear: the catalogue of texts, their audio, and the book that finds a file."""
