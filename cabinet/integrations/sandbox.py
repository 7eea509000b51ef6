"""Placeholder until the adapter arrives."""


class SandboxProvider:
    name = "sandbox"

    def __init__(self, url, *, key, webhook_secret):
        self.url = url
