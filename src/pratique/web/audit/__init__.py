"""Is the book true, and who looked?"""
