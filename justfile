# What is done by hand now and then; `just` lists it.

# Damage lists of every format for so many minutes and read them; what breaks a promise is kept.
fuzz minutes="20":
    python -m tests.fuzz --minutes {{minutes}}
