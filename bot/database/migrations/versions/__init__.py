"""One module per version of the database, in order."""
