"""The legal clock of a request: what was asked, what came back, what the law says, what is due and how late."""
