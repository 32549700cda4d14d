"""The rules. Pure: nothing here opens a file, a socket or a session, or asks what time it is."""
