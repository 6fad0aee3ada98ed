"""What leaves the house: the bulletin, in three languages and six formats, with the quarter's figures."""
