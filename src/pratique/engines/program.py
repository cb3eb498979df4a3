"""A linear or integer program on one thread that writes nothing (HiGHS)."""

import highspy


class Program(highspy.Highs):
    """HiGHS without its library's own wrapper, which greets on standard output; `run` releases the interpreter."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)
        self.setOptionValue("threads", 1)

    def run(self) -> object:
        return super(highspy.Highs, self).run()
