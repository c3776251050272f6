"""The yardstick of the queueing kernel in Python: an M/M/1, and a retry storm, without judges.

Prints a JSON list with an object for each SimPy that is there: 2 (`SimPy`, what Debian calls python3-simpy) and 3 or
later (`simpy`). Arguments: customers of the M/M/1, its load, seconds of the storm.
"""

import json
import sys
import time
from random import Random

CUSTOMERS, LOAD, STORM_S = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
RATE, SERVERS, SERVICE_S, TIMEOUT_S, ATTEMPTS = 70, 10, 0.1, 1, 4
SLOW_S = (6, 16)


def service_s(random, now):
    slow = SLOW_S[0] <= now < SLOW_S[1]
    return random.expovariate(1 / SERVICE_S) / (0.3 if slow else 1)


def timed(work):
    """Things a second, of the best of three runs."""
    best = 0
    for seed in range(3):
        began = time.perf_counter()
        best = max(best, work(Random(seed)) / (time.perf_counter() - began))
    return best


def simpy3():
    import simpy

    def customer(env, server, service):
        with server.request() as turn:
            yield turn
            yield env.timeout(service)

    def queue(random):
        env = simpy.Environment()
        server = simpy.Resource(env)

        def arrivals():
            for _ in range(CUSTOMERS):
                yield env.timeout(random.expovariate(LOAD))
                env.process(customer(env, server, random.expovariate(1)))

        env.process(arrivals())
        env.run()
        return CUSTOMERS

    def storm(random):
        env = simpy.Environment()
        servers = simpy.Resource(env, SERVERS)
        made = [0]

        def attempt(answer):
            made[0] += 1
            with servers.request() as turn:
                yield turn
                yield env.timeout(service_s(random, env.now))
            answer.succeed()

        def request():
            for _ in range(ATTEMPTS):
                answer = env.event()
                env.process(attempt(answer))
                yield answer | env.timeout(TIMEOUT_S)
                if answer.triggered:
                    return

        def arrivals():
            while True:
                yield env.timeout(random.expovariate(RATE))
                env.process(request())

        env.process(arrivals())
        env.run(until=STORM_S)
        return made[0]

    return simpy.__version__, queue, storm


def simpy2():
    import SimPy
    from SimPy.Simulation import Process, Resource, SimEvent, Simulation, hold, release, request, waitevent

    class Part(Process):
        """Whatever happens in a simulation."""

        def __init__(self, sim, what, *given):
            Process.__init__(self, sim=sim)
            sim.activate(self, what(self, *given))

    def start():
        sim = Simulation()
        sim.initialize()
        return sim

    def queue(random):
        sim = start()
        server = Resource(sim=sim)

        def customer(self, service):
            yield request, self, server
            yield hold, self, service
            yield release, self, server

        def arrivals(self):
            for _ in range(CUSTOMERS):
                yield hold, self, random.expovariate(LOAD)
                Part(sim, customer, random.expovariate(1))

        Part(sim, arrivals)
        sim.simulate(until=float("inf"))
        return CUSTOMERS

    def storm(random):
        sim = start()
        servers = Resource(SERVERS, sim=sim)
        made = [0]

        def attempt(self, answer):
            made[0] += 1
            yield request, self, servers
            yield hold, self, service_s(random, sim.now())
            yield release, self, servers
            answer.signal("served")

        def timer(self, answer):
            yield hold, self, TIMEOUT_S
            answer.signal("late")

        def ask(self):
            for _ in range(ATTEMPTS):
                answer = SimEvent(sim=sim)
                Part(sim, attempt, answer)
                Part(sim, timer, answer)
                yield waitevent, self, answer
                if answer.signalparam == "served":
                    return

        def arrivals(self):
            while True:
                yield hold, self, random.expovariate(RATE)
                Part(sim, ask)

        Part(sim, arrivals)
        sim.simulate(until=STORM_S)
        return made[0]

    return SimPy.__version__, queue, storm


found = []
for package in (simpy2, simpy3):
    try:
        version, queue, storm = package()
    except ImportError:
        continue
    found.append({"version": version, "customersPerSecond": timed(queue), "attemptsPerSecond": timed(storm)})
print(json.dumps(found))
