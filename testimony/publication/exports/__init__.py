"""The files in which testimonies leave a desk for other programs: JSON Lines, CSV, XLSX and Uwazi's import form."""
