"""`python -m cabinet` is the `cabinet` command."""

from cabinet.cli import main

main()
