"""Is a site or an account there: measurements, what they say, where they differ; and notices that ask for removal."""
