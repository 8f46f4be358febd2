"""What every siting model shares: HiGHS, deadlines, limits, the table of costs, and the result."""
