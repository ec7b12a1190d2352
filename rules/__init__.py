"""Reasoning from a share to a determination. No wording, no files, no terminal."""
