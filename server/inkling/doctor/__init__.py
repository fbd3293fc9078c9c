"""`inkling doctor`: whether this machine can complete code in time, and what to do where not."""
