"""Who proposes draft tokens, and how far each is believed."""
