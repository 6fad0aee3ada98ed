"""The whole ledger as one sealed file, back from it, and from one database to another."""
