"""The questionnaire: its codebook, forms, labels and consent scripts, and the import of XLSForms."""
