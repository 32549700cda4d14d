"""The doors: open the transaction, read now once, call one action, commit, answer."""
