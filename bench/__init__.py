"""Speed and weight: what `make bench` measures, each beside something to compare it with (bench/README.md)."""
