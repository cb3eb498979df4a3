"""Heavy computing behind the core's problems: a frozen problem goes in, an answer with its proof comes out.

`transport` plans trips; `roster` plans shifts. What an engine answers is only believed after the core's own check.
"""
