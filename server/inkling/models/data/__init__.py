"""What was trained for the models of the catalog and comes with Inkling."""
