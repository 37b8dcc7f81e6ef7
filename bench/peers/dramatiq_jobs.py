"""Jobs that count themselves and do nothing else, for Dramatiq. `python dramatiq_jobs.py N` queues N of them."""

import os
import sys

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker

URL = os.environ["BENCH_REDIS_URL"]
dramatiq.set_broker(RedisBroker(url=URL))
counter = redis.Redis.from_url(URL)


@dramatiq.actor(max_retries=0)
def job(number):
    counter.incr("done")


if __name__ == "__main__":
    for number in range(int(sys.argv[1])):
        job.send(number)
