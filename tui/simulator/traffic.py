"""A working day: calls that arrive by chance, and people who take breaks, meet, and leave their queues.

All chance comes from one seeded generator, and all time from the agenda, so a day can be played twice. Durations are
in seconds of the box's own life; only the rate of calls is one of real minutes.
"""

from contextlib import suppress
from random import Random

from tui.simulator import lives, people
from tui.simulator.account import ADMINISTRATOR, Extension
from tui.simulator.agenda import Agenda, Life
from tui.simulator.lines import Line
from tui.simulator.lives import ImpossiblePlan, Plan
from tui.simulator.telephony import Exchange

WARM_UP = 1800.0
"""How long a box with traffic has been at work when it opens, so that its first picture is a varied one."""

WARM_UP_CALLS = 2000
"""At most so many calls are played before the opening."""

BETWEEN_ACTS = 2400.0
"""How long one person does nothing but take calls, on average."""

WHILE_TALKING = 0.15
"""How likely someone does such a thing in the middle of a call."""

TRIES = 12
"""How often someone is picked before it is clear that nobody is free."""

MOST_CALLS = 3
"""Chance gives nobody more calls at once than this."""

MESSAGES = ("back office", "training a newcomer", "☕ back in 5", "quarter end", "volto já", "bin im Lager", "")
BREAKS = ("lunch till 15:00", "coffee", "at the dentist", "à bientôt", "school run, back soon", "🍜")


class Traffic:
    """Plays the day on an exchange.

    Attributes:
        calls_per_minute: How many calls begin in a minute; 0 when there is no traffic.
    """

    def __init__(self, exchange: Exchange, agenda: Agenda, rng: Random) -> None:
        self.calls_per_minute = 0.0
        self._exchange = exchange
        self._agenda = agenda
        self._rng = rng
        self._day = 0
        self._engaged: set[str] = set()
        extensions = exchange.account.extensions.values()
        self._staff = [
            exchange.lines[extension.id]
            for extension in extensions
            if extension.has_presence and extension.status == "Enabled"
        ]
        self._queues = [queue for queue in exchange.account.queues if queue.members]

    def set_rate(self, calls_per_minute: float) -> None:
        """Begin, change or (by 0) stop: calls and breaks that are going on come to their own end."""
        self.calls_per_minute = calls_per_minute
        self._day += 1
        if calls_per_minute > 0:
            self._agenda.begin(self._arrivals(self._day))
            self._agenda.begin(self._acts(self._day))

    def open(self, calls_per_minute: float, until: float) -> None:
        """Let half an hour of work pass up to the moment `until`, and go on."""
        length = min(WARM_UP / self._agenda.speed, WARM_UP_CALLS / calls_per_minute * 60)
        self._agenda.now = until - length
        self._agenda.begin(self._scene(length * self._agenda.speed))
        for line in self._staff:
            if self._rng.random() < 0.15:
                self._engage(line, self._act(line))
        self.set_rate(calls_per_minute)
        self._agenda.run(until)

    def _scene(self, length: float) -> Life:
        """Some of each kind among the first of the team when the box opens, whatever chance brings besides."""
        team = [line for line in self._staff if line.extension.name in people.TEAM]
        if len(team) < len(people.TEAM):
            return
        lunch, queue = "DoNotAcceptAnyCalls", "DoNotAcceptDepartmentCalls"
        self._engage(team[7], self._away(team[7], length + 1100, dnd=lunch, message="lunch till 15:00"))
        self._engage(team[12], self._away(team[12], length + 240, dnd=queue, message="back office"))
        self._engage(team[15], self._away(team[15], length + 5400, user="Offline"))
        self._engage(team[19], self._away(team[19], length + 1500, meeting=True, message="Team meeting"))
        self._engage(team[23], self._away(team[23], length + 3600, user="Offline"))
        self._place(Plan(team[11].extension.number, *people.caller(self._rng), ring=6, talk=length + 600))
        yield max(0.0, length - 90)
        hold = ((40.0, 260.0),)
        self._place(Plan(team[5].extension.number, *people.caller(self._rng), ring=4, talk=420, hold=hold))
        self._place(Plan(team[20].extension.number, *people.caller(self._rng), ring=4, talk=50, end="parked", park=150))

    def _arrivals(self, day: int) -> Life:
        while True:
            # Waits are divided by the speed; a rate in real minutes is not to be.
            yield self._rng.expovariate(self.calls_per_minute / 60) * self._agenda.speed
            if self._day != day:
                return
            self._call()

    def _acts(self, day: int) -> Life:
        while self._staff:
            yield self._rng.expovariate(len(self._staff) / BETWEEN_ACTS)
            if self._day != day:
                return
            line = self._rng.choice(self._staff)
            if not line.parties or self._rng.random() < WHILE_TALKING:
                self._engage(line, self._act(line))

    def _engage(self, line: Line, life: Life) -> None:
        """Let someone do one thing besides calls, and nothing else until it is over."""
        if line.extension.id in self._engaged:
            return

        def engaged() -> Life:
            self._engaged.add(line.extension.id)
            yield from life
            self._engaged.discard(line.extension.id)

        self._agenda.begin(engaged())

    def _act(self, line: Line) -> Life:
        rng = self._rng
        match rng.choices(("break", "queue", "only queue", "meeting", "offline", "message"), (30, 20, 5, 15, 10, 20))[
            0
        ]:
            case "break":
                return self._away(line, rng.uniform(240, 1500), dnd="DoNotAcceptAnyCalls", message=rng.choice(BREAKS))
            case "queue":
                dnd = "DoNotAcceptDepartmentCalls"
                return self._away(line, rng.uniform(200, 900), dnd=dnd, message=rng.choice(MESSAGES))
            case "only queue":
                return self._away(line, rng.uniform(300, 900), dnd="TakeDepartmentCallsOnly")
            case "meeting":
                return self._away(line, rng.uniform(600, 2400), meeting=True, message="Team meeting")
            case "offline":
                return self._away(line, rng.uniform(600, 3600), user="Offline")
            case _:
                return self._away(line, rng.uniform(300, 1800), message=rng.choice(MESSAGES))

    def _away(
        self, line: Line, length: float, *, dnd: str = "TakeAllCalls", user: str = "Available", meeting: bool = False,
        message: str = "",
    ) -> Life:  # fmt: skip
        set_presence = self._exchange.set_presence
        set_presence(line, dnd_status=dnd, user_status=user, meeting=meeting, message=message)
        yield length
        set_presence(line, dnd_status="TakeAllCalls", user_status="Available", meeting=False, message="")

    def _call(self) -> None:
        kind = self._rng.choices(("queue", "direct", "outbound", "internal", "boss"), (34, 31, 24, 8, 3))[0]
        plan = {
            "queue": self._queue_call,
            "direct": self._direct_call,
            "outbound": self._outbound_call,
            "internal": self._internal_call,
            "boss": self._voicemail_for_the_boss,
        }[kind]()
        if plan:
            self._place(plan)

    def _place(self, plan: Plan) -> None:
        with suppress(ImpossiblePlan):  # who was to take part may have been deleted meanwhile
            _, life = lives.place(self._exchange, plan)
            self._agenda.begin(life)

    def _queue_call(self) -> Plan | None:
        if not self._queues:
            return None
        queue = self._rng.choices(self._queues, [len(queue.members) for queue in self._queues])[0]
        lines = [self._exchange.lines[member] for member in queue.members]
        free = [line for line in lines if line.takes_queue_calls]
        if not free:
            # Nobody is free: the caller hears music for a while and gives up.
            return Plan(queue.number, *people.caller(self._rng), ring=self._rng.uniform(10, 60), end="missed")
        agent = self._rng.choice(free).extension
        answered = self._rng.random() < 0.92
        return self._plan(agent, *people.caller(self._rng), queue=queue.number, end=None if answered else "missed")

    def _direct_call(self) -> Plan | None:
        called = self._free() if self._rng.random() < 0.93 else self._talking()
        return self._plan(called.extension, *people.caller(self._rng)) if called else None

    def _outbound_call(self) -> Plan | None:
        caller = self._free()
        if caller is None:
            return None
        number, _ = people.caller(self._rng)
        answered = self._rng.random() < 0.8
        ring = self._rng.uniform(4, 20)
        end = "answered" if answered else "missed"
        return Plan(number, caller.extension.number, ring=ring, talk=self._talk(), hold=self._hold(), end=end)

    def _internal_call(self) -> Plan | None:
        caller, called = self._free(), self._free()
        if caller is None or called is None or caller is called:
            return None
        return self._plan(called.extension, caller.extension.number, "")

    def _voicemail_for_the_boss(self) -> Plan:
        return Plan(ADMINISTRATOR, *people.caller(self._rng), ring=self._rng.uniform(15, 25), end="voicemail")

    def _plan(self, to: Extension, number: str, name: str, queue: str | None = None, end: str | None = None) -> Plan:
        rng = self._rng
        if end is None:
            ends = ("answered", "transfer", "parked", "missed", "voicemail", "rejected")
            end = rng.choices(ends, (72, 7, 2, 7, 8, 4) if queue is None else (88, 9, 3, 0, 0, 0))[0]
        if end == "transfer":
            target = self._free()
            end = f"transferred:{target.extension.number}" if target and target.extension is not to else "answered"
        ring = rng.uniform(15, 28) if end in ("missed", "voicemail") else rng.uniform(2, 14)
        return Plan(to.number, number, name, ring, self._talk(), self._hold(), queue, end, park=rng.uniform(20, 120))

    def _talk(self) -> float:
        return min(1800.0, self._rng.lognormvariate(3.5, 0.9))

    def _hold(self) -> tuple[tuple[float, float], ...]:
        if self._rng.random() > 0.2:
            return ()
        return ((self._rng.uniform(5, 30), self._rng.uniform(8, 60)),)

    def _free(self) -> Line | None:
        for line in self._picks():
            if line.takes_calls and not line.parties:
                return line
        return None

    def _talking(self) -> Line | None:
        """Someone on a call, who will hear a second one knock."""
        for line in self._picks():
            if line.takes_calls and 0 < len(line.parties) < MOST_CALLS:
                return line
        return None

    def _picks(self) -> list[Line]:
        return self._rng.choices(self._staff, k=TRIES)
