"""The database of the user's own lists, with its history: `connection` opens it, and everything else asks it.

`difference.plan_import` compares a checked list with it, `applying` writes (all of a batch or none of it),
`changing` writes single records, `open_questions` keeps what waits to be decided, `history` and `currency`
tell, `copies` backs up and restores, `mappings` and `scenarios` keep what users said. `place` alone is loaded
where there is no registry.
"""
