"""Stories for the public: accounts without names and places, in words that two lawyers agreed to."""
