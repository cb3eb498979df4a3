"""The desk of cases: whom did a case expose, what was done for them, what is open?"""
