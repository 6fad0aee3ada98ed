"""A release: the published records of a period as files that do not change, in the forms that people work with."""
