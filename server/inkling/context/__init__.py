"""What the model gets to see of a place, and what never gets in; it lays nothing out."""
