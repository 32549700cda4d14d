"""All SQL. Functions take a session; the door that opened it commits."""
