"""Records that an organisation kept elsewhere: read, mapped onto the questionnaire, sealed as testimonies."""
