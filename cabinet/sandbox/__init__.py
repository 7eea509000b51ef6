"""A separate acquirer for demonstrations and tests: its own program, its own database, reached over HTTP only.

It knows the merchant by an API key and an address for webhooks, as a real acquirer would, and nothing of the cabinet.
What it promises to programs stands in docs/sandbox.md.
"""
