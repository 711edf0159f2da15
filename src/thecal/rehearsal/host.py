"""One virtual implant as a process: TCP on this machine, one programmer at a time, its memory in a folder.

The clock is handed in. Nothing ticks: the process sleeps until a frame comes or the pump has something to write down.
Without a link there is nothing to wait for, and the clock jumps.
"""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from thecal.errors import BadInput, ThecalError
from thecal.pump import machine
from thecal.rehearsal.folder import SPAN_MS, PumpFolder
from thecal.rehearsal.implant import VirtualImplant
from thecal.twin.device import Device
from thecal.twin.senses import cuts_ms
from thecal.wand.frames import FrameDecoder

LOCALHOST = "127.0.0.1"
IDLE_S = 60.0
"""A programmer that has said nothing for so long has gone: the next one may come."""
LONGEST_SLEEP_S = 3600.0
CHUNK = 4096
STOPS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """`start_ms` when it was made, then `speed` times as fast as `steady_ns` (a monotonic clock in nanoseconds)."""

    start_ms: int
    speed: int
    steady_ns: Callable[[], int]
    begun_ns: int = field(init=False)

    def __post_init__(self) -> None:
        if self.speed < 1:
            raise BadInput("speed", f"{self.speed} is not a speed", remedy="Use a whole number from 1 up.")
        object.__setattr__(self, "begun_ns", self.steady_ns())

    def __call__(self) -> int:
        """Unix ms UTC of the pump's time."""
        return self.start_ms + (self.steady_ns() - self.begun_ns) * self.speed // 1_000_000


def serve(
    pump: PumpFolder,
    *,
    port: int,
    clock: RunningClock,
    random_bytes: Callable[[int], bytes],
    ready: Callable[[int], None],
    tell: Callable[[str], None],
) -> None:
    """Run the pump until Ctrl-C or SIGTERM, then keep it as it is at that moment.

    `ready` is told the port once frames are taken (`port` 0 is any free one); `tell` gets a line where something went
    wrong that did not end the pump.
    """
    asyncio.run(_Host(pump, clock, random_bytes, tell).run(port, ready))
    pump.keep(clock())


def run_through(pump: PumpFolder, lasts_ms: int) -> bool:
    """Run the pump for so long, without a link, as fast as it can: whether it came to the end.

    Ctrl-C or SIGTERM ends it earlier, and it is kept as it is then.
    """
    stopped: list[int] = []
    until_ms = pump.device.now_ms + lasts_ms
    before = {each: signal.signal(each, lambda number, _: stopped.append(number)) for each in STOPS}
    try:
        while pump.device.now_ms < until_ms and not stopped:
            pump.read(min(until_ms, pump.device.now_ms + SPAN_MS))
        pump.keep(pump.device.now_ms)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return not stopped


def _next_ms(device: Device) -> int:
    """When at the latest something happens by itself: in the pump, whose crystal may run ahead, or to its metal."""
    to_come = (at_ms for at_ms in cuts_ms(device.metal, device.catheter) if at_ms > device.now_ms)
    return min([machine.next_event_ms(device.pump) - device.pump.now_ms + device.now_ms, *to_come])


class _Host:
    """The sockets around one implant."""

    def __init__(
        self,
        pump: PumpFolder,
        clock: RunningClock,
        random_bytes: Callable[[int], bytes],
        tell: Callable[[str], None],
    ) -> None:
        self._pump = pump
        self._clock = clock
        self._tell = tell
        self._implant = VirtualImplant(pump.identity, pump, random_bytes=random_bytes)
        self._busy = False

    async def run(self, port: int, ready: Callable[[int], None]) -> None:
        """Serve until a signal says stop."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in STOPS:
            loop.add_signal_handler(each, stop.set)
        try:
            server = await asyncio.start_server(self._meet, LOCALHOST, port)
        except OSError as taken:
            remedy = "Use another port, or 0 for any that is free."
            raise BadInput("port", f"{port} cannot be used ({taken.strerror})", remedy=remedy) from taken
        ready(server.sockets[0].getsockname()[1])
        await self._live(stop)
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _live(self, stop: asyncio.Event) -> None:
        """Sleep from event to event of the pump, so that each is written down when it happens."""
        while not stop.is_set():
            next_ms = _next_ms(self._pump.read(self._clock()))
            sleep_s = max(next_ms - self._clock(), 0) / 1000 / self._clock.speed
            try:
                await asyncio.wait_for(stop.wait(), min(max(sleep_s, 0.05), LONGEST_SLEEP_S))
            except TimeoutError:
                continue

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One programmer, from connecting to hanging up. A second one is turned away."""
        if self._busy:
            writer.close()
            return
        self._busy = True
        try:
            await self._converse(reader, writer)
        except (OSError, TimeoutError):
            pass  # it has gone: there is nobody to tell
        except ThecalError as wrong:
            self._tell(str(wrong))
        finally:
            self._busy = False
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Frame in, frame out. Bytes that are no frame end the connection: after them nothing can be told apart."""
        decoder = FrameDecoder()
        while data := await asyncio.wait_for(reader.read(CHUNK), IDLE_S):
            decoder.receive(data)
            while (frame := decoder.next_frame()) is not None:
                writer.write(self._implant.receive(frame, self._clock()))
                await writer.drain()
