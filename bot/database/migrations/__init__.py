"""How the database comes from one version to the next."""
