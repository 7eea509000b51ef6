"""What the staff area holds and sends."""
