"""How thoroughly the proofs are made: samples in the test command, everything with PROOF=full (make fire)."""

import os

FULL = os.environ.get("PROOF") == "full"
