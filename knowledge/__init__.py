"""What provisions share, and the typed reading of both. Imports nothing from `rules` or `cli`."""
