"""Adapters of the ports (`domain/base/ports.py`), each kind with an embedded one that needs no account anywhere."""
