"""The laboratories of the invented day: boxes of tubes go to them, files of results come back, read as any file is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pratique.drill.live.opening import make_uuid
from pratique.drill.world.day import Day
from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.services.laboratory import batch, intake

BOX_SECONDS = 2 * HOUR
BOX_TUBES = 96
ROAD_SECONDS = 40 * MINUTE
FILE_SECONDS = 15 * MINUTE
COURIER = "送样员 Courier"
RECEIVER = "接样员 Receiver"


@dataclass(slots=True)
class _Box:
    """A batch that is being filled: since when, with how many tubes."""

    id: UUID
    since_second: float
    tubes: int = 0


@dataclass(slots=True)
class _File:
    """Results that a laboratory has and has not handed in: (tube, result, at), the first of them since when."""

    since_second: float
    lines: list[tuple[str, str, datetime]] = field(default_factory=list)


class Laboratories:
    """Boxes and files of every laboratory; `by` is who works at the sampling table, `second` who signs a file beside them."""

    def __init__(self, day: Day, by: UUID, second: UUID) -> None:
        self.day = day
        self.by = by
        self.second = second
        self._boxes: dict[str, _Box] = {}
        self._sent: list[tuple[float, UUID, int]] = []
        self._files: dict[str, _File] = {}
        self._numbers: dict[str, int] = {}

    def put(self, *, tube: str, laboratory: str, second: float) -> None:
        """A tube goes into the laboratory's box."""
        box = self._boxes.get(laboratory)
        now = self.day.instant(second)
        if box is None:
            name = make_uuid(f"{self.day.on}/batch/{laboratory}/{second}")
            batch.open_batch(laboratory=laboratory, by=self.by, now=now, batch_id=name)
            box = self._boxes[laboratory] = _Box(name, second)
        batch.scan_in(batch=box.id, tube=tube, by=self.by, now=now)
        box.tubes += 1

    def answer(self, *, tube: str, laboratory: str, result: str, second: float) -> None:
        """The laboratory knows; it hands in at once what is positive, the rest a few together."""
        file = self._files.setdefault(laboratory, _File(second))
        file.lines.append((tube, result, self.day.instant(second)))
        if result == "positive":
            self._hand_in(laboratory, second)

    def work(self, second: float) -> None:
        """Send full boxes, receive those that are there, hand in files whose time has come."""
        for laboratory, box in list(self._boxes.items()):
            if box.tubes >= BOX_TUBES or second >= box.since_second + BOX_SECONDS:
                self._send(laboratory, box, second)
        for arrival in [one for one in self._sent if one[0] <= second]:
            self._sent.remove(arrival)
            receipt = batch.Receipt(arrival[2], RECEIVER)
            batch.receive(batch=arrival[1], receipt=receipt, by=None, now=self.day.instant(second))
        for laboratory, file in list(self._files.items()):
            if second >= file.since_second + FILE_SECONDS:
                self._hand_in(laboratory, second)

    def finish(self) -> None:
        """Hand in what is left when the day is over."""
        for laboratory, file in list(self._files.items()):
            self._hand_in(laboratory, file.since_second)

    def _send(self, laboratory: str, box: _Box, second: float) -> None:
        now = self.day.instant(second)
        del self._boxes[laboratory]
        batch.close(batch=box.id, by=self.by, now=now)
        batch.hand_over(batch=box.id, count=box.tubes, courier=COURIER, by=self.by, now=now)
        self._sent.append((second + ROAD_SECONDS, box.id, box.tubes))

    def _hand_in(self, laboratory: str, second: float) -> None:
        file = self._files.pop(laboratory)
        now = max(self.day.instant(second), *(at for _, _, at in file.lines))
        number = self._numbers[laboratory] = self._numbers.get(laboratory, 0) + 1
        write, ending = (_write_table, "csv") if "Customs" in laboratory else (_write_messages, "hl7")
        text = "\n".join(write(laboratory, file.lines, number))
        name = f"{now:%Y%m%d-%H%M}-{number:03}.{ending}"
        intake.take(file=intake.File(name, text.encode()), by=self.by, now=now, second=self.second)


_WORDS = {"negative": "阴性(-)", "positive": "阳性(+)", "invalid": "无效"}


def _write_table(laboratory: str, lines: list[tuple[str, str, datetime]], number: int) -> Iterator[str]:
    yield f"第{number}批检测结果"
    yield "条码号,结果判定,报告时间,检测机构"
    for tube, result, at in lines:
        yield f"{tube},{_WORDS[result]},{at.isoformat(timespec='seconds')},{laboratory}"


def _write_messages(laboratory: str, lines: list[tuple[str, str, datetime]], number: int) -> Iterator[str]:
    yield f"MSH|^~\\&|LIS|{laboratory}|PRATIQUE||||ORU^R01^ORU_R01|{number}|P|2.5.1"
    for place, (tube, result, at) in enumerate(lines, 1):
        moment = f"{at:%Y%m%d%H%M%S%z}"
        yield f"OBR|{place}|{tube}||94500-6^SARS-CoV-2 RNA^LN"
        yield f"OBX|1|ST|94500-6^SARS-CoV-2 RNA^LN||{result}||||||F|||{moment}"
        yield f"SPM|1|{tube}"
