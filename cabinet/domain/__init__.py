"""What is true: plain functions over a session. No Reflex, no clock, no settings, no network, no formatting."""
