"""The fire: real workers killed and frozen in mid-flight, their database restarted under them, and far ends
that refuse, go silent and hang up after accepting. What was accepted is compared with what was owed.
"""
