"""People: commands, prompts, screens and documents. No law."""
