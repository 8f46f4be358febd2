"""Lists from outside: one reader a format, then one check; nothing is ever given to GDAL.

A list goes through these steps; each function stands in the module named, and the modules are imported by
name.

1. `readers.any_file.read_list` gives the tables of a file (`source_table.SourceTable`): text as the user
wrote it,
   with the number of each row. It raises `errors.UnreadableListError`, which says in one line of
   Chinese and of English what is wrong and how to fix it, or `errors.UnknownEncodingError` with
   previews to choose from.
2. `columns.header_matching.match_columns` says what each header is taken for (`ColumnMapping`); the user
corrects
   it with `ColumnMapping.changed`, and `to_json` and `from_json` remember it by the header's fingerprint.
3. `checks.list_datum.weigh_list_datums` shows the evidence for each datum,
`location.datum_evidence.likely_datum` suggests
   one, and `checks.list_datum.hinted_datum` tells what the list or its format says itself.
4. `checks.check_list.to_facilities` reads, places, compares and checks all rows at once (`Checked`):
`facilities`
   without an error, `findings` of every row (`findings.FINDING_COLUMNS`; the kinds are in
   `data/import_findings.csv`), `originals` as written, `places` with the pair and the datum as given.
   What the user decided (a county that may be several, a point against the county declared) goes in as
   `Choices`.
5. `checks.edits.edit_rows`, `move_points` and `remove_rows` give the edited list, to be checked again;
   `workbooks.returned_rows.to_rest_workbook` hands back what waits, in the user's own columns, and what
   comes back is a list.

`checks.check_list.read_knowledge` reads all words and names once. `workbooks.template.to_template_workbook`
makes the template. `location.county_names.find_counties` tells the counties of any texts,
`location.place_names.find_places` places rows by name.
"""
