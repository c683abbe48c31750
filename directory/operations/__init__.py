"""What commands and jobs do alike: where importers, intake, index and mail meet."""
