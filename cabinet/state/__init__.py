"""What the browser holds and sends: rows ready to show, handlers that ask the domain in one line."""
