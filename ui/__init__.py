"""The Streamlit screens over `geo`: they ask, have computed, and show."""
