"""Imports of records that an organisation kept elsewhere: read, mapped to the questionnaire, sealed as testimonies."""
