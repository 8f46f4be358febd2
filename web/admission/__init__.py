"""What is asked of every request before Streamlit sees it: origin, proxy, upload, slowness, guesses."""
