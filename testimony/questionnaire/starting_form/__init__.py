"""The shipped questionnaire as an XLSForm from which organisations begin their own, written without pyxform."""
