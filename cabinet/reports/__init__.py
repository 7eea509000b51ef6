"""Rows become things: words, letters, files, charts."""
