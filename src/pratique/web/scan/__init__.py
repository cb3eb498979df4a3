"""A post: have I got this person, who is missing here?"""
