"""Kindling: thirty days, five minutes, two people."""
