"""Lists from outside: one reader a format, then one check; nothing is ever given to GDAL.

`read_list` gives the tables of a file, `match_columns` says what their headers are taken for,
`weigh_list_datums` shows the evidence for a datum, `to_facilities` checks and converts, `rest_workbook` hands
back what must be mended, and what comes back mended is a list again. The modules are imported by name.
"""
