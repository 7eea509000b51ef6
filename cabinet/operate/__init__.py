"""Running an installation: migrations, first run, doctor, backup, the proofs of the ledger and of the audit chain."""
