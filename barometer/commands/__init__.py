"""The commands of `barometer`, by what they are for: one function a command, one line an answer or an error."""
