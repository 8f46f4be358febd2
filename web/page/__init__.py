"""Our own page around Streamlit's: older browsers, a missing connection, refused uploads."""
