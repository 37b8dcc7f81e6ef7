// The mix and the steps of `ticket load --preset onsale` for k6:
//
//   k6 run -e TARGET=http://127.0.0.1:8080 -e PEAK=500 -e TIME_SCALE=0.01 bench/k6/onsale.js
//
// Requests are begun at a rate, as with `ticket load`; k6 counts latency from when it sends, so requests that it could not
// begin for want of free users show as dropped_iterations only. TOKENS names a file of buyers' tokens, one a line.
import http from 'k6/http';
import { check } from 'k6';
import exec from 'k6/execution';

const TARGET = __ENV.TARGET || 'http://127.0.0.1:8080';
const PEAK = Number(__ENV.PEAK || 500);
const SCALE = Number(__ENV.TIME_SCALE || 1);
const BUYERS = Number(__ENV.BUYERS || 200);
const TOKENS = __ENV.TOKENS ? open(__ENV.TOKENS).split('\n').filter((line) => line) : [];
const [HOT_SEATS, HOT_SHARE, MOST_KEPT] = [50, 0.2, 64];

const seconds = (count) => `${Math.max(1, Math.round(count * SCALE))}s`;
const rate = (percent) => Math.max(1, Math.round((PEAK * percent) / 100));

export const options = {
  scenarios: {
    onsale: {
      executor: 'ramping-arrival-rate',
      startRate: rate(5),
      timeUnit: '1s',
      preAllocatedVUs: Math.min(2000, Math.max(50, PEAK)),
      maxVUs: 10000,
      // A step is a jump to its rate and the time at it.
      stages: [[5, 300], [10, 300], [50, 300], [100, 300], [100, 1800], [10, 300]].flatMap(([percent, time]) => [
        { target: rate(percent), duration: '0s' },
        { target: rate(percent), duration: seconds(time) },
      ]),
    },
  },
  thresholds: {
    http_req_duration: ['p(95)<=200'],
    checks: [{ threshold: 'rate>0.98', abortOnFail: true, delayAbortEval: '10s' }],
    dropped_iterations: ['count==0'],
  },
};

export function setup() {
  if (http.get(`${TARGET}/public/health`).status !== 200) exec.test.abort(`${TARGET}/public/health does not answer 200`);
  const events = http.get(`${TARGET}/public/events`).json('events').map(({ id }) => {
    const page = http.get(`${TARGET}/public/events/${id}`).json();
    const map = http.get(TARGET + page.map.url).json();
    return {
      id, map: page.map.url, most: page.limits.seatsPerIntent, sections: page.sections.map((section) => section.id),
      seats: map.seats.map((seat) => seat.id),
    };
  });
  const guests = TOKENS.length > 0 ? TOKENS : Array.from({ length: BUYERS }, () => http.post(`${TARGET}/confirm/buyer`).json('token'));
  return { events, tokens: guests };
}

// Of this user alone: k6 shares nothing between users.
const versions = {};
let bought = [];

const any = (list) => list[Math.floor(Math.random() * list.length)];

function read(path, name) {
  const answer = http.get(TARGET + path, { tags: { name } });
  check(answer, { [`${name} answers 200`]: ({ status }) => status === 200 || status === 429 });
  return answer;
}

function post(sale, purchase, name, expected) {
  const answer = http.post(
    `${TARGET}/confirm/payment-intent`,
    JSON.stringify({ event: purchase.event.id, seats: purchase.seats, payment: { method: 'sandbox', token: 'tok_ok' } }),
    {
      tags: { name },
      headers: {
        'Content-Type': 'application/json', 'Idempotency-Key': purchase.key, Authorization: `Bearer ${purchase.token}`,
      },
      // A refusal is an answer in order: it says what the buyer has to know.
      responseCallback: http.expectedStatuses(...expected, 429),
    },
  );
  check(answer, { [`${name} answers as the contract says`]: ({ status }) => expected.includes(status) || status === 429 });
  if (answer.status === 201) bought = [...bought, { ...purchase, id: answer.json('id'), body: answer.body }].slice(-MOST_KEPT);
  return answer;
}

const key = () => `k6-${exec.vu.idInTest}-${exec.vu.iterationInInstance}-${Date.now()}-${Math.random()}`;

function buy(sale) {
  const event = any(sale.events);
  const among = Math.random() < HOT_SHARE ? Math.min(HOT_SEATS, event.seats.length) : event.seats.length;
  const count = 1 + Math.floor(Math.random() * Math.min(2, event.most));
  const first = Math.min(Math.floor(Math.random() * among), event.seats.length - count);
  const purchase = { event, seats: event.seats.slice(first, first + count), key: key(), token: any(sale.tokens) };
  return { token: purchase.token, answer: post(sale, purchase, 'payment-intent', [201, 403, 409]) };
}

function again(sale) {
  const first = any(bought);
  const answer = post(sale, first, 'payment-intent again', [200, 409]);
  check(answer, { 'the same key gets the same bytes': ({ status, body }) => status === 429 || status === 409 || body === first.body });
}

// A purchase that is cancelled at once, as a request on top.
function buyAndCancel(sale) {
  const { token, answer: granted } = buy(sale);
  if (granted.status !== 201) return;
  const answer = http.post(`${TARGET}/confirm/payment-intent/${granted.json('id')}/cancel`, null, {
    tags: { name: 'cancel' }, headers: { Authorization: `Bearer ${token}` },
    responseCallback: http.expectedStatuses(200, 409, 429),
  });
  check(answer, { 'cancel answers as the contract says': ({ status }) => [200, 409, 429].includes(status) });
}

function otherSeats({ event, seats }) {
  if (seats.length > 1) return seats.slice(0, -1);
  const place = event.seats.indexOf(seats[0]);
  return [event.seats[place > 0 ? place - 1 : 1]];
}

function purchase(sale) {
  const draw = Math.random() * 100;
  if (draw < 75 || bought.length === 0) return buy(sale);
  if (draw < 85) return again(sale);
  if (draw < 90) return post(sale, { ...any(bought), key: key(), token: any(sale.tokens) }, 'payment-intent for a taken seat', [201, 409]);
  if (draw < 95) {
    const first = any(bought);
    return post(sale, { ...first, seats: otherSeats(first) }, 'payment-intent with a used key', [422, 409]);
  }
  return buyAndCancel(sale);
}

export default function onsale(sale) {
  const draw = Math.random() * 100;
  // k6 cannot send to the queue: its share buys, and the purchases make the messages.
  if (draw >= 90) return buy(sale);
  if (draw >= 70) return purchase(sale);
  const event = any(sale.events);
  const path = `/public/events/${event.id}`;
  const kind = Math.random() * 100;
  if (kind < 15) return read(path, 'event');
  if (kind < 20) return read(event.map, 'map');
  if (kind < 80) {
    const since = versions[event.id] ? `?since=${versions[event.id]}` : '';
    const answer = read(`${path}/availability${since}`, 'availability');
    if (answer.status === 200) versions[event.id] = answer.json('version');
    return answer;
  }
  return read(`${path}/seats${event.seats.length > 5000 ? `?section=${any(event.sections)}` : ''}`, 'seats');
}
