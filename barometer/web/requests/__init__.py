"""Requests for information at the desk and on the site: what `barometer.deadlines` works out, kept and shown."""
