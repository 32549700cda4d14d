"""The curriculum compiler: reads a folder of lessons into a Challenge, and checks it like code."""
