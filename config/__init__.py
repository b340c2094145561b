"""What every process begins with, whatever it imports next."""

import os

# NumPy's mathematics reads this as it loads, whoever loads it. A text is too small to share out among threads: most of
# them would only spin, and take four times the processor that the rest of a message takes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
