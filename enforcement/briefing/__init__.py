"""Map reports for leaders: an area or a unit in a period, as page, file, paper and workbook."""
