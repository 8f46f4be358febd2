"""One step a file, each naming the one before it; a step is never changed after its release."""
