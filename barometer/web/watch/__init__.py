"""Sites, accounts and takedown notices at the desk and on the site: what `barometer.reach` works out, kept and shown."""
