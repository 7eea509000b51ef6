"""What the browser holds and sends: one file a subject."""
