"""The verbs: what people and clocks do here. Each takes a session (or opens its own steps) and `now`."""
