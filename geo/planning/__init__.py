"""Where next: what a plan starts from and may buy, the best mix, and its reasons."""
