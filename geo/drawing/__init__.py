"""What is drawn: map state, legend, overlays and charts; no screen."""
