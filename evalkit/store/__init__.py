"""What is kept: rows by delivery, the ledger whose append is the only commit, results and editions."""
