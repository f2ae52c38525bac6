"""The start page of the demonstration, which shows every role and its invented passphrase."""
