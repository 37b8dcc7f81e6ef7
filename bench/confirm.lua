-- Purchases for wrk, each of another buyer, another seat and another key. Arguments: the file of tokens, one a line, and
-- which of them is the first to be used.
local tokens = {}
local rows, seats = 100, 100
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(arguments)
    first = tonumber(arguments[2])
    local line = 0
    for token in io.lines(arguments[1]) do
        line = line + 1
        if line > first then tokens[#tokens + 1] = token end
    end
end

used = 0

function request()
    used = used + 1
    local number = first + used - 1
    local seat = string.format("S%d-%d-%d", math.floor(number / (rows * seats)) % 40 + 1,
        math.floor(number / seats) % rows + 1, number % seats + 1)
    -- Whoever runs out of tokens gets 401s, and the bench says so.
    return "POST /confirm/payment-intent HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " .. (tokens[used] or "none")
        .. "\r\nIdempotency-Key: bench-" .. number
        .. "\r\nContent-Type: application/json\r\nContent-Length: " .. (78 + #seat)
        .. '\r\n\r\n{"event":"bench","seats":["' .. seat .. '"],"payment":{"method":"sandbox","token":"tok_ok"}}'
end

function done(summary, latency)
    local errors, sent = summary.errors, 0
    for _, thread in ipairs(threads) do sent = sent + thread:get("used") end
    io.write(string.format(
        '{"requests":%d,"sent":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,'
            .. '"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}\n',
        summary.requests, sent, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
