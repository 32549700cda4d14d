"""From a lesson or an authored letter to a Message: type-set once, stamped per person."""
