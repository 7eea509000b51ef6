"""What every deed stands on: who asks, what may be done, what follows, what is written down."""
