"""The pages, one file each; a folder called `pages` beside the main script would wake an older page mode."""
